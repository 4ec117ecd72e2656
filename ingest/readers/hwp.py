"""HWP 5 (the Korean word processor's binary format) -> one page per heading section."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import Reading
from ingest.readers import SourceFile
from ingest.readers.hangul import Box, Cell, Paragraph, Table, pages_of, style_level
from ingest.readers.hwp_records import Record, read_records, read_streams

# Record tags: 16 is the format's first own tag.
PARA_SHAPE, STYLE = 16 + 9, 16 + 10
PARA_HEADER, PARA_TEXT, CTRL_HEADER, LIST_HEADER = 16 + 50, 16 + 51, 16 + 55, 16 + 56
EQUATION = 16 + 72

# Control characters in the text: one unit long, or eight with data in them.
CHARACTERS = {10: "\n", 24: "-", 30: "\u00a0", 31: " "}
SHORT = frozenset({0, 10, 13, 24, 25, 26, 27, 28, 29, 30, 31})
TAB = 9

TABLE = b" lbt"
SKIPPED = (b"daeh", b"toof", b"tmct")  # header, footer, hidden comment
OUTLINE, NUMBERED, BULLETED = 1, 2, 3
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Shapes:
    """By index: the heading level and list mark of paragraph shapes, the heading level of styles."""

    paragraphs: Sequence[tuple[int, bool]]
    styles: Sequence[int]


def read(file: SourceFile) -> Reading:
    """Tables, text boxes and notes stand where they are anchored; headers, footers and hidden comments are left out.

    Raises:
        EncryptedError: it wants a password, or is a locked distribution copy.
        ReadError: no HWP 5 document, or a damaged one.
    """
    streams = read_streams(file)
    shapes = _shapes(read_records(streams.information))
    paragraphs: list[Paragraph] = []
    for section in streams.sections:
        paragraphs += _paragraphs(read_records(section), shapes, 0)
    return Reading(pages_of(paragraphs))


def _shapes(information: list[Record]) -> Shapes:
    records = list(_walk(information, 0))
    paragraphs = []
    for record in records:
        if record.tag == PARA_SHAPE:
            bits = struct.unpack_from("<I", record.data)[0] if len(record.data) >= 4 else 0
            kind, level = bits >> 23 & 3, bits >> 25 & 7
            paragraphs.append((level + 1 if kind == OUTLINE else 0, kind in (NUMBERED, BULLETED)))
    styles = [_style(record.data) for record in records if record.tag == STYLE]
    return Shapes(paragraphs, styles)


def _walk(records: list[Record], depth: int) -> Iterator[Record]:
    for record in records:
        yield record
        if depth < MAX_DEPTH:
            yield from _walk(record.children, depth + 1)


def _style(data: bytes) -> int:
    """The level that the Korean or the English name states."""
    at = 0
    for _ in range(2):
        if at + 2 > len(data):
            return 0
        length = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
        if level := style_level(name):
            return level
        at += 2 + 2 * length
    return 0


def _paragraphs(records: list[Record], shapes: Shapes, depth: int) -> list[Paragraph]:
    return [_paragraph(record, shapes, depth) for record in records if record.tag == PARA_HEADER]


def _paragraph(record: Record, shapes: Shapes, depth: int) -> Paragraph:
    level, listed = _kind(record.data, shapes)
    text = "".join(_text(part.data) for part in record.children if part.tag == PARA_TEXT)
    objects: list[Table | Box] = []
    for control in record.children:
        if control.tag == CTRL_HEADER and depth < MAX_DEPTH and control.data[:4] not in SKIPPED:
            objects += _objects(control, shapes, depth)
    return Paragraph(text, level, listed, objects)


def _kind(header: bytes, shapes: Shapes) -> tuple[int, bool]:
    if len(header) < 11:
        return 0, False
    shape, style = struct.unpack_from("<HB", header, 8)
    level, listed = shapes.paragraphs[shape] if shape < len(shapes.paragraphs) else (0, False)
    named = shapes.styles[style] if style < len(shapes.styles) else 0
    return named or level, listed


def _text(data: bytes) -> str:
    """UTF-16 text without the control characters that anchor objects."""
    units = memoryview(data[: len(data) // 2 * 2]).cast("H")
    pieces: list[str] = []
    start = at = 0
    while at < len(units):
        unit = units[at]
        if unit >= 32:
            at += 1
            continue
        pieces.append(data[2 * start : 2 * at].decode("utf-16-le", "replace"))
        pieces.append("\t" if unit == TAB else CHARACTERS.get(unit, ""))
        at += 1 if unit in SHORT else 8
        start = at
    pieces.append(data[2 * start : 2 * len(units)].decode("utf-16-le", "replace"))
    return "".join(pieces)


def _objects(control: Record, shapes: Shapes, depth: int) -> list[Table | Box]:
    """The table or boxes of a control; shapes within shapes are looked into."""
    if control.data[:4] == TABLE:
        return _table(control, shapes, depth)
    found: list[Table | Box] = []
    own = _paragraphs(control.children, shapes, depth + 1)
    own += [Paragraph(_script(part.data)) for part in control.children if part.tag == EQUATION]
    if own:
        found.append(Box(own))
    for part in control.children:
        if part.tag != PARA_HEADER and depth < MAX_DEPTH:
            found += _objects(part, shapes, depth + 1)
    return found


def _script(data: bytes) -> str:
    """An equation as its author typed it."""
    length = struct.unpack_from("<H", data, 4)[0] if len(data) >= 6 else 0
    return data[6 : 6 + 2 * length].decode("utf-16-le", "replace")


def _table(control: Record, shapes: Shapes, depth: int) -> list[Table | Box]:
    """A list header opens each cell; the one before the table's own record opens the caption."""
    table = Table()
    caption: list[Paragraph] = []
    cell: Cell | None = None
    for part in control.children:
        if part.tag == LIST_HEADER:
            cell = _cell(part.data)
            if cell is not None:
                table.cells.append(cell)
        elif part.tag == PARA_HEADER:
            paragraph = _paragraph(part, shapes, depth + 1)
            (caption if cell is None else _writable(cell)).append(paragraph)
    return [Box(caption), table] if caption else [table]


def _cell(header: bytes) -> Cell | None:
    """The address in a cell's list header; a caption's is shorter and has none."""
    if len(header) < 34:
        return None
    column, row, _, row_span = struct.unpack_from("<4H", header, 8)
    return Cell(row, column, row_span, [])


def _writable(cell: Cell) -> list[Paragraph]:
    assert isinstance(cell.paragraphs, list)
    return cell.paragraphs
