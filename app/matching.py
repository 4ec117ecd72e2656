"""How much of a question a text says: shared by the ranking of passages and the choice of quotes."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from app.understanding import Query
from ingest.embedding import Vectors
from ingest.index import Index


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word of the question: its tokens with the information of each (idf of BM25, unknown tokens counted as the
    rarest), and its translations with their share of the word in (0, 1]."""

    tokens: dict[str, float]
    translations: dict[str, float]
    information: float

    def covered_by(self, tokens: Set[str]) -> float:
        """The share of the word in [0, 1] that a text with these tokens says, in either language."""
        own = sum(weight for token, weight in self.tokens.items() if token in tokens) / sum(self.tokens.values())
        return max([own, *(share for token, share in self.translations.items() if token in tokens)])


@dataclass(frozen=True, slots=True)
class WeighedQuestion:
    """The question against one corpus. ``vector`` is its embedding, (d,)."""

    words: tuple[WeighedWord, ...]
    total: float
    vector: Vectors

    def coverage(self, tokens: Set[str]) -> float:
        """The share of the question's information in [0, 1] that a text with these tokens says."""
        return sum(word.information * word.covered_by(tokens) for word in self.words) / self.total

    def coverages(self, tokens: Sequence[Set[str]], context: Set[str], context_share: float) -> list[float]:
        """The same for many texts under one heading: a word that only the headings say counts ``context_share``."""
        above = [context_share * word.covered_by(context) for word in self.words]
        return [
            sum(
                word.information * max(word.covered_by(own), base) for word, base in zip(self.words, above, strict=True)
            )
            / self.total
            for own in tokens
        ]


def weigh(query: Query, index: Index) -> WeighedQuestion:
    """How much each word of the question says in this corpus."""
    n = len(index)
    words = []
    for word in query.words:
        frequencies = {token: index.document_frequency(token) for token in word.tokens}
        idf = {token: math.log(1 + (n + 0.5) / (frequency + 0.5)) for token, frequency in frequencies.items()}
        best = max((share for _, share in word.translations), default=1.0)
        known = {token: share / best for token, share in word.translations if index.document_frequency(token)}
        words.append(WeighedWord(idf, known, word.weight * max(idf.values())))
    total = sum(word.information for word in words) or 1.0
    return WeighedQuestion(tuple(words), total, index.embedder.encode_queries([query.text])[0])


def similarities(question: WeighedQuestion, texts: Sequence[str], index: Index, fallback: float) -> list[float]:
    """Cosines of the question and each text in [0, 1]. A model too slow to embed sentences while a person waits gives
    ``fallback`` (the cosine of their chunk) for all of them."""
    if not index.embedder.quick:
        return [fallback] * len(texts)
    return [float(value) for value in np.clip(index.embedder.encode_documents(texts) @ question.vector, 0.0, 1.0)]
