"""Tables in a PDF are nothing but words at the same heights: rows are told by their gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.documents import BlockKind
from ingest.mapped_text import MappedText
from ingest.readers.pdf_lines import Line

CELL_JOINT = " | "
NUMERIC_CELL = re.compile(r"(?:^|\s)[-+]?\d[\d.,]*%?(?=\s|$)")
MARKER = re.compile(r"(?:[^\w\s]|\(?\w{1,3}[.)])\s")  # a bullet or number: the gap behind it is no column


@dataclass(frozen=True, slots=True)
class RowPart:
    """What a line is to a table: a row, or (``continues``) further cells of the row before."""

    kind: BlockKind
    continues: bool


def find_rows(lines: Sequence[Line], headings: Mapping[int, int]) -> list[RowPart | None]:
    """For each line its part in a table, or None.

    Rows stand one under the other and have gaps as between columns. Two rows are enough when one of them
    has three cells; of two cells it takes three rows, since justified text has wide gaps too.
    """
    found: list[RowPart | None] = [None] * len(lines)
    table: list[range] = []
    for row in [*_rows(lines), range(0)]:
        is_row = len(row) > 0 and _cells(lines, row) > 1 and not any(index in headings for index in row)
        if is_row and (not table or is_below(lines[table[-1][0]], lines[row[0]], lines[row[-1]])):
            table.append(row)
            continue
        _mark(found, lines, table)
        table = [row] if is_row else []
    return found


def _rows(lines: Sequence[Line]) -> list[range]:
    """Lines that stand beside each other, in the order of reading."""
    starts = [0] if lines else []
    starts += [index for index, (one, other) in enumerate(pairwise(lines), 1) if not beside(one, other)]
    return [range(start, end) for start, end in pairwise([*starts, len(lines)])]


def beside(left: Line, right: Line) -> bool:
    """Whether two lines are at one height, the second to the right of the first."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    height = min(left.y1 - left.y0, right.y1 - right.y0)
    return left.upright and right.upright and right.x0 > left.x1 and overlap > 0.6 * height


def is_below(above: Line, below: Line, below_end: Line | None = None) -> bool:
    """Whether a line (or a row from ``below`` to ``below_end``) follows the other down the page without a
    gap."""
    end = below_end or below
    overlap = min(above.x1, end.x1) - max(above.x0, below.x0)
    touching = below.y0 - above.y1 < 1.5 * max(above.size, below.size)
    return (overlap > 0 or end is not below) and below.y0 > above.y0 and touching


def _cells(lines: Sequence[Line], row: range) -> int:
    marker = MARKER.match(lines[row[0]].text)
    own = sum(len(lines[index].cells) + 1 for index in row)
    return own - 1 if marker and lines[row[0]].cells[:1] == (marker.end(),) else own


def _mark(found: list[RowPart | None], lines: Sequence[Line], table: Sequence[range]) -> None:
    most = max((_cells(lines, row) for row in table), default=0)
    if len(table) < (2 if most > 2 else 3):
        return
    named = not any(NUMERIC_CELL.search(lines[index].text) for index in table[0])
    first = BlockKind.TABLE_HEADER if named and len(table) > 2 else BlockKind.TABLE_ROW
    for number, row in enumerate(table):
        for index in row:
            found[index] = RowPart(BlockKind.TABLE_ROW if number else first, index > row[0])


def with_cell_joints(line: Line) -> MappedText:
    """The line with marks where its gaps are."""
    parts: list[MappedText] = []
    for start, end in pairwise((0, *line.cells, len(line.content))):
        parts += [MappedText.inserted(CELL_JOINT), line.content[start:end].strip()]
    return MappedText.concat(parts[1:])
