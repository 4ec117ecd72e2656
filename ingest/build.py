"""One new snapshot: read, chunk, analyse, embed, write. Nothing of the snapshot before it is touched."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np

from ingest.analyser import Analyser
from ingest.drafting import Draft
from ingest.drafts import Drafts, Start
from ingest.embedding import Embedder
from ingest.enriching import Enricher, enricher
from ingest.errors import SnapshotError
from ingest.file_records import file_records, gist
from ingest.index import STORE
from ingest.making import making
from ingest.plan import Plan
from ingest.scan import Scan
from ingest.search_files import write_search_files
from ingest.settings import IngestSettings
from ingest.snapshots import FORMAT, IndexFolder, Manifest, Snapshot
from ingest.spill import VectorSpill
from ingest.store import FileRecord, Store, StoreError
from ingest.terms.candidates import mentions_of

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
        self._drafts = Drafts(start, settings)
        self.failed = self._drafts.failed
        self.embedded = 0

    def run(
        self, corpus: Path, plan: Plan, scan: Scan, hashes: dict[str, str | OSError], scanned_ns: int
    ) -> Snapshot | None:
        """The published snapshot; None when everything is as it was.

        Raises:
            SnapshotError: the index folder cannot be written, or its disk is full.
        """
        self.failed.update(plan.lost)
        known = self._start.pages.files() if self._start.pages else {}
        anew = self._start.base is None

        def records(indexed: set[str]) -> list[FileRecord]:
            return file_records(plan, scan, hashes, self.failed, indexed, known)

        with ExitStack() as models:
            enriching = models.enter_context(
                enricher(self._start.folder.cache, self._embedder, self._analyser, anew=anew)
            )
            drafts = self._drafts.new_and_moved(plan, hashes)
            first = next(drafts, None)  # a file that fails again is no reason for a new snapshot
            idle = first is None and not anew and not plan.drop
            if idle and set(map(gist, records(set(self._drafts.before)))) == set(map(gist, known.values())):
                return None
            drafts = self._reporting(chain([first] if first else [], drafts), len(plan.read) + len(plan.reuse))
            with _staged(self._start.folder) as staged, ThreadPoolExecutor(1, thread_name_prefix="store") as beside:
                opening = beside.submit(self._store, staged, plan)  # copied while the first files are analysed
                spill = VectorSpill(staged, self._embedder.dimension)
                try:
                    self._add_all(enriching, drafts, opening, spill)
                    models.close()  # the search files want the memory
                    store = opening.result()
                    self._complete(store, plan, records)
                    manifest = self._index(store, spill, staged, corpus, scanned_ns)
                finally:
                    spill.remove()
                    if opening.exception() is None:
                        opening.result().close()
                return self._start.folder.publish(staged, manifest)

    def _store(self, staged: Path, plan: Plan) -> Store:
        """What stays of the snapshot before."""
        if self._start.base is None or self._start.pages is None:
            return Store.create(staged / STORE)
        self._start.pages.copy_to(staged / STORE)
        store = Store.open(staged / STORE, writable=True)
        for path in plan.drop:
            store.remove_document(path)
        return store

    def _add_all(
        self, enriching: Enricher, drafts: Iterator[Draft], opening: Future[Store], spill: VectorSpill
    ) -> None:
        for batch in _batches(chain(drafts, self._drafts.stale(opening))):
            embedding = enriching.embed(batch)
            rows = enriching.analyse(batch)
            store = opening.result()
            for draft, chunks in zip(batch, rows, strict=True):
                store.remove_document(draft.document.path)
                mentions = mentions_of(draft.pairs, draft.outline, self._analyser)
                store.add_document(draft.document, draft.pages, chunks, mentions)
            vectors, computed = embedding.result()
            spill.add(np.array([chunk.id for draft in batch for chunk in draft.chunks], np.int64), vectors)
            self.embedded += computed

    def _complete(self, store: Store, plan: Plan, records: Callable[[set[str]], list[FileRecord]]) -> None:
        for path, _ in plan.copies:
            if path not in self.failed:
                store.remove_document(path)
        store.replace_files(records({document.path for document in store.documents()}))
        store.commit()

    def _index(self, store: Store, spill: VectorSpill, staged: Path, corpus: Path, scanned_ns: int) -> Manifest:
        """Write vectors, lexical index and facets for what the store now holds."""
        base, ids = self._start.base, store.chunk_ids()
        write_search_files(store, staged, ids, lambda: spill.gather(ids, base.folder if base else None))
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

    def _reporting(self, drafts: Iterable[Draft], total: int) -> Iterator[Draft]:
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


def _batches(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    batch: list[Draft] = []
    waiting = 0
    for draft in drafts:
        batch.append(draft)
        waiting += len(draft.chunks)
        if waiting >= _BATCH:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch
