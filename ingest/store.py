"""The chunk store: files, documents, pages, chunks and their tokens in one SQLite file of a snapshot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.documents import Chunk, Page
from ingest.stored import (
    SCHEMA,
    ChunkRow,
    DocumentRow,
    FileRecord,
    PageRow,
    StoredChunk,
    StoredDocument,
    as_json,
    chunk_of,
    document_of,
    page_of,
    stored_chunk_of,
)
from ingest.terms.candidates import Mentions

__all__ = ["FileRecord", "Store", "StoreError", "StoredChunk", "StoredDocument", "copy_database", "is_database"]

StoreError = sqlite3.Error  # what SQLite says of a full disk, a damaged file and the like

_CACHE_KIB = 16 * 1024
_NO_MENTIONS = Mentions()
_INSERT_DOCUMENT = f"""
    INSERT INTO documents ({", ".join(DocumentRow._fields)})
    VALUES ({", ".join("?" * len(DocumentRow._fields))})"""  # noqa: S608 (names of columns)
_CHUNK = "SELECT id, headings, spans, units, text, document, ordinal, body_tokens, heading_tokens FROM chunks"


class Store:
    """One SQLite file. Open read-only for searching, writable only while a snapshot is being made."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._db.execute("PRAGMA foreign_keys=ON")

    @classmethod
    def create(cls, path: Path) -> Store:
        store = cls(_connect(path, "rwc"))
        store._unprotected()
        store._db.executescript(SCHEMA)
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
        self._db.execute(f"PRAGMA cache_size={-_CACHE_KIB}")  # chunks come in no order of their ids

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
        return [document_of(row) for row in self._db.execute(query)]

    def remove_document(self, path: str) -> None:
        self._db.execute("DELETE FROM documents WHERE path = ?", (path,))

    def add_document(
        self,
        document: DocumentRow,
        pages: Iterable[PageRow],
        chunks: Iterable[ChunkRow],
        mentions: Mentions = _NO_MENTIONS,
    ) -> None:
        """Pages and chunks in reading order; ``mentions`` may be terms of the corpus."""
        key = self._db.execute(_INSERT_DOCUMENT, document).lastrowid
        self._db.executemany("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ((key, *page) for page in pages))
        self._db.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((chunk.id, key, ordinal, *chunk[1:]) for ordinal, chunk in enumerate(chunks)),
        )
        if mentions != _NO_MENTIONS:
            self._db.execute("INSERT INTO terms VALUES (?, ?)", (key, as_json(mentions)))

    def mentions(self) -> Iterator[tuple[str, Mentions]]:
        """Of every document that has any, with its path and by it."""
        for path, text in self._db.execute(
            "SELECT path, mentions FROM terms JOIN documents ON id = document ORDER BY path"
        ):
            yield path, msgspec.json.decode(text, type=Mentions)

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
            rows = self._db.execute(query + some, (document, as_json(list(numbers))))
        return [page_of(row) for row in rows]

    # chunks

    def chunk_ids(self) -> NDArray[np.int64]:
        """All ids in rising order: the row order of both indexes."""
        # The index holds the ids close together; in the table the texts stand between them.
        rows = self._db.execute("SELECT id FROM chunks INDEXED BY chunks_by_document")
        return np.sort(np.fromiter((key for (key,) in rows), np.int64))

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """Chunks in the order asked for."""
        query = _CHUNK + " WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 (a constant)
        found = {row[0]: stored_chunk_of(row) for row in self._db.execute(query, (as_json([int(i) for i in ids]),))}
        return [found[int(key)] for key in ids]

    def document_chunks(self, document: int, first: int = 0, last: int | None = None) -> list[StoredChunk]:
        """A document's chunks in reading order, by ordinal from ``first`` to ``last`` (both included)."""
        query = _CHUNK + " WHERE document = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal"
        return [
            stored_chunk_of(row) for row in self._db.execute(query, (document, first, 2**62 if last is None else last))
        ]

    def texts(self, document: int) -> Iterator[Chunk]:
        """A document's chunks in reading order, without their tokens."""
        query = "SELECT id, headings, spans, units, text FROM chunks WHERE document = ? ORDER BY ordinal"
        return (chunk_of(*row) for row in self._db.execute(query, (document,)))

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
