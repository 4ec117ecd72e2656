"""A page of an office file as LibreOffice draws it: which page of the drawn file shows it, and where the quote stands.

A slide is the page with its number. The pages of DOCX and HWP are sections, so theirs is the page that has the words;
what is not found there is shown as text.
"""

from __future__ import annotations

from concurrent.futures import TimeoutError as StillWorkingError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import Page
from ingest.errors import ReadError
from ingest.model_files import sha256_of
from ingest.office import OfficeConverter
from ingest.rendering import Box, PageRenderer

_PATIENCE = 0.3  # seconds a first look waits: what was drawn before is there at once
_BEGINNING = 80  # characters by which a section is found when no quote is marked
_LINE = 4  # characters of a line worth looking for


@dataclass(frozen=True, slots=True)
class Drawing:
    """``working``: LibreOffice is at it; without an image otherwise there is none to be had."""

    image: bytes | None = None
    boxes: tuple[Box, ...] = ()
    working: bool = False


class OfficePages:
    """Draws pages of office files where LibreOffice is installed. Safe to share between threads."""

    def __init__(self, converter: OfficeConverter, renderer: PageRenderer) -> None:
        self._converter, self._renderer = converter, renderer

    def takes(self, path: str) -> bool:
        return self._converter.takes(path)

    def draw(self, file: Path, sha256: str, page: Page, mark: tuple[int, int]) -> Drawing:
        """The page with ``mark`` boxed, a stretch of its text."""
        try:
            self._converter.start(file, sha256).result(_PATIENCE)
        except StillWorkingError:
            return Drawing(working=True)
        made = self._converter.pdf(sha256)
        if made is None:
            return Drawing()
        with suppress(ReadError, OSError):
            return self._drawn(made, page, mark, slides=file.suffix.lower() == ".pptx")
        return Drawing()

    def _drawn(self, made: Path, page: Page, mark: tuple[int, int], *, slides: bool) -> Drawing:
        key = sha256_of(made)
        quote = page.text[mark[0] : mark[1]]
        if slides:
            if page.number > self._renderer.pages(made, key):
                return Drawing()
            boxes = self._boxes(made, key, page.number, quote)
            if quote and not boxes:  # it stands in the speaker's notes, which are not drawn
                return Drawing()
            return Drawing(self._renderer.image(made, key, page.number), boxes)
        wanted = quote or page.text[:_BEGINNING]
        for text in (wanted, *_lines(wanted)):
            found = self._renderer.find(made, key, 0, text)
            if found:
                number, boxes = found
                if quote:
                    boxes = self._boxes(made, key, number, quote)
                return Drawing(self._renderer.image(made, key, number), boxes if quote else ())
        return Drawing()

    def _boxes(self, made: Path, key: str, number: int, quote: str) -> tuple[Box, ...]:
        """Around the quote; where its lines stand apart (cells, text boxes), around each of them."""
        whole = self._renderer.find(made, key, number, quote)
        if whole and whole[0] == number:
            return whole[1]
        found = [self._renderer.find(made, key, number, line) for line in _lines(quote)]
        return tuple(box for one in found if one and one[0] == number for box in one[1])


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if len(line.strip()) >= _LINE]
