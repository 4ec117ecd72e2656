"""The text form of a deck: a header of `key: value` lines, then slides that begin with `# `.

In a slide: `- ` and `  - ` are bullets, `| a | b |` table rows (first row: header), `> ` a highlighted box,
three backticks a listing, `flow: A -> B` boxes with arrows, `bars: label=1.5, label=2` a bar chart, `eq: ` a
formula, `note: ` what the speaker says. `**x**` is bold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Text:
    """Bullets (level 0 or 1) and plain paragraphs (level -1)."""

    lines: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Table:
    rows: list[list[str]]


@dataclass
class Code:
    lines: list[str]


@dataclass
class Box:
    text: str


@dataclass
class Formula:
    text: str


@dataclass
class Flow:
    steps: list[str]


@dataclass
class Bars:
    items: list[tuple[str, float]]


Block = Text | Table | Code | Box | Formula | Flow | Bars


@dataclass
class Slide:
    title: str
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Deck:
    meta: dict[str, str]
    slides: list[Slide]

    @property
    def title(self) -> str:
        return self.meta["title"]


def _block(line: str, slide: Slide) -> None:
    last = slide.blocks[-1] if slide.blocks else None
    if line.startswith("note: "):
        slide.notes.append(line[6:])
    elif line.startswith("> "):
        slide.blocks.append(Box(line[2:]))
    elif line.startswith("eq: "):
        slide.blocks.append(Formula(line[4:]))
    elif line.startswith("flow: "):
        slide.blocks.append(Flow([step.strip() for step in line[6:].split("->")]))
    elif line.startswith("bars: "):
        pairs = [item.rsplit("=", 1) for item in line[6:].split(",")]
        slide.blocks.append(Bars([(label.strip(), float(value)) for label, value in pairs]))
    elif line.startswith("|"):
        row = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if isinstance(last, Table):
            last.rows.append(row)
        else:
            slide.blocks.append(Table([row]))
    else:
        level, text = (
            (1, line[4:]) if line.startswith("  - ") else (0, line[2:]) if line.startswith("- ") else (-1, line)
        )
        if not isinstance(last, Text):
            last = Text()
            slide.blocks.append(last)
        last.lines.append((level, text.strip()))


def parse(path: Path) -> Deck:
    lines = path.read_text(encoding="utf-8").splitlines()
    split = lines.index("")
    meta = dict(line.split(": ", 1) for line in lines[:split])
    slides: list[Slide] = []
    listing: list[str] | None = None
    for line in lines[split:]:
        if listing is not None:
            if line.startswith("```"):
                slides[-1].blocks.append(Code(listing))
                listing = None
            else:
                listing.append(line)
        elif line.startswith("```"):
            listing = []
        elif line.startswith("# "):
            slides.append(Slide(line[2:]))
        elif line.strip():
            _block(line, slides[-1])
    return Deck(meta, slides)
