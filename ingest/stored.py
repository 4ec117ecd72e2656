"""What the chunk store holds: its tables, and their rows <-> the objects that stand for them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec
import numpy as np

from ingest.documents import Block, Chunk, Course, Document, Kind, Page, Reading, Span, Unit
from ingest.mapped_text import MappedText

SCHEMA = """
CREATE TABLE files (           -- every file of the corpus the last ingest saw
    path TEXT PRIMARY KEY,     -- relative, NFC
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    outcome TEXT NOT NULL,     -- indexed, duplicate, failed, skipped
    reason TEXT NOT NULL,      -- of a failure or skip; for a duplicate the path of the indexed copy
    stale INTEGER NOT NULL     -- 1: the content indexed under this path is older than the file
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL,
    language TEXT NOT NULL, week INTEGER, lecture INTEGER, date TEXT, speaker TEXT,
    own_title TEXT NOT NULL, own_kind TEXT NOT NULL,  -- what the file itself says, empty: nothing
    failures TEXT NOT NULL,    -- pages that could not be read, JSON
    warnings TEXT NOT NULL,    -- JSON
    pictures TEXT NOT NULL     -- other files it was made from and their sha256, JSON
);
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, number INTEGER NOT NULL, text TEXT NOT NULL,
    source BLOB NOT NULL,      -- differences of the source map, int32, deflated
    places TEXT NOT NULL, blocks TEXT NOT NULL, headings TEXT NOT NULL,  -- JSON
    boxes BLOB,                -- OCR pages: float32 (n, 4), deflated
    PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    facets TEXT NOT NULL,            -- JSON; these three stand first, where a pass over all chunks reads little
    heading_tokens TEXT NOT NULL,
    body_tokens TEXT NOT NULL,       -- a line for each unit, tokens joined by spaces
    headings TEXT NOT NULL, spans TEXT NOT NULL, units TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE terms (           -- what of a document may be terms, JSON
    document INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, mentions TEXT NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document, ordinal);
CREATE INDEX pages_by_document ON pages (document);  -- to count them without reading their texts
"""


PageRow = tuple[int, str, bytes, str, str, str, bytes | None]
"""The columns of ``pages`` behind the document."""


class DocumentRow(NamedTuple):
    """The columns of ``documents`` behind the id."""

    path: str
    sha256: str
    title: str
    kind: str
    language: str
    week: int | None
    lecture: int | None
    date: str | None
    speaker: str | None
    own_title: str
    own_kind: str
    failures: str
    warnings: str
    pictures: str


class ChunkRow(NamedTuple):
    """The columns of ``chunks`` but for the document and the ordinal."""

    id: int
    facets: str
    heading_tokens: str
    body_tokens: str
    headings: str
    spans: str
    units: str
    text: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of ``files``: a file on disk and what the last ingest made of it."""

    path: str
    sha256: str
    size: int
    mtime_ns: int
    inode: int
    outcome: str
    reason: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its pages."""

    id: int
    path: str
    sha256: str
    title: str
    kind: Kind
    language: str
    course: Course
    pages: int
    chunks: int
    own_title: str
    own_kind: Kind | None
    failures: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with the document it belongs to (its id), its place among that document's chunks, the tokens of each of
    its units and of its headings."""

    chunk: Chunk
    document: int
    ordinal: int
    unit_tokens: tuple[frozenset[str], ...]
    heading_tokens: frozenset[str]
    whole: bool = True

    def beginning(self, characters: int) -> StoredChunk | None:
        """With its first units alone, as many as fit; None when not even one does."""
        part = self.chunk.beginning(characters)
        return self._part(part, slice(len(part.units))) if part else None

    def ending(self, characters: int) -> StoredChunk | None:
        """With its last units alone, likewise."""
        part = self.chunk.ending(characters)
        return self._part(part, slice(-len(part.units), None)) if part else None

    def _part(self, part: Chunk, units: slice) -> StoredChunk:
        return replace(self, chunk=part, unit_tokens=self.unit_tokens[units], whole=False)


def document_of(row: tuple[Any, ...]) -> StoredDocument:
    """The columns in the order of the fields; the course's four stand together."""
    key, path, sha256, title, kind, language, *rest = row
    course, (pages, chunks, own_title, own_kind, failures, warnings, pictures) = Course(*rest[:4]), rest[4:]
    return StoredDocument(
        key,
        path,
        sha256,
        title,
        Kind(kind),
        language,
        course,
        pages,
        chunks,
        own_title,
        Kind(own_kind) if own_kind else None,
        msgspec.json.decode(failures, type=tuple[tuple[int, str], ...]),
        msgspec.json.decode(warnings, type=tuple[str, ...]),
        msgspec.json.decode(pictures, type=tuple[tuple[str, str], ...]),
    )


def document_row(document: Document, reading: Reading) -> DocumentRow:
    """``reading`` is what the document was made of."""
    course = document.course
    return DocumentRow(
        document.path,
        document.sha256,
        document.title,
        document.kind,
        document.language,
        course.week,
        course.lecture,
        course.date,
        course.speaker,
        reading.title,
        reading.kind or "",
        as_json([(failure.number, failure.reason) for failure in reading.failures]),
        as_json(reading.warnings),
        as_json(reading.pictures),
    )


def page_row(page: Page) -> PageRow:
    differences = np.diff(page.content.source, prepend=np.int32(0)).astype("<i4")
    return (
        page.number,
        page.text,
        zlib.compress(differences.tobytes(), 1),
        as_json(page.places),
        as_json(page.blocks),
        as_json(page.headings),
        None if page.boxes is None else zlib.compress(page.boxes.astype("<f4").tobytes()),
    )


def chunk_row(chunk: Chunk, facets: Sequence[str], headings: str, body: str) -> ChunkRow:
    """``headings`` and ``body``: tokens joined by spaces, a line for each unit of the body."""
    parts = as_json(chunk.headings), as_json(chunk.spans), as_json(chunk.units)
    return ChunkRow(chunk.chunk_id, as_json(facets), headings, body, *parts, chunk.text)


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def page_of(row: PageRow) -> Page:
    number, text, source, places, blocks, headings, boxes = row
    differences = np.frombuffer(zlib.decompress(source), "<i4")
    return Page(
        number,
        MappedText(text, np.cumsum(differences, dtype=np.int32)),
        msgspec.json.decode(places, type=tuple[tuple[int, str], ...]),
        msgspec.json.decode(blocks, type=tuple[Block, ...]),
        msgspec.json.decode(headings, type=tuple[str, ...]),
        None if boxes is None else np.frombuffer(zlib.decompress(boxes), "<f4").reshape(-1, 4),
    )


def chunk_of(key: int, headings: str, spans: str, units: str, text: str) -> Chunk:
    return Chunk(
        key,
        msgspec.json.decode(headings, type=tuple[str, ...]),
        msgspec.json.decode(spans, type=tuple[Span, ...]),
        msgspec.json.decode(units, type=tuple[Unit, ...]),
        text,
    )


def stored_chunk_of(row: tuple[int, str, str, str, str, int, int, str, str]) -> StoredChunk:
    document, ordinal, body_tokens, heading_tokens = row[5:]
    by_unit = [line.split() for line in body_tokens.split("\n")]
    return StoredChunk(
        chunk_of(*row[:5]),
        document,
        ordinal,
        tuple(map(frozenset, by_unit)),
        frozenset(heading_tokens.split()),
    )
