"""A study guide as PDF: one page where it can be, the font embedded, text that can be searched and copied.

fpdf2 and not reportlab: it embeds OpenType fonts with PostScript outlines from collections, which is what Korean fonts
on Linux are, and only the glyphs that are used.
"""

from __future__ import annotations

from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import TTFFont

from app.fonts import Font, find_font
from app.study_guide import Guide

_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5)  # points: the first that fits on one page
_SEVERAL_PAGES = 9.25
_MARGIN = 15  # mm
_GREEN, _GRAY, _BLACK = (27, 110, 83), (96, 100, 92), (35, 38, 31)


def to_pdf(guide: Guide, font: str = "") -> bytes:
    """``font``: a font file; empty: one of this machine.

    Raises:
        UsageError: no font here can write the guide.
    """
    found = find_font(guide.text, font)
    for size in (*_SIZES, _SEVERAL_PAGES):
        sheet = _draw(guide, found, size)
        try:
            if sheet.page_no() == 1 or size == _SEVERAL_PAGES:
                return bytes(sheet.output())
        finally:
            for face in sheet.fonts.values():  # fpdf2 leaves the font's file open
                if isinstance(face, TTFFont):
                    face.ttfont.close()
    raise AssertionError


def _draw(guide: Guide, font: Font, size: float) -> FPDF:
    sheet = FPDF(format="A4")
    sheet.set_title(guide.title)
    sheet.set_creator("Seodang")
    sheet.set_margin(_MARGIN)
    sheet.set_auto_page_break(True, _MARGIN)
    sheet.add_font("body", fname=font.path, collection_font_number=font.number)
    sheet.add_page()
    _line(sheet, guide.title, 1.7 * size, _BLACK)
    sheet.set_draw_color(*_GREEN)
    sheet.line(_MARGIN, sheet.get_y() + 1, sheet.w - _MARGIN, sheet.get_y() + 1)
    sheet.ln(3)
    for text, path in guide.dates:
        _line(sheet, f"{text}  ({path})", size, _GRAY)
    for title, points in guide.sections:
        sheet.ln(0.25 * size)
        _line(sheet, title, 1.25 * size, _GREEN)
        for point in points:
            _line(sheet, point.name, size, _BLACK)
            sheet.set_left_margin(_MARGIN + 4)
            _line(sheet, point.sentence, size, _BLACK)
            _line(sheet, point.place, 0.82 * size, _GRAY)
            sheet.set_left_margin(_MARGIN)
            sheet.ln(0.08 * size)
    return sheet


def _line(sheet: FPDF, text: str, size: float, colour: tuple[int, int, int]) -> None:
    sheet.set_font("body", size=size)
    sheet.set_text_color(*colour)
    seen = "".join(letter for letter in text if letter.isprintable())
    # Korean text breaks at words as long as they fit; a path without spaces breaks where it must.
    sheet.multi_cell(0, 0.52 * size, seen, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.WORD)
