"""Source code -> pages of whole definitions; every line has its place (``line 40``)."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.documents import Block, BlockKind, Page, PageFailure, Reading
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile
from ingest.readers.text import decode, line_starts

LINES_A_PAGE = 150
MAX_LINES = 50_000
MAX_LINE = 2_000  # characters; longer lines are generated or packed
CONTINUES = re.compile(r"[\])}]|else\b|elif\b|except\b|finally\b|catch\b|#endif|end\b", re.I)


def read(file: SourceFile) -> Reading:
    """Blocks begin at unindented lines behind a blank one: functions, classes, stretches of script.

    Raises:
        ReadError: not text.
    """
    text = decode(file)
    starts = line_starts(text)
    lines = text.split("\n")
    if any(len(line) > MAX_LINE for line in lines):
        return Reading((), failures=(PageFailure(1, "Its lines are too long for written code: packed or generated."),))
    pages: list[Page] = []
    for group in _groups(_stretches(lines[:MAX_LINES])):
        first, last = group[0][0], group[-1][1]
        start = starts[first]
        content = MappedText.of(text)[start : starts[last]]
        if not content.text.strip():
            continue
        places = tuple((starts[number] - start, f"line {number + 1}") for number in range(first, last))
        blocks = tuple(
            Block(BlockKind.CODE, starts[begin] - start, starts[end] - start)
            for begin, end in group
            if text[starts[begin] : starts[end]].strip()
        )
        pages.append(Page(len(pages) + 1, content, places, blocks))
    cut = PageFailure(len(pages) + 1, f"Only the first {MAX_LINES} lines were read.")
    return Reading(tuple(pages), failures=(cut,) if len(lines) > MAX_LINES else ())


def _stretches(lines: list[str]) -> list[tuple[int, int]]:
    """Line ranges that belong together; one that is longer than a page is cut."""
    cuts = [0]
    for number, line in enumerate(lines):
        begins = line[:1].strip() and number and not lines[number - 1].strip() and not CONTINUES.match(line)
        if begins or number - cuts[-1] >= LINES_A_PAGE:
            cuts.append(number)
    cuts.append(len(lines))
    return [(start, end) for start, end in pairwise(cuts) if start < end]


def _groups(stretches: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Stretches put together into pages."""
    groups: list[list[tuple[int, int]]] = []
    for stretch in stretches:
        if groups and stretch[1] - groups[-1][0][0] <= LINES_A_PAGE:
            groups[-1].append(stretch)
        else:
            groups.append([stretch])
    return groups
