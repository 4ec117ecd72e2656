"""Is the evidence enough? One threshold for all material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import Passage, Verdict
from app.evidence import ScoredUnit
from app.understanding import Query
from ingest.index import Index

_CALENDAR = ("week=", "lecture=", "date=", "month=")


@dataclass(frozen=True, slots=True)
class Judgement:
    """``confidence`` in [0, 1]; ``missing`` names the dates, weeks and lectures of the question that no passage has."""

    verdict: Verdict
    confidence: float
    missing: tuple[str, ...] = ()


def judge(
    query: Query, passages: Sequence[Passage], evidence: Sequence[ScoredUnit], index: Index, threshold: float
) -> Judgement:
    """Refuse when a week, lecture or date asked for is nowhere in the passages, or too little is covered."""
    missing = missing_places(query, passages, index)
    best = evidence[0] if evidence else None
    confidence = max(best.covered, best.passage.score) if best else 0.0
    refused = bool(missing) or confidence < threshold
    return Judgement(Verdict.REFUSE if refused else Verdict.ANSWER, confidence, missing)


def missing_places(query: Query, passages: Sequence[Passage], index: Index) -> tuple[str, ...]:
    """Calendar tokens of the question (``week=40``, ``date=07-05``) that stand in no passage and no heading of one."""
    asked = [token for word in query.words for token in word.tokens if token.startswith(_CALENDAR)]
    if not asked:
        return ()
    there = {token for passage in passages for token in index.analyser.tokens(f"{passage.heading}\n{passage.text}")}
    return tuple(token for token in asked if token not in there)
