"""Where everything on a slide goes, in points from the top left of a 960 x 540 page, for every renderer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import fonts
from .slides import Bars, Block, Box, Code, Flow, Formula, Slide, Table, Text

WIDTH, HEIGHT = 960.0, 540.0
MARGIN, TOP, BOTTOM = 56.0, 112.0, 496.0
INNER = WIDTH - 2 * MARGIN
GAP = 18.0
SIZES = (25.0, 24.0, 23.0, 22.0, 21.0, 20.0, 19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
INK, NAVY, ACCENT, PAPER, GREY, WHITE = "#22262b", "#1f3a5f", "#c8553d", "#f1eee7", "#7a828c", "#ffffff"

Span = tuple[str, bool]


@dataclass(frozen=True)
class Line:
    """One drawn line of text; y is the baseline."""

    x: float
    y: float
    spans: tuple[Span, ...]
    size: float
    colour: str = INK
    mono: bool = False


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    w: float
    h: float
    fill: str


@dataclass(frozen=True)
class Arrow:
    x0: float
    x1: float
    y: float


Op = Line | Rect | Arrow


@dataclass
class Placed:
    """A block with its place, for renderers that keep blocks as objects."""

    block: Block
    y: float
    height: float
    size: float


def spans(text: str) -> list[Span]:
    return [(part, index % 2 == 1) for index, part in enumerate(re.split(r"\*\*", text)) if part]


def font_of(bold: bool, mono: bool = False) -> str:
    return fonts.MONO if mono else fonts.SANS_BOLD if bold else fonts.SANS


def measure(text: str, size: float, bold: bool = False, mono: bool = False) -> float:
    return fonts.width(text, font_of(bold, mono), size)


def wrap(text: str, size: float, width: float) -> list[tuple[Span, ...]]:
    """Break at spaces; a single token wider than the line is left whole (the sources avoid them)."""
    lines: list[list[Span]] = [[]]
    used = 0.0
    for part, bold in spans(text):
        for token in re.findall(r"\s+|\S+", part):
            wide = measure(token, size, bold)
            if used + wide > width and not token.isspace() and lines[-1]:
                while lines[-1] and lines[-1][-1][0].isspace():
                    lines[-1].pop()
                lines.append([])
                used = 0.0
            if lines[-1] or not token.isspace():
                lines[-1].append((token, bold))
                used += wide
    return [_merge(line) for line in lines]


def _merge(line: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for text, bold in line:
        if merged and merged[-1][1] == bold:
            merged[-1] = (merged[-1][0] + text, bold)
        else:
            merged.append((text, bold))
    return tuple(merged)


def columns(table: Table, size: float) -> list[float]:
    """Widths that give long columns more room, never less than a quarter of an even share."""
    count = len(table.rows[0])
    need = [max(measure(row[i].replace("**", ""), size, True) for row in table.rows) + 20 for i in range(count)]
    total = sum(need)
    if total <= INNER:
        return [wide + (INNER - total) / count for wide in need]
    longest = [
        max(measure(w, size, True) for row in table.rows for w in row[i].replace("**", "").split()) + 20
        for i in range(count)
    ]
    spare = INNER - sum(longest)
    extra = [max(0.0, need[i] - longest[i]) for i in range(count)]
    return [longest[i] + spare * extra[i] / sum(extra) for i in range(count)]


def row_height(row: list[str], widths: list[float], size: float) -> float:
    return max(len(wrap(cell, size, wide - 16)) for cell, wide in zip(row, widths, strict=True)) * size * 1.35 + 10


def height(block: Block, size: float) -> float:
    if isinstance(block, Text):
        total = 0.0
        for level, text in block.lines:
            own = size if level < 1 else size - 2
            total += len(wrap(text, own, INNER - indent(level))) * own * 1.4 + size * 0.35
        return total
    if isinstance(block, Table):
        own = size - 2
        widths = columns(block, own)
        return sum(row_height(row, widths, own) for row in block.rows)
    if isinstance(block, Code):
        return len(block.lines) * (size - 4) * 1.4 + 20
    if isinstance(block, Box):
        return len(wrap(block.text, size - 1, INNER - 40)) * (size - 1) * 1.4 + 20
    if isinstance(block, Formula):
        return size * 1.2 + 26
    if isinstance(block, Flow):
        return 64.0
    return len(block.items) * 34.0


def indent(level: int) -> float:
    return {-1: 0.0, 0: 22.0, 1: 46.0}[level]


def place(slide: Slide) -> list[Placed]:
    """Stack the blocks with the largest type that fits; refuse a slide that does not fit at the smallest."""
    for size in SIZES:
        heights = [height(block, size) for block in slide.blocks]
        if sum(heights) + GAP * max(0, len(heights) - 1) <= BOTTOM - TOP:
            placed, y = [], TOP
            for block, tall in zip(slide.blocks, heights, strict=True):
                placed.append(Placed(block, y, tall, size))
                y += tall + GAP
            return placed
    raise ValueError(f"slide {slide.title!r} is too full")


def draw(placed: Placed) -> list[Op]:
    block, y, size = placed.block, placed.y, placed.size
    if isinstance(block, Text):
        return _text(block, y, size)
    if isinstance(block, Table):
        return _table(block, y, size - 2)
    if isinstance(block, Code):
        ops: list[Op] = [Rect(MARGIN, y, INNER, placed.height, PAPER)]
        step = (size - 4) * 1.4
        for index, line in enumerate(block.lines):
            ops.append(Line(MARGIN + 16, y + 10 + step * (index + 0.75), ((line, False),), size - 4, NAVY, mono=True))
        return ops
    if isinstance(block, Box):
        own = size - 1
        ops = [Rect(MARGIN, y, INNER, placed.height, PAPER), Rect(MARGIN, y, 6, placed.height, ACCENT)]
        for index, line in enumerate(wrap(block.text, own, INNER - 40)):
            ops.append(Line(MARGIN + 22, y + 10 + own * (1.4 * index + 1.02), line, own))
        return ops
    if isinstance(block, Formula):
        wide = measure(block.text, size + 2)
        return [Line((WIDTH - wide) / 2, y + 13 + size, ((block.text, False),), size + 2, NAVY)]
    if isinstance(block, Flow):
        return _flow(block, y, size)
    return _bars(block, y)


def _text(block: Text, y: float, size: float) -> list[Op]:
    ops: list[Op] = []
    for level, text in block.lines:
        own = size if level < 1 else size - 2
        for index, line in enumerate(wrap(text, own, INNER - indent(level))):
            base = y + own * 1.1
            if level >= 0 and index == 0:
                mark, colour = ("•", ACCENT) if level == 0 else ("–", GREY)
                ops.append(Line(MARGIN + indent(level) - 16, base, ((mark, True),), own, colour))
            ops.append(Line(MARGIN + indent(level), base, line, own))
            y += own * 1.4
        y += size * 0.35
    return ops


def _table(block: Table, y: float, size: float) -> list[Op]:
    ops: list[Op] = []
    widths = columns(block, size)
    for index, row in enumerate(block.rows):
        tall = row_height(row, widths, size)
        fill = NAVY if index == 0 else PAPER if index % 2 == 0 else WHITE
        ops.append(Rect(MARGIN, y, INNER, tall, fill))
        x = MARGIN
        for cell, wide in zip(row, widths, strict=True):
            for number, line in enumerate(wrap(f"**{cell}**" if index == 0 else cell, size, wide - 16)):
                ops.append(Line(x + 8, y + 5 + size * (1.35 * number + 1.05), line, size, WHITE if index == 0 else INK))
            x += wide
        y += tall
    return [*ops, Rect(MARGIN, y, INNER, 1.2, NAVY)]


def flow_boxes(block: Flow, size: float) -> tuple[list[tuple[float, float]], float]:
    """(x, width) of each box, and the type size at which every label fits on one line."""
    gap = 34.0
    while size > 9:
        wide = [measure(step, size, True) + 24 for step in block.steps]
        total = sum(wide) + gap * (len(wide) - 1)
        if total <= INNER:
            break
        size -= 0.5
    x = (WIDTH - total) / 2
    boxes = []
    for each in wide:
        boxes.append((x, each))
        x += each + gap
    return boxes, size


def _flow(block: Flow, y: float, size: float) -> list[Op]:
    boxes, own = flow_boxes(block, min(size, 19.0))
    ops: list[Op] = []
    for index, ((x, wide), step) in enumerate(zip(boxes, block.steps, strict=True)):
        if index:
            ops.append(Arrow(boxes[index - 1][0] + boxes[index - 1][1] + 5, x - 5, y + 32))
        ops.append(Rect(x, y + 8, wide, 48, NAVY if index % 2 == 0 else ACCENT))
        ops.append(Line(x + 12, y + 32 + own * 0.36, ((step, True),), own, WHITE))
    return ops


def number(value: float) -> str:
    return f"{value:g}"


def _bars(block: Bars, y: float) -> list[Op]:
    label = max(measure(name, 17) for name, _ in block.items) + 16
    scale = (INNER - label - 90) / max(value for _, value in block.items)
    ops: list[Op] = []
    for index, (name, value) in enumerate(block.items):
        ops.append(Line(MARGIN, y + 19, ((name, False),), 17))
        ops.append(Rect(MARGIN + label, y + 5, max(2.0, value * scale), 19, NAVY if index % 2 == 0 else ACCENT))
        ops.append(Line(MARGIN + label + value * scale + 8, y + 19, ((number(value), True),), 15, GREY))
        y += 34
    return ops


def cover(meta: dict[str, str]) -> list[Op]:
    """The title page of drawn decks."""
    ops: list[Op] = [Rect(0, 0, WIDTH, HEIGHT, NAVY), Rect(MARGIN, 212, 84, 6, ACCENT)]
    y = 262.0
    for line in wrap(f"**{meta['title']}**", 38, INNER):
        ops.append(Line(MARGIN, y, line, 38, WHITE))
        y += 50
    for key, size in (("subtitle", 19.0), ("speaker", 16.0)):
        ops.append(Line(MARGIN, y + 6, ((meta[key], False),), size, "#d9dee6"))
        y += size + 16
    ops.append(Line(MARGIN, 120, ((meta["footer"], False),), 14, "#d9dee6"))
    return ops


def page(slide: Slide, meta: dict[str, str], number_: int) -> list[Op]:
    """A content page of a drawn deck: title, blocks, footer with the page number."""
    size = 30.0
    while measure(slide.title, size, True) > INNER:
        size -= 1
    ops: list[Op] = [Rect(0, 0, WIDTH, HEIGHT, WHITE), Rect(0, 0, 14, HEIGHT, NAVY)]
    ops.append(Line(MARGIN, 70, ((slide.title, True),), size, NAVY))
    ops.append(Rect(MARGIN, 86, INNER, 2, ACCENT))
    for placed in place(slide):
        ops.extend(draw(placed))
    ops.append(Line(MARGIN, 522, ((meta["footer"], False),), 10, GREY))
    ops.append(Line(WIDTH - MARGIN - 16, 522, ((str(number_), False),), 10, GREY))
    return ops
