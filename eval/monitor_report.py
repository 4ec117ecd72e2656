"""Real use over time as one HTML file, and the same as Markdown."""

from __future__ import annotations

from app.ui.plain import escaped
from eval.charts import bar_chart, dated_axis, interval, line_chart, seconds_axis, share_axis
from eval.curves import Points
from eval.markup import Safe, document, style_sheet, tag
from eval.monitoring import Period, Use, header_of, milliseconds, row_of, use_table
from eval.report_words import STYLE
from eval.statistics import FEW_CASES, Estimate
from eval.tables import number, table


def monitor_html(use: Use) -> str:
    """The whole page."""
    heading = f"{use.course}: use"
    return document(
        "en",
        tag("title", heading),
        style_sheet(STYLE.read_text(encoding="utf-8")),
        tag("body", tag("main", tag("h1", heading), tag("p", _subtitle(use), class_="soft"), _sections(use))),
    )


def monitor_markdown(use: Use) -> str:
    """The same without the charts, whose points are the table's."""
    parts = [f"# {escaped(use.course)}: use", _subtitle(use)]
    if use.questions:
        shares = [("refused", use.refused), ("thumbs up", use.liked)]
        rows = [
            [name, number(one.mean), f"{number(one.low)} to {number(one.high)}", str(one.count)]
            for name, one in shares
            if one is not None
        ]
        parts += [table(["share", "mean", "95 % interval", "n"], rows), _times(use)]
    parts.append(use_table(use).rstrip())
    if use.reasons:
        parts.append(table(["what was wrong", "times"], [[name, str(count)] for name, count in use.reasons.items()]))
    return "\n\n".join(parts) + "\n"


def _subtitle(use: Use) -> str:
    if not use.periods:
        return "Nobody has asked anything yet."
    span = f"{use.periods[0].date} to {use.periods[-1].date}"
    return f"{use.questions} questions in {use.conversations} conversations, {span} (UTC); by {use.by}"


def _times(use: Use) -> str:
    return f"Median {milliseconds(use.median_seconds)} a question, 95 % below {milliseconds(use.p95_seconds)}."


def _sections(use: Use) -> list[Safe]:
    if not use.periods:
        return []
    return [_headline(use), _charts(use), _rows(use), *_reasons(use), _about()]


def _headline(use: Use) -> Safe:
    cards = [tag("div", tag("h5", "questions"), tag("div", f"{use.questions:,}", class_="value"), class_="card")]
    if use.refused:
        cards.append(_share("refused", use.refused, "of the questions were answered with “not in the materials”"))
    if use.liked:
        cards.append(_share("thumbs up", use.liked, "of the rated answers"))
    if use.median_seconds is not None:
        value = tag("div", milliseconds(use.median_seconds), class_="value")
        about = tag("p", f"one question in twenty took more than {milliseconds(use.p95_seconds)}")
        cards.append(tag("div", tag("h5", "median time"), value, about, class_="card"))
    return tag("section", tag("div", cards, class_="cards four"), aria_label="Headline")


def _share(name: str, found: Estimate, about: str) -> Safe:
    few = f" Fewer than {FEW_CASES}: no share is sure." if found.too_few else ""
    text = f"{about}; 95 % interval {number(found.low)} to {number(found.high)}, n {found.count}.{few}"
    bar = interval(found.mean, found.low, found.high)
    return tag(
        "div", tag("h5", name), tag("div", number(found.mean), class_="value"), bar, tag("p", text), class_="card"
    )


def _charts(use: Use) -> Safe:
    periods = use.periods
    names = [period.date[5:] for period in periods]
    answered = [float(period.questions - period.partial - period.refused) for period in periods]
    times = {"median": _points(periods, "median_seconds"), "95 % below": _points(periods, "p95_seconds")}
    seconds = seconds_axis("", [value for points in times.values() for _, value in points])
    refused = tuple((float(n), one.refused / one.questions) for n, one in enumerate(periods) if one.questions)
    figures = [
        bar_chart(f"Questions a {use.by}", names, {
            "answered": answered, "answered in part": [float(one.partial) for one in periods],
            "refused": [float(one.refused) for one in periods],
        }),
        line_chart(f"Share refused a {use.by}", dated_axis(names), share_axis(""), {"refused": refused}),
        line_chart(f"Time of a question, a {use.by}", dated_axis(names), seconds, times),
        bar_chart(f"Ratings a {use.by}", names, {
            "thumbs up": [float(one.good) for one in periods], "thumbs down": [float(one.bad) for one in periods],
        }),
    ]  # fmt: skip
    return tag("section", tag("h2", "Over time"), tag("div", [one for one in figures if one], class_="charts two"))


def _points(periods: tuple[Period, ...], name: str) -> Points:
    return tuple((float(n), value) for n, one in enumerate(periods) if (value := getattr(one, name)) is not None)


def _rows(use: Use) -> Safe:
    shown = [row_of(one) for one in reversed(use.periods) if one.questions or one.good or one.bad]
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in header_of(use)]))
    body = tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in shown])
    title = tag("h2", f"Each {use.by} with a question or a rating, the last first")
    return tag("section", title, tag("div", tag("table", head, body), class_="wide", tabindex=0))


def _reasons(use: Use) -> list[Safe]:
    if not use.reasons:
        return []
    items = [tag("li", f"{name}: {count}") for name, count in use.reasons.items()]
    return [tag("section", tag("h2", "What was wrong with disliked answers"), tag("ul", items))]


def _about() -> Safe:
    text = (
        "Counted from the conversations and ratings kept beside the index on this machine; deleted conversations are"
        " left out. A question counts on the day its conversation was last added to. No question and no answer is in"
        " this file."
    )
    return tag("p", text, class_="small soft")
