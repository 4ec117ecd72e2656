"""reStructuredText -> one page per heading section. The text stays as written; only comments and targets go."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.documents import Block, BlockKind, Page, Reading
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile
from ingest.readers.text import decode, line_starts

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
LIST_ITEM = re.compile(r"(?P<indent> *)(?:[-*+•]|\(?(?:\d{1,3}|[a-zA-Z#])[.)])\s+\S")
COMMENT = re.compile(r"^\.\.(?:[ \t]+(?![\w:+-]+::|\[|_|\|)[^\n]*)?\n(?:(?:[ \t]+[^\n]*)?\n)*?(?=\S|\Z)", re.M)
TARGET = re.compile(r"^\.\. _[^\n]*\n", re.M)
DIRECTIVE = re.compile(r"\.\. (?:code|code-block|sourcecode|literalinclude)::")


def read(file: SourceFile) -> Reading:
    """Levels follow the order in which the styles of underlining first appear, as the format has it.

    Raises:
        ReadError: not text.
    """
    content = MappedText.of(decode(file)).sub(TARGET, "").sub(COMMENT, "")
    text = content.text
    headings = _headings(text)
    cuts = sorted({0, *(block.start for block, _ in headings), len(text)})
    titles = {block.start: (block.level, title) for block, title in headings}
    blocks = sorted([block for block, _ in headings] + _other_blocks(text, headings), key=lambda b: b.start)
    pages: list[Page] = []
    path: list[tuple[int, str]] = []
    for start, end in pairwise(cuts):
        if start in titles:
            path = [step for step in path if step[0] < titles[start][0]] + [titles[start]]
        if not text[start:end].strip():
            continue
        own = [b for b in blocks if start <= b.start < end]
        moved = tuple(Block(b.kind, b.start - start, min(b.end, end) - start, b.level) for b in own)
        names = tuple(title for _, title in path)
        place = f"› {names[-1]}" if names else ""
        pages.append(Page(len(pages) + 1, content[start:end], ((0, place),), moved, names))
    return Reading(tuple(pages), title=headings[0][1] if headings else "")


def _headings(text: str) -> list[tuple[Block, str]]:
    """Lines that are underlined at least as long as they are, some overlined too."""
    starts = line_starts(text)
    lines = text.split("\n")
    styles: list[str] = []
    found: list[tuple[Block, str]] = []
    for number, title in enumerate(lines[:-1]):
        under = lines[number + 1]
        if not ADORNMENT.match(under) or not title.strip() or ADORNMENT.match(title):
            continue
        if len(under.rstrip()) < len(title.rstrip()):
            continue
        over = number > 0 and lines[number - 1].rstrip() == under.rstrip()
        style = under[0] * (2 if over else 1)
        if style not in styles:
            styles.append(style)
        start = starts[number - 1] if over else starts[number]
        end = starts[min(number + 2, len(starts) - 1)]
        found.append((Block(BlockKind.HEADING, start, end, styles.index(style) + 1), title.strip()))
    return found


def _other_blocks(text: str, headings: list[tuple[Block, str]]) -> list[Block]:
    """List items and literal blocks."""
    starts = line_starts(text)
    lines = text.split("\n")
    taken = [(block.start, block.end) for block, _ in headings]
    found: list[Block] = []
    number = 0
    while number < len(lines):
        start = starts[number]
        line = lines[number].strip()
        code = bool(DIRECTIVE.match(line)) or (line.endswith("::") and not line.startswith(".."))
        item = LIST_ITEM.match(lines[number])
        if any(begin <= start < end for begin, end in taken):
            number += 1
        elif code and (end := _indented_end(lines, number + 1, _indent(lines[number]))) > number + 1:
            found.append(Block(BlockKind.CODE, starts[number + 1], starts[end]))
            number = end
        elif item:
            end = _item_end(lines, number + 1, len(item["indent"]))
            found.append(Block(BlockKind.LIST_ITEM, start, starts[end], len(item["indent"]) // 2))
            number = end
        else:
            number += 1
    return [block for block in found if text[block.start : block.end].strip()]


def _indented_end(lines: list[str], number: int, indent: int) -> int:
    """The line after the last one that is indented deeper."""
    end = number
    for at in range(number, len(lines)):
        if lines[at].strip():
            if _indent(lines[at]) <= indent:
                break
            end = at + 1
    return end


def _item_end(lines: list[str], number: int, indent: int) -> int:
    end = number
    while end < len(lines) and lines[end].strip() and not LIST_ITEM.match(lines[end]):
        if _indent(lines[end]) <= indent:
            break
        end += 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
