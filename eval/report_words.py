"""Words and small texts that the HTML and the Markdown of a report share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.comparison import Change
from eval.faults import Expected
from eval.figures import Estimates
from eval.judged import JudgedCase, Pairwise
from eval.report import Moved, Report
from eval.statistics import Estimate
from eval.tables import number, signed

STYLE = Path(__file__).with_name("report.css")
_DOCUMENTS = 12
_ANSWER = 240  # characters


def verdict_class(change: Change) -> str:
    """How a verdict is coloured."""
    return {"better": "good", "worse": "bad"}.get(change.verdict, "soft")


def cell(found: Estimate | None) -> str:
    """A figure of a slice with its count."""
    return "–" if found is None else f"{number(found.mean)}{'?' if found.too_few else ''} ({found.count})"


def with_interval(found: Estimate | None) -> str:
    """A figure with its interval and count."""
    return "–" if found is None else f"{number(found.mean)} [{number(found.low)}, {number(found.high)}] {found.count}"


def pairwise_words(pairs: Pairwise) -> str:
    """What a judge said of two runs."""
    delta = pairs.difference
    return (
        f"Against {pairs.earlier}, each pair judged in both orders: {pairs.wins} better, {pairs.losses} worse,"
        f" {pairs.ties} equal ({pairs.swayed} of them because the order decided);"
        f" wins minus losses {signed(delta.mean)} [{signed(delta.low)}, {signed(delta.high)}], p {delta.p:.4f}"
    )


def grades_words(case: JudgedCase) -> str:
    """``faithfulness 0 (a person: 1), relevance 2``"""
    said = {aspect: f" (a person: {grade})" for aspect, grade in case.labels.items()}
    return ", ".join(f"{aspect} {one.grade}{said.get(aspect, '')}" for aspect, one in case.grades.items())


def ordered_slices(report: Report, dimension: str) -> tuple[list[tuple[str, Estimates]], int]:
    """The slices with most cases first, and how many documents were left out of the list."""
    slices = report.figures.slices[report.system][dimension]
    count = {value: max((one.count for one in found.values()), default=0) for value, found in slices.items()}
    order = sorted(slices.items(), key=lambda pair: (-count[pair[0]], pair[0]))
    kept = order[:_DOCUMENTS] if dimension == "document" else order
    return kept, len(order) - len(kept)


def moved_figures(one: Moved) -> str:
    """``hit@5 1.000 → 0.000, …``"""
    return ", ".join(f"{metric} {number(was)} → {number(now)}" for metric, was, now in one.figures)


def shortened(answer: str) -> str:
    """Enough of an answer to recognise it."""
    return answer if len(answer) <= _ANSWER else f"{answer[:_ANSWER]}…"


def rank_words(gold: Expected) -> str:
    """Whether search found a gold quote."""
    return "not found" if gold.rank is None else f"passage {gold.rank}"


def made_by(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What another person needs to get the same figures."""
    plan, machine = manifest["plan"], manifest["machine"]
    size = f"{machine['cores']} cores, {machine['memory_gib']} GiB"
    systems = "; ".join(
        f"{name}: " + (", ".join(f"{key} {_short(value)}" for key, value in described.items()) or "–")
        for name, described in plan["systems"].items()
    )
    return [
        ("finished", str(manifest["finished"])),
        ("commit", str(manifest["commit"] or "not in a checkout")),
        ("code, cases", f"{plan['code']}, {plan['cases']}"),
        ("passages (k)", str(plan["k"])),
        ("systems", systems),
        (
            "machine",
            f"{machine['system']}, {size}, {machine['processor']}",
        ),
        ("Python", str(machine["python"])),
    ]


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{key} {_short(one)}" for key, one in value.items()) + ")"
    text = str(value)
    return f"{text[:12]}…" if len(text) > 24 else text
