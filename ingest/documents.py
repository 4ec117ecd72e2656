"""The vocabulary of the whole project: document, page, block, location, chunk.

Offsets are characters of ``Page.text``. A *place* is what a person looks for in the file (``p. 12``, ``slide 4``,
``cell 7``, ``› Attention``, ``row 8``); a *location* is a document's path with a place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import dropwhile, takewhile
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from ingest.mapped_text import MappedText


class Kind(StrEnum):
    """What a document is to the course."""

    SLIDES = "slides"
    NOTES = "notes"
    PAPER = "paper"
    NOTEBOOK = "notebook"
    TRANSCRIPT = "transcript"
    TABLE = "table"
    IMAGE = "image"
    CODE = "code"
    WEB = "web"


class BlockKind(StrEnum):
    """What a stretch of a page is. Text that no block covers is a paragraph."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    CODE = "code"
    OUTPUT = "output"  # what a notebook cell printed
    SPEAKER_NOTES = "speaker_notes"

    @property
    def is_code(self) -> bool:
        """Lines as a machine reads or writes them."""
        return self in (BlockKind.CODE, BlockKind.OUTPUT)

    @property
    def is_table(self) -> bool:
        """A row, or the names of the columns."""
        return self in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)

    @property
    def is_prose(self) -> bool:
        """Made of sentences."""
        return not (self.is_code or self.is_table or self is BlockKind.HEADING)


@dataclass(frozen=True, slots=True)
class Block:
    """``text[start:end]`` of a page is one thing. ``level``: depth of a heading (1 is the top) or list item (0 is)."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


_PARAGRAPH = Block(BlockKind.PARAGRAPH, 0, 0)
_begin = attrgetter("start")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The smallest unit a person can open: PDF page, slide, cell, heading section, cue range, row group.

    ``number`` counts from 1 within the document. ``places`` are (offset, place) pairs in rising order, the first at
    offset 0: where in the file a person finds the text from that offset on. ``headings`` is the heading path in force
    at the page's beginning, outermost first. ``boxes`` (OCR only; PDF boxes come from the file) holds one row x0, y0,
    x1, y1 in fractions of the page, top left origin, for each *source* character.
    """

    number: int
    content: MappedText
    places: tuple[tuple[int, str], ...]
    blocks: tuple[Block, ...] = ()
    headings: tuple[str, ...] = ()
    boxes: NDArray[np.float32] | None = None

    @property
    def text(self) -> str:
        """The cleaned text; every span in the product is a span of it."""
        return self.content.text

    def place(self, offset: int = 0) -> str:
        """The place of the character at ``offset``."""
        return self.places[max(0, bisect_right(self.places, offset, key=lambda pair: pair[0]) - 1)][1]

    def stretches(self, start: int, end: int) -> Iterator[tuple[Block, int, int]]:
        """The blocks in ``text[start:end]`` as far as they reach into it, and between them paragraphs."""
        for block in sorted(self.blocks, key=_begin):
            if block.start >= end:
                break
            if block.end > start:
                if block.start > start:
                    yield _PARAGRAPH, start, block.start
                    start = block.start
                yield block, start, min(block.end, end)
                start = min(block.end, end)
        if start < end:
            yield _PARAGRAPH, start, end

    def location(self, path: str, start: int, end: int) -> str:
        """Where ``text[start:end]`` (not empty) stands, for people: ``lecture3.vtt 12:34–12:51``."""
        return str(Location(path, self.place(start), self.place(end - 1)))


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that could not be read, with the reason."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one file: its pages in order, and what it could not read.

    ``title`` is what the file itself says (metadata, first heading), empty when it says nothing. ``kind`` overrides
    the reader table's kind where the content tells (a PDF of slides). ``warnings`` are for the report and the doctor.
    ``pictures``: other files of the corpus that it shows and that were read with it (path, sha256; empty: not there).
    """

    pages: tuple[Page, ...]
    title: str = ""
    kind: Kind | None = None
    failures: tuple[PageFailure, ...] = ()
    warnings: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """Where a document (or a part of it) belongs in the course. Dates are ISO (``2026-03-14``)."""

    week: int | None = None
    lecture: int | None = None
    date: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One course file. ``path`` is relative to the corpus, NFC, with forward slashes."""

    path: str
    sha256: str
    title: str
    kind: Kind
    language: str
    course: Course
    pages: tuple[Page, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """``[start, end)`` of the text of page ``page`` (its number)."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of one page that says one thing (``ingest.units``); ``level`` as in ``Block``."""

    page: int
    start: int
    end: int
    kind: BlockKind
    level: int


@dataclass(frozen=True, slots=True)
class Location:
    """A document's path and the first and last place of a stretch of it, for people."""

    path: str
    place: str
    last_place: str = ""

    def __str__(self) -> str:
        until = f"–{self.last_place}" if self.last_place and self.last_place != self.place else ""
        return f"{self.path} {self.place}{until}".strip()


@dataclass(frozen=True, slots=True)
class Chunk:
    """An indexed stretch of a document: ``text`` is the page texts under ``spans``, joined by line breaks.

    ``chunk_id`` is 63 bits of a hash of document content and position: the same file gives the same ids in every
    index, which is what makes ties and rebuilds reproducible.
    """

    chunk_id: int
    headings: tuple[str, ...]
    spans: tuple[Span, ...]
    units: tuple[Unit, ...]
    text: str

    def unit_text(self, unit: Unit) -> str:
        """The unit's own text."""
        _, at = self._place(unit)
        return self.text[at : at + unit.end - unit.start]

    def beginning(self, characters: int) -> Chunk | None:
        """Its first units, as many as fit but never all; None when not even one does."""
        taken = list(takewhile(lambda unit: self._end(unit) <= characters, self.units[:-1]))
        if not taken:
            return None
        number, _ = self._place(taken[-1])
        spans = (*self.spans[:number], replace(self.spans[number], end=taken[-1].end))
        return replace(self, spans=spans, units=tuple(taken), text=self.text[: self._end(taken[-1])])

    def ending(self, characters: int) -> Chunk | None:
        """Its last units, as many as fit but never all, and no table row without its header; None when not even one
        does."""
        taken = list(dropwhile(lambda unit: len(self.text) - self._place(unit)[1] > characters, self.units[1:]))
        taken = list(dropwhile(lambda unit: unit.kind is BlockKind.TABLE_ROW, taken))
        if not taken:
            return None
        number, at = self._place(taken[0])
        spans = (replace(self.spans[number], start=taken[0].start), *self.spans[number + 1 :])
        return replace(self, spans=spans, units=tuple(taken), text=self.text[at:])

    def _end(self, unit: Unit) -> int:
        return self._place(unit)[1] + unit.end - unit.start

    def _place(self, unit: Unit) -> tuple[int, int]:
        """The number of the span it stands in, and where it begins in the text."""
        at = 0
        for number, span in enumerate(self.spans):
            if span.page == unit.page and span.start <= unit.start and unit.end <= span.end:
                return number, at + unit.start - span.start
            at += span.end - span.start + 1
        raise ValueError(f"{unit} is not of chunk {self.chunk_id}")
