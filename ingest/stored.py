"""What the chunk store holds: its tables, and rows -> the objects that stand for them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.documents import Block, Chunk, Course, Kind, Page, Span, Unit
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
CREATE TABLE terms (           -- what a document sets beside each other: candidates for terms, JSON
    document INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, candidates TEXT NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document, ordinal);
CREATE INDEX pages_by_document ON pages (document);  -- to count them without reading their texts
"""


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


_BEGINNING = 4  # tokens


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with the document it belongs to (its id), its place among that document's chunks, the tokens of each of
    its units, the first few of each in reading order, and the tokens of its headings."""

    chunk: Chunk
    document: int
    ordinal: int
    unit_tokens: tuple[frozenset[str], ...]
    unit_beginnings: tuple[tuple[str, ...], ...]
    heading_tokens: frozenset[str]
    whole: bool = True

    def beginning(self, characters: int) -> StoredChunk | None:
        """With its first units alone, as many as fit; None when not even one does."""
        part = self.chunk.beginning(characters)
        if part is None:
            return None
        count = len(part.units)
        tokens, beginnings = self.unit_tokens[:count], self.unit_beginnings[:count]
        return replace(self, chunk=part, unit_tokens=tokens, unit_beginnings=beginnings, whole=False)


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


def pack_source(source: NDArray[np.int32]) -> bytes:
    return zlib.compress(np.diff(source, prepend=np.int32(0)).astype("<i4").tobytes(), 1)


def page_of(row: tuple[int, str, bytes, str, str, str, bytes | None]) -> Page:
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


def chunk_of(row: tuple[int, int, int, str, str, str, str, str, str]) -> StoredChunk:
    key, document, ordinal, headings, spans, units, text, body_tokens, heading_tokens = row
    chunk = Chunk(
        key,
        msgspec.json.decode(headings, type=tuple[str, ...]),
        msgspec.json.decode(spans, type=tuple[Span, ...]),
        msgspec.json.decode(units, type=tuple[Unit, ...]),
        text,
    )
    by_unit = [line.split() for line in body_tokens.split("\n")]
    return StoredChunk(
        chunk,
        document,
        ordinal,
        tuple(map(frozenset, by_unit)),
        tuple(tuple(tokens[:_BEGINNING]) for tokens in by_unit),
        frozenset(heading_tokens.split()),
    )
