"""The chunk store: files, documents, pages, chunks and their tokens in one SQLite file of a snapshot."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.documents import Block, Chunk, Course, Document, Kind, Page, Reading, Span, Unit
from ingest.mapped_text import MappedText

_SCHEMA = """
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
CREATE INDEX chunks_by_document ON chunks (document, ordinal);
CREATE INDEX pages_by_document ON pages (document);  -- to count them without reading their texts
"""


StoreError = sqlite3.Error  # what SQLite says of a full disk, a damaged file and the like

_CHUNK = "SELECT id, document, ordinal, headings, spans, units, text, body_tokens, heading_tokens FROM chunks"


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
    """A chunk with the document it belongs to (its id), its place among that document's chunks, and the tokens of
    each of its units and of its headings."""

    chunk: Chunk
    document: int
    ordinal: int
    unit_tokens: tuple[frozenset[str], ...]
    heading_tokens: frozenset[str]


class Store:
    """One SQLite file. Open read-only for searching, writable only while a snapshot is being made."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.execute("PRAGMA foreign_keys=ON")

    @classmethod
    def create(cls, path: Path) -> Store:
        store = cls(_connect(path, "rwc"))
        store._unprotected()
        store._db.executescript(_SCHEMA)
        return store

    @classmethod
    def open(cls, path: Path, *, writable: bool = False) -> Store:
        store = cls(_connect(path, "rw" if writable else "ro"))
        if writable:
            store._unprotected()
        return store

    def _unprotected(self) -> None:
        """No journal and no waiting for the disk: a staged file is thrown away when anything goes wrong, and put on
        the disk as a whole before it is published."""
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")

    def copy_to(self, path: Path) -> None:
        """A full copy by SQLite's backup API (a linked or copied file could be torn)."""
        with closing(sqlite3.connect(path)) as target:
            target.execute("PRAGMA synchronous=OFF")  # staged, as above
            self._db.backup(target)

    def commit(self) -> None:
        self._db.commit()

    def close(self) -> None:
        self._db.close()

    # files

    def files(self) -> dict[str, FileRecord]:
        query = "SELECT path, sha256, size, mtime_ns, inode, outcome, reason, stale FROM files"
        rows: Iterator[tuple[str, str, int, int, int, str, str, int]] = self._db.execute(query)
        return {row[0]: FileRecord(*row[:7], stale=bool(row[7])) for row in rows}

    def replace_files(self, records: Iterable[FileRecord]) -> None:
        self._db.execute("DELETE FROM files")
        self._db.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (r.path, r.sha256, r.size, r.mtime_ns, r.inode, r.outcome, r.reason, int(r.stale))
                for r in sorted(records, key=lambda record: record.path)
            ),
        )

    # documents and pages

    def documents(self) -> list[StoredDocument]:
        """All documents by path."""
        query = """
            SELECT d.id, d.path, d.sha256, d.title, d.kind, d.language, d.week, d.lecture, d.date, d.speaker,
                   (SELECT COUNT(*) FROM pages WHERE document = d.id),
                   (SELECT COUNT(*) FROM chunks WHERE document = d.id),
                   d.own_title, d.own_kind, d.failures, d.warnings, d.pictures
            FROM documents d ORDER BY d.path"""
        return [
            StoredDocument(
                row[0], row[1], row[2], row[3], Kind(row[4]), row[5], Course(*row[6:10]), row[10], row[11],
                row[12], Kind(row[13]) if row[13] else None,
                msgspec.json.decode(row[14], type=tuple[tuple[int, str], ...]),
                msgspec.json.decode(row[15], type=tuple[str, ...]),
                msgspec.json.decode(row[16], type=tuple[tuple[str, str], ...]),
            )
            for row in self._db.execute(query)
        ]  # fmt: skip

    def remove_document(self, path: str) -> None:
        self._db.execute("DELETE FROM documents WHERE path = ?", (path,))

    def add_document(
        self,
        document: Document,
        chunks: Sequence[tuple[Chunk, Sequence[str], str, str]],
        reading: Reading,
    ) -> None:
        """``chunks`` are (chunk, facets, heading tokens, body tokens), tokens joined by spaces; ``reading`` is what
        the document was made of."""
        course = document.course
        cursor = self._db.execute(
            "INSERT INTO documents (path, sha256, title, kind, language, week, lecture, date, speaker,"
            " own_title, own_kind, failures, warnings, pictures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.path, document.sha256, document.title, document.kind, document.language,
                course.week, course.lecture, course.date, course.speaker, reading.title, reading.kind or "",
                _json([(failure.number, failure.reason) for failure in reading.failures]), _json(reading.warnings),
                _json(reading.pictures),
            ),
        )  # fmt: skip
        key = cursor.lastrowid
        self._db.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    key, page.number, page.text, _pack_source(page.content.source), _json(page.places),
                    _json(page.blocks), _json(page.headings),
                    None if page.boxes is None else zlib.compress(page.boxes.astype("<f4").tobytes()),
                )
                for page in document.pages
            ),
        )  # fmt: skip
        self._db.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    chunk.chunk_id, key, ordinal, _json(facets), headings, body, _json(chunk.headings),
                    _json(chunk.spans), _json(chunk.units), chunk.text,
                )
                for ordinal, (chunk, facets, headings, body) in enumerate(chunks)
            ),
        )  # fmt: skip

    def page_numbers(self, document: int) -> list[int]:
        rows = self._db.execute("SELECT number FROM pages WHERE document = ? ORDER BY number", (document,))
        return [number for (number,) in rows]

    def pages(self, document: int, numbers: Sequence[int] | None = None) -> list[Page]:
        """Pages of a document in order: all, or some."""
        query = "SELECT number, text, source, places, blocks, headings, boxes FROM pages WHERE document = ?"
        if numbers is None:
            rows = self._db.execute(query + " ORDER BY number", (document,))
        else:
            some = " AND number IN (SELECT value FROM json_each(?)) ORDER BY number"
            rows = self._db.execute(query + some, (document, _json(list(numbers))))
        return [_page(row) for row in rows]

    # chunks

    def chunk_ids(self) -> NDArray[np.int64]:
        """All ids in rising order: the row order of both indexes."""
        # The index holds the ids close together; in the table the texts stand between them.
        rows = self._db.execute("SELECT id FROM chunks INDEXED BY chunks_by_document")
        return np.sort(np.fromiter((key for (key,) in rows), np.int64))

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked for."""
        query = _CHUNK + " WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 (a constant)
        found = {row[0]: _chunk(row) for row in self._db.execute(query, (_json([int(i) for i in ids]),))}
        return [found[int(key)] for key in ids]

    def document_chunks(self, document: int, first: int = 0, last: int | None = None) -> list[StoredChunk]:
        """A document's chunks in reading order, by ordinal from ``first`` to ``last`` (both included)."""
        query = _CHUNK + " WHERE document = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal"
        return [_chunk(row) for row in self._db.execute(query, (document, first, 2**62 if last is None else last))]

    def strays(self) -> dict[str, int]:
        """How many pages and chunks belong to no document."""
        query = "SELECT COUNT(*) FROM {} WHERE document NOT IN (SELECT id FROM documents)"
        return {table: self._db.execute(query.format(table)).fetchone()[0] for table in ("pages", "chunks")}

    def chunks_for_search(self) -> Iterator[tuple[tuple[str, ...], str, str]]:
        """(facets, heading tokens, body tokens) of every chunk in row order."""
        query = "SELECT facets, heading_tokens, body_tokens FROM chunks ORDER BY id"
        for facets, headings, body in self._db.execute(query):
            yield _strings(facets), headings, body


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def copy_database(source: Path, target: Path) -> None:
    """A whole copy of a database that may be in use, by SQLite's backup API."""
    with closing(_connect(source, "ro")) as database, closing(sqlite3.connect(target)) as copy:
        database.backup(copy)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # Readers share one connection between threads; SQLite serialises its use (threadsafety 3 in every CPython build).
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)


@lru_cache(maxsize=1024)  # most chunks of a document have the same facets
def _strings(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _pack_source(source: NDArray[np.int32]) -> bytes:
    return zlib.compress(np.diff(source, prepend=np.int32(0)).astype("<i4").tobytes(), 1)


def _page(row: tuple[int, str, bytes, str, str, str, bytes | None]) -> Page:
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


def _chunk(row: tuple[int, int, int, str, str, str, str, str, str]) -> StoredChunk:
    key, document, ordinal, headings, spans, units, text, body_tokens, heading_tokens = row
    chunk = Chunk(
        key,
        msgspec.json.decode(headings, type=tuple[str, ...]),
        msgspec.json.decode(spans, type=tuple[Span, ...]),
        msgspec.json.decode(units, type=tuple[Unit, ...]),
        text,
    )
    by_unit = tuple(frozenset(line.split()) for line in body_tokens.split("\n"))
    return StoredChunk(chunk, document, ordinal, by_unit, frozenset(heading_tokens.split()))
