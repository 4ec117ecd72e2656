"""The program tesseract: picture in, words with boxes out."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from PIL import Image

LANGUAGES = ("kor", "eng")
COLUMN = "4"  # page segmentation: lines of text. Tesseract's own columns lose half of a Korean page, ours do not
INSTALL = "Install tesseract with Korean and English (Debian: apt install tesseract-ocr tesseract-ocr-kor)."

Box = tuple[float, float, float, float]


class OcrError(Exception):
    """A picture could not be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Word:
    """``box``: x0, y0, x1, y1 in fractions of the picture, origin top left. ``line`` counts from 0.

    ``joined``: no space stands between this word and the one before. ``confidence`` is in percent.
    """

    text: str
    box: Box
    line: int
    confidence: float
    joined: bool = False


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


@cache
def program_version() -> str:
    """What reads the pictures, for caches; empty where nothing does."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    told = subprocess.run([program, "--version"], capture_output=True, timeout=20, check=False)
    return told.stdout.decode("utf-8", "replace").partition("\n")[0]


def read_words(image: Image.Image, languages: Sequence[str], seconds: float) -> list[Word]:
    """All words that tesseract makes out, line by line.

    Raises:
        OcrError: tesseract is missing, fails, or takes longer than ``seconds``.
    """
    if reason := missing():
        raise OcrError(reason)
    picture = io.BytesIO()
    image.save(picture, "PPM")
    os.putenv("OMP_THREAD_LIMIT", "1")  # its threads wait for each other: on a busy machine 40 times slower
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "page")
        command = ["tesseract", "stdin", str(base), "-l", "+".join(languages), "--psm", COLUMN, "txt", "tsv"]
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


def _words(table: str, text: str, width: int, height: int) -> list[Word]:
    """From tesseract's TSV: level page block paragraph line word left top width height confidence text.

    It gives the syllables of a Korean word one by one; only the plain text knows where the spaces are.
    """
    rows = [row.split("\t") for row in table.split("\n")[1:]]
    rows = [row for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
    joined = iter(_joined([row[11].strip() for row in rows], text))
    words: list[Word] = []
    for line, (_, members) in enumerate(groupby(rows, key=lambda row: row[2:5])):
        for row in members:
            left, top, wide, high = (int(value) for value in row[6:10])
            box = (left / width, top / height, (left + wide) / width, (top + high) / height)
            words.append(Word(row[11].strip(), box, line, float(row[10]), next(joined)))
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
