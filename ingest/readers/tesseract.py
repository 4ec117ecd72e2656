"""The program tesseract: picture in, words with boxes out."""

from __future__ import annotations

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


def read_words(images: Sequence[Image.Image], languages: Sequence[str], seconds: float) -> list[list[Word]]:
    """All words that tesseract makes out in each of the pictures, line by line.

    Raises:
        OcrError: tesseract is missing, fails on one of them, or takes longer than ``seconds`` for all.
    """
    if not images:
        return []
    if reason := missing():
        raise OcrError(reason)
    os.putenv("OMP_THREAD_LIMIT", "1")  # its threads wait for each other: on a busy machine 40 times slower
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "pages")
        pictures = [Path(folder, f"{number}.ppm") for number in range(len(images))]
        for image, picture in zip(images, pictures, strict=True):
            image.save(picture, "PPM")
        listed = Path(folder, "pictures.txt")
        listed.write_bytes(b"".join(os.fsencode(picture) + b"\n" for picture in pictures))
        command = ["tesseract", str(listed), str(base), "-l", "+".join(languages), "--psm", COLUMN, "txt", "tsv"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
            if done.returncode != 0:
                raise OcrError("Text recognition (OCR) failed on the picture.")
            texts = base.with_suffix(".txt").read_text("utf-8", "replace").split("\f")
            table = base.with_suffix(".tsv").read_text("utf-8", "replace")
        except subprocess.TimeoutExpired as error:
            raise OcrError(f"Text recognition (OCR) took longer than {seconds:.0f} s.") from error
        except OSError as error:
            raise OcrError(f"tesseract could not be run. {INSTALL}") from error
    if len(texts) < len(images):
        raise OcrError("Text recognition (OCR) failed on the picture.")
    rows: list[list[list[str]]] = [[] for _ in images]
    for row in (line.split("\t") for line in table.split("\n")[1:]):
        if len(row) == 12 and row[0] == "5" and row[11].strip():
            rows[int(row[1]) - 1].append(row)
    return [_words(own, text, image.size) for own, text, image in zip(rows, texts, images, strict=False)]


def _words(rows: Sequence[Sequence[str]], text: str, size: tuple[int, int]) -> list[Word]:
    """From the rows of tesseract's TSV: level page block paragraph line word left top width height confidence text.

    It gives the syllables of a Korean word one by one; only the plain text knows where the spaces are.
    """
    width, height = size
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
