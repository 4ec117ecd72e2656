"""Other retrievers: plain fusions without the second look, and passages without neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.answers import PASSAGE_CHARS, Passage
from app.matching import WeighedQuestion, weigh
from app.retrieval import RetrievalSettings, Retriever
from app.understanding import Query
from ingest.index import Index, Rows
from ingest.store import StoredChunk

_CANDIDATES = 200
_RRF = 60  # Cormack, Clarke & Büttcher 2009
Scores = NDArray[np.float32]
Fusion = Callable[[Scores, Scores], Scores]
"""(cosine, BM25) of all candidates -> what they are sorted by."""


class FusedRetriever(Retriever):
    """Candidates of both searches in the order of a fusion."""

    def __init__(self, index: Index, fusion: Fusion) -> None:
        super().__init__(index)
        self._searched, self._fusion, self._boosts = index, fusion, RetrievalSettings().boosts()

    def retrieve(self, query: Query, k: int) -> tuple[list[Passage], WeighedQuestion]:
        index, question = self._searched, weigh(query, self._searched)
        near, _ = index.dense(question.vector, _CANDIDATES, index.allowed(query.filters))
        said, scores = index.lexical(query.words, _CANDIDATES, boosts=self._boosts, filters=query.filters)
        rows: Rows = np.union1d(near, said)
        cosines = np.clip(index.cosines(question.vector, rows), 0.0, 1.0)
        lexical = np.zeros(len(rows), np.float32)
        lexical[np.searchsorted(rows, said)] = scores
        order = np.lexsort((rows, -self._fusion(cosines, lexical)))
        passages: list[Passage] = []
        shown: set[int] = set()
        for chunk in index.chunks([int(row) for row in rows[order[: 8 * k]]]):
            if chunk.chunk.chunk_id not in shown and len(passages) < k:
                passages.append(replace(self.passage_of(chunk, shown=shown), rank=len(passages) + 1))
                shown.update(part.chunk.chunk_id for part in passages[-1].chunks if part.whole)
        return passages, question


class ChunkRetriever(Retriever):
    """The product's ranking; a passage is its chunk alone."""

    def passage_of(
        self, chunk: StoredChunk, *, shown: Set[int] = frozenset(), worth: Mapping[int, float] = MappingProxyType({})
    ) -> Passage:
        filled = super().passage_of(chunk, shown=shown, worth=worth)
        return replace(filled, text=chunk.chunk.text[:PASSAGE_CHARS], chunks=(chunk,), spans=chunk.chunk.spans)


def convex(weight: float) -> Fusion:
    """``weight`` of the dense score, each a share of its best; 1 and 0: one search alone."""

    def fused(cosines: Scores, lexical: Scores) -> Scores:
        return np.asarray(weight * _share(cosines) + (1 - weight) * _share(lexical), np.float32)

    return fused


def reciprocal_ranks(cosines: Scores, lexical: Scores) -> Scores:
    """Equal weights."""
    return np.asarray(sum(np.where(s > 0, 1 / (_RRF + _ranks(s)), 0.0) for s in (cosines, lexical)), np.float32)


def _share(scores: Scores) -> Scores:
    return scores / max(float(scores.max(initial=0.0)), 1e-6)


def _ranks(scores: Scores) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
