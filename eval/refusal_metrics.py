"""Refusal metrics: what it costs to answer, and what it costs not to.

Only rates that are read together mean anything: a system that always refuses makes no false answer.
``partial`` counts as an answer. A verdict is (answerable, refused, right), where right says that the answer
showed its evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def false_refusal(*, answerable: bool, refused: bool) -> float | None:
    """1 if the materials hold the answer and the system refused, 0 if it answered; None for unanswerable
    cases.
    """
    return float(refused) if answerable else None


def false_answer(*, answerable: bool, refused: bool) -> float | None:
    """1 if the materials do not hold the answer and the system gave one, 0 if it refused; None for
    answerable.
    """
    return None if answerable else float(not refused)


def answered_right(*, answerable: bool, refused: bool, right: bool) -> float | None:
    """Its mean is answered precision = right answers / answers given. None for a refusal.

    An answer to an unanswerable question is wrong whatever it shows. PaperQA calls this precision (arXiv
    2409.13740).
    """
    return None if refused else float(answerable and right)


def answered(*, refused: bool) -> float:
    """Its mean is coverage = answers given / cases."""
    return float(not refused)


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at confidence >= ``threshold``: the share answered, and the share of those that is
    wrong.
    """

    threshold: float
    coverage: float
    risk: float


def risk_coverage(confidences: Sequence[float | None], right: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve, from the highest threshold down; None is a case the system never answers.

    coverage(t) = |{i : c_i >= t}| / n, risk(t) = |{i : c_i >= t, not right}| / |{i : c_i >= t}|. Equal
    confidences enter together. (0.9, 0.5, None), right (True, False, False) -> (0.9: 1/3, 0), (0.5: 2/3,
    1/2). El-Yaniv, Wiener, On the Foundations of Noise-free Selective Classification, JMLR 11, 2010.
    """
    if len(confidences) != len(right):
        raise ValueError(f"{len(confidences)} confidences but {len(right)} verdicts")
    ordered = sorted(
        ((confidence, good) for confidence, good in zip(confidences, right, strict=True) if confidence is not None),
        key=lambda pair: -pair[0],
    )
    points: list[RiskPoint] = []
    wrong = 0
    for count, (confidence, good) in enumerate(ordered, start=1):
        wrong += not good
        if count == len(ordered) or ordered[count][0] != confidence:
            points.append(RiskPoint(confidence, count / len(confidences), wrong / count))
    return tuple(points)


def at_threshold(curve: Sequence[RiskPoint], threshold: float) -> RiskPoint:
    """Coverage and risk at one fixed threshold: the lowest point of the curve that is not below it.

    Nothing reaches the threshold: coverage 0, risk 0.
    """
    reached = [point for point in curve if point.threshold >= threshold]
    last = reached[-1] if reached else RiskPoint(threshold, 0.0, 0.0)
    return RiskPoint(threshold, last.coverage, last.risk)


def area_under_risk(curve: Sequence[RiskPoint]) -> float | None:
    """Mean risk over the coverage that was reached, each point weighed by the coverage it adds. None: no
    answer.

    0 is perfect. Geifman, El-Yaniv, Selective Classification for Deep Neural Networks, NeurIPS 2017 (AURC).
    """
    if not curve:
        return None
    before = [0.0, *(point.coverage for point in curve[:-1])]
    steps = [point.coverage - start for point, start in zip(curve, before, strict=True)]
    return sum(step * point.risk for step, point in zip(steps, curve, strict=True)) / curve[-1].coverage
