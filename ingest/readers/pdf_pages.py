"""Opening a PDF and getting each page's characters: from its text layer, or from a picture of it by OCR."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.documents import PageFailure
from ingest.errors import EncryptedError, ReadError
from ingest.readers import SourceFile
from ingest.readers.ocr import Ocr, glyphs_of
from ingest.readers.page_layout import Sheet
from ingest.readers.pdf_glyphs import Glyphs, OversizedPageError, read_glyphs
from ingest.readers.pdf_headings import OutlineEntry
from ingest.readers.tesseract import OcrError
from ingest.readers.text_quality import is_garbled, stated_title

MAX_PAGES = 5_000
MAX_OUTLINE = 5_000  # bookmarks; damaged outlines can be endless
STRAY_CHARACTERS = 24  # on a scanned page there may be a stamp or a page number
PICTURE_SHARE = 0.15  # of the page that a picture covers, from which on a page without text is a picture of text
OCR_DPI = 200
OCR_PIXELS = 12_000_000  # of a rendered page at most


@dataclass(frozen=True, slots=True)
class PdfContents:
    sheets: list[Sheet]
    failures: list[PageFailure]
    outline: list[OutlineEntry]
    title: str  # what the metadata says


def read_contents(file: SourceFile) -> PdfContents:
    """All pages up to ``MAX_PAGES``, and what the file says about itself.

    Raises:
        EncryptedError: the file wants a password.
        ReadError: pdfium cannot open it, or no page could be read.
    """
    ocr = Ocr(file.ocr_seconds, file.ocr_cache)
    with _opened(file) as document:
        count = len(document)
        sheets: list[Sheet] = []
        failures: list[PageFailure] = []
        for number in range(1, min(count, MAX_PAGES) + 1):
            sheet = _read_page(document, number, ocr)
            if isinstance(sheet, Sheet):
                sheets.append(sheet)
            else:
                failures.append(sheet)
        outline = _outline(document)
        title = _metadata_title(document)
    if count > MAX_PAGES:
        left_out = f"Pages {MAX_PAGES + 1} to {count} are beyond the limit and were left out."
        failures.append(PageFailure(MAX_PAGES + 1, left_out))
    if not sheets:
        reason = failures[0].reason if failures else "It has no pages."
        raise ReadError(f"{file.relative}: no page could be read. {reason}")
    return PdfContents(sheets, failures, outline, title)


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
        raise ReadError(f"{file.relative}: not a readable PDF.", "Open it in a PDF viewer and save it.") from error
    try:
        yield document
    finally:
        document.close()


def _read_page(document: pdfium.PdfDocument, number: int, ocr: Ocr) -> Sheet | PageFailure:
    try:
        page = document[number - 1]
    except (pdfium.PdfiumError, IndexError):
        return PageFailure(number, "The page is damaged.")
    try:
        glyphs = read_glyphs(page)
        garbled = is_garbled(glyphs.text)
        if not garbled and not _is_picture(page, glyphs):
            return Sheet(number, glyphs)
        words = ocr.recognise_one(_rendered(page))
        return Sheet(number, glyphs_of(words, glyphs.width, glyphs.height), recognised=True)
    except OcrError as error:
        what = "Its text layer is garbled (a font without a character map). " if garbled else ""
        return PageFailure(number, f"{what}{error}")
    except pdfium.PdfiumError:
        return PageFailure(number, "The page's content is damaged.")
    except OversizedPageError:
        return PageFailure(number, "The page holds more text than a page can.")
    finally:
        page.close()


def _is_picture(page: pdfium.PdfPage, glyphs: Glyphs) -> bool:
    """Hardly any text, and a picture over much of the page."""
    if len("".join(glyphs.text.split())) > STRAY_CHARACTERS:
        return False
    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        x0, y0, x1, y1 = image.get_bounds()
        if (min(x1, right) - max(x0, left)) * (min(y1, top) - max(y0, bottom)) > PICTURE_SHARE * area:
            return True
    return False


def _rendered(page: pdfium.PdfPage) -> pdfium.PIL.Image.Image:
    width, height = page.get_size()
    scale = min(OCR_DPI / 72, (OCR_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        return bitmap.to_pil().copy()
    finally:
        bitmap.close()


def _outline(document: pdfium.PdfDocument) -> list[OutlineEntry]:
    entries: list[OutlineEntry] = []
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        try:
            title = " ".join(unicodedata.normalize("NFC", bookmark.get_title()).split())
        except UnicodeDecodeError:
            continue
        if page is not None and page >= 0 and title:
            entries.append(OutlineEntry(page, bookmark.level + 1, title))
        if len(entries) >= MAX_OUTLINE:
            break
    return entries


def _metadata_title(document: pdfium.PdfDocument) -> str:
    """What the metadata says, unless a program made it up."""
    try:
        title: str = document.get_metadata_value("Title")
    except UnicodeDecodeError:
        return ""
    return stated_title(title)
