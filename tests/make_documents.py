"""Small real course files for tests: known text in known places."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Block, BlockKind, Page, Reading
from ingest.readers import SourceFile, read_document

KOREAN = "HYSMyeongJo-Medium"


def read(path: Path) -> Reading:
    """What the reader table makes of a file."""
    return read_document(SourceFile(path, path.name))


def blocks_of(page: Page, kind: BlockKind) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks if block.kind is kind]


def block_at(page: Page, text: str) -> Block:
    """The block that holds ``text``."""
    at = page.text.index(text)
    return next(block for block in page.blocks if block.start <= at < block.end)


def make_pdf(
    path: Path, pages: Sequence[Callable[[Canvas], None]], size: tuple[float, float] = A4, **options: Any
) -> Path:
    """A PDF whose pages are drawn by functions; ``options`` go to reportlab (``encrypt``)."""
    pdfmetrics.registerFont(UnicodeCIDFont(KOREAN))
    canvas = Canvas(str(path), pagesize=size, **options)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def draw_lines(canvas: Canvas, lines: Sequence[str], x: float = 72, y: float = 720, leading: float = 13) -> None:
    """Lines of text down from ``y`` in the font at hand."""
    for number, line in enumerate(lines):
        canvas.drawString(x, y - number * leading, line)


def make_notebook(path: Path, cells: Sequence[dict[str, Any]], **top: Any) -> Path:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **top}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    return path


def make_deck(path: Path, title: str, bullets: Sequence[tuple[int, str]], notes: str = "") -> Path:
    """One slide with a title, bullets with their levels, and speaker notes."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    frame = slide.placeholders[1].text_frame
    for number, (level, text) in enumerate(bullets):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(path))
    return path


def add_table(deck: Any, rows: Sequence[Sequence[str]]) -> None:
    """A table on the deck's last slide."""
    shape = deck.slides[-1].shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(1), Inches(6), Inches(2))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            shape.table.cell(row, column).text = text


def png(width: int = 8, height: int = 8) -> io.BytesIO:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "PNG")
    stream.seek(0)
    return stream


def make_course(folder: Path) -> Path:
    """A small course with a paper, a deck and notes, among them text that would like to be more than text."""
    (folder / "week1").mkdir(parents=True)
    (folder / "week2").mkdir()
    pages = [
        ["Gradient descent", "Gradient descent walks against the slope of the loss.", "It needs a learning rate."],
        ["Momentum", "Momentum keeps nine tenths of the previous step.", "It smooths the zigzag of narrow valleys."],
    ]
    make_pdf(folder / "week1" / "optimisers.pdf", [lambda c, lines=lines: draw_lines(c, lines) for lines in pages])
    make_deck(folder / "week2" / "attention.pptx", "어텐션", [(0, "어텐션은 질의와 열쇠의 내적으로 가중치를 정한다.")])
    hostile = "해로운 글은 <img src=x onerror=alert(1)> ![점](https://example.com/a.png) 처럼 생겼다."
    make_deck(folder / "week2" / "hostile.pptx", "해로운 글 [여기](javascript:alert(1))", [(0, hostile)])
    notes = "# 2주차 노트\n\n## 드롭아웃\n\n드롭아웃은 학습할 때 뉴런의 절반을 무작위로 끈다.\n"
    (folder / "week2" / "notes.md").write_text(notes, "utf-8")
    return folder
