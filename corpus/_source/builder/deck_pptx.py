"""A deck as PowerPoint: real titles, bodies, tables, grouped shapes and speaker notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from . import pack
from .layout import (
    ACCENT,
    GREY,
    HEIGHT,
    INK,
    INNER,
    MARGIN,
    NAVY,
    PAPER,
    WHITE,
    WIDTH,
    Placed,
    columns,
    flow_boxes,
    measure,
    number,
    place,
    row_height,
    spans,
)
from .slides import Bars, Box, Code, Deck, Flow, Formula, Slide, Table, Text

FACE, MONO = "Noto Sans CJK KR", "Noto Sans Mono CJK KR"


def _points(value: float) -> Emu:
    return Emu(round(value * 12700))


def _colour(code: str) -> RGBColor:
    return RGBColor.from_string(code[1:].upper())


def _run(paragraph: Any, text: str, size: float, colour: str, bold: bool = False, face: str = FACE) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, face
    run.font.color.rgb = _colour(colour)
    run._r.get_or_add_rPr().append(run._r.makeelement(qn("a:ea"), {"typeface": face}))


def _line(paragraph: Any, text: str, size: float, colour: str = INK, bold: bool = False) -> None:
    for part, strong in spans(text):
        _run(paragraph, part, size, colour, bold or strong)


def _area(slide: Any, x: float, y: float, w: float, h: float, placeholder: tuple[str, int] | None = None) -> Any:
    """A text box, or the slide's footer or number when a placeholder type and index are given."""
    shape = slide.shapes.add_textbox(_points(x), _points(y), _points(w), _points(h))
    if placeholder:
        kind, index = placeholder
        place_ = shape._element.makeelement(qn("p:ph"), {"type": kind, "sz": "quarter", "idx": str(index)})
        shape._element.nvSpPr.nvPr.append(place_)
        del shape._element.nvSpPr.cNvSpPr.attrib["txBox"]
    return _frame(shape)


def _as_number(paragraph: Any) -> None:
    """Turn the run of a paragraph into the field that shows the slide's number."""
    run = paragraph.runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    run.set("type", "slidenum")


