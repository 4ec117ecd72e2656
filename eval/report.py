"""A run's folder -> one report: what an owner of a course reads and an engineer decides by. No layout here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from eval.cases import Case
from eval.comparison import Comparison, Scored, compare, load_scored
from eval.curves import Curves, curves_of
from eval.faults import Failure, Fault, failures_of
from eval.figures import HEADLINES, Figures
from eval.judged import Judged, load_judged
from eval.results import Result, load_results
from eval.runs import Timing
from eval.scoring import BY_NAME
from eval.statistics import FEW_CASES, Estimate
from ingest.errors import UsageError


@dataclass(frozen=True, slots=True)
class Moved:
    """A case whose headline figures differ from the earlier run's."""

    case_id: str
    question: str
    figures: tuple[tuple[str, float, float], ...]  # metric, before, after
    lost: bool  # at least one of them got worse
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Versus:
    """This run against an earlier one; cases that lost come first."""

    comparison: Comparison
    earlier: Mapping[str, Any]  # its manifest
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows. ``failures`` are those of ``system``, by fault."""

    title: str
    system: str
    case_count: int
    synthetic: int  # cases made from the files themselves
    figures: Figures
    timings: dict[str, Timing]
    curves: dict[str, Curves]
    failures: dict[Fault, tuple[Failure, ...]]
    manifest: Mapping[str, Any]
    versus: Versus | None
    judged: Judged | None  # by a language model, where one was asked

    @property
    def headlines(self) -> dict[str, Estimate]:
        """The headline metrics the run has, in their order."""
        overall = self.figures.overall[self.system]
        return {name: overall[name] for name in HEADLINES if name in overall}

    @property
    def asked(self) -> bool:
        """Answers were given, not only passages found."""
        return bool(self.manifest["plan"]["answers"])

    def outcomes(self) -> list[tuple[str, int, bool]]:
        """What came of the questions: in words, how many, and whether that is good. Every case counts once."""
        absent = self.figures.overall[self.system].get("false_answer")
        silent = round(absent.count * (1.0 - absent.mean)) if absent is not None else 0
        wrong = [(str(fault), len(cases), False) for fault, cases in self.failures.items()]
        right = self.case_count - silent - sum(count for _, count, _ in wrong)
        good = "answered with the evidence" if self.asked else "the evidence was found"
        found = [(good, right, True), ("refused, and the materials do not hold it", silent, True), *wrong]
        return [one for one in found if one[1]]

    def warnings(self) -> list[str]:
        """What a reader must know before believing a figure."""
        found = []
        if self.case_count < FEW_CASES:
            found.append(f"Only {self.case_count} cases: with fewer than {FEW_CASES}, no figure is sure.")
        if self.synthetic:
            found.append(
                f"{self.synthetic} of {self.case_count} cases are synthetic, made from the files themselves: they reuse"
                " the files' words and are easier than what people ask."
            )
        if crashed := self.figures.crashed.get(self.system):
            found.append(f"{len(crashed)} cases crashed and are scored at their worst: {', '.join(crashed[:10])}.")
        if stale := self.manifest["stale"]:
            ids = ", ".join(dict.fromkeys(one["case_id"] for one in stale[:10]))
            found.append(f"{len(stale)} gold quotes are no longer in the files, so they cannot be found: {ids}.")
        return found


def make_report(folder: Path, system: str | None, earlier: Path | None) -> Report:
    """Read a complete run; ``system`` None is ours. ``earlier``: the run to compare with, over the same cases."""
    chosen = load_scored(folder, system)
    names = [path.stem for path in sorted((folder / "scores").glob("*.jsonl"))]
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    scored = {name: chosen if name == chosen.system else load_scored(folder, name) for name in names}
    results = {name: load_results(folder / "results" / f"{name}.jsonl") for name in names}
    figures = _read(folder / "figures.json", Figures)
    k = int(manifest["plan"]["k"])
    order = [chosen.system, *(name for name in figures.overall if name != chosen.system)]
    return Report(
        title=str(manifest["plan"].get("corpus", folder.name)),
        system=chosen.system,
        case_count=len(chosen.cases),
        synthetic=sum(case.extra.get("synthetic") is True for case in chosen.cases),
        figures=figures,
        timings=_read(folder / "timings.json", dict[str, Timing]),
        curves={name: curves_of(chosen.cases, scored[name].rows, results[name], k) for name in order},
        failures=failures_of(chosen.cases, chosen.rows, results[chosen.system]),
        manifest=manifest,
        versus=_versus(earlier, chosen, results[chosen.system], system) if earlier is not None else None,
        judged=load_judged(folder, chosen.system),
    )


def _versus(folder: Path, new: Scored, results: Sequence[Result], system: str | None) -> Versus:
    base = load_scored(folder, system)
    before = load_results(folder / "results" / f"{base.system}.jsonl")
    return Versus(
        comparison=compare(base, new),
        earlier=msgspec.json.decode((folder / "manifest.json").read_bytes()),
        moved=_moved(base, new, before, results),
    )


def _moved(base: Scored, new: Scored, before: Sequence[Result], after: Sequence[Result]) -> tuple[Moved, ...]:
    old = {case.case_id: (row, result) for case, row, result in zip(base.cases, base.rows, before, strict=True)}
    found: list[Moved] = []
    for case, row, result in zip(new.cases, new.rows, after, strict=True):
        old_row, old_result = old[case.case_id]
        figures = []
        lost = False
        for metric in HEADLINES:
            was, now = old_row.get(metric), row.get(metric)
            if was is not None and now is not None and was != now:
                figures.append((metric, was, now))
                lost = lost or (now < was) == (BY_NAME[metric].better == "higher")
        if figures:
            found.append(_one_moved(case, tuple(figures), lost, old_result, result))
    return tuple(sorted(found, key=lambda one: not one.lost))


def _one_moved(
    case: Case, figures: tuple[tuple[str, float, float], ...], lost: bool, before: Result, after: Result
) -> Moved:
    return Moved(case.case_id, case.question, figures, lost, _said(before), _said(after))


def _said(result: Result) -> str:
    if result.error is not None:
        return f"(crashed) {result.error}"
    return f"({result.verdict}) {result.answer}" if result.answer is not None else ""


def _read(path: Path, kind: Any) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{path}: it cannot be read ({error}).", "Make the run again with --fresh.") from error
