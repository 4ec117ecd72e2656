"""What HWP 5 and HWPX (the Korean word processor's files) have in common: paragraphs with objects in them -> sections.

Few of these documents use outline styles; official Korean writing numbers its headings by a fixed custom instead
(Ⅰ. / 제1장, then 1., then 가. and □), which is followed where no style says better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.documents import BlockKind, Page
from ingest.readers.building import SectionBuilder, tidy
from ingest.readers.text import heading_like

MAX_DEPTH = 20  # of tables within tables
MAX_REPEATED = 80  # characters of a merged cell that every row it spans repeats
STYLE_HEADING = re.compile(r"(?:개요|outline|heading|제목)\s*(\d)", re.I)
STYLE_NAMES = (("큰제목", 1), ("중간제목", 2), ("작은제목", 3))
CUSTOM_HEADINGS = (
    (re.compile(r"(?:[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+\s*[.．]?|[IVX]{1,4}\s*[.．]|제\s*\d+\s*장)\s*\S.{0,50}"), 1),
    (re.compile(r"(?:\d{1,2}\s*[.．]\s+|제\s*\d+\s*절\s*)\S.{0,40}"), 2),
)
SENTENCE_END = re.compile(r"(?:[.;:,!?]|다|음|함|임|것|\s\d{1,3})$")  # or a page number, in a table of contents
ORDINAL = re.compile(r"(?P<roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]+)[.．]?|\d{1,2}[.．]?")
MAX_TITLE = 50  # characters of a heading that is set as a table
STYLED = 3  # headings by style, from which on styles are trusted
BULLET = re.compile(r"[□■○●◦◯ㅇ∘·•▪▫◇◆▶▷※\-–—*❍⦁]\s*\S|[가-하]\.\s|\(?\d{1,2}\)\s|[①-⑳]")


@dataclass(slots=True)
class Paragraph:
    """``level`` is that of its outline style, 0 for none."""

    text: str
    level: int = 0
    listed: bool = False
    objects: list[Table | Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: int
    row_span: int
    paragraphs: Sequence[Paragraph]


@dataclass(slots=True)
class Table:
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    """A text box, caption or note: paragraphs in a place of their own."""

    paragraphs: list[Paragraph] = field(default_factory=list)


def style_level(name: str) -> int:
    """The heading level that a style's name states, 0 for none."""
    match = STYLE_HEADING.fullmatch(name.strip())
    if match:
        return int(match[1])
    return next((level for start, level in STYLE_NAMES if name.strip().startswith(start)), 0)


def pages_of(paragraphs: Sequence[Paragraph]) -> tuple[Page, ...]:
    """The document's heading sections."""
    sections = SectionBuilder()
    styled = sum(bool(_styled_level(paragraph)) for paragraph in _all(paragraphs, 0)) >= STYLED
    _add(paragraphs, sections, styled, 0)
    return sections.finish()


def _all(paragraphs: Iterable[Paragraph], depth: int) -> Iterable[Paragraph]:
    for paragraph in paragraphs:
        yield paragraph
        for thing in paragraph.objects if depth < MAX_DEPTH else ():
            if isinstance(thing, Box):
                yield from _all(thing.paragraphs, depth + 1)
            else:
                for cell in thing.cells:
                    yield from _all(cell.paragraphs, depth + 1)


def _add(paragraphs: Iterable[Paragraph], sections: SectionBuilder, styled: bool, depth: int) -> None:
    for paragraph in paragraphs:
        text = tidy(paragraph.text)
        level = _styled_level(paragraph) or (0 if styled else _custom_level(text)) or int(heading_like(text))
        if text and level:
            sections.heading(text, level)
        elif text:
            listed = paragraph.listed or BULLET.match(text)
            sections.add(text, BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH)
        for thing in paragraph.objects if depth < MAX_DEPTH else ():
            if isinstance(thing, Box):
                _add(thing.paragraphs, sections, styled, depth + 1)
            else:
                _add_table(thing, sections, styled, depth)


def _styled_level(paragraph: Paragraph) -> int:
    """The style's level, but for remarks and list items, which are given such styles by mistake."""
    return 0 if not paragraph.text.strip() or BULLET.match(paragraph.text.strip()) else paragraph.level


def _custom_level(text: str) -> int:
    for pattern, level in CUSTOM_HEADINGS:
        if pattern.fullmatch(text) and not SENTENCE_END.search(text):
            return level
    return 0


def _add_table(table: Table, sections: SectionBuilder, styled: bool, depth: int) -> None:
    rows = grid(table, depth)
    if all(sum(map(bool, row)) < 2 for row in rows):  # a frame around text
        for cell in table.cells:
            _add(cell.paragraphs, sections, styled, depth + 1)
    elif len(rows) == 1 and (level := _title_level([cell for cell in rows[0] if cell])):
        sections.heading(" ".join(rows[0]), level)
    else:
        sections.table(rows)


def _title_level(cells: list[str]) -> int:
    """The level of a heading set as a table of one row, its number in one cell and its words in the next; else 0."""
    ordinal = ORDINAL.fullmatch(cells[0]) if len(cells) == 2 and len(cells[1]) <= MAX_TITLE else None
    return (1 if ordinal["roman"] else 2) if ordinal else 0


def grid(table: Table, depth: int = 0) -> list[list[str]]:
    """The texts row by row; a cell that spans rows is repeated in each, so that every row can be read alone."""
    found: dict[int, dict[int, str]] = {}
    for cell in table.cells:
        text = _flat(cell.paragraphs, depth)
        span = cell.row_span if len(text) <= MAX_REPEATED else 1
        for row in range(cell.row, cell.row + max(1, min(span, 1000))):
            found.setdefault(row, {})[cell.column] = text
    last = max((cell.row for cell in table.cells), default=-1)
    return [[found[row][column] for column in sorted(found[row])] for row in sorted(found) if row <= last]


def _flat(paragraphs: Iterable[Paragraph], depth: int) -> str:
    texts: list[str] = []
    for paragraph in paragraphs:
        texts.append(tidy(paragraph.text))
        for thing in paragraph.objects if depth < MAX_DEPTH else ():
            if isinstance(thing, Box):
                texts.append(_flat(thing.paragraphs, depth + 1))
            else:
                texts += [_flat(cell.paragraphs, depth + 1) for cell in thing.cells]
    return " ".join(text for text in texts if text)
