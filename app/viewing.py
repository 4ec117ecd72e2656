"""What the source panel shows of a page: its image with the quote boxed, or its text with the quote marked.

An original is opened only while it is the file that was indexed; else the indexed text is shown with a note.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Literal

from app.office_pages import OfficePages
from app.settings import AppSettings
from ingest.documents import BlockKind, Page, Span
from ingest.errors import ChangedError, ReadError
from ingest.index import Index
from ingest.mapped_text import INSERTED
from ingest.model_files import sha256_of
from ingest.office import OfficeConverter
from ingest.page_cache import PageCache
from ingest.rendering import Box, PageRenderer, merge_lines
from ingest.scan import on_disk
from ingest.store import StoredDocument

Style = Literal["heading", "code", "row", "text"]


_PLAIN: Style = "text"


class Note(StrEnum):
    """Why the panel shows the indexed text where one expects the original."""

    CHANGED = "changed"  # the file is not the one that was indexed
    GONE = "gone"
    UNDRAWN = "undrawn"  # the page cannot be drawn
    DRAWING = "drawing"  # the image is being made: look again


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a page's text; ``marked``: it belongs to the quote. Stretches of one ``block`` (its beginning on the
    page; -1 between blocks) belong together: a table row is drawn as one."""

    text: str
    marked: bool
    style: Style
    block: int = -1


@dataclass(frozen=True, slots=True)
class PageView:
    """``count`` is how many pages the document has. Without an ``image`` the text is what there is to show."""

    document: StoredDocument
    number: int
    count: int
    place: str
    segments: tuple[Segment, ...]
    image: bytes | None = None
    boxes: tuple[Box, ...] = ()
    note: Note | None = None
    previous: int | None = None  # page numbers: a page that could not be read is skipped
    next: int | None = None


_STYLES: dict[BlockKind, Style] = {
    BlockKind.HEADING: "heading",
    BlockKind.CODE: "code",
    BlockKind.OUTPUT: "code",
    BlockKind.TABLE_HEADER: "row",
    BlockKind.TABLE_ROW: "row",
}


class PageViewer:
    """Opens pages of indexed documents. Safe to share between threads."""

    def __init__(self, cache: Path, settings: AppSettings) -> None:
        kept = PageCache(cache / "pages", settings.page_cache_mb)
        self._renderer = PageRenderer(kept)
        self._converter = OfficeConverter(settings.soffice, kept)
        self._office = OfficePages(self._converter, self._renderer)
        self._seen: dict[Path, tuple[tuple[int, int, int], str]] = {}

    def view(self, index: Index, path: str, number: int, span: Span | None = None) -> PageView | None:
        """A page, with ``span`` marked when it stands on it; None when there is no such page."""
        document = index.document(path)
        numbers = index.page_numbers(document) if document else []
        if document is None or number not in numbers:
            return None
        page = index.pages(document, [number])[0]
        mark = (span.start, span.end) if span and span.page == number else (0, 0)
        at = numbers.index(number)
        view = PageView(
            document=document,
            number=number,
            count=len(numbers),
            place=page.place(mark[0]),
            segments=segments_of(page, mark),
            previous=numbers[at - 1] if at else None,
            next=numbers[at + 1] if at + 1 < len(numbers) else None,
        )
        if self._office.takes(path):
            return self._as_drawn(view, index, page, mark)
        return self._with_image(view, index, page, mark) if path.lower().endswith(".pdf") else view

    def original(self, index: Index, document: StoredDocument) -> Path | Note:
        """The file itself, only while it is the one that was indexed."""
        file = find_original(index.corpus, document.path)
        if file is None:
            return Note.GONE
        try:
            stat = file.stat()
            stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            seen = self._seen.get(file)
            if seen is None or seen[0] != stamp:
                seen = self._seen[file] = (stamp, sha256_of(file))
        except OSError:
            return Note.GONE
        return file if seen[1] == document.sha256 else Note.CHANGED

    def close(self) -> None:
        self._converter.close()
        self._renderer.close()

    def _as_drawn(self, view: PageView, index: Index, page: Page, mark: tuple[int, int]) -> PageView:
        """The view with the page as LibreOffice draws it; as text where it cannot, which is no fault to speak of."""
        file = self.original(index, view.document)
        if isinstance(file, Note):
            return view
        drawn = self._office.draw(file, view.document.sha256, page, mark)
        return replace(view, image=drawn.image, boxes=drawn.boxes, note=Note.DRAWING if drawn.working else None)

    def _with_image(self, view: PageView, index: Index, page: Page, mark: tuple[int, int]) -> PageView:
        """The view with the page's image and the boxes of the marked text; with a note where there is none."""
        document = view.document
        file = self.original(index, document)
        if isinstance(file, Note):
            return replace(view, note=file)
        try:
            image = self._renderer.image(file, document.sha256, view.number)
            sources = page.content.source[mark[0] : mark[1]]
            wanted = sources[sources != INSERTED].tolist()
            boxes: tuple[Box, ...] = ()
            if page.boxes is not None:
                boxes = merge_lines(page.boxes[wanted])
            elif wanted:
                boxes = self._renderer.boxes(file, document.sha256, view.number, wanted)
        except ChangedError:
            return replace(view, note=Note.CHANGED)
        except ReadError:
            return replace(view, note=Note.UNDRAWN)
        return replace(view, image=image, boxes=boxes)


def find_original(corpus: Path, path: str) -> Path | None:
    """The file at a document's path, unless it lies outside the corpus."""
    file = on_disk(corpus, path)
    return file if file.is_file() and file.resolve().is_relative_to(corpus.resolve()) else None


def segments_of(page: Page, mark: tuple[int, int]) -> tuple[Segment, ...]:
    """The page's text cut at its blocks and at the mark, without losing a character."""
    styled = [(block.start, block.end, _STYLES[block.kind]) for block in page.blocks if block.kind in _STYLES]
    cuts = {0, len(page.text), *mark, *(cut for start, end, _ in styled for cut in (start, end))}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(page.text))
    segments = []
    for start, end in pairwise(edges):
        first, style = next(
            ((first, style) for first, last, style in styled if first <= start and end <= last), (-1, _PLAIN)
        )
        marked = mark[0] <= start and end <= mark[1]
        segments.append(Segment(page.text[start:end], marked, style, first))
    return tuple(segments)
