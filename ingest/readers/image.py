"""A picture file -> one page of the text in it, with boxes for marking."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.documents import Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.ocr import Ocr, glyphs_of, open_image
from ingest.readers.page_layout import Layout, Sheet, lay_out
from ingest.readers.tesseract import OcrError, Word


def read(file: SourceFile) -> Reading:
    """A picture without text makes no page.

    Raises:
        ReadError: no picture, or OCR is off or missing.
    """
    try:
        image = open_image(file.read_bytes())
        layout = _lay_out(Ocr(file.ocr_seconds, file.ocr_cache).recognise_one(image), image.size)
    except OcrError as error:
        raise ReadError(f"{file.relative}: {error}") from error
    if not layout.pages[0].text:
        return Reading((), warnings=("no text was recognised in the picture",))
    return Reading(layout.pages, layout.title)


def text_in(words: Sequence[Word], size: tuple[int, int]) -> str:
    """Of a picture of this size (pixels), column by column."""
    return _lay_out(words, size).pages[0].text


def _lay_out(words: Sequence[Word], size: tuple[int, int]) -> Layout:
    return lay_out([Sheet(1, glyphs_of(words, *map(float, size)), recognised=True)], [], "", lambda _: "")
