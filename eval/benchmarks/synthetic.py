"""A corpus of any size without a text in it: already analysed chunks with the word statistics of language, and vectors.

- Words: 200,000, drawn by Zipf-Mandelbrot, p(rank) ~ 1 / (rank + 2.7) ** 1.07. A chunk has 60 tokens, 18 of them from
  the 200 words of its topic (drawn by the same law), the others from the whole vocabulary.
- Vectors: a topic is a point near one of its subject's, a chunk a point near its topic's; 50 chunks a topic, 40 topics
  a subject. The spread falls from the first dimension to the last by a factor of six, as it does in the built-in model.
- Queries: a point near a topic's, with eight words: three of the topic, five of the vocabulary beyond its first hundred
  (what a question's frame words leave); one of each sort has a translation.
- Every tenth chunk stands under "Week 1", every hundredth under "Week 2", every thousandth under "Week 3".

The same numbers give the same corpus on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Vectors
from ingest.lexical import SearchWord

DIMENSION = 384
TOKENS, TOPIC_TOKENS, TOPIC_WORDS = 60, 18, 200
DOCUMENT = 100  # chunks
WEEKS = {1: 10, 2: 100, 3: 1000}
"""Week -> one chunk in how many."""

_WORDS, _SHIFT, _EXPONENT = 200_000, 2.7, 1.07
_CHUNKS_A_TOPIC, _TOPICS_A_SUBJECT = 50, 40
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class Block:
    """Chunks of one document: their numbers, tokens joined by spaces, weeks (0: none) and float32 unit vectors."""

    numbers: range
    texts: list[str]
    weeks: list[int]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Question:
    """A query's vector (d,) and words."""

    vector: Vectors
    words: tuple[SearchWord, ...]


class Synthetic:
    """``chunks`` chunks in documents of a hundred."""

    def __init__(self, chunks: int) -> None:
        self._chunks = chunks
        random = np.random.default_rng(_SEED)
        self._vocabulary = [_spelled(number) for number in range(_WORDS)]
        self._chances = _zipf(_WORDS)
        self._topic_chances = _zipf(TOPIC_WORDS)
        topics = max(1, chunks // _CHUNKS_A_TOPIC)
        spread = np.geomspace(6.0, 1.0, DIMENSION).astype(np.float32)
        self._spread = spread / np.linalg.norm(spread)
        subjects = self._around(np.zeros((1 + topics // _TOPICS_A_SUBJECT, DIMENSION), np.float32), 1.0, random)
        own = random.integers(0, len(subjects), topics)
        self._topics = self._around(subjects[own], 0.8, random)
        self._topic_words = random.integers(100, _WORDS, (topics, TOPIC_WORDS), dtype=np.int32)

    def documents(self) -> Iterator[Block]:
        """All chunks in order of their numbers."""
        for start in range(0, self._chunks, DOCUMENT):
            numbers = range(start, min(start + DOCUMENT, self._chunks))
            random = np.random.default_rng((_SEED, start))
            topics = random.integers(0, len(self._topics), len(numbers))
            common = np.searchsorted(self._chances, random.random((len(numbers), TOKENS - TOPIC_TOKENS)))
            picked = np.searchsorted(self._topic_chances, random.random((len(numbers), TOPIC_TOKENS)))
            words = np.concatenate([common, self._topic_words[topics[:, None], picked]], axis=1)
            yield Block(
                numbers,
                [" ".join([self._vocabulary[word] for word in line]) for line in words.tolist()],
                [week_of(number) for number in numbers],
                _unit(self._around(self._topics[topics], 0.8, random)),
            )

    def questions(self, count: int) -> list[Question]:
        """The first ``count`` queries."""
        random = np.random.default_rng((_SEED, self._chunks, 1))
        topics = random.integers(0, len(self._topics), count)
        vectors = _unit(self._around(self._topics[topics], 0.6, random))
        questions = []
        for topic, vector in zip(topics, vectors, strict=True):
            picked = np.searchsorted(self._topic_chances, random.random(3))
            own = self._topic_words[topic, picked].tolist()
            tail = self._chances[99] + random.random(5) * (1 - self._chances[99])
            numbers = list(dict.fromkeys([*own, *np.searchsorted(self._chances, tail).tolist()]))
            translated = {numbers[0], numbers[-1]}
            words = tuple(
                SearchWord(
                    (self._vocabulary[number],),
                    ((self._vocabulary[(number * 7 + 1) % _WORDS], 0.8),) if number in translated else (),
                )
                for number in numbers
            )
            questions.append(Question(vector, words))
        return questions

    def _around(self, points: Vectors, distance: float, random: np.random.Generator) -> Vectors:
        """A point near each, ``distance`` away on average."""
        return np.asarray(
            points + distance * self._spread * random.standard_normal(points.shape, np.float32), np.float32
        )


def week_of(number: int) -> int:
    """The week a chunk stands under; 0: none. No chunk stands under two."""
    return next((week for week, every in WEEKS.items() if number % every == week - 1), 0)


def _zipf(count: int) -> NDArray[np.float64]:
    """Cumulated chances by rank, the last one 1."""
    weights = 1.0 / (np.arange(1, count + 1, dtype=np.float64) + _SHIFT) ** _EXPONENT
    chances = np.asarray(np.cumsum(weights) / weights.sum(), np.float64)
    chances[-1] = 1.0
    return chances


def _spelled(number: int) -> str:
    """Frequent words are short, as in language."""
    letters = "etaoinsrhldcumfpgwybvk"
    word = ""
    while True:
        number, letter = divmod(number, len(letters))
        word += letters[letter]
        if not number:
            return word
        number -= 1


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
