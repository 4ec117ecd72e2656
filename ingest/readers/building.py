"""Building pages from the paragraphs, list items, rows and code of structured formats.

``PageBuilder`` lays the parts of one page out as text with blocks. ``SectionBuilder`` cuts a flowing
document (a word processor's, a web page's) into pages at its headings: each heading section is a page that
a person finds by its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.documents import Block, BlockKind, Page
from ingest.mapped_text import MappedText
from ingest.readers.cleaning import clean

TIGHT = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})  # stand on the next line, not after a blank one
SPACES = re.compile(r"[ \t]+")
MAX_NAME = 30  # characters of a column's name
NUMBER = re.compile(r"^[-+]?[\d.,]+%?$|\d{3,}[-./]\d|\d{4}")
MAX_HEADING = 200  # characters; what is longer is a paragraph with a heading's style


def tidy(text: str) -> str:
    """One paragraph's text: cleaned, runs of spaces made one, line breaks kept."""
    lines = (SPACES.sub(" ", line).strip() for line in clean(MappedText.of(text)).text.split("\n"))
    return "\n".join(lines).strip()


def row_text(cells: Iterable[str]) -> str:
    """``a | b | c``; a cell's line breaks become spaces, empty cells at the end go. Empty when all cells are."""
    texts = [" ".join(tidy(cell).split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(texts).strip()


def names_columns(cells: Sequence[str]) -> bool:
    """Whether a table's first row is a header: short names, no numbers. A form's first row holds a value."""
    filled = [tidy(cell) for cell in cells if cell.strip()]
    longest = MAX_NAME if len(cells) > 2 else MAX_NAME // 2
    return bool(filled) and all(len(cell) <= longest and not NUMBER.search(cell) for cell in filled)


@dataclass(slots=True)
class PageBuilder:
    """Parts in the order of reading. Blocks follow each other in the text and never overlap."""

    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        """``text`` as it shall stand (see ``tidy``); nothing is added for white space."""
        if not text.strip():
            return
        if self.parts:
            last = self.blocks[-1].kind
            tight = kind in TIGHT and last in (kind, BlockKind.TABLE_HEADER)
            self._append("\n" if tight else "\n\n")
        start = self._length
        self._append(text)
        self.blocks.append(Block(kind, start, self._length, level))

    def table(self, rows: Sequence[Sequence[str]], *, header: bool = True) -> None:
        """A row a line; a first row that names the columns is the header that chunks repeat."""
        kept = [(row, text) for row in rows if (text := row_text(row))]
        for number, (row, text) in enumerate(kept):
            first = header and number == 0 and len(kept) > 1 and names_columns(row)
            self.add(text, BlockKind.TABLE_HEADER if first else BlockKind.TABLE_ROW)

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)

    @property
    def is_empty(self) -> bool:
        return not self.parts

    def build(self, number: int, place: str, headings: tuple[str, ...] = ()) -> Page:
        return Page(number, MappedText.of("".join(self.parts)), ((0, place),), tuple(self.blocks), headings)


@dataclass(slots=True)
class SectionBuilder:
    """A flowing document: one page per heading section, with the path down to its heading.

    A section that is nothing but its heading makes no page: the heading opens the page of the section below it.
    """

    title: str = ""  # the place of what stands before the first heading
    pages: list[Page] = field(default_factory=list)
    page: PageBuilder = field(default_factory=PageBuilder)
    _path: list[tuple[int, str]] = field(default_factory=list)
    _bare: bool = True  # nothing but a heading on the page so far

    def heading(self, text: str, level: int) -> None:
        """Begin a section. ``level`` 1 is the top."""
        text = " ".join(tidy(text).split())
        if not text or len(text) > MAX_HEADING:
            self.add(text)
            return
        if not self._bare:
            self._flush()
        self._path = [step for step in self._path if step[0] < level] + [(level, text)]
        self.page.add(text, BlockKind.HEADING, level)

    def add(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        if text.strip():
            self.page.add(text, kind, level)
            self._bare = False

    def table(self, rows: Sequence[Sequence[str]], *, header: bool = True) -> None:
        self.page.table(rows, header=header)
        self._bare = self._bare and not any(block.kind is not BlockKind.HEADING for block in self.page.blocks)

    def finish(self) -> tuple[Page, ...]:
        """All pages, the last section's too."""
        self._flush()
        return tuple(self.pages)

    def _flush(self) -> None:
        if not self.page.is_empty:
            headings = tuple(heading for _, heading in self._path)
            place = headings[-1] if headings else self.title
            self.pages.append(self.page.build(len(self.pages) + 1, f"› {place}" if place else "", headings))
        self.page = PageBuilder()
        self._bare = True
