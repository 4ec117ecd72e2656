"""The pictures in a document of another kind: slides, a notebook, notes. Many are read at once.

A document is read twice where it shows pictures: first to gather them, then with the text in them. Tesseract loads its
languages once for all: for a chart of a few words that takes as long as the reading.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.documents import Reading
from ingest.readers import SourceFile

if TYPE_CHECKING:
    from PIL import Image

    from ingest.readers.ocr import Ocr

SMALLEST = 60  # pixels of a side
_AT_ONCE = 16  # pictures: what is lost when the time for them runs out
_PIXELS_AT_ONCE = 16_000_000


def read_with_pictures(file: SourceFile, build: Callable[[Pictures], Reading]) -> Reading:
    """What ``build`` makes of a file when it knows the text in all of its pictures."""
    pictures = Pictures(file)
    reading = build(pictures)
    if pictures.gathered:
        pictures.recognise()
        reading = build(pictures)
    return reading


class Pictures:
    """Gathers the pictures of one document, then knows their texts. What keeps it from reading them is told once, as a
    warning."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        self._waiting: list[tuple[str, Image.Image]] = []
        self._reasons: Counter[str] = Counter()
        self.gathered = 0

    @cached_property
    def _ocr(self) -> Ocr:
        from ingest.readers.ocr import Ocr  # most documents show no pictures

        return Ocr(self._file.ocr_seconds, self._file.ocr_cache)

    @property
    def warnings(self) -> list[str]:
        return [f"text in {count} pictures was not read: {reason}" for reason, count in self._reasons.items()]

    def text(self, data: bytes) -> str:
        """The text in a picture, read once however often it recurs; empty while they are gathered, and for small ones,
        which are ornaments."""
        if not self._file.ocr_seconds:
            return ""
        key = hashlib.sha256(data).hexdigest()
        if key not in self._known:
            self._known[key] = ""
            self._gather(key, data)
        return self._known[key]

    def known_text(self, sha256: str) -> str:
        """The same for a picture that was seen before."""
        return self._known.get(sha256, "")

    def recognise(self) -> None:
        """Read what was gathered since the last time."""
        from ingest.readers.image import text_in
        from ingest.readers.tesseract import OcrError

        images = [image for _, image in self._waiting]
        for (key, image), words in zip(self._waiting, self._ocr.recognise(images), strict=True):
            if isinstance(words, OcrError):
                self._reasons[str(words)] += 1
            else:
                self._known[key] = text_in(words, image.size)
        self._waiting.clear()

    def _gather(self, key: str, data: bytes) -> None:
        from ingest.readers.ocr import open_image
        from ingest.readers.tesseract import OcrError

        try:
            image = open_image(data)
        except OcrError as error:
            self._reasons[str(error)] += 1
            return
        if min(image.size) < SMALLEST:
            return
        self.gathered += 1
        self._waiting.append((key, image))
        pixels = sum(image.width * image.height for _, image in self._waiting)
        if len(self._waiting) == _AT_ONCE or pixels > _PIXELS_AT_ONCE:
            self.recognise()
