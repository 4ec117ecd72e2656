"""A picture file -> one page of the text in it, with boxes for marking."""

from __future__ import annotations

import hashlib

from PIL import Image

from ingest.documents import Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.ocr import Ocr, glyphs_of, open_image
from ingest.readers.page_layout import Layout, Sheet, lay_out
from ingest.readers.tesseract import OcrError

SMALLEST = 60  # pixels of a side


def read(file: SourceFile) -> Reading:
    """A picture without text makes no page.

    Raises:
        ReadError: no picture, or OCR is off or missing.
    """
    try:
        layout = _read_picture(open_image(file.read_bytes()), Ocr(file.ocr_seconds, file.ocr_cache))
    except OcrError as error:
        raise ReadError(f"{file.relative}: {error}") from error
    if not layout.pages[0].text:
        return Reading((), warnings=("no text was recognised in the picture",))
    return Reading(layout.pages, layout.title)


class Pictures:
    """Reads the pictures of one slide deck or notebook. What keeps it from doing so is told once, as a warning."""

    def __init__(self, file: SourceFile) -> None:
        self._ocr = Ocr(file.ocr_seconds, file.ocr_cache)
        self._known: dict[str, str] = {}
        self._reasons: dict[str, int] = {}

    @property
    def warnings(self) -> list[str]:
        return [f"text in {count} pictures was not read: {reason}" for reason, count in self._reasons.items()]

    def text(self, data: bytes) -> str:
        """The text in a picture, read once however often it recurs; empty for small ones, which are ornaments."""
        key = hashlib.sha256(data).hexdigest()
        if not self._ocr.is_on:
            return ""
        if key not in self._known:
            self._known[key] = self._read(data)
        return self._known[key]

    def _read(self, data: bytes) -> str:
        try:
            image = open_image(data)
            if min(image.size) < SMALLEST:
                return ""
            return _read_picture(image, self._ocr).pages[0].text
        except OcrError as error:
            self._reasons[str(error)] = self._reasons.get(str(error), 0) + 1
            return ""


def _read_picture(image: Image.Image, ocr: Ocr) -> Layout:
    glyphs = glyphs_of(ocr.recognise(image), float(image.width), float(image.height))
    return lay_out([Sheet(1, glyphs, recognised=True)], [], "", lambda _: "")
