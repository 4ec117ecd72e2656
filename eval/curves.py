"""What the charts of a report show, as points: arithmetic on results and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.evidence import gold_ranks
from eval.refusal_metrics import risk_coverage
from eval.results import Result
from eval.retrieval_metrics import recall
from eval.scoring import Row

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of one system; an empty one has nothing to show."""

    recall_by_k: Points  # k -> mean recall of gold quotes in the first k passages
    risk_by_coverage: Points  # share of questions answered, the surest first -> share of those answers that is wrong
    share_by_seconds: Points  # seconds -> share of questions done by then


def curves_of(cases: Sequence[Case], rows: Sequence[Row], results: Sequence[Result], k: int) -> Curves:
    """All three; crashed cases count as not found and not answered, and have no time."""
    confidences = [None if one.refused or one.error else one.confidence for one in results]
    risk = risk_coverage(confidences, [row.get("answered_right") == 1.0 for row in rows])
    return Curves(
        recall_by_k=recall_by_k(cases, results, k),
        risk_by_coverage=tuple((point.coverage, point.risk) for point in risk),
        share_by_seconds=share_by_seconds([one.seconds for one in results if one.error is None]),
    )


def recall_by_k(cases: Sequence[Case], results: Sequence[Result], k: int) -> Points:
    """Mean recall@1 to recall@k over the cases with gold. Of two cases with one gold each, one found at rank 2 and one
    not at all: (1, 0), (2, 0.5), (3, 0.5) …"""
    ranks = [gold_ranks(case, one.passages) for case, one in zip(cases, results, strict=True) if case.gold]
    if not ranks:
        return ()
    return tuple((float(n), sum(recall(found, n) or 0.0 for found in ranks) / len(ranks)) for n in range(1, k + 1))


def share_by_seconds(seconds: Sequence[float]) -> Points:
    """The distribution of times: (0.2, 0.1, 0.1) -> (0.1, 2/3), (0.2, 1)."""
    ordered = sorted(seconds)
    return tuple(
        (value, place / len(ordered))
        for place, value in enumerate(ordered, start=1)
        if place == len(ordered) or ordered[place] != value
    )
