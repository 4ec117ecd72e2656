"""A deck as PDF with a text layer, and as a scan without one."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from . import fonts
from .layout import HEIGHT, WIDTH, Arrow, Line, Op, Rect, cover, font_of, measure, page
from .slides import Deck

SCALE = 1.7


def pages(deck: Deck) -> list[list[Op]]:
    return [cover(deck.meta)] + [page(slide, deck.meta, n) for n, slide in enumerate(deck.slides, 2)]


def _canvas(path: Path, deck: Deck) -> Canvas:
    fonts.register()
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(deck.title)
    canvas.setAuthor(deck.meta["speaker"])
    return canvas


def _draw(canvas: Canvas, op: Op) -> None:
    if isinstance(op, Rect):
        canvas.setFillColor(HexColor(op.fill))
        canvas.rect(op.x, HEIGHT - op.y - op.h, op.w, op.h, stroke=0, fill=1)
    elif isinstance(op, Arrow):
        canvas.setStrokeColor(HexColor("#7a828c"))
        canvas.setLineWidth(1.6)
        y = HEIGHT - op.y
        for x0, y0 in ((op.x0, y), (op.x1 - 6, y + 4), (op.x1 - 6, y - 4)):
            canvas.line(x0, y0, op.x1, y)
    else:
        canvas.setFillColor(HexColor(op.colour))
        line = canvas.beginText(op.x, HEIGHT - op.y)
        for text, bold in op.spans:
            fonts.check(text, font_of(bold, op.mono))
            line.setFont(font_of(bold, op.mono), op.size)
            line.textOut(text)
        canvas.drawText(line)


def write(deck: Deck, path: Path) -> None:
    canvas = _canvas(path, deck)
    for number, ops in enumerate(pages(deck)):
        title = deck.title if number == 0 else deck.slides[number - 1].title
        canvas.bookmarkPage(f"p{number}")
        canvas.addOutlineEntry(title, f"p{number}", 0)
        for op in ops:
            _draw(canvas, op)
        canvas.showPage()
    canvas.save()


def _paint(ops: list[Op], seed: int) -> Image.Image:
    """One page as a grey scan: slightly turned, with the grain of a copier."""
    image = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), 255)
    brush = ImageDraw.Draw(image)
    for op in ops:
        if isinstance(op, Rect):
            box = (op.x * SCALE, op.y * SCALE, (op.x + op.w) * SCALE, (op.y + op.h) * SCALE)
            brush.rectangle(box, fill=op.fill)
        elif isinstance(op, Arrow):
            y = op.y * SCALE
            for x0, y0 in ((op.x0, y), (op.x1 - 6, y + 6), (op.x1 - 6, y - 6)):
                brush.line((x0 * SCALE, y0, op.x1 * SCALE, y), fill=110, width=2)
        elif isinstance(op, Line):
            x = op.x
            for text, bold in op.spans:
                face = ImageFont.truetype(str(fonts.path(font_of(bold, op.mono))), round(op.size * SCALE))
                brush.text((x * SCALE, op.y * SCALE), text, fill=op.colour, font=face, anchor="ls")
                x += measure(text, op.size, bold, op.mono)
    turned = image.rotate(((seed % 5) - 2) * 0.22, resample=Image.Resampling.BICUBIC, fillcolor=246)
    grain = np.random.default_rng(seed).normal(0.0, 3.0, (turned.height, turned.width))
    return Image.fromarray(np.clip(np.asarray(turned, dtype=float) * 0.96 + grain, 0, 255).astype(np.uint8))


def write_scan(deck: Deck, path: Path) -> None:
    """The same pages as pictures only, as a copier sends them."""
    canvas = _canvas(path, deck)
    for number, ops in enumerate(pages(deck)):
        buffer = io.BytesIO()
        _paint(ops, number + 1).save(buffer, "JPEG", quality=52)
        canvas.drawImage(ImageReader(buffer), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
