"""Two runs side by side: did anything change, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.cases import Case, load_cases
from eval.figures import DIMENSIONS, HEADLINES, paired
from eval.scoring import METRICS, Metric, Row
from eval.statistics import FEW_CASES, Difference, difference, significant
from eval.systems import OURS
from eval.tables import number, signed, table
from ingest.errors import UsageError

_CHANGED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """A complete run's cases and one system's rows."""

    label: str
    system: str
    cases: tuple[Case, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in both runs. ``significant`` takes all metrics of the comparison into account."""

    metric: str
    base: float
    new: float
    difference: Difference
    significant: bool
    verdict: str  # better, worse, changed, or "no difference shown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Base against new: every metric, the headline metrics by slice, and the cases that got worse."""

    base: str
    new: str
    cases: int
    changes: tuple[Change, ...]
    slices: dict[str, dict[str, tuple[Change, ...]]]
    worse: dict[str, tuple[str, ...]]


def load_scored(folder: Path, system: str | None) -> Scored:
    """A run folder. ``system`` None: ours, or the only one there is."""
    if not (folder / "manifest.json").is_file():
        raise UsageError(f"{folder}: no complete run is there.", "Make one, or finish it, with `seodang eval run`.")
    names = sorted(path.stem for path in (folder / "scores").glob("*.jsonl"))
    chosen = system or (OURS if OURS in names else names[0] if len(names) == 1 else None)
    if chosen not in names:
        raise UsageError(f"{folder}: no system {chosen or OURS!r} in it.", f"Choose one of: {', '.join(names)}.")
    cases = load_cases(folder / "cases.jsonl")
    rows: list[Row] = []
    for line in (folder / "scores" / f"{chosen}.jsonl").read_bytes().splitlines():
        value = msgspec.json.decode(line)
        del value["id"]
        rows.append(value)
    return Scored(f"{folder.name}:{chosen}", chosen, cases, tuple(rows))


def compare(base: Scored, new: Scored) -> Comparison:
    """Pair the runs case by case, over all metrics and the slices of the headline metrics."""
    ids = [case.case_id for case in base.cases]
    rows = in_the_same_order(base, new)
    slices: dict[str, dict[str, tuple[Change, ...]]] = {}
    headlines = [metric for metric in METRICS if metric.name in HEADLINES]
    for dimension, key in DIMENSIONS.items():
        groups: dict[str, list[int]] = {}
        for place, case in enumerate(base.cases):
            groups.setdefault(key(case), []).append(place)
        slices[dimension] = {
            value: _changes([base.rows[i] for i in places], [rows[i] for i in places], headlines)
            for value, places in sorted(groups.items())
            if value
        }
    return Comparison(
        base=base.label,
        new=new.label,
        cases=len(ids),
        changes=_changes(base.rows, rows, METRICS),
        slices=slices,
        worse=_worse(ids, base.rows, rows),
    )


def in_the_same_order(base: Scored, new: Scored) -> list[Row]:
    """The rows of ``new`` in the order of ``base``. Missing or extra cases are an error, not a smaller comparison."""
    ids = [case.case_id for case in base.cases]
    row_of = {case.case_id: row for case, row in zip(new.cases, new.rows, strict=True)}
    if set(ids) != set(row_of):
        odd = sorted(set(ids) ^ set(row_of))
        raise UsageError(
            f"{base.label} and {new.label}: {len(odd)} cases are in only one of them, first {odd[0]!r}.",
            "Run both on the same cases with the same filters.",
        )
    return [row_of[case_id] for case_id in ids]


def comparison_table(found: Comparison) -> str:
    """What a person reads: all metrics, then slices with something significant, then the cases lost."""
    parts = [f"{found.cases} cases; base {found.base}, new {found.new}", "", _table("metric", found.changes)]
    for dimension, slices in found.slices.items():
        for value, changes in slices.items():
            telling = [change for change in changes if change.significant]
            if telling and len(slices) > 1:
                few = any(change.difference.count < FEW_CASES for change in telling)
                warning = f" (fewer than {FEW_CASES} cases: too few to conclude)" if few else ""
                parts += ["", f"{dimension} {value}{warning}", "", _table("metric", telling)]
    for metric, ids in found.worse.items():
        more = f" and {len(ids) - _CHANGED_SHOWN} more" if len(ids) > _CHANGED_SHOWN else ""
        parts.append(f"\nWorse in {metric}: {', '.join(ids[:_CHANGED_SHOWN])}{more}")
    return "\n".join(parts) + "\n"


def _changes(base: Sequence[Row], new: Sequence[Row], metrics: Sequence[Metric]) -> tuple[Change, ...]:
    tested: dict[str, tuple[Metric, float, float, Difference]] = {}
    for metric in metrics:
        old, now = paired(base, new, metric.name)
        if old:
            tested[metric.name] = (metric, sum(old) / len(old), sum(now) / len(now), difference(old, now))
    fallen = significant({name: delta for name, (_, _, _, delta) in tested.items()})
    return tuple(
        Change(name, old, now, delta, fallen[name], _verdict(metric, delta.mean) if fallen[name] else _NOTHING)
        for name, (metric, old, now, delta) in tested.items()
    )


_NOTHING = "no difference shown"


def _verdict(metric: Metric, delta: float) -> str:
    if metric.better == "neither":
        return "changed"
    return "better" if (delta > 0) == (metric.better == "higher") else "worse"


def _worse(ids: Sequence[str], base: Sequence[Row], new: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """Per headline metric, the cases that lost, in case order."""
    lost: dict[str, tuple[str, ...]] = {}
    for metric in (metric for metric in METRICS if metric.name in HEADLINES):
        sign = 1.0 if metric.better == "higher" else -1.0
        worse = []
        for case_id, old_row, new_row in zip(ids, base, new, strict=True):
            old, now = old_row.get(metric.name), new_row.get(metric.name)
            if old is not None and now is not None and sign * (now - old) < 0:
                worse.append(case_id)
        if worse:
            lost[metric.name] = tuple(worse)
    return lost


def _table(title: str, changes: Sequence[Change]) -> str:
    rows = [
        [
            change.metric,
            str(change.difference.count),
            number(change.base),
            number(change.new),
            _with_interval(change.difference),
            f"{change.difference.p:.4f}",
            change.verdict,
        ]
        for change in changes
    ]
    return table([title, "n", "base", "new", "difference [95 %]", "p", "verdict"], rows)


def _with_interval(delta: Difference) -> str:
    return f"{signed(delta.mean)} [{signed(delta.low)}, {signed(delta.high)}]"
