"""Text in pictures, by the program tesseract (Korean and English).

OCR is slow (one to five seconds a page), so that a file gets a budget of time for it (``SourceFile.ocr_seconds``); what
is left when the budget is spent is listed as failed. Where tesseract is missing, the reason says how to install it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageStat

from ingest.readers.pdf_glyphs import Glyphs

LANGUAGES = ("kor", "eng")
COLUMN = "4"  # page segmentation: lines of text. Tesseract's own columns lose half of a Korean page, ours do not
MAX_PIXELS = 40_000_000
MAX_SIDE = 4_000  # pixels; larger pictures are made smaller
SMALL_SIDE = 1_000  # pixels; tesseract reads letters of 20 pixels and more
DARK = 110  # mean grey below which a picture is light writing on a dark ground
MIN_CONFIDENCE = 35.0  # of a word, in percent
MIN_MEAN_CONFIDENCE = 50.0  # of all words kept: below it the picture is no text
IMAGE_SECONDS = 30.0  # for one picture
INSTALL = "Install tesseract with Korean and English (Debian: apt install tesseract-ocr tesseract-ocr-kor)."


class OcrError(Exception):
    """A picture could not be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Word:
    """``box``: x0, y0, x1, y1 in fractions of the picture, origin top left. ``line`` counts from 0.

    ``joined``: no space stands between this word and the one before.
    """

    text: str
    box: tuple[float, float, float, float]
    line: int
    joined: bool = False


class Ocr:
    """Reads pictures until ``seconds`` are spent; with 0 it reads none."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self.is_on = seconds > 0

    def recognise(self, image: Image.Image) -> list[Word]:
        """The words of a picture, line by line.

        Raises:
            OcrError: OCR is off, its time is spent, or tesseract is missing or fails.
        """
        if not self.is_on:
            raise OcrError("It is a picture of text, and text recognition (OCR) is off.")
        if self._left <= 0:
            raise OcrError("The time for text recognition (OCR) was spent on the pages before.")
        started = time.monotonic()
        try:
            return _tesseract(_prepared(image), min(self._left, IMAGE_SECONDS))
        finally:
            self._left -= time.monotonic() - started


def open_image(data: bytes) -> Image.Image:
    """A picture from a file's bytes, turned upright.

    Raises:
        OcrError: no picture, or one of too many pixels.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > MAX_PIXELS:
                raise OcrError(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels.")
            return ImageOps.exif_transpose(image).convert("RGBA" if "A" in image.getbands() else "RGB")
        except OcrError:
            raise
        except (
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ) as error:
            raise OcrError("The picture is damaged.") from error


def glyphs_of(words: Sequence[Word], width: float, height: float) -> Glyphs:
    """The words as characters on a page of this size, as a PDF's text layer would have them.

    Every character of a word gets its share of the word's width and the height of its line.
    """
    text: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for line, members in groupby(words, key=lambda word: word.line):
        of_line = list(members)
        y0, y1 = min(word.box[1] for word in of_line), max(word.box[3] for word in of_line)
        if line:
            text.append("\r\n")
            boxes += [(of_line[0].box[0], y0, of_line[0].box[0], y1)] * 2
        for number, word in enumerate(of_line):
            x0, _, x1, _ = word.box
            if number and not word.joined:
                text.append(" ")
                boxes.append((of_line[number - 1].box[2], y0, x0, y1))
            step = (x1 - x0) / len(word.text)
            boxes += [(x0 + n * step, y0, x0 + (n + 1) * step, y1) for n in range(len(word.text))]
            text.append(word.text)
    flags = np.zeros(len(boxes), dtype=np.bool_)
    size = np.array((width, height, width, height), dtype=np.float32)
    array = np.array(boxes, dtype=np.float32).reshape(-1, 4) * size
    return Glyphs("".join(text), array, flags, ~flags, width, height)


@cache
def missing() -> str:
    """What keeps OCR from working on this machine, with the remedy; empty when nothing does."""
    program = shutil.which("tesseract")
    if program is None:
        return f"Text recognition (OCR) needs the program tesseract. {INSTALL}"
    listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    known = listed.stdout.decode("utf-8", "replace").split()
    lacking = [language for language in LANGUAGES if language not in known]
    return f"tesseract lacks the language {' and '.join(lacking)}. {INSTALL}" if lacking else ""


def _tesseract(image: Image.Image, seconds: float) -> list[Word]:
    if reason := missing():
        raise OcrError(reason)
    picture = io.BytesIO()
    image.save(picture, "PPM")
    options = ["-l", "+".join(LANGUAGES), "--psm", COLUMN]
    os.putenv("OMP_THREAD_LIMIT", "1")  # its threads wait for each other: on a busy machine 40 times slower than one
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "page")
        command = ["tesseract", "stdin", str(base), *options, "txt", "tsv"]
        try:
            done = subprocess.run(command, input=picture.getvalue(), capture_output=True, timeout=seconds, check=False)
            if done.returncode != 0:
                raise OcrError("Text recognition (OCR) failed on the picture.")
            text = base.with_suffix(".txt").read_text("utf-8", "replace")
            table = base.with_suffix(".tsv").read_text("utf-8", "replace")
        except subprocess.TimeoutExpired as error:
            raise OcrError(f"Text recognition (OCR) took longer than {seconds:.0f} s.") from error
        except OSError as error:
            raise OcrError(f"tesseract could not be run. {INSTALL}") from error
    return _words(table, text, image.width, image.height)


def _prepared(image: Image.Image) -> Image.Image:
    """Grey, dark on light, neither tiny nor huge."""
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    grey = image.convert("L")
    if ImageStat.Stat(grey).mean[0] < DARK:
        grey = ImageOps.invert(grey)
    longest = max(grey.size)
    factor = MAX_SIDE / longest if longest > MAX_SIDE else 2.0 if longest < SMALL_SIDE else 1.0
    size = (max(1, round(grey.width * factor)), max(1, round(grey.height * factor)))
    return grey if factor == 1.0 else grey.resize(size, Image.Resampling.LANCZOS)


def _words(table: str, text: str, width: int, height: int) -> list[Word]:
    """From tesseract's TSV: level page block paragraph line word left top width height confidence text.

    It gives the syllables of a Korean word one by one; only the plain text knows where the spaces are.
    """
    rows = [row.split("\t") for row in table.split("\n")[1:]]
    rows = [row for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
    joined = _joined([row[11].strip() for row in rows], text)
    kept = [(row, tied) for row, tied in zip(rows, joined, strict=True) if float(row[10]) >= MIN_CONFIDENCE]
    if not kept or sum(float(row[10]) for row, _ in kept) < MIN_MEAN_CONFIDENCE * len(kept):
        return []
    words: list[Word] = []
    for line, (_, members) in enumerate(groupby(kept, key=lambda pair: pair[0][2:5])):
        for row, tied in members:
            left, top, wide, high = (int(value) for value in row[6:10])
            box = (left / width, top / height, (left + wide) / width, (top + high) / height)
            words.append(Word(row[11].strip(), box, line, tied))
    return words


def _joined(words: Sequence[str], text: str) -> list[bool]:
    """For each word whether it follows the one before without a space in the plain text."""
    found: list[bool] = []
    at = 0
    for word in words:
        start = at
        while start < len(text) and text[start].isspace():
            start += 1
        known = text.startswith(word, start)
        found.append(known and start == at and at > 0)
        at = start + len(word) if known else max(text.find(word, at) + len(word), at)
    return found
