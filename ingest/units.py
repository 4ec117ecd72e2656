"""Chunks -> units: the sentences, list items, table rows, headings and code blocks that a quote can be made of.

Cut once, at ingest: the index keeps each unit's tokens, so that a question is held against single sentences without
reading a page again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.documents import BlockKind, Page, Span, Unit
from ingest.sentences import sentence_spans, trim

UNIT_CHARS = 300  # the longest quote anyone is shown
_WRAPPED_CHARS = 60  # lines at least this long and all about equally long are wrapped prose, not lines of their own


def split_units(page: Page, span: Span) -> Iterator[Unit]:
    """The units in a stretch of a page, in reading order; text between blocks counts as paragraphs."""
    for block, start, end in page.stretches(span.start, span.end):
        yield from _units(page, block.kind, start, end, block.level)


def _units(page: Page, kind: BlockKind, start: int, end: int, level: int) -> Iterator[Unit]:
    text = page.text
    start, end = trim(text, start, end)
    if kind in (BlockKind.HEADING, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
        parts = [(start, end)]
    elif kind in (BlockKind.CODE, BlockKind.OUTPUT):
        parts = [(start, end)] if end - start <= UNIT_CHARS else _lines(text, start, end)
    else:
        stretches = [(start, end)] if _wrapped(text[start:end]) else _lines(text, start, end)
        parts = [sentence for a, b in stretches for sentence in sentence_spans(text, a, b)]
    for a, b in parts:
        for x in range(a, b, UNIT_CHARS):
            left, right = trim(text, x, min(b, x + UNIT_CHARS))
            if any(character.isalnum() for character in text[left:right]):
                yield Unit(page.number, left, right, kind, level)


def _wrapped(text: str) -> bool:
    """Prose broken at a margin, where a line end means nothing."""
    lines = [len(line) for line in text.splitlines()]
    return len(lines) > 1 and min(lines[:-1]) >= _WRAPPED_CHARS and max(lines) - min(lines[:-1]) <= max(lines) // 3


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        a, b = trim(text, at, at + len(line))
        if a < b:
            found.append((a, b))
        at += len(line)
    return found
