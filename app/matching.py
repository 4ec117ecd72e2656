"""How much of a question a text says: shared by the ranking of passages and the choice of quotes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from app.understanding import Query
from ingest.analyser import PAIR
from ingest.embedding import Vectors
from ingest.index import Index

_DATED_BY_HEADING = 0.8
_CALENDAR = ("week=", "lecture=", "date=", "month=")


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word of the question: its morphemes and its syllable pairs with the share of each in the information of all
    (idf of BM25, unknown tokens counted as the rarest), and its translations with their share of the word in (0, 1]."""

    morphemes: dict[str, float]
    pairs: dict[str, float]
    translations: dict[str, float]
    information: float

    def covered_by(self, tokens: Set[str]) -> float:
        """The share of the word in [0, 1] that a text with these tokens says: by its morphemes, by its syllable pairs
        (spelling and spacing slips, compounds cut differently) or in the other language, whichever is most."""
        best = max(_share(self.morphemes, tokens), _share(self.pairs, tokens))
        for token, share in self.translations.items():
            if share > best and token in tokens:
                best = share
        return best


def _share(weights: Mapping[str, float], tokens: Set[str]) -> float:
    found = 0.0
    for token, weight in weights.items():
        if token in tokens:
            found += weight
    return found


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {token: weight / total for token, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class WeighedQuestion:
    """The question against one corpus. ``vector`` is its embedding, (d,)."""

    words: tuple[WeighedWord, ...]
    total: float
    vector: Vectors
    calendar: frozenset[str]  # the weeks, lectures and dates it names, as search tokens
    asks: tuple[str, ...]  # beginnings of the calendar tokens that would answer it
    known: dict[str, float] = field(default_factory=dict, repr=False)  # cosines of texts it was held against

    def says_when(self, tokens: Set[str]) -> bool:
        """Whether a text names a week or date of the kind asked for."""
        return bool(self.asks) and any(token.startswith(self.asks) for token in tokens)

    def dated(self, tokens: Set[str], heading: Set[str]) -> float:
        """How much of a question that asks when is said by a text together with its week or date, which may stand in
        the heading over it (a little less sure)."""
        if self.says_when(tokens):
            return self.coverage(tokens)
        return _DATED_BY_HEADING * self.coverage(tokens | heading) if self.says_when(heading) else 0.0

    def on_time(self, tokens: Set[str]) -> float:
        """How exactly a text names the weeks, lectures and dates asked for (Jaccard): "Week 7" meets "7주차" better
        than "1~8주차" does. 0 when the question asks for none."""
        there = calendar_of(tokens)
        return len(self.calendar & there) / len(self.calendar | there) if self.calendar and there else 0.0

    def coverage(self, tokens: Set[str]) -> float:
        """The share of the question's information in [0, 1] that a text with these tokens says."""
        return sum(word.information * word.covered_by(tokens) for word in self.words) / self.total


def calendar_of(tokens: Iterable[str]) -> frozenset[str]:
    """The weeks, lectures and dates among search tokens."""
    return frozenset(token for token in tokens if token.startswith(_CALENDAR))


def weigh(query: Query, index: Index) -> WeighedQuestion:
    """How much each word of the question says in this corpus."""
    n = len(index)
    words = []
    for word in query.words:
        frequencies = {token: index.document_frequency(token) for token in word.tokens}
        idf = {token: math.log(1 + (n + 0.5) / (frequency + 0.5)) for token, frequency in frequencies.items()}
        best = max((share for _, share in word.translations), default=1.0)
        known = {token: share / best for token, share in word.translations if index.document_frequency(token)}
        pairs = {token: weight for token, weight in idf.items() if token.startswith(PAIR)}
        morphemes = {token: weight for token, weight in idf.items() if token not in pairs}
        information = word.weight * max((morphemes or pairs).values())
        words.append(WeighedWord(_shares(morphemes), _shares(pairs), known, information))
    total = sum(word.information for word in words) or 1.0
    calendar = calendar_of(token for word in query.words for token in word.tokens)
    return WeighedQuestion(tuple(words), total, index.embedder.encode_queries([query.text])[0], calendar, query.asks)


def similarities(question: WeighedQuestion, texts: Sequence[str], index: Index, fallback: float) -> list[float]:
    """Cosines of the question and each text in [0, 1]. A model too slow to embed sentences while a person waits gives
    ``fallback`` (the cosine of their chunk) for all of them."""
    if not index.embedder.quick:
        return [fallback] * len(texts)
    new = [text for text in dict.fromkeys(texts) if text not in question.known]
    cosines = np.clip(index.embedder.encode_documents(new) @ question.vector, 0.0, 1.0)
    question.known.update(zip(new, map(float, cosines), strict=True))
    return [question.known[text] for text in texts]
