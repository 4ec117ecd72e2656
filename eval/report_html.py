"""A report as one HTML file: no script, nothing loaded, readable on screen in light and dark and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from eval.charts import count_axis, interval, line_chart, seconds_axis, share_axis, share_bar
from eval.comparison import Change
from eval.figures import DIMENSIONS
from eval.markup import Safe, document, join, style_sheet, tag
from eval.report import Report, Versus
from eval.report_cases import failures_section
from eval.report_judge import judge_section
from eval.report_words import STYLE, cell, made_by, moved_figures, ordered_slices, shortened, verdict_class
from eval.scoring import BY_NAME, METRICS
from eval.statistics import FEW_CASES, Estimate
from eval.tables import number, signed

_CASES_MOVED = 20


def report_html(report: Report, *, each: int) -> str:
    """The whole page; ``each``: how many cases of each fault are shown in full."""
    heading = f"{report.title}: evaluation"
    return document(
        "en",
        tag("title", heading),
        style_sheet(STYLE.read_text(encoding="utf-8")),
        tag("body", tag(
            "main",
            tag("h1", heading),
            tag("p", _subtitle(report), class_="soft"),
            [tag("p", warning, class_="warning") for warning in report.warnings()],
            _headline(report),
            _outcomes(report),
            _charts(report),
            _versus(report.versus) if report.versus else None,
            _slices(report),
            judge_section(report.judged, each) if report.judged else None,
            failures_section(report, each),
            _all_figures(report),
            _made(report),
        )),
    )  # fmt: skip


def _subtitle(report: Report) -> str:
    asked = "asked and searched" if report.asked else "searched only"
    return f"{report.case_count} cases, {asked}; {report.manifest['finished'][:10]}; system {report.system}"


def _headline(report: Report) -> Safe:
    changes = {change.metric: change for change in report.versus.comparison.changes} if report.versus else {}
    cards = [_card(name, found, changes.get(name)) for name, found in report.headlines.items()]
    timing = report.timings[report.system]
    seconds = tag(
        "div",
        tag("h5", "median time"),
        tag("div", f"{timing.median_seconds * 1000:,.0f} ms", class_="value"),
        tag("p", f"half of the questions took less; one in twenty more than {timing.p95_seconds * 1000:,.0f} ms"),
        class_="card",
    )
    return tag("section", tag("div", cards, seconds, class_="cards"), aria_label="Headline")


def _card(name: str, found: Estimate, change: Change | None) -> Safe:
    metric = BY_NAME[name]
    return tag(
        "div",
        tag("h5", f"{name}, {metric.better} is better"),
        tag("div", number(found.mean), class_="value"),
        interval(found.mean, found.low, found.high),
        tag("p", f"{metric.about}; 95 % interval {number(found.low)} to {number(found.high)}, {found.count} cases"),
        tag("p", f"{signed(change.difference.mean)} against the earlier run: {change.verdict}",
            class_=verdict_class(change)) if change else None,
        class_="card",
    )  # fmt: skip


def _outcomes(report: Report) -> Safe:
    rows = [
        tag(
            "tr",
            tag("th", words, scope="row"),
            tag("td", share_bar(count / report.case_count, good=good), class_="bar"),
            tag("td", f"{count} ({count / report.case_count:.0%})"),
        )
        for words, count, good in report.outcomes()
    ]
    table = tag("table", tag("tbody", rows), class_="outcomes")
    return tag("section", tag("h2", "What came of the questions"), tag("div", table, class_="wide", tabindex=0))


def _charts(report: Report) -> Safe:
    curves = report.curves
    k = int(report.manifest["plan"]["k"])
    times = {name: one.share_by_seconds for name, one in curves.items()}
    seconds = seconds_axis("time of a question", [x for points in times.values() for x, _ in points])
    figures = [
        line_chart("Evidence found in the first k passages", count_axis("passages looked at (k)", k),
                   share_axis("recall"), {name: one.recall_by_k for name, one in curves.items()}),
        line_chart("Wrong answers, the surest answered first", share_axis("share of questions answered"),
                   share_axis("risk"), {name: one.risk_by_coverage for name, one in curves.items()}),
        line_chart("Share of questions done by then", seconds, share_axis("share"), times, steps=True),
    ]  # fmt: skip
    return tag("section", tag("h2", "Charts"), tag("div", [one for one in figures if one], class_="charts"))


def _versus(versus: Versus) -> Safe:
    found = versus.comparison
    moved = [change for change in found.changes if (change.difference.low, change.difference.high) != (0.0, 0.0)]
    same = [change.metric for change in found.changes if change not in moved]
    lines: list[Safe | None] = [
        tag("h2", "Against the earlier run"),
        tag("p", f"Earlier: {found.base}, {versus.earlier['finished'][:10]}; now: {found.new}. A difference counts when"
            " a paired permutation test over all figures together finds it at 5 %.", class_="small soft"),
        _changes(sorted(moved, key=lambda change: not change.significant)) if moved else None,
        tag("p", f"The same in both: {', '.join(same)}.", class_="small soft") if same else None,
    ]  # fmt: skip
    for dimension, slices in found.slices.items():
        for value, changes in slices.items():
            telling = [change for change in changes if change.significant]
            if telling and len(slices) > 1:
                few = any(change.difference.count < FEW_CASES for change in telling)
                note = f" (fewer than {FEW_CASES} cases: too few to conclude)" if few else ""
                lines += [tag("h3", f"{dimension} {value}{note}"), _changes(telling)]
    lost = [one for one in versus.moved if one.lost]
    lines.append(tag("h3", f"Cases that moved: {len(lost)} lost something, {len(versus.moved) - len(lost)} only won"))
    rows = [
        [
            tag("td", one.question, tag("span", one.case_id, class_="about"), class_="text"),
            tag("td", moved_figures(one), class_="text"),
            tag("td", shortened(one.before), class_="text"),
            tag("td", shortened(one.after), class_="text"),
        ]
        for one in versus.moved[:_CASES_MOVED]
    ]
    if rows:
        lines.append(_table(["case", "figures", "answer before", "answer now"], rows, class_="texts"))
    if len(versus.moved) > _CASES_MOVED:
        lines.append(tag("p", f"{len(versus.moved) - _CASES_MOVED} more in the JSON report.", class_="small soft"))
    return tag("section", [line for line in lines if line is not None])


def _changes(changes: Sequence[Change]) -> Safe:
    rows = [
        [
            tag("td", change.metric),
            tag("td", str(change.difference.count)),
            tag("td", number(change.base)),
            tag("td", number(change.new)),
            tag("td", signed(change.difference.mean), " ",
                tag("span", f"{signed(change.difference.low)} to {signed(change.difference.high)}", class_="range")),
            tag("td", f"{change.difference.p:.4f}"),
            tag("td", change.verdict, class_=verdict_class(change)),
        ]
        for change in changes
    ]  # fmt: skip
    return _table(["figure", "n", "earlier", "now", "difference, 95 % interval", "p", "verdict"], rows)


def _slices(report: Report) -> Safe:
    parts: list[Safe] = [tag("h2", "Slices")]
    shown = list(report.headlines)
    few = False
    for dimension in DIMENSIONS:
        slices, left_out = ordered_slices(report, dimension)
        if len(slices) < 2:
            continue
        few = few or any(one.too_few for _, found in slices for one in found.values())
        rows = [
            [tag("td", value), *(tag("td", cell(found.get(metric))) for metric in shown)] for value, found in slices
        ]
        parts += [tag("h3", f"By {dimension}"), _table([dimension, *shown], rows)]
        if left_out:
            parts.append(tag("p", f"{left_out} more in the JSON report.", class_="small soft"))
    if few:
        note = f"? fewer than {FEW_CASES} cases: nothing can be concluded from it. The number in brackets is the count."
        parts.append(tag("p", note, class_="small soft"))
    return tag("section", parts) if len(parts) > 1 else join()


def _all_figures(report: Report) -> Safe:
    names = [report.system, *(name for name in report.figures.overall if name != report.system)]
    rows = []
    for metric in METRICS:
        found = [report.figures.overall[name].get(metric.name) for name in names]
        if any(found):
            about = f"{metric.about} ({metric.better} is better)" if metric.better != "neither" else metric.about
            first = tag("td", metric.name, tag("span", about, class_="about"), class_="text")
            rows.append([first, *(_figure(report, name, metric.name) for name in names)])
    note = f"* differs from {next(iter(report.figures.overall))} (paired permutation test, all figures together, 5 %)."
    return tag(
        "section", tag("h2", "All figures"), _table(["figure", *names], rows),
        tag("p", note, class_="small soft") if len(names) > 1 else None,
    )  # fmt: skip


def _figure(report: Report, system: str, metric: str) -> Safe:
    found = report.figures.overall[system].get(metric)
    if found is None:
        return tag("td", "–")
    star = "*" if metric in report.figures.differs.get(system, ()) else ""
    bounds = f"{number(found.low)} to {number(found.high)}, n {found.count}"
    return tag("td", f"{number(found.mean)}{star} ", tag("span", bounds, class_="range"))


def _made(report: Report) -> Safe:
    pairs = [join(tag("dt", key), tag("dd", value)) for key, value in made_by(report.manifest)]
    return tag("section", tag("h2", "What made this report"), tag("dl", pairs))


def _table(header: Sequence[str], rows: Sequence[Sequence[Safe]], class_: str | None = None) -> Safe:
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in header]))
    return tag(
        "div",
        tag("table", head, tag("tbody", [tag("tr", row) for row in rows]), class_=class_),
        class_="wide",
        tabindex=0,
    )
