"""Two-column papers from a plain text form.

Header lines `title:`, `authors:`, `place:`, then blocks divided by empty lines: `abstract: ...`, `# Section`,
`eq: ...` (numbered), `table: caption` followed by `| a | b |` rows, `bars: caption` followed by `label = value`
lines, `ref: ...`, anything else a paragraph. `<i>`, `<b>`, `<sub>`, `<super>` are allowed in text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from . import fonts

MARGIN, GUTTER, HEAD = 18 * mm, 7 * mm, 34 * mm
COLUMN = (A4[0] - 2 * MARGIN - GUTTER) / 2
BODY = ParagraphStyle(
    "body", fontName=fonts.SERIF, fontSize=9.4, leading=11.6, alignment=TA_JUSTIFY, firstLineIndent=10
)
FLUSH = ParagraphStyle("flush", parent=BODY, firstLineIndent=0)
ABSTRACT = ParagraphStyle("abstract", parent=FLUSH, fontSize=9, leading=11, leftIndent=8, rightIndent=8)
SECTION = ParagraphStyle(
    "section", fontName=fonts.SERIF_BOLD, fontSize=11, leading=14, spaceBefore=7, spaceAfter=3, keepWithNext=1
)
TITLE = ParagraphStyle("title", fontName=fonts.SERIF_BOLD, fontSize=17, leading=21, alignment=TA_CENTER)
BYLINE = ParagraphStyle("byline", fontName=fonts.SERIF, fontSize=10.5, leading=14, alignment=TA_CENTER)
EQUATION = ParagraphStyle("equation", fontName=fonts.SERIF, fontSize=10, leading=15, alignment=TA_CENTER)
CAPTION = ParagraphStyle("caption", parent=FLUSH, fontSize=8.4, leading=10, spaceBefore=3)
CELL = ParagraphStyle("cell", fontName=fonts.SERIF, fontSize=8.4, leading=10)
REFERENCE = ParagraphStyle("reference", parent=FLUSH, fontSize=8.4, leading=10, leftIndent=12, firstLineIndent=-12)


class _Numbers:
    """Running numbers of sections, equations, tables, figures and references."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def next(self, kind: str) -> int:
        self.values[kind] = self.values.get(kind, 0) + 1
        return self.values[kind]


def _table(caption: str, rows: list[list[str]], number: int) -> Flowable:
    cells = [[Paragraph(f"<b>{c}</b>" if n == 0 else c, CELL) for c in row] for n, row in enumerate(rows)]
    longest = [max(fonts.width(row[i], fonts.SERIF_BOLD, 8.4) for row in rows) + 12 for i in range(len(rows[0]))]
    scale = min(1.0, COLUMN / sum(longest))
    table = Table(cells, colWidths=[wide * scale for wide in longest])
    table.setStyle(
        TableStyle(
            [
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, black),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, black),
                ("LINEBELOW", (0, -1), (-1, -1), 0.8, black),
                ("TOPPADDING", (0, 0), (-1, -1), 1.6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return KeepTogether(
        [
            Spacer(1, 5),
            Paragraph(f"<b>Table {number}.</b> {caption}", CAPTION),
            Spacer(1, 3),
            table,
            Spacer(1, 6),
        ]
    )


def _figure(caption: str, rows: list[tuple[str, float]], number: int) -> Flowable:
    tall, label = 15.0, 78.0
    drawing = Drawing(COLUMN, tall * len(rows) + 4)
    highest = max(value for _, value in rows)
    for index, (name, value) in enumerate(rows):
        y = drawing.height - tall * (index + 1)
        wide = value / highest * (COLUMN - label - 34)
        drawing.add(String(0, y + 3, name, fontName=fonts.SERIF, fontSize=8.4))
        drawing.add(Rect(label, y, max(0.5, wide), 10, fillColor=HexColor("#4a6fa5"), strokeWidth=0))
        drawing.add(String(label + wide + 4, y + 2, f"{value:g}", fontName=fonts.SERIF, fontSize=8))
    text = Paragraph(f"<b>Figure {number}.</b> {caption}", CAPTION)
    return KeepTogether([Spacer(1, 5), drawing, text, Spacer(1, 6)])


def _equation(text: str, number: int) -> Flowable:
    table = Table([[Paragraph(text, EQUATION), Paragraph(f"({number})", EQUATION)]], colWidths=[COLUMN - 30, 30])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def _block(block: str, numbers: _Numbers, first: bool) -> list[Flowable]:
    head, _, rest = block.partition("\n")
    lines = rest.splitlines()
    if block.startswith("# "):
        numbered = block[2:] if block[2:] == "References" else f"{numbers.next('section')}  {block[2:]}"
        return [Paragraph(numbered, SECTION)]
    if block.startswith("abstract: "):
        return [Paragraph(f"<b>Abstract.</b> {' '.join(block[10:].split())}", ABSTRACT), Spacer(1, 4)]
    if block.startswith("eq: "):
        return [_equation(block[4:], numbers.next("equation"))]
    if block.startswith("table: "):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return [_table(head[7:], rows, numbers.next("table"))]
    if block.startswith("bars: "):
        pairs = [line.rsplit("=", 1) for line in lines]
        return [_figure(head[6:], [(name.strip(), float(value)) for name, value in pairs], numbers.next("figure"))]
    if block.startswith("ref: "):
        return [Paragraph(f"[{numbers.next('reference')}] {' '.join(block[5:].split())}", REFERENCE)]
    return [Paragraph(" ".join(block.split()), FLUSH if first else BODY)]


def _header(meta: dict[str, str]) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(fonts.SERIF_ITALIC, 8.4)
        canvas.drawString(MARGIN, A4[1] - 11 * mm, meta["place"])
        canvas.setFont(fonts.SERIF, 8.4)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, str(document.page))
        canvas.restoreState()

    return draw


def write(source: Path, path: Path) -> None:
    fonts.register()
    raw = source.read_text(encoding="utf-8")
    fonts.check(raw, fonts.SERIF)
    raw = raw.replace("<sub>", '<sub size="7" rise="2">').replace("<super>", '<super size="7" rise="4">')
    blocks = [block.strip() for block in raw.split("\n\n") if block.strip()]
    meta = dict(line.split(": ", 1) for line in blocks[0].splitlines())
    low, high = 16 * mm, A4[1] - 15 * mm - 16 * mm
    first = [Frame(MARGIN, A4[1] - 15 * mm - HEAD, A4[0] - 2 * MARGIN, HEAD, 0, 0, 0, 0)]
    second = []
    for side in (0, 1):
        x = MARGIN + side * (COLUMN + GUTTER)
        first.append(Frame(x, low, COLUMN, high - HEAD, 0, 0, 0, 0))
        second.append(Frame(x, low, COLUMN, high, 0, 0, 0, 0))
    document = BaseDocTemplate(
        str(path),
        pagesize=A4,
        invariant=1,
        title=meta["title"].replace("<br/>", " "),
        author=meta["authors"],
        subject=meta["place"],
        pageTemplates=[
            PageTemplate("first", first, onPage=_header(meta)),
            PageTemplate("later", second, onPage=_header(meta)),
        ],
    )
    story: list[Flowable] = [
        Paragraph(meta["title"], TITLE),
        Spacer(1, 6),
        Paragraph(meta["authors"], BYLINE),
        FrameBreak(),
        NextPageTemplate("later"),
    ]
    numbers, flush = _Numbers(), False
    for block in blocks[1:]:
        story.extend(_block(block, numbers, flush or block[0].islower()))
        flush = block.startswith("# ")
    document.build(story)
