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
ROW_JOINT = "\n"
WORD_JOINT = " "
NUMERIC_CELL = re.compile(r"(?:^|\s)[-+]?\d[\d.,]*%?(?=\s|$)")
MARKER = re.compile(r"(?:[^\w\s]|\(?\w{1,3}[.)])\s")  # a bullet or number: the gap behind it is no column


@dataclass(frozen=True, slots=True)
class RowPart:
    """What a line is to a table: a row, further cells of the row before, or more words of its last cell."""

    kind: BlockKind
    joint: str = ROW_JOINT  # what stands before it
    cells: tuple[int, ...] = ()  # offsets in the line at which further cells begin


def find_rows(lines: Sequence[Line], headings: Mapping[int, int]) -> list[RowPart | None]:
    """For each line its part in a table, or None.

    Rows stand one under the other and have gaps as between columns. Two rows are enough when one of them
    has three cells; of two cells it takes three rows, since justified text has wide gaps too.
    """
    found: list[RowPart | None] = [None] * len(lines)
    table: list[range] = []
    done = 0
    for row in [*_rows(lines), range(0)]:
        if row and row[0] < done:
            continue
        if row and not table and (parts := _wrapped_table(lines, row[0], headings)):
            done = row[0] + len(parts)
            found[row[0] : done] = parts
            continue
        is_row = len(row) > 0 and _cells(lines, row) > 1 and not any(index in headings for index in row)
        if is_row and (not table or is_below(lines[table[-1][0]], lines[row[0]], lines[row[-1]])):
            table.append(row)
            continue
        _mark(found, lines, table)
        table = [row] if is_row else []
    return found


def _wrapped_table(lines: Sequence[Line], start: int, headings: Mapping[int, int]) -> list[RowPart]:
    """A table whose cells run over several lines, drawn cell by cell: from ``start`` on all lines begin at one of at
    least three columns, the first of them at all. Empty when there is none."""
    end = _closed_up(lines, start, headings)
    columns = _columns(lines[start:end])
    if len(columns) < 3:
        return []
    parts: list[RowPart] = []
    last, rows, wrapped = len(columns), 0, False
    for index in range(start, end):
        line = lines[index]
        starts = [(offset, at) for offset, x in line.words if (at := _column(columns, x, line.size)) is not None]
        if not starts or starts[0][0] != 0 or (index == start and [at for _, at in starts] != [*range(len(columns))]):
            break
        first = starts[0][1]
        far = line.y0 - lines[index - 1].y1 > 0.35 * line.size
        new = first < last or (first == last == 0 and far)
        rows += new
        wrapped |= first == last and not new
        kind = BlockKind.TABLE_HEADER if rows == 1 else BlockKind.TABLE_ROW
        joint = ROW_JOINT if new else WORD_JOINT if first == last else CELL_JOINT
        parts.append(RowPart(kind, joint, tuple(offset for offset, _ in starts[1:])))
        last = starts[-1][1]
    return parts if rows >= 3 and wrapped else []


def _closed_up(lines: Sequence[Line], start: int, headings: Mapping[int, int]) -> int:
    """The end of the lines of one size that follow each other without a gap, sideways or downwards."""
    bottom = lines[start].y1
    for index in range(start, len(lines)):
        line = lines[index]
        same = abs(line.size - lines[start].size) < 0.15 * line.size
        if not same or line.y0 - bottom > 2.2 * line.size or index in headings or MARKER.match(line.text):
            return index
        bottom = max(bottom, line.y1)
    return len(lines)


def _columns(lines: Sequence[Line]) -> list[float]:
    """Where the words of the first line stand under which other lines begin."""
    begins = [line.x0 for line in lines[1:]]
    first = lines[0].words if lines else ()
    return [x for _, x in first if _column(begins, x, lines[0].size) is not None]


def _column(columns: Sequence[float], start: float, size: float) -> int | None:
    """The column that begins at ``start``."""
    return next((index for index, left in enumerate(columns) if abs(left - start) < 0.25 * size), None)


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
            joint = CELL_JOINT if index > row[0] else ROW_JOINT
            found[index] = RowPart(BlockKind.TABLE_ROW if number else first, joint, lines[index].cells)


def with_cell_joints(line: Line, part: RowPart) -> MappedText:
    """The line with marks where its cells begin."""
    parts: list[MappedText] = []
    for start, end in pairwise((0, *part.cells, len(line.content))):
        parts += [MappedText.inserted(CELL_JOINT), line.content[start:end].strip()]
    return MappedText.concat(parts[1:])
