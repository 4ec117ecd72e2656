"""Plain tables that are Markdown and line up in a terminal, Korean included."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left, the others to the right."""
    cells = [list(header), *(list(row) for row in rows)]
    if any(len(row) != len(header) for row in cells):
        raise ValueError(f"every row needs {len(header)} cells")
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in cells]
    widths = [max(3, *(width(row[column]) for row in cells)) for column in range(len(header))]
    rule = [("-" * size if column == 0 else "-" * (size - 1) + ":") for column, size in enumerate(widths)]
    lines = [cells[0], rule, *cells[1:]]
    return "\n".join(
        "| " + " | ".join(_pad(cell, widths[column], column > 0) for column, cell in enumerate(line)) + " |"
        for line in lines
    )


def number(value: float) -> str:
    """Rates with three digits behind the point, large numbers with none."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def signed(value: float) -> str:
    """The same with its sign."""
    return f"{value:+.3f}" if abs(value) < 10 else f"{value:+,.0f}"


def width(text: str) -> int:
    """Terminal columns: Hangul and other wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, size: int, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space
