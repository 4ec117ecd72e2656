"""The worst cases of a report in HTML: asked, expected, given, found and traced side by side."""

from __future__ import annotations

from eval.faults import Failure, Shown
from eval.markup import Safe, tag
from eval.report import Report
from eval.report_words import rank_words
from eval.tables import number


def failures_section(report: Report, each: int) -> Safe:
    """Every fault with its number of cases and the first ``each`` of them in full."""
    total = sum(len(cases) for cases in report.failures.values())
    parts = [tag("h2", "Worst cases"), tag("p", f"{total} of {report.case_count} cases went wrong.")]
    for fault, cases in report.failures.items():
        parts.append(tag("h3", f"{fault[0].upper()}{fault[1:]}: {len(cases)}"))
        parts += [_case(case) for case in cases[:each]]
        if rest := [case.case_id for case in cases[each:]]:
            parts.append(tag("p", f"Also: {', '.join(rest)}", class_="small soft"))
    return tag("section", parts)


def _case(case: Failure) -> Safe:
    return tag(
        "article",
        tag("h5", f"{case.case_id} · {case.kind}"),
        [tag("p", f"before: {earlier}", class_="small soft") for earlier in case.history],
        tag("p", case.question, class_="question"),
        tag("div", _expected(case), _given(case) if case.verdict or case.error else None, class_="sides"),
        _passages(case.passages) if case.passages else None,
        tag("details", tag("summary", "Trace"), tag("pre", case.trace), class_="trace") if case.trace else None,
        class_="case",
    )


def _expected(case: Failure) -> Safe:
    parts: list[Safe] = [tag("h5", "Expected")]
    if not case.answers and not case.expected:
        parts.append(tag("p", "Not in the materials."))
    parts += [tag("p", answer) for answer in case.answers]
    for gold in case.expected:
        parts.append(tag("blockquote", gold.quote or "anywhere in the file"))
        parts.append(tag("p", f"{gold.location} ({rank_words(gold)})", class_="small soft"))
    return tag("div", parts, class_="side")


def _given(case: Failure) -> Safe:
    sure = "" if case.confidence is None else f", confidence {number(case.confidence)}"
    parts: list[Safe] = [tag("h5", f"Given: {case.verdict or 'nothing'}{sure}")]
    if case.error:
        parts.append(tag("p", case.error, class_="bad"))
    if case.answer:
        parts.append(tag("p", case.answer))
    said = _flat(case.answer)
    for citation in case.citations:
        if _flat(citation.quote) not in said:
            parts.append(tag("blockquote", citation.quote))
        parts.append(tag("p", f"[{citation.marker}] {citation.location or citation.path}", class_="small soft"))
    return tag("div", parts, class_="side")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _passages(passages: tuple[Shown, ...]) -> Safe:
    shown = [
        tag(
            "div",
            tag("h5", f"{rank}. {one.location} · {number(one.score)} ",
                tag("span", "holds the evidence", class_="badge") if one.gold else None),
            tag("p", one.text),
            class_="passage gold" if one.gold else "passage",
        )
        for rank, one in enumerate(passages, start=1)
    ]  # fmt: skip
    return tag("details", tag("summary", f"First {len(shown)} passages"), shown)
