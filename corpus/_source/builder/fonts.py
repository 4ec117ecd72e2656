"""The fonts drawn into PDFs and scans: subsets kept in the repository, so a rebuild needs no system font."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_DIR = Path(__file__).resolve().parents[1] / "fonts"

SANS, SANS_BOLD, MONO = "CourseSans", "CourseSans-Bold", "CourseMono"
SERIF, SERIF_BOLD, SERIF_ITALIC = "CourseSerif", "CourseSerif-Bold", "CourseSerif-Italic"
ALL = (SANS, SANS_BOLD, MONO, SERIF, SERIF_BOLD, SERIF_ITALIC)


class MissingGlyphsError(ValueError):
    """A source uses characters that the committed subsets lack; run make_fonts.py."""


def path(name: str) -> Path:
    return FONT_DIR / f"{name}.ttf"


@cache
def register() -> None:
    """Make the subsets known to reportlab, once per process."""
    for name in ALL:
        pdfmetrics.registerFont(TTFont(name, str(path(name))))
    pdfmetrics.registerFontFamily(SERIF, normal=SERIF, bold=SERIF_BOLD, italic=SERIF_ITALIC, boldItalic=SERIF_BOLD)


def width(text: str, font: str, size: float) -> float:
    register()
    return float(pdfmetrics.stringWidth(text, font, size))


def check(text: str, font: str) -> None:
    """Refuse text that would be drawn as empty boxes."""
    register()
    known = pdfmetrics.getFont(font).face.charToGlyph
    missing = sorted({char for char in text if ord(char) not in known and not char.isspace()})
    if missing:
        raise MissingGlyphsError(f"{font} lacks {''.join(missing)!r}: run corpus/_source/make_fonts.py")
