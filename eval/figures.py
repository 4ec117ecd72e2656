"""Rows of figures -> means with intervals, slices, and the printed table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.refusal_metrics import RiskPoint, area_under_risk, at_threshold, risk_coverage
from eval.results import Result
from eval.scoring import BY_NAME, METRICS, Row
from eval.statistics import FEW_CASES, Difference, Estimate, difference, estimate, significant
from eval.tables import number, table

HEADLINES = ("hit@5", "mrr@10", "evidence_shown", "false_refusal", "false_answer")
_DOCUMENTS_PRINTED = 12
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)  # of confidence: the same for every set and every run

Estimates = dict[str, Estimate]

DIMENSIONS: Mapping[str, Callable[[Case], str]] = {
    "kind": lambda case: case.kind,
    "language": lambda case: case.language,
    "document": lambda case: case.gold[0].file if case.gold else "",
}


@dataclass(frozen=True, slots=True)
class Risk:
    """What answering only when confident would give. ``area``: mean risk over the whole curve."""

    area: float
    points: tuple[RiskPoint, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a run found, by system; no times in it.

    ``slices``: system -> dimension -> value -> metric. ``differs``: system -> metrics whose difference from
    the first system is significant.
    """

    cases: int
    overall: dict[str, Estimates]
    slices: dict[str, dict[str, dict[str, Estimates]]]
    differs: dict[str, list[str]]
    risk: dict[str, Risk]
    crashed: dict[str, list[str]]


def figures_of(
    cases: Sequence[Case], rows: Mapping[str, Sequence[Row]], results: Mapping[str, Sequence[Result]]
) -> Figures:
    """Means of every metric over all cases, of the headline metrics over every slice."""
    names = list(rows)
    risks = {name: _risk(rows[name], results[name]) for name in names}
    return Figures(
        cases=len(cases),
        overall={name: _estimates(rows[name], [metric.name for metric in METRICS]) for name in names},
        slices={name: {by: _sliced(cases, rows[name], key) for by, key in DIMENSIONS.items()} for name in names},
        differs={name: differing(rows[names[0]], rows[name]) for name in names[1:]},
        risk={name: risk for name, risk in risks.items() if risk is not None},
        crashed={name: [one.case_id for one in results[name] if one.error is not None] for name in names},
    )


def paired(base: Sequence[Row], new: Sequence[Row], metric: str) -> tuple[list[float], list[float]]:
    """The values of one metric over the cases where both rows have one."""
    pairs = [(old.get(metric), now.get(metric)) for old, now in zip(base, new, strict=True)]
    both = [(old, now) for old, now in pairs if old is not None and now is not None]
    return [old for old, _ in both], [now for _, now in both]


def differing(base: Sequence[Row], new: Sequence[Row]) -> list[str]:
    """Metrics that differ significantly, all of them tested together."""
    tests: dict[str, Difference] = {}
    for metric in METRICS:
        old, now = paired(base, new, metric.name)
        if old:
            tests[metric.name] = difference(old, now)
    return [name for name, there in significant(tests).items() if there]


def figures_table(figures: Figures) -> str:
    """The metrics down, the systems across; then the headline metrics by slice."""
    systems = list(figures.overall)
    shown = [m.name for m in METRICS if any(m.name in figures.overall[system] for system in systems)]
    rows = [
        [metric, BY_NAME[metric].better, *(_cell(figures, system, metric) for system in systems)] for metric in shown
    ]
    parts = [
        f"{figures.cases} cases; mean [95 % interval] n",
        "",
        table(["metric", "better", *systems], rows),
    ]
    if len(systems) > 1:
        parts.append(f"\n* differs from {systems[0]} (paired permutation test, all metrics together at 5 %)")
    if figures.risk:
        header = ["coverage, risk at confidence", *(f">= {threshold}" for threshold in THRESHOLDS), "area"]
        risks = [
            [name, *(f"{p.coverage:.3f}, {p.risk:.3f}" for p in risk.points), number(risk.area)]
            for name, risk in figures.risk.items()
        ]
        parts += ["", table(header, risks)]
    for dimension in DIMENSIONS:
        parts.extend(_slice_table(figures, dimension, shown))
    return "\n".join(parts)


def _estimates(rows: Sequence[Row], metrics: Sequence[str]) -> Estimates:
    found: Estimates = {}
    for metric in metrics:
        values = [value for row in rows if (value := row.get(metric)) is not None]
        if values:
            found[metric] = estimate(values)
    return found


def _risk(rows: Sequence[Row], results: Sequence[Result]) -> Risk | None:
    """None for a system that was not asked, or says nothing of its confidence."""
    confidences = [None if one.refused or one.error else one.confidence for one in results]
    curve = risk_coverage(confidences, [row.get("answered_right") == 1.0 for row in rows])
    area = area_under_risk(curve)
    if area is None:
        return None
    return Risk(area, tuple(at_threshold(curve, threshold) for threshold in THRESHOLDS))


def _sliced(cases: Sequence[Case], rows: Sequence[Row], key: Callable[[Case], str]) -> dict[str, Estimates]:
    groups: dict[str, list[Row]] = {}
    for case, row in zip(cases, rows, strict=True):
        groups.setdefault(key(case), []).append(row)
    return {value: _estimates(groups[value], HEADLINES) for value in sorted(groups) if value}


def _cell(figures: Figures, system: str, metric: str) -> str:
    found = figures.overall[system].get(metric)
    if found is None:
        return "–"
    star = "*" if metric in figures.differs.get(system, ()) else ""
    return f"{number(found.mean)}{star} [{number(found.low)}, {number(found.high)}] {found.count}"


def _slice_table(figures: Figures, dimension: str, shown: Sequence[str]) -> list[str]:
    first = next(iter(figures.overall))
    slices = figures.slices[first][dimension]
    if len(slices) < 2:
        return []
    metrics = [metric for metric in HEADLINES if metric in shown]
    count = {value: max((one.count for one in found.values()), default=0) for value, found in slices.items()}
    order = sorted(slices, key=lambda value: (-count[value], value))
    printed = order[:_DOCUMENTS_PRINTED] if dimension == "document" else order
    rows = []
    few = False
    for value in printed:
        cells = []
        for metric in metrics:
            found = slices[value].get(metric)
            cells.append("–" if found is None else f"{number(found.mean)}{'?' if found.too_few else ''} {found.count}")
            few = few or (found is not None and found.too_few)
        rows.append([value, *cells])
    parts = [f"\n{first} by {dimension}", "", table([dimension, *metrics], rows)]
    if len(printed) < len(order):
        parts.append(f"\n({len(order) - len(printed)} more in figures.json)")
    if few:
        parts.append(f"\n? fewer than {FEW_CASES} cases: too few to conclude anything from this slice")
    return parts
