"""Query -> passages: dense and lexical search shortlist chunks, a second look ranks them, neighbours fill them up.

The shortlist is made by convex combinations of the two scores, each as a share of its best. Rank fusion was tried and
loses: it lets the lexical noise of the wrong language outvote the right passage (eval/NOTES.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.answers import PASSAGE_CHARS, Passage
from app.filling import fill_up
from app.matching import WeighedQuestion, weigh
from app.ranking import features
from app.ranking import score as score_of
from app.reranker import RERANKED, Reranker
from app.understanding import Query
from ingest.documents import Kind, Span
from ingest.index import Index, Rows
from ingest.lexical import LexicalBoosts
from ingest.store import StoredChunk
from ingest.text_for_search import heading_path_of

_CANDIDATES = 200  # taken from each search
_SHORTLISTS = ((0.3, 30), (0.6, 20))  # (weight of the dense score, how many): the second is for other languages
_REACH = 8  # chunks before and after: more than a passage holds
_FLOWING = (Kind.NOTES, Kind.WEB, Kind.TRANSCRIPT, Kind.CODE)  # a passage may run over their pages


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """Measured in eval/NOTES.md."""

    headings: float = 0.4  # a token in the headings, beside one in the text
    translations: float = 1.0  # a word's translations, beside its own tokens together

    def boosts(self) -> LexicalBoosts:
        return LexicalBoosts(self.headings, self.translations)


@dataclass(frozen=True, slots=True)
class Found:
    """What one wording of a question found."""

    query: Query
    question: WeighedQuestion
    passages: tuple[Passage, ...]


class Retriever:
    """Searches one index."""

    def __init__(
        self, index: Index, settings: RetrievalSettings | None = None, *, reranker: Reranker | None = None
    ) -> None:
        self._index = index
        self._reranker = reranker
        self._settings = settings or RetrievalSettings()

    def retrieve(self, query: Query, k: int) -> tuple[list[Passage], WeighedQuestion]:
        """The best ``k`` passages, best first, equal scores by chunk id (a reranker's order goes before); and the
        question weighed for this corpus."""
        wanted = max(k, RERANKED) if self._reranker else k
        question, shortlist = self.candidates(query)
        found = features(question, shortlist)
        scores = [score_of(measured) for measured in found]
        worth = {chunk.chunk.chunk_id: score for (chunk, _, _), score in zip(shortlist, scores, strict=True)}
        ranked = sorted(zip(shortlist, found, scores, strict=True), key=lambda one: (-one[2], one[0][0].chunk.chunk_id))
        passages: list[Passage] = []
        shown: set[int] = set()
        for (chunk, cosine, _), measured, score in ranked:
            if len(passages) == wanted:
                break
            if chunk.chunk.chunk_id in shown:
                continue  # stands in a passage already
            passage = self.passage_of(chunk, shown=shown, worth=worth)
            shown.update(part.chunk.chunk_id for part in passage.chunks if part.whole)
            lexical = measured.lexical_share
            passages.append(replace(passage, rank=len(passages) + 1, score=score, dense=cosine, lexical=lexical))
        if self._reranker is not None:
            passages = self._reranker.rerank(query.mended, passages)[:k]
        return passages, question

    def candidates(self, query: Query) -> tuple[WeighedQuestion, list[tuple[StoredChunk, float, float]]]:
        """The weighed question, and (chunk, cosine, BM25) of everything worth a second look."""
        index = self._index
        question = weigh(query, index)
        allowed = index.allowed(query.filters)
        dense_rows, _ = index.dense(question.vector, _CANDIDATES, allowed)
        lexical_rows, lexical_scores = index.lexical(
            query.words, _CANDIDATES, boosts=self._settings.boosts(), filters=query.filters
        )
        rows: Rows = np.union1d(dense_rows, lexical_rows)
        if not rows.size:
            return question, []
        cosines = np.clip(index.cosines(question.vector, rows), 0.0, 1.0)
        lexical = np.zeros(len(rows), np.float32)
        lexical[np.searchsorted(rows, lexical_rows)] = lexical_scores
        kept = _best_of(rows, cosines, lexical)
        chunks = index.chunks([int(row) for row in rows[kept]])
        return question, [(chunk, float(cosines[i]), float(lexical[i])) for chunk, i in zip(chunks, kept, strict=True)]

    def passage_of(
        self, chunk: StoredChunk, *, shown: Set[int] = frozenset(), worth: Mapping[int, float] = MappingProxyType({})
    ) -> Passage:
        """The chunk, filled up with its neighbours: not with those ``shown`` before, and with those first that the
        question makes of greater ``worth`` (both by chunk id). It has no rank and no scores yet."""
        index = self._index
        document = index.document_of(chunk)
        around = self._around(chunk, flowing=document.kind in _FLOWING)
        parts = fill_up(chunk, {n: part for n, part in around.items() if part.chunk.chunk_id not in shown}, worth)
        spans = _distinct([span for part in parts for span in part.chunk.spans])
        return Passage(
            rank=0,
            path=document.path,
            location=str(index.locate(document, spans)),
            heading=heading_path_of(document.title, chunk.chunk.headings),
            text="\n".join(part.chunk.text for part in parts)[:PASSAGE_CHARS],
            spans=tuple(spans),
            chunks=tuple(parts),
            chunk_id=chunk.chunk.chunk_id,
            score=0.0,
            dense=0.0,
            lexical=0.0,
        )

    def _around(self, chunk: StoredChunk, *, flowing: bool) -> dict[int, StoredChunk]:
        """Its neighbours by ordinal, under the same top heading, and on the same page where pages are physical."""
        page = chunk.chunk.spans[0].page
        return {
            part.ordinal: part
            for part in self._index.neighbours(chunk, _REACH, _REACH)
            if part.chunk.headings[:1] == chunk.chunk.headings[:1]
            and (flowing or {span.page for span in part.chunk.spans} == {page})
        }


def in_turns(rankings: Sequence[Sequence[Passage]], most: int) -> list[Passage]:
    """One passage of each ranking by turns, the first ranking's first, without what an earlier passage shows already:
    no ranking can push the others out, however sure it is of itself."""
    passages: list[Passage] = []
    shown: set[int] = set()
    for passage in chain.from_iterable(zip_longest(*rankings)):
        if passage is None or passage.chunk_id in shown or len(passages) == most:
            continue
        shown.update(part.chunk.chunk_id for part in passage.chunks if part.whole)
        passages.append(replace(passage, rank=len(passages) + 1))
    return passages


def _best_of(rows: Rows, cosines: NDArray[np.float32], lexical: NDArray[np.float32]) -> list[int]:
    """Positions of the shortlisted rows, in row order."""
    dense_share = cosines / max(float(cosines.max()), 1e-6)
    lexical_share = lexical / max(float(lexical.max()), 1e-6)
    kept: set[int] = set()
    for weight, count in _SHORTLISTS:
        fused = weight * dense_share + (1 - weight) * lexical_share
        kept.update(int(i) for i in np.lexsort((rows, -fused))[:count])
    return sorted(kept)


def _distinct(spans: Sequence[Span]) -> list[Span]:
    """Each span once: chunks of one table share its header row."""
    return list(dict.fromkeys(spans))
