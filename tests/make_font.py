"""A font made for tests: every Hangul syllable and every Latin letter is a box. A machine that runs
the tests need not have a Korean font."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

_LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), *range(0xAC00, 0xD7A4)]


def make_font(path: Path) -> Path:
    pen = TTGlyphPen(None)
    for place, point in enumerate([(80, 0), (80, 700), (720, 700), (720, 0)]):
        (pen.lineTo if place else pen.moveTo)(point)
    pen.closePath()
    box, names = pen.glyph(), {letter: f"u{letter:04X}" for letter in _LETTERS}
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys(order, box))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (800, 80)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path
