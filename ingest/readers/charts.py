"""DrawingML charts (in slides and word-processor files) -> a title and the table of their values."""

from __future__ import annotations

from lxml import etree

from ingest.readers.building import tidy
from ingest.readers.opc import child, descendants, local

MAX_POINTS = 200  # of a series; a longer one is a curve, not a table


def chart_title(chart: etree._Element) -> str:
    title = next(descendants(chart, "title"), None)
    return "" if title is None else tidy("".join(text.text or "" for text in descendants(title, "t")))


def chart_rows(chart: etree._Element) -> list[list[str]]:
    """A header row of the series' names, then a row for each category; no rows when the chart holds no
    values."""
    names: list[str] = []
    values: list[list[str]] = []
    categories: list[str] = []
    for series in descendants(chart, "ser"):
        categories = categories or _points(child(series, "cat")) or _points(child(series, "xVal"))
        names.append(" ".join(_points(child(series, "tx"))))
        values.append(_points(child(series, "val")) or _points(child(series, "yVal")))
    length = min(max(map(len, [categories, *values])), MAX_POINTS) if names else 0
    rows = [[_at(categories, index), *(_at(column, index) for column in values)] for index in range(length)]
    return [["", *names], *rows] if rows else []


def _points(element: etree._Element | None) -> list[str]:
    """The cached values under a reference, by their index."""
    if element is None:
        return []
    found: dict[int, str] = {}
    for point in descendants(element, "pt"):
        value = next((v.text or "" for v in point if local(v) == "v"), "")
        index = point.get("idx", "0")
        if index.isdigit() and int(index) < MAX_POINTS:
            found[int(index)] = value
    if found:
        return [found.get(index, "") for index in range(max(found) + 1)]
    return [value.text or "" for value in descendants(element, "v")]


def _at(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""
