"""Batches of books whose queries and chunks the teacher has read: sentences, headings and the exercises' questions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ingest.bilingual.train.books import Module
from ingest.bilingual.train.documents import sentences
from ingest.bilingual.train.teacher import taught_vectors
from ingest.bilingual.train.windows import Batch, FlatText, HalfVectors, Ints

TOKENS = 160  # that the teacher reads of a text
NEAR_ENOUGH = 0.45  # the teacher's cosine of a question with the chunk that answers it
SENTENCES = 2  # of each chunk


@dataclass(frozen=True, slots=True)
class Lessons:
    """What asks, the chunk that answers each (rising), and the teacher's vectors of both."""

    queries: tuple[str, ...]
    query_vectors: HalfVectors
    answers: Ints
    chunks: tuple[str, ...]
    chunk_vectors: HalfVectors


def read_lessons(modules: Sequence[Module], most: int, cache: Path, drawn: random.Random) -> Lessons:
    """Lessons about the first `most` chunks. An exercise's question belongs to the chunk of its module that the teacher
    finds nearest; questions near to none are left out."""
    chunks: list[str] = []
    asked: list[tuple[int, str]] = []
    questions: list[tuple[int, int, str]] = []
    for module in modules:
        first = len(chunks)
        for example in module.examples:
            usable = [sentence for sentence in sentences(example.passage) if 40 <= len(sentence) <= 300]
            texts = [*drawn.sample(usable, min(SENTENCES, len(usable))), example.queries[1]]
            asked += [(len(chunks), text) for text in texts]
            chunks.append(example.passage)
        if first < len(chunks) <= most:
            questions += [(first, len(chunks), question) for question in module.questions]
        if len(chunks) >= most:
            break
    chunk_vectors = taught_vectors(chunks, cache / "chunks", maximum_tokens=TOKENS)
    vectors = taught_vectors([text for _, text in asked], cache / "queries", maximum_tokens=TOKENS)
    question_vectors = taught_vectors([text for *_, text in questions], cache / "questions", maximum_tokens=TOKENS)
    lessons = [(owner, text, vector) for (owner, text), vector in zip(asked, vectors, strict=True)]
    for (first, last, text), vector in zip(questions, question_vectors, strict=True):
        near = chunk_vectors[first:last].astype(np.float32) @ vector.astype(np.float32)
        if near.max() > NEAR_ENOUGH:
            lessons.append((first + int(near.argmax()), text, vector))
    lessons.sort(key=lambda lesson: lesson[0])
    return Lessons(
        tuple(text for _, text, _ in lessons),
        np.stack([vector for *_, vector in lessons]),
        np.array([owner for owner, *_ in lessons], np.int64),
        tuple(chunks),
        chunk_vectors,
    )


class TaughtBooks:
    """Lessons tokenised once."""

    def __init__(self, tokenizer: Tokenizer, lessons: Lessons) -> None:
        self._lessons = lessons
        self._queries = FlatText(tokenizer, lessons.queries)
        self._chunks = FlatText(tokenizer, lessons.chunks)
        self._asked, self._first = np.unique(lessons.answers, return_index=True)
        self._counts = np.diff(np.append(self._first, len(lessons.answers)))

    def sample(self, generator: np.random.Generator, size: int, *, cluster: int = 4, drop: float = 0.1) -> Batch:
        """`size` queries and chunks in clusters of neighbouring chunks, and the teacher's vectors of both."""
        heads = generator.integers(0, len(self._asked), (size + cluster - 1) // cluster)
        places = (heads[:, None] + np.arange(cluster)).ravel()[:size] % len(self._asked)
        query = self._first[places] + (generator.random(size) * self._counts[places]).astype(np.int64)
        chunk = self._asked[places]
        return Batch(
            self._queries.slices(self._queries.starts[query], self._queries.starts[query + 1], generator, drop),
            self._chunks.slices(self._chunks.starts[chunk], self._chunks.starts[chunk + 1], generator, drop),
            (self._lessons.query_vectors[query], self._lessons.chunk_vectors[chunk]),
        )
