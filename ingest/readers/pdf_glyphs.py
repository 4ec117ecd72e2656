"""The characters of a PDF page as pdfium numbers them, with their boxes.

This is the one place that talks to pdfium's text interface. Every array has one row per pdfium character
index, so that an index can be handed back to pdfium later (``PdfTextPage.get_charbox``) and gives the same
character. Characters are pdfium's own but for those of TeX's symbol fonts (``TEX_SYMBOLS``) and
spaces without a name.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

MAX_CHARACTERS = 300_000  # of one page; a dense newspaper page has 30,000
LAST_CODE_POINT = 0x10FFFF
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# TeX's symbol fonts (CMSY, encoding OMS) often come without a character map: pdfium then gives the letter or
# digit in whose place the symbol sits. Neither lower-case letters nor digits exist in these fonts. 6 and 7
# are left alone: the slash of ≠ and the bar of ↦ are half a symbol, and a character must stay one character
# here.
TEX_SYMBOLS = dict(zip("01234589abcdefghijklmnopqrstuvwxyz", "′∞∈∋△▽∀∃⊣⌊⌋⌈⌉{}⟨⟩|‖↕⇕∖≀√⨿∇∫⊔⊓⊑⊒§†‡", strict=True))
TEX_SYMBOL_FONT = b"CMSY"
# Where such a letter may sit; asking pdfium for fonts is slow.
SHORT_WORD = re.compile(r"(?<![a-z])(?:[a-z]{1,3}|\d+)(?![a-z])")

# Presentations saved as PDF may have fonts whose character map leaves out the space: pdfium gives a NUL between words.
UNNAMED_SPACE = re.compile(r"(?<!\0)\0(?!\0)")

_NAME, _FLAGS = ctypes.create_string_buffer(128), ctypes.c_int()  # what pdfium writes font names into


@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """``text[i]`` is pdfium's character ``i``; ``boxes[i]`` its x0, y0, x1, y1 in points, origin top left.

    ``text`` may hold lone surrogates: pdfium counts the two halves of a character beyond U+FFFF as two.
    Boxes are those of the page as displayed. ``upright[i]`` says that the character stands on a horizontal
    baseline.
    """

    text: str
    boxes: NDArray[np.float32]
    bold: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    width: float
    height: float


class OversizedPageError(Exception):
    """The page holds more than ``MAX_CHARACTERS``."""


def read_glyphs(page: pdfium.PdfPage) -> Glyphs:
    """All characters of the page in pdfium's order.

    Raises:
        OversizedPageError: more than any page a person reads; it would take minutes.
        pdfium.PdfiumError: pdfium cannot load the page's text.
    """
    text_page = page.get_textpage()
    try:
        count = max(0, text_page.count_chars())
        if count > MAX_CHARACTERS:
            raise OversizedPageError
        codes = [pdfium_c.FPDFText_GetUnicode(text_page, index) for index in range(count)]
        text = "".join(chr(code) if code <= LAST_CODE_POINT else REPLACEMENT for code in codes)
        text = _with_tex_symbols(text_page, text)
        text = UNNAMED_SPACE.sub(" ", text)
        boxes = _upright(_boxes(text_page, count), page)
        bold, upright = _by_line(text_page, text, math.radians(page.get_rotation()))
    finally:
        text_page.close()
    return Glyphs(text, boxes, bold, upright, *page.get_size())


def _boxes(text_page: pdfium.PdfTextPage, count: int) -> NDArray[np.float32]:
    """Left, top, right, bottom in PDF user space (y upwards): advance width by ascent and descent."""
    rectangles = (pdfium_c.FS_RECTF * count)()
    for index in range(count):
        pdfium_c.FPDFText_GetLooseCharBox(text_page, index, rectangles[index])
    boxes = np.frombuffer(rectangles, dtype=np.float32).reshape(count, 4).copy() if count else np.zeros((0, 4))
    flat = (boxes[:, 1] - boxes[:, 3] <= 0) & (boxes[:, 2] - boxes[:, 0] > 0)
    for row in np.flatnonzero(flat).tolist():
        left, bottom, right, top = text_page.get_charbox(row)  # a font that states no height
        boxes[row] = (left, top, right, bottom)
    return np.nan_to_num(boxes, posinf=0, neginf=0).astype(np.float32)


def _upright(boxes: NDArray[np.float32], page: pdfium.PdfPage) -> NDArray[np.float32]:
    """From user space to the page as displayed: turned by /Rotate, y downwards, origin top left."""
    left, bottom, right, top = page.get_bbox()
    x0, y1, x1, y0 = boxes.T
    turned = {
        0: (x0 - left, top - y1, x1 - left, top - y0),
        90: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: (top - y1, right - x1, top - y0, right - x0),
    }
    return np.stack(turned[page.get_rotation() % 360], axis=1).astype(np.float32)


def _with_tex_symbols(text_page: pdfium.PdfTextPage, text: str) -> str:
    characters = list(text)
    for word in SHORT_WORD.finditer(text):
        for index in range(*word.span()):
            if text[index] in TEX_SYMBOLS and TEX_SYMBOL_FONT in _font_name(text_page, index):
                characters[index] = TEX_SYMBOLS[text[index]]
    return "".join(characters)


def _by_line(
    text_page: pdfium.PdfTextPage, text: str, page_angle: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Bold and upright, asked once per pdfium line, of its ends: they rarely change within."""
    bold = np.zeros(len(text), dtype=np.bool_)
    upright = np.ones(len(text), dtype=np.bool_)
    for line in re.finditer(r"\S(?:[^\r\n]*\S)?", text):
        first, last = line.start(), line.end() - 1
        bold[first : last + 1] = _is_bold(text_page, first) and _is_bold(text_page, last)
        angle = pdfium_c.FPDFText_GetCharAngle(text_page, first)
        upright[first : last + 1] = angle < 0 or abs(math.sin(angle - page_angle)) < 0.3
    return bold, upright


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = _font_name(text_page, index).lower()
    return b"bold" in name or pdfium_c.FPDFText_GetFontWeight(text_page, index) >= 600


def _font_name(text_page: pdfium.PdfTextPage, index: int) -> bytes:
    found = pdfium_c.FPDFText_GetFontInfo(text_page, index, _NAME, len(_NAME), _FLAGS)
    return _NAME.value if found else b""
