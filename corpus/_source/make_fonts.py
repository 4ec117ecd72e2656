"""Cut the committed font subsets from the system's Noto CJK and Liberation fonts.

Run it after a source gains a new character (Debian: fonts-noto-cjk, fonts-liberation). The outlines of Noto
CJK are cubic; reportlab embeds quadratic ones only, so they are converted here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).resolve().parent
NOTO = Path("/usr/share/fonts/opentype/noto")
LIBERATION = Path("/usr/share/fonts/truetype/liberation")
KOREAN, KOREAN_MONO = 1, 6
NARROW = set("×÷±−·≤≥≈∑√∞∂→←↑↓∈…∏∇‖≠") | {chr(code) for code in range(0x370, 0x400)}
EXTRA = "".join(chr(code) for code in range(0x20, 0x7F)) + "·×÷±−≤≥≈∑√∞∂→←∈…–—“”‘’•αβγδεθλμπσφψΔΣ²"
SOURCES = ("*.md", "*.txt", "*.py", "*.toml")


def characters() -> str:
    """Every character of every source; a superset of what any one font needs."""
    found = set(EXTRA)
    for pattern in SOURCES:
        for file in sorted(HERE.rglob(pattern)):
            found |= set(file.read_text(encoding="utf-8"))
    return "".join(sorted(char for char in found if char.isprintable()))


def subset(font: TTFont, text: str) -> TTFont:
    options = Options()
    options.layout_features, options.notdef_outline, options.glyph_names = [], True, False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG"]
    cutter = Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    return font


def quadratic(font: TTFont, name: str, narrow: bool) -> TTFont:
    """A TrueType font with the same glyphs; symbols that Noto draws full-width get their natural width."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    trimmed = {glyph for code, glyph in cmap.items() if narrow and chr(code) in NARROW}
    shapes: dict[str, Any] = {}
    metrics: dict[str, tuple[int, int]] = {}
    for glyph in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[glyph].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        shape, advance = pen.glyph(), int(glyphs[glyph].width)
        shape.recalcBounds(None)
        if glyph in trimmed and shape.numberOfContours > 0:
            moved = TTGlyphPen(None)
            shift = 60 - shape.xMin
            glyphs[glyph].draw(TransformPen(Cu2QuPen(moved, 1.0, reverse_direction=True), (1, 0, 0, 1, shift, 0)))
            advance = shape.xMax - shape.xMin + 120
            shape = moved.glyph()
            shape.recalcBounds(None)
        shapes[glyph], metrics[glyph] = shape, (advance, getattr(shape, "xMin", 0))
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(font.getGlyphOrder())
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(shapes)
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    return named(builder.font, name)


def named(font: TTFont, name: str) -> TTFont:
    """A new name for the subset, as the licence of the originals asks for a changed font."""
    family, _, style = name.partition("-")
    builder = FontBuilder(font=font)
    builder.setupNameTable({"familyName": family, "styleName": style or "Regular", "psName": name, "fullName": name})
    font["head"].created = font["head"].modified = 3_850_000_000
    font.recalcTimestamp = False
    return font


def main() -> None:
    text = characters()
    for name, file, index in (
        ("CourseSans", "NotoSansCJK-Regular.ttc", KOREAN),
        ("CourseSans-Bold", "NotoSansCJK-Bold.ttc", KOREAN),
        ("CourseMono", "NotoSansCJK-Regular.ttc", KOREAN_MONO),
    ):
        font = subset(TTCollection(str(NOTO / file)).fonts[index], text)
        quadratic(font, name, narrow=name != "CourseMono").save(HERE / "fonts" / f"{name}.ttf")
    latin = "".join(char for char in text if ord(char) < 0x3000)
    for name, file in (
        ("CourseSerif", "LiberationSerif-Regular.ttf"),
        ("CourseSerif-Bold", "LiberationSerif-Bold.ttf"),
        ("CourseSerif-Italic", "LiberationSerif-Italic.ttf"),
    ):
        named(subset(TTFont(str(LIBERATION / file)), latin), name).save(HERE / "fonts" / f"{name}.ttf")


if __name__ == "__main__":
    main()
