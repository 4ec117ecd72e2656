"""Characters on pages -> pages of text: lines, columns, running headers, headings, paragraphs, tables.

It is the same for a PDF's text layer and for what OCR finds in a picture.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.documents import Page
from ingest.readers.pdf_glyphs import Glyphs
from ingest.readers.pdf_headings import OutlineEntry, find_headings, heading_paths, letters
from ingest.readers.pdf_layout import in_reading_order, without_frames
from ingest.readers.pdf_lines import Line, read_lines
from ingest.readers.pdf_paragraphs import Words, compose

MAX_TITLE = 200  # characters
SLIDE_WORDS = 150  # a landscape page with fewer is a slide


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One page's characters; ``recognised`` when OCR found them, so that their boxes are nowhere but here."""

    number: int
    glyphs: Glyphs
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    pages: tuple[Page, ...]
    title: str
    is_deck: bool


def lay_out(
    sheets: Sequence[Sheet], outline: Sequence[OutlineEntry], stated_title: str, place: Callable[[int], str]
) -> Layout:
    """The pages of one document. ``place`` names a page by its number; the outline's pages count from 0."""
    lines = [in_reading_order(read_lines(sheet.glyphs)) for sheet in sheets]
    lines = without_frames(lines, [sheet.glyphs.height for sheet in sheets])
    slides = _is_deck(sheets)
    position = {sheet.number - 1: index for index, sheet in enumerate(sheets)}
    marks = [replace(entry, page=position[entry.page]) for entry in outline if entry.page in position]
    headings = find_headings(lines, marks, slides=slides)
    paths = heading_paths(lines, headings, marks, slides=slides)
    words = Words.of(lines)
    pages = []
    for sheet, own, found, path in zip(sheets, lines, headings, paths, strict=True):
        content, blocks = compose(own, found, words)
        boxes = None
        if sheet.recognised:
            width, height = sheet.glyphs.width, sheet.glyphs.height
            boxes = np.divide(sheet.glyphs.boxes, (width, height, width, height), dtype=np.float32)
        pages.append(Page(sheet.number, content, ((0, place(sheet.number)),), blocks, path, boxes))
    return Layout(tuple(pages), _title(stated_title, lines), slides)


def _is_deck(sheets: Sequence[Sheet]) -> bool:
    glyphs = [sheet.glyphs for sheet in sheets]
    landscape = sum(page.width > 1.15 * page.height for page in glyphs)
    words = statistics.median(len(page.text.split()) for page in glyphs)
    return landscape >= 0.8 * len(glyphs) and words < SLIDE_WORDS and any(page.text.strip() for page in glyphs)


def _title(stated: str, pages: Sequence[Sequence[Line]]) -> str:
    """The stated title when the first pages print it too (templates leave theirs behind), else the first page's
    largest line, else whatever is stated."""
    first = next((lines for lines in pages if lines), [])
    opening = letters(" ".join(line.text for lines in pages[:3] for line in lines))
    sizes = {round(line.size) for line in first if len(line.text) > 3}
    if len(sizes) < 2 or (stated and letters(stated) in opening):
        return stated
    largest = " ".join(line.text for line in first if round(line.size) == max(sizes))
    return largest if 3 < len(largest) <= MAX_TITLE else stated
