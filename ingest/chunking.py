"""Pages -> chunks, along the structure the author gave them.

A chunk never mixes two sections unless both are tiny, never cuts a table row or a short code block, and repeats a
table's header row when the table goes on. Offsets are derived from the blocks; nothing is tracked by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.documents import BlockKind, Chunk, Page, Span
from ingest.sentences import cut_between_words, line_spans, sentence_spans, trim
from ingest.units import margin_of, split_units


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """Sizes in characters of ``Page.text``."""

    max_chars: int = 850  # a chunk's text; a passage is a chunk with its neighbours, up to 1,200
    min_chars: int = 100  # sections shorter than this join their neighbour under the same parent heading

    def __post_init__(self) -> None:
        if not 0 <= self.min_chars <= self.max_chars <= 1200:
            raise ValueError(f"0 <= min_chars <= max_chars <= 1200, not {self.min_chars} and {self.max_chars}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch that stays together. ``header`` is the table header row to repeat before it."""

    span: Span
    header: Span | None = None


def chunk_document(sha256: str, pages: tuple[Page, ...], settings: ChunkSettings) -> list[Chunk]:
    """Chunks in reading order. The same content and settings give the same chunks, ids included."""
    by_number = {page.number: page for page in pages}
    margins = {page.number: margin_of(page) for page in pages}
    chunks: list[Chunk] = []
    for headings, pieces in _merge_tiny(list(_sections(pages, settings)), settings):
        for spans in _pack(pieces, settings):
            text = "\n".join(by_number[span.page].text[span.start : span.end] for span in spans)
            if any(character.isalnum() for character in text):
                units = tuple(
                    unit for span in spans for unit in split_units(by_number[span.page], span, margins[span.page])
                )
                chunks.append(Chunk(_chunk_id(sha256, len(chunks)), headings, spans, units, text))
    return chunks


def _chunk_id(sha256: str, ordinal: int) -> int:
    digest = hashlib.sha256(f"{sha256}:{ordinal}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1  # 63 bits: FAISS and SQLite take signed 64-bit ids


_Section = tuple[tuple[str, ...], list[_Piece]]


def _sections(pages: tuple[Page, ...], settings: ChunkSettings) -> Iterator[_Section]:
    """Each page, cut at the headings inside it."""
    for page in pages:
        path = list(page.headings)
        levels: list[tuple[int, str]] = []
        start = 0
        inner = [b for b in page.blocks if b.kind is BlockKind.HEADING and page.text[: b.start].strip()]
        for cut in [*inner, None]:
            end = cut.start if cut else len(page.text)
            pieces = list(_pieces(page, start, end, settings))
            if pieces:
                yield (*path, *(text for _, text in levels)), pieces
            if cut:
                levels = [step for step in levels if step[0] < cut.level]
                levels.append((cut.level, " ".join(page.text[cut.start : cut.end].split()).lstrip("# ")))
                start = cut.start


def _pieces(page: Page, start: int, end: int, settings: ChunkSettings) -> Iterator[_Piece]:
    """The blocks in ``[start, end)`` and the gaps between them; what is longer than a chunk is cut at rows, lines or
    sentences."""
    header: Span | None = None
    for block, a, b in page.stretches(start, end):
        kind = block.kind
        a, b = trim(page.text, a, b)
        if a == b:
            continue
        if kind is BlockKind.TABLE_HEADER:
            header = Span(page.number, a, b)
        elif kind is not BlockKind.TABLE_ROW:
            header = None
        room = settings.max_chars - (header.end - header.start + 1 if header else 0)
        for x, y in _cut(page.text, a, b, kind, max(room, settings.max_chars // 2)):
            yield _Piece(Span(page.number, x, y), header if kind is BlockKind.TABLE_ROW else None)


def _cut(text: str, start: int, end: int, kind: BlockKind, room: int) -> list[tuple[int, int]]:
    """``[start, end)`` in parts of at most ``room`` characters."""
    if end - start <= room:
        return [(start, end)]
    whole_lines = kind.is_code or kind.is_table
    units = line_spans(text, start, end) if whole_lines else sentence_spans(text, start, end)
    parts: list[tuple[int, int]] = []
    for a, b in units:
        if parts and b - parts[-1][0] <= room:
            parts[-1] = (parts[-1][0], b)
        else:
            parts.extend(cut_between_words(text, a, b, room))
    return parts


def _size(pieces: list[_Piece]) -> int:
    return sum(piece.span.end - piece.span.start + 1 for piece in pieces)


def _merge_tiny(sections: list[_Section], settings: ChunkSettings) -> list[_Section]:
    """Neighbours that are both small and share a parent become one section under that parent."""
    merged: list[_Section] = []
    for headings, pieces in sections:
        if merged:
            above, before = merged[-1]
            common = _common(above, headings)
            small = min(_size(before), _size(pieces)) < settings.min_chars
            fits = _size(before) + _size(pieces) <= settings.max_chars
            if small and fits and len(common) >= min(len(above), len(headings)) - 1:
                merged[-1] = (common, [*before, *pieces])
                continue
        merged.append((headings, pieces))
    return merged


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    shared = 0
    while shared < min(len(a), len(b)) and a[shared] == b[shared]:
        shared += 1
    return a[:shared]


def _pack(pieces: list[_Piece], settings: ChunkSettings) -> Iterator[tuple[Span, ...]]:
    """Fill chunks in order; a table that goes on begins with its header again."""
    spans: list[Span] = []
    size = 0
    for piece in pieces:
        length = piece.span.end - piece.span.start + 1
        if spans and size + length > settings.max_chars:
            yield tuple(_join(spans))
            spans, size = [], 0
        if not spans and piece.header is not None:
            spans.append(piece.header)
            size += piece.header.end - piece.header.start + 1
        spans.append(piece.span)
        size += length
    if spans:
        yield tuple(_join(spans))


def _join(spans: list[Span]) -> list[Span]:
    """Spans that follow each other on a page become one, with the white space between them."""
    joined = [spans[0]]
    for span in spans[1:]:
        last = joined[-1]
        if span.page == last.page and 0 <= span.start - last.end <= 3:
            joined[-1] = Span(last.page, last.start, span.end)
        else:
            joined.append(span)
    return joined
