"""Passages -> units: the sentences, list items, table rows, headings and code blocks an answer can be made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.answers import QUOTE_CHARS, Passage
from ingest.documents import BlockKind, Page, Span
from ingest.index import Index
from ingest.sentences import sentence_spans, trim

_WRAPPED_CHARS = 60  # lines at least this long and all about equally long are wrapped prose, not lines of their own


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of one page that says one thing; at most ``QUOTE_CHARS`` long. ``order`` is its place in the passage.

    ``headings`` is the whole path above it: title, outer headings, the nearest one last. ``lead`` is the text of the
    list item or line it hangs under (``Attention:`` above its indented points), empty when there is none.
    """

    passage: Passage
    page: int
    start: int
    end: int
    text: str
    kind: BlockKind
    headings: tuple[str, ...]
    lead: str
    place: str
    order: int

    @property
    def span(self) -> Span:
        return Span(self.page, self.start, self.end)


def units_of(passage: Passage, index: Index) -> list[Unit]:
    """All units of a passage in reading order."""
    document = index.document(passage.path)
    if document is None:
        return []
    pages = {page.number: page for page in index.pages(document, sorted({span.page for span in passage.spans}))}
    found: list[Unit] = []
    for span in passage.spans:
        page = pages[span.page]
        headings = [heading for heading in (document.title, *page.headings) if heading]
        levels: list[tuple[int, str]] = []
        leads: list[tuple[int, str]] = []
        for kind, start, end, level in _stretches(page, span):
            text = page.text[start:end]
            if kind is BlockKind.HEADING:
                levels = [*(step for step in levels if step[0] < level), (level, text.strip("# *\n"))]
                leads = []
            path = tuple(dict.fromkeys([*headings, *(text for _, text in levels)]))
            leads = [lead for lead in leads if lead[0] < level] if kind is BlockKind.LIST_ITEM else []
            found.append(
                Unit(
                    passage, page.number, start, end, text, kind, path,
                    leads[-1][1] if leads else "", page.place(start), len(found),
                )
            )  # fmt: skip
            if kind is BlockKind.LIST_ITEM:
                leads.append((level, text))
    return found


def _stretches(page: Page, span: Span) -> Iterator[tuple[BlockKind, int, int, int]]:
    """(kind, start, end, level) of every unit in the span, gaps between blocks as paragraphs."""
    at = span.start
    for block in sorted(page.blocks, key=lambda block: block.start):
        start, end = max(block.start, at), min(block.end, span.end)
        if end <= start:
            continue
        yield from _units(page.text, BlockKind.PARAGRAPH, at, start, 0)
        yield from _units(page.text, block.kind, start, end, block.level)
        at = end
    yield from _units(page.text, BlockKind.PARAGRAPH, at, span.end, 0)


def _units(text: str, kind: BlockKind, start: int, end: int, level: int) -> Iterator[tuple[BlockKind, int, int, int]]:
    start, end = trim(text, start, end)
    if start == end or not any(character.isalnum() for character in text[start:end]):
        return
    if kind in (BlockKind.HEADING, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
        parts = [(start, end)]
    elif kind in (BlockKind.CODE, BlockKind.OUTPUT):
        parts = [(start, end)] if end - start <= QUOTE_CHARS else _lines(text, start, end)
    else:
        parts = [
            sentence
            for a, b in (_lines(text, start, end) if not _wrapped(text[start:end]) else [(start, end)])
            for sentence in sentence_spans(text, a, b)
        ]
    for a, b in parts:
        for x in range(a, b, QUOTE_CHARS):
            left, right = trim(text, x, min(b, x + QUOTE_CHARS))
            if left < right and any(character.isalnum() for character in text[left:right]):
                yield kind, left, right, level


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