def _frame(shape: Any) -> Any:
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _bullet(paragraph: Any, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    if level < 0:
        properties.set("marL", "0")
        properties.set("indent", "0")
        properties.append(properties.makeelement(qn("a:buNone"), {}))
        return
    properties.set("marL", str(_points(22 if level == 0 else 46)))
    properties.set("indent", str(-_points(18)))
    properties.append(properties.makeelement(qn("a:buChar"), {"char": "•" if level == 0 else "–"}))


def _text(frame: Any, block: Text, size: float) -> None:
    for index, (level, text) in enumerate(block.lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.level = max(level, 0)
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(size * 0.3)
        _bullet(paragraph, level)
        _line(paragraph, text, size if level < 1 else size - 2)


def _table(slide: Any, block: Table, placed: Placed) -> None:
    size = placed.size - 2
    widths = columns(block, size)
    shape = slide.shapes.add_table(
        len(block.rows),
        len(widths),
        _points(MARGIN),
        _points(placed.y),
        _points(INNER),
        _points(placed.height),
    )
    for column, wide in zip(shape.table.columns, widths, strict=True):
        column.width = _points(wide)
    for index, row in enumerate(block.rows):
        shape.table.rows[index].height = _points(row_height(row, widths, size))
        for place_, text in enumerate(row):
            cell = shape.table.cell(index, place_)
            cell.margin_left = cell.margin_right = _points(8)
            cell.margin_top = cell.margin_bottom = _points(3)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour(NAVY if index == 0 else PAPER if index % 2 == 0 else WHITE)
            _line(cell.text_frame.paragraphs[0], text, size, WHITE if index == 0 else INK, bold=index == 0)


def _panel(shapes: Any, x: float, y: float, w: float, h: float, fill: str, kind: Any = MSO_SHAPE.RECTANGLE) -> Any:
    shape = shapes.add_shape(kind, _points(x), _points(y), _points(w), _points(h))
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(fill)
    shape.line.fill.background()
    shape.shadow.inherit = False
    return shape


def _flow(slide: Any, block: Flow, placed: Placed) -> None:
    boxes, size = flow_boxes(block, min(placed.size, 19.0))
    group = slide.shapes.add_group_shape()
    for index, ((x, wide), step) in enumerate(zip(boxes, block.steps, strict=True)):
        if index:
            _panel(group.shapes, x - 28, placed.y + 26, 22, 12, GREY, MSO_SHAPE.RIGHT_ARROW)
        shape = _panel(group.shapes, x, placed.y + 8, wide, 48, NAVY if index % 2 == 0 else ACCENT)
        frame = _frame(shape)
        frame.word_wrap = False
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        _run(frame.paragraphs[0], step, size, WHITE, True)


def _bars(slide: Any, block: Bars, placed: Placed) -> None:
    label = max(measure(name, 17) for name, _ in block.items) + 16
    scale = (INNER - label - 90) / max(value for _, value in block.items)
    y = placed.y
    group = slide.shapes.add_group_shape()
    for index, (name, value) in enumerate(block.items):
        box = group.shapes.add_textbox(_points(MARGIN), _points(y + 3), _points(label), _points(24))
        _run(_frame(box).paragraphs[0], name, 17, INK)
        _panel(
            group.shapes,
            MARGIN + label,
            y + 5,
            max(2.0, value * scale),
            19,
            NAVY if index % 2 == 0 else ACCENT,
        )
        box = group.shapes.add_textbox(
            _points(MARGIN + label + value * scale + 8), _points(y + 3), _points(80), _points(26)
        )
        _run(_frame(box).paragraphs[0], number(value), 15, GREY, True)
        y += 34


def _place(slide: Any, placed: Placed, body: Any | None) -> None:
    block, y, size = placed.block, placed.y, placed.size
    if isinstance(block, Text):
        frame = _frame(body) if body is not None else _area(slide, MARGIN, y, INNER, placed.height)
        if body is not None:
            body.left, body.top, body.width, body.height = map(_points, (MARGIN, y, INNER, placed.height))
        _text(frame, block, size)
    elif isinstance(block, Table):
        _table(slide, block, placed)
    elif isinstance(block, Code):
        _panel(slide.shapes, MARGIN, y, INNER, placed.height, PAPER)
        frame = _area(slide, MARGIN + 16, y + 8, INNER - 32, placed.height - 16)
        for index, text in enumerate(block.lines):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            _run(paragraph, text or " ", size - 4, NAVY, face=MONO)
    elif isinstance(block, Box):
        _panel(slide.shapes, MARGIN, y, 6, placed.height, ACCENT)
        shape = _panel(slide.shapes, MARGIN + 6, y, INNER - 6, placed.height, PAPER)
        frame = _frame(shape)
        frame.margin_left = _points(16)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        _line(frame.paragraphs[0], block.text, size - 1)
    elif isinstance(block, Formula):
        frame = _area(slide, MARGIN, y + 6, INNER, placed.height - 12)
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        _run(frame.paragraphs[0], block.text, size + 2, NAVY)
    elif isinstance(block, Flow):
        _flow(slide, block, placed)
    else:
        _bars(slide, block, placed)


def _cover(presentation: Any, meta: dict[str, str]) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _colour(NAVY)
    title, subtitle = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = map(_points, (MARGIN, 200, INNER, 110))
    frame = _frame(title)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    _run(frame.paragraphs[0], meta["title"], 38, WHITE, True)
    subtitle.left, subtitle.top, subtitle.width, subtitle.height = map(_points, (MARGIN, 326, INNER, 100))
    frame = _frame(subtitle)
    for index, (key, size) in enumerate((("subtitle", 19), ("speaker", 16))):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        _run(paragraph, meta[key], size, "#d9dee6")
    _panel(slide.shapes, MARGIN, 180, 84, 6, ACCENT)


def _page(presentation: Any, content: Slide, meta: dict[str, str], page: int) -> None:
    has_text = any(isinstance(block, Text) for block in content.blocks)
    slide = presentation.slides.add_slide(presentation.slide_layouts[1 if has_text else 5])
    size = 30.0
    while measure(content.title, size, True) > INNER:
        size -= 1
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = map(_points, (MARGIN, 34, INNER, 48))
    frame = _frame(title)
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    _run(frame.paragraphs[0], content.title, size, NAVY, True)
    _panel(slide.shapes, MARGIN, 86, INNER, 2, ACCENT)
    body = slide.placeholders[1] if has_text else None
    for placed in place(content):
        _place(slide, placed, body if isinstance(placed.block, Text) else None)
        if isinstance(placed.block, Text):
            body = None
    foot = _area(slide, MARGIN, 510, INNER - 60, 16, ("ftr", 11))
    _run(foot.paragraphs[0], meta["footer"], 10, GREY)
    foot = _area(slide, WIDTH - MARGIN - 30, 510, 40, 16, ("sldNum", 12))
    _run(foot.paragraphs[0], str(page), 10, GREY)
    _as_number(foot.paragraphs[0])
    if content.notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(content.notes)


def write(deck: Deck, path: Path) -> None:
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = _points(WIDTH), _points(HEIGHT)
    core = presentation.core_properties
    core.title, core.author, core.last_modified_by = deck.title, deck.meta["speaker"], ""
    _cover(presentation, deck.meta)
    for page, content in enumerate(deck.slides, 2):
        _page(presentation, content, deck.meta, page)
    presentation.save(str(path))
    pack.normalise(path)
