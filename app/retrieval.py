"""Query -> passages: dense and lexical search, fused.

The fused score is a convex combination of two scores that each mean something by themselves: the cosine, and the BM25
score as a share of what a chunk holding every query token would get. Rank fusion was tried and loses: it lets the
lexical noise of the wrong language outvote the right passage (eval/NOTES.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.answers import PASSAGE_CHARS, Passage
from app.understanding import Query
from ingest.index import Index, Rows
from ingest.lexical import LexicalBoosts, SearchWord
from ingest.text_for_search import heading_path_of

_CANDIDATES = 200  # taken from each side before fusion


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """Weights of the fusion; measured in eval/NOTES.md."""

    dense_weight: float = 0.3  # when every content token of the question occurs in the corpus
    dense_weight_unknown: float = 0.8  # when none does: another language, or other words for it
    boosts: LexicalBoosts = LexicalBoosts(headings=0.5, translations=2.0)  # noqa: RUF009 (frozen)


class Retriever:
    """Searches one index."""

    def __init__(self, index: Index, settings: RetrievalSettings | None = None) -> None:
        self._index = index
        self._settings = settings or RetrievalSettings()

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """The best ``k`` passages, best first; equal scores by chunk id."""
        index, settings = self._index, self._settings
        if not len(index):
            return []
        allowed = index.allowed(query.filters)
        vector = index.embedder.encode_queries([query.text])[0]
        dense_rows, _ = index.dense(vector, _CANDIDATES, allowed)
        lexical_rows, lexical_scores = index.lexical(
            query.words, _CANDIDATES, boosts=settings.boosts, filters=query.filters
        )
        rows: Rows = np.union1d(dense_rows, lexical_rows)
        if not rows.size:
            return []
        cosines = np.clip(index.cosines(vector, rows), 0.0, 1.0)
        best = self._best_lexical(query.words)
        lexical = np.zeros(len(rows), np.float32)
        if best > 0:
            lexical[np.searchsorted(rows, lexical_rows)] = np.minimum(lexical_scores / best, 1.0)
        weight = self._dense_weight(query.words)
        dense_top, lexical_top = max(float(cosines.max()), 1e-6), max(float(lexical.max()), 1e-6)
        fused = weight * cosines / dense_top + (1 - weight) * lexical / lexical_top
        order = np.lexsort((rows, -fused))[:k]
        return [
            self._passage(rank, int(rows[i]), float(fused[i]), float(cosines[i]), float(lexical[i]))
            for rank, i in enumerate(order, 1)
        ]

    def _dense_weight(self, words: Sequence[SearchWord]) -> float:
        """Between the two settings, by the share of the question's words the corpus knows."""
        known = sum(1 for word in words if any(map(self._index.document_frequency, word.tokens)))
        share = known / max(len(words), 1)
        settings = self._settings
        return share * settings.dense_weight + (1 - share) * settings.dense_weight_unknown

    def _best_lexical(self, words: Sequence[SearchWord]) -> float:
        """What BM25 gives a chunk of average length that holds every known token once, in text and headings."""
        n = len(self._index)
        total = 0.0
        for word in words:
            for token in word.tokens:
                if frequency := self._index.document_frequency(token):
                    total += word.weight * math.log(1 + (n - frequency + 0.5) / (frequency + 0.5))
        return total * (1 + self._settings.boosts.headings)

    def _passage(self, rank: int, row: int, score: float, dense: float, lexical: float) -> Passage:
        chunk = self._index.chunks([row])[0]
        document = self._index.document_of(chunk)
        return Passage(
            rank=rank,
            row=row,
            path=document.path,
            location=str(self._index.locate(chunk)),
            heading=heading_path_of(document.title, chunk.chunk.headings),
            text=chunk.chunk.text[:PASSAGE_CHARS],
            spans=chunk.chunk.spans,
            score=score,
            dense=dense,
            lexical=lexical,
        )
