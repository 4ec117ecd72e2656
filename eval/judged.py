"""A run's answers judged: grades, how far people agree with them, and which of two runs a judge prefers.

``judge.json`` in the run's folder holds it; a report shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.model_failures import FailedModelError, Failure
from eval.cases import Case
from eval.judge import BEST, PROMPT_VERSION, Aspect, Graded, Judge, Preferred
from eval.results import Result
from eval.statistics import Difference, Estimate, difference, estimate, kappa
from ingest.errors import UsageError

FILE = "judge.json"
Labels = Mapping[str, Mapping[Aspect, int]]  # case id -> what a person said
_ASPECTS = [aspect.value for aspect in Aspect]
_NOTHING: Mapping[Aspect, int] = {}


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """One answer with its grades; ``labels`` are a person's, where given."""

    case_id: str
    question: str
    answer: str
    grades: dict[Aspect, Graded]
    labels: dict[Aspect, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of judge and person: the share of equal grades, and Cohen's kappa (None: one of them gave one grade only)."""

    same: Estimate
    kappa: Estimate | None


@dataclass(frozen=True, slots=True)
class Pairwise:
    """This run against an earlier one. ``difference``: wins minus losses, a case each, with its p. ``swayed``: ties
    because the judge changed its mind with the order."""

    earlier: str
    wins: int
    losses: int
    ties: int
    swayed: int
    difference: Difference
    cases: tuple[Preferred, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything a judge said of one system's answers. ``aspects``: mean grade as a share of the best one."""

    model: str
    prompt: str
    system: str
    aspects: dict[Aspect, Estimate]
    agreement: dict[Aspect, Agreement]
    cases: tuple[JudgedCase, ...]
    left_out: int  # refused, crashed or never asked: nothing to judge
    failed: tuple[str, ...]  # no verdict came back for these
    pairwise: Pairwise | None

    def worst(self, count: int) -> list[JudgedCase]:
        """Those with the lowest grade of any aspect, then the lowest sum."""
        bad = [case for case in self.cases if min(one.grade for one in case.grades.values()) < BEST]
        return sorted(bad, key=lambda case: _badness(case.grades))[:count]


def judge_run(
    judge: Judge,
    system: str,
    cases: Sequence[Case],
    results: Sequence[Result],
    labels: Labels,
    earlier: tuple[str, Sequence[Result]] | None,
    progress: Callable[[str], None],
) -> Judged:
    """Grade every answer that was given, and prefer one where an earlier run answered as well.

    ``earlier``: its name, and its results in the order of ``cases``.

    Raises:
        FailedModelError: the model is gone. What it had said is kept: judge again to go on.
    """
    given = [(case, result) for case, result in zip(cases, results, strict=True) if _answered(result)]
    judged: list[JudgedCase] = []
    failed: list[str] = []
    for number, (case, result) in enumerate(given, start=1):
        progress(f"judging: {number} of {len(given)}")
        try:
            grades = judge.grade(case, result)
        except FailedModelError as failure:
            _only_malformed(failure)
            failed.append(case.case_id)
            continue
        said = dict(labels.get(case.case_id, _NOTHING))
        judged.append(JudgedCase(case.case_id, case.question, result.answer or "", grades, said))
    aspects = {
        aspect: estimate([case.grades[aspect].grade / BEST for case in judged if aspect in case.grades])
        for aspect in Aspect
        if any(aspect in case.grades for case in judged)
    }
    return Judged(
        model=judge.name,
        prompt=PROMPT_VERSION,
        system=system,
        aspects=aspects,
        agreement={aspect: found for aspect in Aspect if (found := _agreement(judged, aspect)) is not None},
        cases=tuple(judged),
        left_out=len(cases) - len(given),
        failed=tuple(failed),
        pairwise=_pairwise(judge, given, cases, earlier, progress) if earlier is not None else None,
    )


def load_labels(path: Path | None, cases: Sequence[Case]) -> Labels:
    """Of the cases themselves (key ``labels``) and of a file: ``{"id", "faithfulness": 2, ...}`` a line."""
    found = {case.case_id: _label(f"case {case.case_id}", case.extra.get("labels") or {}) for case in cases}
    for number, line in enumerate(_lines(path) if path is not None else [], start=1):
        if line.strip():
            where = f"{path}, line {number}"
            value = _decoded(line, where)
            case_id = value.pop("id", None)
            if case_id not in found:
                raise UsageError(f"{where}: no case of the run has this id.", "Label answers of this run.")
            found[case_id] = _label(where, value)
    return found


def load_judged(folder: Path, system: str) -> Judged | None:
    """What was said of this system's answers in a run's folder; None when nothing was."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=Judged)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise UsageError(f"{folder / FILE}: it cannot be read ({error}).", "Judge the run again.") from error
    return found if found.system == system else None


def _pairwise(
    judge: Judge,
    given: Sequence[tuple[Case, Result]],
    cases: Sequence[Case],
    earlier: tuple[str, Sequence[Result]],
    progress: Callable[[str], None],
) -> Pairwise | None:
    before = {case.case_id: result for case, result in zip(cases, earlier[1], strict=True) if _answered(result)}
    both = [(case, before[case.case_id], new) for case, new in given if case.case_id in before]
    found: list[Preferred] = []
    for number, (case, old, new) in enumerate(both, start=1):
        progress(f"comparing: {number} of {len(both)}")
        if (old.answer, old.citations) == (new.answer, new.citations):
            found.append(Preferred(case.case_id, case.question, 0, False, ("the same answer", "")))
            continue
        try:
            found.append(judge.prefer(case, old, new))
        except FailedModelError as failure:
            _only_malformed(failure)
    if not found:
        return None
    counts = Counter(one.value for one in found)
    return Pairwise(
        earlier=earlier[0],
        wins=counts[1],
        losses=counts[-1],
        ties=counts[0],
        swayed=sum(one.swayed for one in found),
        difference=difference([0.0] * len(found), [float(one.value) for one in found]),
        cases=tuple(found),
    )


def _agreement(cases: Sequence[JudgedCase], aspect: Aspect) -> Agreement | None:
    both = [case for case in cases if aspect in case.grades and aspect in case.labels]
    if not both:
        return None
    model, person = [case.grades[aspect].grade for case in both], [case.labels[aspect] for case in both]
    return Agreement(estimate([float(a == b) for a, b in zip(model, person, strict=True)]), kappa(model, person))


def _answered(result: Result) -> bool:
    return result.error is None and bool(result.answer) and not result.refused


def _only_malformed(failure: FailedModelError) -> None:
    """One bad reply costs its case; a model that is gone ends the judging."""
    if failure.failure is not Failure.MALFORMED:
        raise failure


def _badness(grades: Mapping[Aspect, Graded]) -> tuple[int, int]:
    values = [one.grade for one in grades.values()]
    return min(values), sum(values)


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"--labels {path}: {error}.", "Give a JSONL file.") from error


def _decoded(line: bytes, where: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise UsageError(f"{where}: {error}.", "Correct that line.") from error


def _label(where: str, value: Mapping[str, Any]) -> dict[Aspect, int]:
    wrong = [key for key, grade in value.items() if key not in _ASPECTS or grade not in (0, 1, 2) or grade is True]
    if wrong:
        raise UsageError(f"{where}: no label: {', '.join(wrong)}.", f"Labels are 0, 1 or 2 of {', '.join(_ASPECTS)}.")
    return {Aspect(key): grade for key, grade in value.items()}
