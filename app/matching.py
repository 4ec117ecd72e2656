"""How much of a question a text says: shared by the ranking of passages and the choice of quotes.

Said in two ways: by search tokens (``coverage``) and by word vectors (``Closeness``), each word of the question met by
the nearest word of the text, in either language: late interaction (Khattab & Zaharia 2020, arXiv 2004.12832) over the
built-in embedding's words. They are the built-in model's whatever model the index is searched with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.understanding import Query
from ingest.bilingual.model import shipped
from ingest.embedding import Vectors
from ingest.index import Index
from ingest.korean import PAIR
from ingest.lexical import SearchWord

_DATED_BY_HEADING = 0.8
_CALENDAR = ("week=", "lecture=", "date=", "month=")


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word of the question: its morphemes and its syllable pairs with the share of each in the information of all
    (idf of BM25, unknown tokens counted as the rarest), its translations with their share of the word in (0, 1], and
    other names of the term it belongs to, tokens with shares like the morphemes."""

    morphemes: dict[str, float]
    pairs: dict[str, float]
    translations: dict[str, float]
    information: float
    phrases: tuple[dict[str, float], ...] = ()

    def covered_by(self, tokens: Set[str]) -> float:
        """The share of the word in [0, 1] that a text with these tokens says: by its morphemes, by its syllable pairs
        (spelling and spacing slips, compounds cut differently), in the other language or by another name, whichever is
        most."""
        best = max(_share(self.morphemes, tokens), _share(self.pairs, tokens))
        for token, share in self.translations.items():
            if share > best and token in tokens:
                best = share
        for phrase in self.phrases:
            best = max(best, _share(phrase, tokens))
        return best

    def written_in(self, text: str) -> float:
        """The same of a short text that was not analysed: by the tokens whose letters stand in it."""
        text = text.lower()
        tokens = (*self.morphemes, *self.pairs, *self.translations, *(t for phrase in self.phrases for t in phrase))
        return self.covered_by({token for token in tokens if token.removeprefix(PAIR) in text})


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
class Closeness:
    """Of one text: its cosine with the question, and of each word of the question the cosine of the nearest word in
    it, (q,); all in [0, 1]."""

    cosine: float
    nearest: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordVectors:
    """The question by the built-in embedding: the text (d,), its words (q, d), all of length one or zero, and the share
    (q,) of each word: its information in this corpus times the length that the model learned for it."""

    text: Vectors
    words: Vectors
    shares: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WeighedQuestion:
    """The question against one corpus. ``vector`` is its embedding by the index's model, (d,)."""

    words: tuple[WeighedWord, ...]
    total: float
    vector: Vectors
    word_vectors: WordVectors
    calendar: frozenset[str]  # the weeks, lectures and dates it names, as search tokens
    asks: tuple[str, ...]  # beginnings of the calendar tokens that would answer it
    known: dict[str, Closeness] = field(default_factory=dict, repr=False)  # texts it was held against

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

    @property
    def shares(self) -> list[float]:
        """The share of each word in the question, by information in this corpus times learned length; of a question of
        dates and weeks alone, which have no length, by information."""
        learned = self.word_vectors.shares.tolist()
        return learned if any(learned) else list(map(float, self.information))

    @property
    def information(self) -> NDArray[np.float32]:
        """The share (q,) of each word in what the question says, by its rarity in this corpus."""
        return np.array([word.information for word in self.words], np.float32) / np.float32(self.total)

    def coverage(self, tokens: Set[str]) -> float:
        """The share of the question's information in [0, 1] that a text with these tokens says."""
        return sum(word.information * word.covered_by(tokens) for word in self.words) / self.total

    def said(self, tokens: Set[str], close: Closeness) -> NDArray[np.float32]:
        """Of each word (q,) how much of it in [0, 1] a text says, by its tokens or by a word that is near, whichever is
        more."""
        return np.maximum(self.said_by_tokens(tokens), close.nearest)

    def said_by_tokens(self, tokens: Set[str]) -> NDArray[np.float32]:
        """The same by its tokens alone."""
        return np.array([word.covered_by(tokens) for word in self.words], np.float32)

    def nearness(self, *texts: Closeness) -> float:
        """The share of the question in [0, 1] that texts say together, by the nearest of their words."""
        nearest = texts[0].nearest
        for other in texts[1:]:
            nearest = np.maximum(nearest, other.nearest)
        return float(self.word_vectors.shares @ nearest)

    def nearest(self, texts: Sequence[str]) -> list[float]:
        """For each word of the question the cosine in [0, 1] of the nearest word in any of the texts."""
        rows = [close.nearest for close in self.closeness(texts)]
        return [float(value) for value in np.max(rows, axis=0)]

    def closeness(self, texts: Sequence[str]) -> list[Closeness]:
        """Of each text; those held against the question before are remembered."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, _closeness(self.word_vectors, new), strict=True))
        return [self.known[text] for text in texts]


def _closeness(question: WordVectors, texts: Sequence[str]) -> list[Closeness]:
    words, at, begins = shipped().words(texts)
    cosines = (words @ question.words.T) / np.maximum(np.linalg.norm(words, axis=1), 1e-9)[:, None]
    counts = csr_array((np.ones(len(at), np.float32), at, begins), shape=(len(texts), len(words)))
    sums = counts @ words
    whole = np.clip((sums @ question.text) / np.maximum(np.linalg.norm(sums, axis=1), 1e-9), 0, 1)
    nearest = np.zeros((len(texts), len(question.words)), np.float32)
    filled = np.flatnonzero(np.diff(begins))  # texts with a word
    if filled.size:
        nearest[filled] = np.maximum(np.maximum.reduceat(cosines[at], begins[filled], axis=0), 0)
    return [Closeness(float(cosine), row) for cosine, row in zip(whole, nearest, strict=True)]


def calendar_of(tokens: Iterable[str]) -> frozenset[str]:
    """The weeks, lectures and dates among search tokens."""
    return frozenset(token for token in tokens if token.startswith(_CALENDAR))


def weigh(query: Query, index: Index) -> WeighedQuestion:
    """How much each word of the question says in this corpus."""
    words = []
    for word in query.words:
        idf = {token: _idf(token, index) for token in word.tokens}
        best = max((share for _, share in word.translations), default=1.0)
        known = {token: share / best for token, share in word.translations if index.document_frequency(token)}
        pairs = {token: weight for token, weight in idf.items() if token.startswith(PAIR)}
        morphemes = {token: weight for token, weight in idf.items() if token not in pairs}
        information = word.weight * max((morphemes or pairs).values())
        phrases = tuple(_shares({token: _idf(token, index) for token in phrase}) for phrase in word.phrases)
        words.append(WeighedWord(_shares(morphemes), _shares(pairs), known, information, phrases))
    total = sum(word.information for word in words) or 1.0
    calendar = calendar_of(token for word in query.words for token in word.tokens)
    return WeighedQuestion(
        tuple(words),
        total,
        index.embedder.encode_queries([query.mended])[0],
        _word_vectors(query, [word.information for word in words]),
        calendar,
        query.asks,
    )


def _idf(token: str, index: Index) -> float:
    return math.log(1 + (len(index) + 0.5) / (index.document_frequency(token) + 0.5))


def _word_vectors(query: Query, information: Sequence[float]) -> WordVectors:
    model = shipped()
    vectors = np.stack([_vector(word) for word in query.words]) if query.words else np.zeros((0, model.dimension))
    lengths = np.linalg.norm(vectors, axis=1)
    shares = lengths * np.asarray(information)
    return WordVectors(
        text=model.encode([query.mended])[0],
        words=np.asarray(vectors / np.where(lengths > 0, lengths, 1)[:, None], np.float32),
        shares=np.asarray(shares / (shares.sum() or 1.0), np.float32),
    )


def _vector(word: SearchWord) -> Vectors:
    """The sum of its rows; none for a date or week, which only search tokens can meet."""
    pieces = shipped().pieces("" if "=" in word.written else word.written)
    return np.asarray(shipped().rows[pieces].sum(axis=0), np.float32)
