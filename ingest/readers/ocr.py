"""Text in pictures, by the program tesseract (Korean and English).

OCR is slow (one to five seconds a page), so that a file gets a budget of time for it (``SourceFile.ocr_seconds``); what
is left when the budget is spent is listed as failed. Where tesseract is missing, the reason says how to install it.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageOps, ImageStat

from ingest.disk_cache import DiskCache
from ingest.readers.pdf_glyphs import Glyphs
from ingest.readers.tesseract import COLUMN, LANGUAGES, Box, OcrError, Word, program_version, read_words

MAX_PIXELS = 40_000_000
MAX_SIDE = 4_000  # pixels; larger pictures are made smaller
SMALL_SIDE = 1_000  # pixels; tesseract reads letters of 20 pixels and more
DARK = 110  # mean grey below which a picture is light writing on a dark ground
MIN_CONFIDENCE = 35.0  # of a word, in percent
MIN_MEAN_CONFIDENCE = 50.0  # of all words kept: below it the picture is no text
KOREAN_SHARE = 0.1  # of the words, from which on a page is read a second time in Korean alone
IMAGE_SECONDS = 30.0  # for one picture
MOST_CACHED_MIB = 512
HANGUL = re.compile("[가-힣]")


Recognised = list[Word] | OcrError


class Ocr:
    """Reads pictures until ``seconds`` are spent; with 0 it reads none. A picture that stands in the ``cache`` (a file
    that ingests share) costs none of them."""

    def __init__(self, seconds: float, cache: Path | None = None) -> None:
        self._left = seconds
        self._cache = _opened(cache) if seconds > 0 and cache else None
        self.is_on = seconds > 0

    def recognise_one(self, image: Image.Image) -> list[Word]:
        """The words of a picture, line by line.

        Raises:
            OcrError: OCR is off, its time is spent, or tesseract is missing or fails.
        """
        (words,) = self.recognise([image])
        if isinstance(words, OcrError):
            raise words
        return words

    def recognise(self, images: Sequence[Image.Image]) -> list[Recognised]:
        """Of each picture its words, line by line, or why they are not known."""
        if not self.is_on:
            return [OcrError("It is a picture, and text recognition (OCR) is off.") for _ in images]
        prepared = [_prepared(image) for image in images]
        found = self._read(prepared, LANGUAGES)
        again = [number for number, words in enumerate(found) if _is_korean(words)] if self._left > 0 else []
        korean = self._read([prepared[number] for number in again], LANGUAGES[:1])
        for number, words in zip(again, korean, strict=True):
            both = found[number]
            if not isinstance(both, OcrError):
                found[number] = words if isinstance(words, OcrError) else with_korean(both, words)
        return [words if isinstance(words, OcrError) else _sure(words) for words in found]

    def _read(self, images: Sequence[Image.Image], languages: Sequence[str]) -> list[Recognised]:
        """From the cache, or by tesseract."""
        if self._cache is None:
            return self._read_anew(images, languages)
        named = "+".join(languages)
        keys = [f"{named} {image.size} {hashlib.sha256(image.tobytes()).hexdigest()}" for image in images]
        known: dict[str, Recognised] = {
            key: msgspec.json.decode(words, type=list[Word]) for key, words in self._cache.get(keys).items()
        }
        new = {key: image for key, image in zip(keys, images, strict=True) if key not in known}
        read = dict(zip(new, self._read_anew(list(new.values()), languages), strict=True))
        self._cache.put({k: msgspec.json.encode(words) for k, words in read.items() if not isinstance(words, OcrError)})
        return [(known | read)[key] for key in keys]

    def _read_anew(self, images: Sequence[Image.Image], languages: Sequence[str]) -> list[Recognised]:
        if self._left <= 0:
            return [OcrError("The time for text recognition (OCR) was spent on the pages before.") for _ in images]
        started = time.monotonic()
        try:
            return [*read_words(images, languages, min(self._left, IMAGE_SECONDS * len(images)))]
        except OcrError as error:
            if len(images) == 1:
                return [error]
        finally:
            self._left -= time.monotonic() - started
        return [words for image in images for words in self._read_anew([image], languages)]  # all but the one at fault


def _is_korean(words: Recognised) -> bool:
    if isinstance(words, OcrError):
        return False
    return sum(bool(HANGUL.search(word.text)) for word in words) > KOREAN_SHARE * len(words)


def _sure(words: Sequence[Word]) -> list[Word]:
    kept = [word for word in words if word.confidence >= MIN_CONFIDENCE]
    sure = sum(word.confidence for word in kept) >= MIN_MEAN_CONFIDENCE * len(kept)
    return kept if sure else []


@cache
def _opened(path: Path) -> DiskCache:
    """One connection a process: a notebook has many pictures, a course many notebooks."""
    return DiskCache(path, f"{program_version()} psm {COLUMN}", MOST_CACHED_MIB)


def with_korean(both: Sequence[Word], korean: Sequence[Word]) -> list[Word]:
    """The words read in both languages, Latin ones replaced where the reading in Korean alone is surer of Hangul.

    Read together, tesseract takes many a Korean word for a Latin one (``것을`` for ``SEO!``): measured on rendered
    pages, three-letter sequences found rise from 0.77 to 0.83 in a Korean paper, and none are lost in an English one.
    """
    found: list[Word] = []
    used: set[int] = set()
    for word in both:
        if HANGUL.search(word.text):
            found.append(word)
            continue
        over = [(index, other) for index, other in enumerate(korean) if _overlap(word, other)]
        hangul = bool(over) and all(HANGUL.search(other.text) for _, other in over)
        if hangul and sum(other.confidence for _, other in over) > word.confidence * len(over):
            found += [replace(other, line=word.line) for index, other in over if index not in used]
            used.update(index for index, _ in over)
        else:
            found.append(word)
    return found


def _overlap(one: Word, other: Word) -> bool:
    """Whether two words share more than half of the smaller one, both ways."""
    return all(
        min(one.box[end], other.box[end]) - max(one.box[start], other.box[start])
        > 0.5 * min(one.box[end] - one.box[start], other.box[end] - other.box[start])
        for start, end in ((0, 2), (1, 3))
    )


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
    boxes: list[Box] = []
    lines = [list(members) for _, members in groupby(words, key=lambda word: word.line)]
    for number, (line, (y0, y1)) in enumerate(zip(lines, _heights(lines), strict=True)):
        if number:
            text.append("\r\n")
            boxes += [(line[0].box[0], y0, line[0].box[0], y1)] * 2
        for index, word in enumerate(line):
            x0, _, x1, _ = word.box
            if index and not word.joined:
                text.append(" ")
                boxes.append((line[index - 1].box[2], y0, x0, y1))
            step = (x1 - x0) / len(word.text)
            boxes += [(x0 + n * step, y0, x0 + (n + 1) * step, y1) for n in range(len(word.text))]
            text.append(word.text)
    flags = np.zeros(len(boxes), dtype=np.bool_)
    size = np.array((width, height, width, height), dtype=np.float32)
    array = np.array(boxes, dtype=np.float32).reshape(-1, 4) * size
    return Glyphs("".join(text), array, flags, ~flags, width, height)


def _heights(lines: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """Top and bottom of each line. A line without tall letters looks smaller than the next: lines of nearly the usual
    height are given it, so that they count as set in one size."""
    extents = [(min(word.box[1] for word in line), max(word.box[3] for word in line)) for line in lines]
    usual = float(np.median([y1 - y0 for y0, y1 in extents])) if extents else 0.0
    return [
        ((y0 + y1 - usual) / 2, (y0 + y1 + usual) / 2) if 0.7 * usual < y1 - y0 < 1.35 * usual else (y0, y1)
        for y0, y1 in extents
    ]


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
