"""A report as Markdown: for a pull request, a wiki or a terminal. Text of documents is escaped; it stays text."""

from __future__ import annotations

from app.ui.plain import escaped, visible
from eval.comparison import comparison_table
from eval.faults import Failure
from eval.figures import DIMENSIONS
from eval.report import Report
from eval.report_words import (
    cell,
    grades_words,
    made_by,
    moved_figures,
    ordered_slices,
    pairwise_words,
    rank_words,
    with_interval,
)
from eval.scoring import BY_NAME, METRICS
from eval.statistics import FEW_CASES
from eval.tables import number, table

_CASES_MOVED = 20
_COVERAGES = (0.25, 0.5, 0.75, 1.0)


def report_markdown(report: Report, *, each: int) -> str:
    """The same content as the HTML, the charts as tables."""
    parts = [f"# {escaped(report.title)}: evaluation", f"{report.case_count} cases; system {escaped(report.system)}"]
    parts += [f"> {escaped(warning)}" for warning in report.warnings()]
    outcomes = [[words, str(count)] for words, count, _ in report.outcomes()]
    parts += [
        _headline(report),
        table(["what came of the questions", "cases"], outcomes),
        *_curves(report),
        *_versus(report),
        *_judged(report, each),
    ]
    parts += [*_failures(report, each), *_slices(report)]
    parts += ["## All figures", _all_figures(report), "## What made this report"]
    parts.append("\n".join(f"- {key}: {escaped(value)}" for key, value in made_by(report.manifest)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(report: Report) -> str:
    rows = [
        [name, number(one.mean), f"{number(one.low)} to {number(one.high)}", str(one.count), BY_NAME[name].about]
        for name, one in report.headlines.items()
    ]
    timing = report.timings[report.system]
    times = f"Median {timing.median_seconds * 1000:,.0f} ms a question, 95 % below {timing.p95_seconds * 1000:,.0f} ms."
    return f"{table(['figure', 'mean', '95 % interval', 'n', 'what it says'], rows)}\n\n{times}"


def _curves(report: Report) -> list[str]:
    parts = []
    recall = {name: curves.recall_by_k for name, curves in report.curves.items() if curves.recall_by_k}
    if recall:
        ks = [k for k, _ in next(iter(recall.values()))]
        rows = [[escaped(name), *(number(value) for _, value in points)] for name, points in recall.items()]
        parts += ["## Evidence found in the first k passages", table(["k", *(f"{k:g}" for k in ks)], rows)]
    risk = {name: curves.risk_by_coverage for name, curves in report.curves.items() if curves.risk_by_coverage}
    if risk:
        rows = []
        for name, points in risk.items():
            reached = [[value for share, value in points if share <= limit] for limit in _COVERAGES]
            rows.append([escaped(name), *(number(values[-1]) if values else "–" for values in reached)])
        header = ["answered, the surest first", *(f"{share:.0%}" for share in _COVERAGES)]
        parts += ["## Share of those answers that is wrong", table(header, rows)]
    return parts


def _versus(report: Report) -> list[str]:
    if report.versus is None:
        return []
    rows = [
        [escaped(one.question), one.case_id, moved_figures(one), "lost" if one.lost else "won"]
        for one in report.versus.moved[:_CASES_MOVED]
    ]
    moved = table(["question", "case", "figures", ""], rows) if rows else ""
    return ["## Against the earlier run", comparison_table(report.versus.comparison), moved]


def _judged(report: Report, each: int) -> list[str]:
    judged = report.judged
    if judged is None:
        return []
    rows = []
    for aspect, found in judged.aspects.items():
        agreed = judged.agreement.get(aspect)
        rows.append([aspect.value, with_interval(found), with_interval(agreed.kappa if agreed else None)])
    parts = [f"## Judged by {escaped(judged.model)}", table(["grade, of 1", "mean", "kappa with people"], rows)]
    if judged.pairwise:
        parts.append(escaped(pairwise_words(judged.pairwise)))
    for case in judged.worst(each):
        lines = [f"**{escaped(case.question)}** ({escaped(case.case_id)}): {escaped(grades_words(case))}", ""]
        lines += [f"- given: {escaped(case.answer)}"]
        lines += [f"- {aspect.value} {one.grade}: {escaped(one.reason)}" for aspect, one in case.grades.items()]
        parts.append("\n".join(lines))
    return parts


def _failures(report: Report, each: int) -> list[str]:
    parts = ["## Worst cases"]
    for fault, cases in report.failures.items():
        parts.append(f"### {fault[0].upper()}{fault[1:]}: {len(cases)}")
        parts += [_case(case) for case in cases[:each]]
        if rest := [case.case_id for case in cases[each:]]:
            parts.append(f"Also: {escaped(', '.join(rest))}")
    return parts if len(parts) > 1 else [*parts, "No case went wrong."]


def _case(case: Failure) -> str:
    lines = [f"**{escaped(case.question)}** ({escaped(case.case_id)}, {escaped(case.kind)})", ""]
    lines += [f"- before: {escaped(earlier)}" for earlier in case.history]
    wanted = case.answers or (() if case.expected else ("Not in the materials.",))
    lines += [f"- expected: {escaped(answer)}" for answer in wanted]
    for gold in case.expected:
        lines.append(f"- evidence: “{escaped(gold.quote)}”, {escaped(gold.location)} ({rank_words(gold)})")
    given = case.error or case.answer
    lines.append(f"- given ({escaped(case.verdict) or 'nothing'}): {escaped(given)}")
    lines += [f"- cited: “{escaped(one.quote)}”, {escaped(one.location)}" for one in case.citations]
    for rank, one in enumerate(case.passages, start=1):
        mark = " (holds the evidence)" if one.gold else ""
        lines.append(f"- passage {rank}{mark}: {escaped(one.location)}")
    if case.trace:
        lines += ["", _fenced(case.trace)]
    return "\n".join(lines)


def _slices(report: Report) -> list[str]:
    parts = []
    shown = list(report.headlines)
    for dimension in DIMENSIONS:
        slices, left_out = ordered_slices(report, dimension)
        if len(slices) > 1:
            rows = [[escaped(value), *(cell(found.get(metric)) for metric in shown)] for value, found in slices]
            parts += [f"## By {dimension}", table([dimension, *shown], rows)]
            parts.append(f"{left_out} more in the JSON report." if left_out else "")
    return [*parts, f"? fewer than {FEW_CASES} cases: nothing can be concluded from it."] if parts else []


def _all_figures(report: Report) -> str:
    names = [report.system, *(name for name in report.figures.overall if name != report.system)]
    rows = []
    for metric in METRICS:
        found = [report.figures.overall[name].get(metric.name) for name in names]
        if any(found):
            bounds = [
                "–" if one is None else f"{number(one.mean)} [{number(one.low)}, {number(one.high)}]" for one in found
            ]
            rows.append([metric.name, *bounds])
    return table(["figure", *(escaped(name) for name in names)], rows)


def _fenced(text: str) -> str:
    """A code block that the text cannot end: its fence is longer than any row of backticks inside."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}json\n{visible(text)}\n{fence}"
