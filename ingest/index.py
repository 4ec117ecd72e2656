"""A snapshot opened for searching: dense and lexical search, chunks, documents, pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.analyser import Analyser
from ingest.dense import DenseIndex
from ingest.documents import Location, Page, Span, Unit
from ingest.embedding import Embedder, Vectors
from ingest.errors import DamagedError, MismatchError
from ingest.facets import FacetRows, Filters
from ingest.lexical import LexicalBoosts, LexicalIndex, SearchWord
from ingest.snapshots import Snapshot, hold
from ingest.store import FileRecord, Store, StoredChunk, StoredDocument, StoreError
from ingest.terms.corpus_terms import CorpusTerms

STORE, LEXICAL, IDS = "store.sqlite", "lexical", "ids.npy"  # files of a snapshot
Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class Index:
    """Read-only and safe to share between threads. Rows are chunks in the order of their ids."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, analyser: Analyser) -> None:
        """Open a snapshot.

        Raises:
            MismatchError: it was made with another embedding model or analyser.
            DamagedError: a file of it is missing or cannot be read.
        """
        made, now = snapshot.manifest, embedder.fingerprint
        if made.embedder_fingerprint != now:
            raise MismatchError(
                f"{snapshot.folder}: made with the embedding model {made.embedder}, not with {embedder.name}.",
                f"Run seodang ingest with this model, or set embedder = {made.embedder!r}.",
            )
        if made.analyser != analyser.name:
            raise MismatchError(
                f"{snapshot.folder}: made with the analyser {made.analyser}, not {analyser.name}.",
                "Run: seodang ingest",
            )
        self.snapshot = snapshot
        self.embedder = embedder
        self.analyser = analyser
        self._held = hold(snapshot)
        with damage_told(snapshot.folder):
            self._store = Store.open(snapshot.folder / STORE)
            self._dense = DenseIndex.load(snapshot.folder)
            self._lexical = LexicalIndex.load(snapshot.folder / LEXICAL)
            self._facets = FacetRows(snapshot.folder)
            self.terms = CorpusTerms.load(snapshot.folder)
            self.chunk_ids = read_ids(snapshot.folder)
            self._documents = {document.id: document for document in self._store.documents()}
            self._copies = {
                record.path: record.reason for record in self._store.files().values() if record.outcome == "duplicate"
            }
        if not len(self._dense) == len(self.chunk_ids) == made.chunks:
            raise DamagedError(
                f"{snapshot.folder}: {len(self._dense)} vectors and {len(self.chunk_ids)} chunks,"
                f" {made.chunks} in the manifest.",
                "Run: seodang undo, then seodang ingest.",
            )
        self._by_path = {document.path: document for document in self._documents.values()}

    def close(self) -> None:
        self._store.close()
        if self._held is not None:
            self._held.close()

    @property
    def corpus(self) -> Path:
        return Path(self.snapshot.manifest.corpus)

    def documents(self) -> list[StoredDocument]:
        """All documents by path."""
        return list(self._documents.values())

    def document(self, path: str) -> StoredDocument | None:
        """The document at a path; a copy's path gives the copy that was indexed."""
        return self._by_path.get(self._copies.get(path, path))

    def copies_of(self, path: str) -> list[str]:
        """Other files of the corpus with the same content."""
        return sorted(copy for copy, of in self._copies.items() if of == path)

    def allowed(self, filters: Filters) -> Rows | None:
        """Rows that pass the filters; None for all."""
        return self._facets.allowed(filters)

    def dense(self, query: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, Scores]:
        """Nearest rows to one query vector (d,) and their cosines, best first."""
        return self._dense.search(query, k, allowed)

    def cosines(self, query: Vectors, rows: Rows) -> Scores:
        """Cosines of given rows to one query vector."""
        return self._dense.rows(rows) @ query if rows.size else np.zeros(0, np.float32)

    def lexical(
        self, words: Sequence[SearchWord], k: int, *, boosts: LexicalBoosts, filters: Filters
    ) -> tuple[Rows, Scores]:
        """Best rows for a question's words and their BM25 scores, best first."""
        return self._lexical.search(words, k, boosts=boosts, facets=filters.groups())

    def similar(self, token: str, slips: int, k: int) -> Rows:
        """At most ``k`` rows with a token that is as many letters or fewer away."""
        return self._lexical.similar(token, slips, k)

    def document_frequency(self, token: str) -> int:
        """In how many chunks a token stands."""
        return self._lexical.document_frequency(token)

    def __len__(self) -> int:
        return len(self.chunk_ids)

    def chunks(self, rows: Sequence[int]) -> list[StoredChunk]:
        """Chunks of some rows, in that order."""
        return self._store.chunks([int(self.chunk_ids[row]) for row in rows])

    def neighbours(self, chunk: StoredChunk, before: int, after: int) -> list[StoredChunk]:
        """The chunks around one, itself included, in reading order."""
        return self._store.document_chunks(chunk.document, max(0, chunk.ordinal - before), chunk.ordinal + after)

    def document_of(self, chunk: StoredChunk) -> StoredDocument:
        return self._documents[chunk.document]

    def pages(self, document: StoredDocument, numbers: Sequence[int] | None = None) -> list[Page]:
        """Pages of a document in order: all, or some."""
        return self._store.pages(document.id, numbers)

    def files(self) -> list[FileRecord]:
        """Every file of the corpus the last ingest saw, with what came of it, by path."""
        return sorted(self._store.files().values(), key=lambda record: record.path)

    def page_numbers(self, document: StoredDocument) -> list[int]:
        """Which pages of a document were read, in order."""
        return self._store.page_numbers(document.id)

    def unit_text(self, path: str, unit: Unit) -> str:
        """The text of a unit of a document."""
        document = self.document(path)
        pages = self.pages(document, [unit.page]) if document else []
        return pages[0].text[unit.start : unit.end] if pages else ""

    def locate(self, document: StoredDocument, spans: Sequence[Span]) -> Location:
        """Where spans of a document, in reading order, stand for people."""
        first, last = spans[0], spans[-1]
        pages = {page.number: page for page in self.pages(document, [first.page, last.page])}
        return Location(
            document.path,
            pages[first.page].place(first.start),
            pages[last.page].place(max(last.start, last.end - 1)),
        )


def read_ids(folder: Path) -> Rows:
    """A snapshot's chunk ids by row, memory-mapped."""
    ids: Rows = np.load(folder / IDS, mmap_mode="r", allow_pickle=False)
    return ids


@contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """What goes wrong while files of a snapshot are read, as a DamagedError."""
    try:
        yield
    except StoreError as error:  # an ingest reads the files again where there is no store to start from
        raise DamagedError(f"{folder / STORE}: {error}.", "Run: seodang ingest") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise DamagedError(f"{folder}: {error}.", "Run: seodang undo, then seodang ingest.") from error
