"""Course files -> a new snapshot: scan, plan, read, chunk, analyse, embed, commit.

``ingest()`` is the whole flow in one screen; each step has its own module. Nothing of the current snapshot is touched:
the new one is built beside it and becomes current by one rename, or not at all.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest import readers
from ingest.analyser import Analyser
from ingest.chunking import chunk_document
from ingest.course import course_of, kind_of, language_of, title_of
from ingest.dense import DenseIndex
from ingest.documents import Chunk, Document, PageFailure, Reading
from ingest.embedding import Embedder, EmbeddingCache
from ingest.errors import MismatchError, ReadError, UsageError
from ingest.index import STORE, read_ids
from ingest.plan import DUPLICATE, FAILED, INDEXED, SKIPPED, Plan, make_plan
from ingest.report import Duplicate, Failed, IngestReport, Partial, Renamed, Skipped
from ingest.scan import FoundFile, Scan, hash_files, scan_corpus
from ingest.search_files import write_search_files
from ingest.settings import IngestSettings
from ingest.snapshots import FORMAT, IndexFolder, Manifest, Snapshot
from ingest.store import FileRecord, Store
from ingest.text_for_search import embedded_text, heading_text
from ingest.workers import ReaderPool, WorkerLimits

_BATCH = 512  # chunks analysed and embedded together


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
class _Draft:
    """A document ready to be stored, and what its reader had to say."""

    document: Document
    chunks: tuple[Chunk, ...]
    reading: Reading


def ingest(
    corpus: Path,
    index: Path,
    settings: IngestSettings,
    embedder: Embedder,
    analyser: Analyser,
    *,
    dry_run: bool = False,
    verify: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> IngestReport:
    """Bring the index up to date with the corpus.

    Args:
        verify: hash every file, also those whose size and time are as before.

    Raises:
        UsageError: the corpus is missing or empty, or the index belongs to another corpus.
        BusyError: another ingest is at work on the index.
    """
    started, scanned_ns = time.perf_counter(), time.time_ns()
    folder = IndexFolder(index)
    with folder.exclusive():
        current = folder.current()
        _check_root(corpus, current)
        base = current if current and _same_making(current.manifest, settings, embedder, analyser) else None
        old = Store.open(current.folder / STORE) if current else None
        try:
            known = old.files() if old else {}
            scan = scan_corpus(corpus)
            if not scan.files and not scan.skipped:
                raise UsageError(f"{corpus}: the folder is empty.", "Put course files into it; nothing was changed.")
            scanned = base.manifest.scanned_ns if base else 0
            hashes = hash_files(scan.files, known, scanned_ns=scanned, verify=verify or base is None)
            documents = {d.path: d.sha256 for d in old.documents()} if old and base else {}
            plan = make_plan(scan, hashes, known, documents)
            if dry_run or (base and current and not plan.changes_index and not _records_differ(plan, scan, known)):
                return _report(plan, scan, old, {}, 0, started, current.number if current and not dry_run else None)
            build = _Build(folder, old if base else None, base, settings, embedder, analyser)
            snapshot, failed, embedded = build.run(corpus, plan, scan, hashes, scanned_ns, current, progress)
            with_new = Store.open(snapshot.folder / STORE)
            try:
                return _report(plan, scan, with_new, failed, embedded, started, snapshot.number)
            finally:
                with_new.close()
        finally:
            if old:
                old.close()


def _check_root(corpus: Path, current: Snapshot | None) -> None:
    if current and Path(current.manifest.corpus) != corpus.resolve():
        raise MismatchError(
            f"This index belongs to {current.manifest.corpus}, not to {corpus.resolve()}.",
            "Give the other corpus an index of its own with --index, or delete this one.",
        )


def _making(settings: IngestSettings) -> dict[str, object]:
    """The settings that change what is indexed; the others (workers, limits) do not."""
    return {"chunks": asdict(settings.chunks()), "readers": readers.VERSION}


def _same_making(made: Manifest, settings: IngestSettings, embedder: Embedder, analyser: Analyser) -> bool:
    now = (embedder.fingerprint, analyser.name, _making(settings))
    return (made.embedder_fingerprint, made.analyser, made.settings) == now


def _records_differ(plan: Plan, scan: Scan, known: dict[str, FileRecord]) -> bool:
    """Whether files no snapshot needs (copies, skips, failures) came, went or changed their role."""
    duplicates = dict(plan.duplicates)
    skipped = {file.relative: reason for file, reason in scan.skipped}
    recorded_duplicates = {r.path: r.reason for r in known.values() if r.outcome == DUPLICATE}
    recorded_skipped = {r.path: r.reason for r in known.values() if r.outcome == SKIPPED}
    return bool(plan.unreadable) or duplicates != recorded_duplicates or skipped != recorded_skipped


class _Build:
    """One new snapshot, on top of ``base`` (None: from nothing)."""

    def __init__(
        self,
        folder: IndexFolder,
        old: Store | None,
        base: Snapshot | None,
        settings: IngestSettings,
        embedder: Embedder,
        analyser: Analyser,
    ) -> None:
        self._folder, self._old, self._base = folder, old, base
        self._settings, self._embedder, self._analyser = settings, embedder, analyser
        self._vectors: dict[int, NDArray[np.float16]] = {}  # half the memory; the index keeps no more

    def run(
        self,
        corpus: Path,
        plan: Plan,
        scan: Scan,
        hashes: dict[str, str | OSError],
        scanned_ns: int,
        current: Snapshot | None,
        progress: Callable[[Progress], None],
    ) -> tuple[Snapshot, dict[str, str], int]:
        """The published snapshot, reasons by failed path, and how many chunks were embedded."""
        staged = self._folder.stage()
        if self._old is not None:
            self._old.copy_to(staged / STORE)
            store = Store.open(staged / STORE, writable=True)
        else:
            store = Store.create(staged / STORE)
        cache = EmbeddingCache(self._folder.cache / "embeddings.sqlite", self._embedder)
        failed = dict(plan.unreadable)
        embedded = 0
        try:
            for path in (
                *plan.removed,
                *(source for source, _ in plan.renamed),
                *(path for path, _ in plan.duplicates),
            ):
                store.remove_document(path)
            drafts = _reporting(self._drafts(plan, hashes, failed), len(plan.read) + len(plan.reuse), failed, progress)
            for batch in _batches(drafts):
                embedded += self._add(store, cache, batch)
            store.replace_files(_records(plan, scan, hashes, failed, {d.path for d in store.documents()}))
            store.commit()
            manifest = self._index(store, staged, corpus, scanned_ns, current)
        finally:
            cache.close()
            store.close()
        return self._folder.publish(staged, manifest), failed, embedded

    def _drafts(self, plan: Plan, hashes: dict[str, str | OSError], failed: dict[str, str]) -> Iterator[_Draft]:
        """New and moved documents; what cannot be read goes into ``failed``."""
        old_documents = {d.path: d for d in self._old.documents()} if self._old else {}
        for path, source in plan.reuse.items():
            assert self._old is not None
            was = old_documents[source]
            pages = tuple(self._old.pages(was.id))
            failures = tuple(PageFailure(*failure) for failure in was.failures)
            reading = Reading(pages, was.own_title, was.own_kind, failures, was.warnings)
            yield self._draft(path, was.sha256, reading)
        limits = WorkerLimits(self._settings.file_seconds, self._settings.file_memory_mb)
        if not plan.read:
            return
        with ReaderPool(min(self._settings.processes(), len(plan.read)), limits) as pool:
            for file, result in pool.read_all(readers.SourceFile(f.path, f.relative) for f in plan.read):
                if isinstance(result, ReadError):
                    failed[file.relative] = str(result)
                elif not any(page.text.strip() for page in result.pages):
                    failed[file.relative] = f"{file.relative}: holds no text. {' '.join(result.warnings)}".strip()
                else:
                    yield self._draft(file.relative, str(hashes[file.relative]), result)

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
        chunks = tuple(chunk_document(sha256, reading.pages, self._settings.chunks()))
        return _Draft(document, chunks, reading)

    def _add(self, store: Store, cache: EmbeddingCache, batch: list[_Draft]) -> int:
        self._analyser.prepare(chunk.text for draft in batch for chunk in draft.chunks)
        pairs = [(draft.document, chunk) for draft in batch for chunk in draft.chunks]
        vectors, computed = cache.encode([embedded_text(document, chunk) for document, chunk in pairs])
        for (_, chunk), vector in zip(pairs, vectors.astype(np.float16), strict=True):
            self._vectors[chunk.chunk_id] = vector
        for draft in batch:
            store.remove_document(draft.document.path)
            rows = [
                (
                    chunk,
                    "\n".join(" ".join(self._analyser.tokens(chunk.unit_text(unit))) for unit in chunk.units),
                    " ".join(self._analyser.tokens(heading_text(draft.document, chunk))),
                )
                for chunk in draft.chunks
            ]
            store.add_document(draft.document, rows, draft.reading)
        return computed

    def _index(self, store: Store, staged: Path, corpus: Path, scanned_ns: int, current: Snapshot | None) -> Manifest:
        """Write vectors, lexical index and facets for what the store now holds."""
        write_search_files(store, staged, self._matrix(store.chunk_ids()))
        documents = store.documents()
        content = hashlib.sha256(msgspec.json.encode(sorted((d.path, d.sha256) for d in documents)))
        return Manifest(
            format=FORMAT,
            corpus=str(corpus.resolve()),
            embedder=self._embedder.name,
            embedder_fingerprint=self._embedder.fingerprint,
            dimension=self._embedder.dimension,
            analyser=self._analyser.name,
            settings=_making(self._settings),
            documents=len(documents),
            chunks=sum(document.chunks for document in documents),
            scanned_ns=scanned_ns,
            parent=current.number if current else None,
            content=content.hexdigest(),
        )

    def _matrix(self, ids: NDArray[np.int64]) -> NDArray[np.float16]:
        """Vectors in row order: new ones from this run, the others from the base snapshot."""
        matrix = np.zeros((len(ids), self._embedder.dimension), np.float16)
        kept = np.array([i for i, key in enumerate(ids) if int(key) not in self._vectors], np.int64)
        if kept.size:
            assert self._base is not None
            old_rows = np.searchsorted(read_ids(self._base.folder), ids[kept])
            matrix[kept] = DenseIndex.load(self._base.folder).rows(old_rows)
        for i, key in enumerate(ids):
            vector = self._vectors.pop(int(key), None)
            if vector is not None:
                matrix[i] = vector
        return matrix


def _reporting(
    drafts: Iterable[_Draft], total: int, failed: dict[str, str], progress: Callable[[Progress], None]
) -> Iterator[_Draft]:
    started = time.perf_counter()
    failed_before = len(failed)
    for count, draft in enumerate(drafts, 1):
        done = count + len(failed) - failed_before
        progress(Progress(done, total, draft.document.path, time.perf_counter() - started))
        yield draft


def _batches(drafts: Iterable[_Draft]) -> Iterator[list[_Draft]]:
    batch: list[_Draft] = []
    for draft in drafts:
        batch.append(draft)
        if sum(len(d.chunks) for d in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _records(
    plan: Plan, scan: Scan, hashes: dict[str, str | OSError], failed: dict[str, str], indexed: set[str]
) -> Iterator[FileRecord]:
    duplicate = dict(plan.duplicates)

    def record(file: FoundFile, outcome: str, reason: str = "", stale: bool = False) -> FileRecord:
        digest = hashes.get(file.relative, "")
        sha256 = digest if isinstance(digest, str) else ""
        return FileRecord(file.relative, sha256, file.size, file.mtime_ns, file.inode, outcome, reason, stale)

    for file in scan.files:
        if file.relative in failed:
            yield record(file, FAILED, failed[file.relative], stale=file.relative in indexed)
        elif file.relative in duplicate:
            yield record(file, DUPLICATE, duplicate[file.relative])
        else:
            yield record(file, INDEXED)
    for file, reason in scan.skipped:
        yield record(file, SKIPPED, reason)


def _report(
    plan: Plan,
    scan: Scan,
    store: Store | None,
    failed: dict[str, str],
    embedded: int,
    started: float,
    snapshot: int | None,
) -> IngestReport:
    documents = store.documents() if store else []
    indexed = {document.path for document in documents}
    present = {file.relative for file in scan.files}
    return IngestReport(
        added=[path for path in plan.added if path not in failed],
        changed=[path for path in plan.changed if path not in failed],
        renamed=[Renamed(*pair) for pair in plan.renamed if pair[1] not in failed],
        removed=list(plan.removed),
        unchanged=[path for path in plan.unchanged if path not in failed],
        duplicates=[Duplicate(*pair) for pair in plan.duplicates],
        partial=[
            Partial(
                d.path,
                [number for number, _ in d.failures],
                "; ".join(sorted({reason for _, reason in d.failures})),
            )
            for d in documents
            if d.failures and d.path in present and d.path not in failed
        ],
        failed=[Failed(path, reason, path in indexed) for path, reason in sorted(failed.items())],
        skipped=[Skipped(file.relative, reason) for file, reason in scan.skipped],
        documents=len(documents),
        chunks=sum(document.chunks for document in documents),
        embedded=embedded,
        seconds=round(time.perf_counter() - started, 3),
        snapshot=snapshot,
    )
