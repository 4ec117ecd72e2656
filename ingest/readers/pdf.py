"""PDF -> one page per page.

pdfium gives characters, boxes, outline and metadata; the modules beside this one turn them into text. The
source of a character of ``Page.text`` is its pdfium index on that page: boxes for marking come from the
file when they are wanted. pdfium must not be called from several threads, and files are hostile: read in a
child process.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.documents import Block, Kind, Page, PageFailure, Reading
from ingest.errors import EncryptedError, ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile
from ingest.readers.pdf_glyphs import Glyphs, OversizedPageError, read_glyphs
from ingest.readers.pdf_headings import OutlineEntry, find_headings, heading_paths, letters
from ingest.readers.pdf_layout import in_reading_order, without_frames
from ingest.readers.pdf_lines import Line, read_lines
from ingest.readers.pdf_paragraphs import Words, compose
from ingest.readers.text_quality import is_garbled

MAX_PAGES = 5_000
MAX_OUTLINE = 5_000  # bookmarks; damaged outlines can be endless
MAX_TITLE = 200  # characters
SLIDE_WORDS = 150  # a landscape page with fewer is a slide
TOOL_TITLES = re.compile(
    r"^(?:microsoft \w+ - .*|untitled.*|powerpoint.*|제목 ?없음|.*\.(?:docx?|pptx?|hwpx?|tex|dvi|pdf))$", re.I
)


def read(file: SourceFile) -> Reading:
    """Text by pages, with the pages that failed listed.

    Raises:
        EncryptedError: the file wants a password.
        ReadError: pdfium cannot open it, or no page could be read.
    """
    with _opened(file) as document:
        count = len(document)
        failures: list[PageFailure] = []
        sheets: dict[int, Glyphs] = {}
        for index in range(min(count, MAX_PAGES)):
            glyphs = _read_page(document, index)
            if isinstance(glyphs, str):
                failures.append(PageFailure(index + 1, glyphs))
            else:
                sheets[index] = glyphs
        outline = _outline(document)
        metadata = document.get_metadata_dict()
    if count > MAX_PAGES:
        failures.append(
            PageFailure(
                MAX_PAGES + 1, f"Pages {MAX_PAGES + 1} to {count} are beyond the limit and were left out."
            )
        )
    if not sheets:
        reason = failures[0].reason if failures else "It has no pages."
        raise ReadError(
            f"{file.relative}: no page could be read. {reason}", "Open it in a PDF viewer and save it anew."
        )
    return _reading(sheets, outline, metadata.get("Title", ""), failures)


@contextmanager
def _opened(file: SourceFile) -> Iterator[pdfium.PdfDocument]:
    data = file.read_bytes()
    if not data:
        raise ReadError(f"{file.relative}: the file is empty (0 bytes).", "Copy it again.")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise EncryptedError(f"{file.relative}: wants a password.", "Save a copy without one.") from error
        raise ReadError(
            f"{file.relative}: not a readable PDF.", "Open it in a PDF viewer and save it anew."
        ) from error
    try:
        yield document
    finally:
        document.close()


def _read_page(document: pdfium.PdfDocument, index: int) -> Glyphs | str:
    """The page's characters, or the reason why there are none."""
    try:
        page = document[index]
    except (pdfium.PdfiumError, IndexError):
        return "The page is damaged."
    try:
        glyphs = read_glyphs(page)
    except pdfium.PdfiumError:
        return "The page's text is damaged."
    except OversizedPageError:
        return "The page holds more text than a page can."
    finally:
        page.close()
    if is_garbled(glyphs.text):
        return "The text layer is garbled (a font without a character map)."
    return glyphs


def _outline(document: pdfium.PdfDocument) -> list[OutlineEntry]:
    entries: list[OutlineEntry] = []
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        title = " ".join(unicodedata.normalize("NFC", bookmark.get_title()).split())
        if page is not None and page >= 0 and title:
            entries.append(OutlineEntry(page, bookmark.level + 1, title))
        if len(entries) >= MAX_OUTLINE:
            break
    return entries


def _reading(
    sheets: dict[int, Glyphs], outline: list[OutlineEntry], metadata_title: str, failures: list[PageFailure]
) -> Reading:
    numbers = list(sheets)
    lines = [in_reading_order(read_lines(glyphs)) for glyphs in sheets.values()]
    lines = without_frames(lines, [glyphs.height for glyphs in sheets.values()])
    slides = _is_deck(list(sheets.values()))
    position = {number: index for index, number in enumerate(numbers)}
    outline = [replace(entry, page=position[entry.page]) for entry in outline if entry.page in position]
    headings = find_headings(lines, outline, slides=slides)
    paths = heading_paths(lines, headings, outline, slides=slides)
    words = Words.of(lines)
    pages = tuple(
        _page(number + 1, *compose(page_lines, found, words), path)
        for number, page_lines, found, path in zip(numbers, lines, headings, paths, strict=True)
    )
    empty = sum(not glyphs.text.strip() for glyphs in sheets.values())
    return Reading(
        pages,
        title=_title(metadata_title, lines),
        kind=Kind.SLIDES if slides else None,
        failures=tuple(failures),
        warnings=(f"{empty} of {len(sheets)} pages have no text layer",) if empty else (),
    )


def _page(number: int, content: MappedText, blocks: tuple[Block, ...], path: tuple[str, ...]) -> Page:
    return Page(number, content, ((0, f"p. {number}"),), blocks, path)


def _is_deck(sheets: list[Glyphs]) -> bool:
    landscape = sum(sheet.width > 1.15 * sheet.height for sheet in sheets)
    words = statistics.median(len(sheet.text.split()) for sheet in sheets)
    return (
        landscape >= 0.8 * len(sheets) and words < SLIDE_WORDS and any(sheet.text.strip() for sheet in sheets)
    )


def _title(metadata: str, pages: list[list[Line]]) -> str:
    """The metadata's title when the first pages print it too (templates leave theirs behind), else the
    first page's largest line, else whatever the metadata says."""
    stated = " ".join(unicodedata.normalize("NFC", metadata).split())
    if TOOL_TITLES.match(stated) or is_garbled(stated):
        stated = ""
    first = next((lines for lines in pages if lines), [])
    opening = letters(" ".join(line.text for lines in pages[:3] for line in lines))
    sizes = {round(line.size) for line in first if len(line.text) > 3}
    if len(sizes) < 2 or (stated and letters(stated) in opening):
        return stated
    largest = " ".join(line.text for line in first if round(line.size) == max(sizes))
    return largest if 3 < len(largest) <= MAX_TITLE else stated
