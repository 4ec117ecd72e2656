"""One new snapshot: read, chunk, analyse, embed, write. Nothing of the snapshot before it is touched."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np

from ingest import readers
from ingest.analyser import Analyser
from ingest.chunking import chunk_document
from ingest.course import course_of, kind_of, language_of, title_of
from ingest.disk_cache import DiskCache
from ingest.documents import Chunk, Document, PageFailure, Reading
from ingest.embedding import Embedder, EmbeddingCache
from ingest.errors import ReadError, SnapshotError
from ingest.facets import facets_of
from ingest.hashes import has_changed
from ingest.index import STORE
from ingest.making import making
from ingest.plan import DUPLICATE, FAILED, INDEXED, SKIPPED, Plan, identity
from ingest.scan import FoundFile, Scan
from ingest.search_files import write_search_files
from ingest.settings import IngestSettings
from ingest.snapshots import FORMAT, IndexFolder, Manifest, Snapshot
from ingest.spill import VectorSpill
from ingest.store import FileRecord, Store, StoreError
from ingest.text_for_search import embedded_text, heading_text
from ingest.workers import ReaderPool, WorkerLimits

_BATCH = 512  # chunks analysed and embedded together
_MOST_WORDS_MIB = 512  # of cached words: some five million


@dataclass(frozen=True, slots=True)
class Progress:
    """After each file: how many of how many are done, and how fast (files a second)."""

    done: int
    total: int
    path: str
    seconds: float

    @property
    def rate(self) -> float:
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float:
        return (self.total - self.done) / self.rate if self.rate > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Start:
    """Where an ingest starts. ``base``: the snapshot whose documents may stay as they are (None: all are made again).
    ``pages``: the last snapshot's store, whose pages may still be of use. ``current``: what is served now."""

    folder: IndexFolder
    base: Snapshot | None
    pages: Store | None
    current: Snapshot | None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document ready to be stored, and what its reader had to say."""

    document: Document
    chunks: tuple[Chunk, ...]
    reading: Reading


class Build:
    """Carries out a plan. ``failed`` (reasons by path) and ``embedded`` are there to read when ``run`` is done."""

    def __init__(
        self,
        start: Start,
        settings: IngestSettings,
        embedder: Embedder,
        analyser: Analyser,
        progress: Callable[[Progress], None],
    ) -> None:
        self._start, self._settings, self._progress = start, settings, progress
        self._embedder, self._analyser = embedder, analyser
        self._old = {d.path: d for d in start.pages.documents()} if start.pages else {}
        self.failed: dict[str, str] = {}
        self.embedded = 0

    def run(
        self, corpus: Path, plan: Plan, scan: Scan, hashes: dict[str, str | OSError], scanned_ns: int
    ) -> Snapshot | None:
        """The published snapshot; None when everything is as it was.

        Raises:
            SnapshotError: the index folder cannot be written, or its disk is full.
        """
        self.failed = dict(plan.lost)
        known = self._start.pages.files() if self._start.pages else {}
        drafts = self._drafts(plan, hashes)
        first = next(drafts, None)  # a file that fails again is no reason for a new snapshot
        if first is None and self._start.base and not plan.drop:
            records = _records(plan, scan, hashes, self.failed, set(self._old), known)
            if {_gist(record) for record in records} == {_gist(record) for record in known.values()}:
                return None
        all_drafts = chain([first] if first else [], drafts)
        with _staged(self._start.folder) as staged:
            manifest = self._write(staged, corpus, plan, scan, hashes, known, scanned_ns, all_drafts)
            return self._start.folder.publish(staged, manifest)

    def _write(
        self,
        staged: Path,
        corpus: Path,
        plan: Plan,
        scan: Scan,
        hashes: dict[str, str | OSError],
        known: dict[str, FileRecord],
        scanned_ns: int,
        drafts: Iterator[_Draft],
    ) -> Manifest:
        store = self._store(staged)
        spill = VectorSpill(staged, self._embedder.dimension)
        caches = self._start.folder.cache
        words = DiskCache(caches / "words.sqlite", self._analyser.maker, _MOST_WORDS_MIB)
        # Embedding runs beside analysing: its thread owns the cache's connection.
        with ThreadPoolExecutor(1, thread_name_prefix="embed") as thread:
            cache = thread.submit(EmbeddingCache, caches / "embeddings.sqlite", self._embedder).result()
            try:
                for path in plan.drop:
                    store.remove_document(path)
                total = len(plan.read) + len(plan.reuse)
                for batch in _batches(chain(self._reporting(drafts, total), self._stale_drafts(store))):
                    self._add(store, spill, cache, words, thread, batch)
            finally:
                words.close()
                thread.submit(cache.close).result()
        try:
            for path, _ in plan.copies:
                if path not in self.failed:
                    store.remove_document(path)
            indexed = {document.path for document in store.documents()}
            store.replace_files(_records(plan, scan, hashes, self.failed, indexed, known))
            store.commit()
            return self._index(store, spill, staged, corpus, scanned_ns)
        finally:
            spill.remove()
            store.close()

    def _store(self, staged: Path) -> Store:
        if self._start.base is None or self._start.pages is None:
            return Store.create(staged / STORE)
        self._start.pages.copy_to(staged / STORE)
        return Store.open(staged / STORE, writable=True)

    def _drafts(self, plan: Plan, hashes: dict[str, str | OSError]) -> Iterator[_Draft]:
        """New and moved documents; what cannot be read goes into ``failed``."""
        for path, source in plan.reuse.items():
            yield self._from_old_pages(path, source)
        if plan.read:
            yield from self._read(plan, hashes)
        for path, of in plan.copies:
            if of in self.failed:
                self.failed[path] = f"{path}: has the content of {of}, which could not be read."

    def _read(self, plan: Plan, hashes: dict[str, str | OSError]) -> Iterator[_Draft]:
        settings = self._settings
        limits = WorkerLimits(settings.file_seconds, settings.file_memory_mb)
        found = {file.relative: file for file in plan.read}
        cache = self._start.folder.cache / "ocr.sqlite"
        sources = (readers.SourceFile(f.path, f.relative, settings.ocr_seconds(), cache) for f in plan.read)
        with ReaderPool(min(settings.processes(), len(plan.read)), limits) as pool:
            for file, result in pool.read_all(sources):
                if isinstance(result, ReadError):
                    self.failed[file.relative] = str(result)
                elif has_changed(found[file.relative]):  # what was read need not be what was hashed
                    self.failed[file.relative] = f"{file.relative}: was written to while it was read. Ingest again."
                elif not any(page.text.strip() for page in result.pages):
                    reasons = (*result.warnings, *(failure.reason for failure in result.failures[:1]))
                    self.failed[file.relative] = f"{file.relative}: holds no text. {' '.join(reasons)}".strip()
                else:
                    yield self._draft(file.relative, str(hashes[file.relative]), result)

    def _stale_drafts(self, store: Store) -> Iterator[_Draft]:
        """In an index made anew: the last content of files that fail now, unless it stands under another path."""
        if self._start.base is not None:
            return
        made = {identity(d.path, d.sha256) for d in store.documents()}
        for path in sorted(set(self.failed) & set(self._old)):
            if identity(path, self._old[path].sha256) not in made:
                yield self._from_old_pages(path, path)

    def _from_old_pages(self, path: str, source: str) -> _Draft:
        assert self._start.pages is not None
        was = self._old[source]
        failures = tuple(PageFailure(*failure) for failure in was.failures)
        pages = tuple(self._start.pages.pages(was.id))
        return self._draft(path, was.sha256, Reading(pages, was.own_title, was.own_kind, failures, was.warnings))

    def _draft(self, path: str, sha256: str, reading: Reading) -> _Draft:
        row = readers.FORMATS[Path(path).suffix.lower()]
        title = title_of(path, reading.title)
        document = Document(
            path=path,
            sha256=sha256,
            title=title,
            kind=kind_of(path, row.kind, reading.kind),
            language=language_of("".join(page.text[:2000] for page in reading.pages[:50])),
            course=course_of(path, title, reading.pages),
            pages=reading.pages,
        )
        chunks = tuple(chunk_document(identity(path, sha256), reading.pages, self._settings.chunks()))
        return _Draft(document, chunks, reading)

    def _add(
        self,
        store: Store,
        spill: VectorSpill,
        cache: EmbeddingCache,
        words: DiskCache,
        thread: ThreadPoolExecutor,
        batch: list[_Draft],
    ) -> None:
        pairs = [(draft.document, chunk) for draft in batch for chunk in draft.chunks]
        embedding = thread.submit(cache.encode, [embedded_text(document, chunk) for document, chunk in pairs])
        self._analyser.prepare(chain.from_iterable((heading_text(*pair), pair[1].text) for pair in pairs), words)
        for draft in batch:
            store.remove_document(draft.document.path)
            rows = [
                (
                    chunk,
                    facets_of(draft.document.path, draft.document.kind, draft.document.course, chunk.headings),
                    " ".join(self._analyser.tokens(heading_text(draft.document, chunk))),
                    "\n".join(" ".join(self._analyser.tokens(chunk.unit_text(unit))) for unit in chunk.units),
                )
                for chunk in draft.chunks
            ]
            store.add_document(draft.document, rows, draft.reading)
        vectors, computed = embedding.result()
        spill.add(np.array([chunk.chunk_id for _, chunk in pairs], np.int64), vectors)
        self.embedded += computed

    def _index(self, store: Store, spill: VectorSpill, staged: Path, corpus: Path, scanned_ns: int) -> Manifest:
        """Write vectors, lexical index and facets for what the store now holds."""
        base, ids = self._start.base, store.chunk_ids()
        vectors = spill.gather(ids, base.folder if base else None)
        write_search_files(store, staged, vectors)
        documents = store.documents()
        content = hashlib.sha256(msgspec.json.encode(sorted((d.path, d.sha256) for d in documents)))
        return Manifest(
            format=FORMAT,
            corpus=str(corpus.resolve()),
            embedder=self._embedder.name,
            embedder_fingerprint=self._embedder.fingerprint,
            dimension=self._embedder.dimension,
            analyser=self._analyser.name,
            settings=making(self._settings),
            documents=len(documents),
            chunks=len(ids),
            scanned_ns=scanned_ns,
            parent=self._start.current.number if self._start.current else None,
            content=content.hexdigest(),
        )

    def _reporting(self, drafts: Iterable[_Draft], total: int) -> Iterator[_Draft]:
        started, failed_before = time.perf_counter(), len(self.failed)
        for count, draft in enumerate(drafts, 1):
            done = min(total, count + len(self.failed) - failed_before)
            self._progress(Progress(done, total, draft.document.path, time.perf_counter() - started))
            yield draft


@contextmanager
def _staged(folder: IndexFolder) -> Iterator[Path]:
    """A staged folder that goes when the build does not get through."""
    staged: Path | None = None
    try:
        staged = folder.stage()
        yield staged
    except BaseException as error:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
        # SQLite, FAISS and tantivy each have their own word for a disk that takes no more.
        if isinstance(error, OSError | StoreError | RuntimeError | ValueError) and not isinstance(
            error, RecursionError | UnicodeError
        ):
            raise SnapshotError(
                f"{folder.path}: the new index could not be written ({error}). The index before it is untouched.",
                "Check that the disk has room and the folder can be written, then ingest again.",
            ) from error
        raise


def _batches(drafts: Iterable[_Draft]) -> Iterator[list[_Draft]]:
    batch: list[_Draft] = []
    waiting = 0
    for draft in drafts:
        batch.append(draft)
        waiting += len(draft.chunks)
        if waiting >= _BATCH:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch


def _gist(record: FileRecord) -> tuple[str, str, str, str, bool]:
    return record.path, record.sha256, record.outcome, record.reason, record.stale


def _records(
    plan: Plan,
    scan: Scan,
    hashes: dict[str, str | OSError],
    failed: dict[str, str],
    indexed: set[str],
    known: dict[str, FileRecord],
) -> list[FileRecord]:
    """What to remember of every file, by path."""
    copies = dict(plan.copies)
    found = {file.relative: file for file in scan.files if file.relative in hashes}
    records = [
        _record(file, hashes, INDEXED if path not in copies else DUPLICATE, copies.get(path, ""))
        for path, file in found.items()
        if path not in failed
    ]
    records += [_record(file, hashes, SKIPPED, reason) for file, reason in scan.skipped]
    unlisted = {file.relative: file for file, _ in scan.failed}
    for path, reason in failed.items():
        stale = path in indexed
        if path in found or path in unlisted:
            records.append(_record(found.get(path) or unlisted[path], hashes, FAILED, reason, stale=stale))
        else:
            was = known[path]  # below a folder that cannot be listed
            records.append(FileRecord(path, was.sha256, was.size, was.mtime_ns, was.inode, FAILED, reason, stale))
    return sorted(records, key=lambda record: record.path)


def _record(
    file: FoundFile, hashes: dict[str, str | OSError], outcome: str, reason: str = "", *, stale: bool = False
) -> FileRecord:
    digest = hashes.get(file.relative, "")
    sha256 = digest if isinstance(digest, str) else ""
    return FileRecord(file.relative, sha256, file.size, file.mtime_ns, file.inode, outcome, reason, stale)
