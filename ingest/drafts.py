"""Documents ready to be stored: read anew, or made again from the pages of the snapshot before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from ingest.documents import PageFailure, Reading
from ingest.drafting import Draft, draft_of
from ingest.errors import ReadError
from ingest.hashes import has_changed
from ingest.plan import Plan
from ingest.readers import SourceFile, identity
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder, Snapshot
from ingest.store import Store
from ingest.workers import Job, ReaderPool, WorkerLimits


@dataclass(frozen=True, slots=True)
class Start:
    """Where an ingest starts. ``base``: the snapshot whose documents may stay as they are (None: all are made again).
    ``pages``: the last snapshot's store, whose pages may still be of use. ``current``: what is served now."""

    folder: IndexFolder
    base: Snapshot | None
    pages: Store | None
    current: Snapshot | None


class Drafts:
    """Makes the drafts of one ingest. ``failed``: why files have none, by path."""

    def __init__(self, start: Start, settings: IngestSettings) -> None:
        self._start, self._settings = start, settings
        self.before = {d.path: d for d in start.pages.documents()} if start.pages else {}
        self.failed: dict[str, str] = {}

    def new_and_moved(self, plan: Plan, hashes: dict[str, str | OSError]) -> Iterator[Draft]:
        """New and moved documents; what cannot be read goes into ``failed``."""
        for path, source in plan.reuse.items():
            yield self._from_old_pages(path, source)
        if plan.read:
            yield from self._read(plan, hashes)
        for path, of in plan.copies:
            if of in self.failed:
                self.failed[path] = f"{path}: has the content of {of}, which could not be read."

    def _read(self, plan: Plan, hashes: dict[str, str | OSError]) -> Iterator[Draft]:
        settings = self._settings
        limits = WorkerLimits(settings.file_seconds, settings.file_memory_mb)
        found = {file.relative: file for file in plan.read}
        cache = self._start.folder.cache / "ocr.sqlite"
        jobs = (
            Job(
                SourceFile(f.path, f.relative, settings.ocr_seconds(), cache),
                str(hashes[f.relative]),
                settings.chunks(),
            )
            for f in plan.read
        )
        with ReaderPool(min(settings.processes(), len(plan.read)), limits) as pool:
            for path, result in pool.read_all(jobs):
                if isinstance(result, ReadError):
                    self.failed[path] = str(result)
                elif has_changed(found[path]):  # what was read need not be what was hashed
                    self.failed[path] = f"{path}: was written to while it was read. Ingest again."
                else:
                    yield result

    def stale(self, opening: Future[Store]) -> Iterator[Draft]:
        """In an index made anew, when all others are in its store: the last content of files that fail now, unless it
        stands under another path."""
        if self._start.base is not None:
            return
        made = {identity(d.path, d.sha256) for d in opening.result().documents()}
        for path in sorted(set(self.failed) & set(self.before)):
            if identity(path, self.before[path].sha256) not in made:
                yield self._from_old_pages(path, path)

    def _from_old_pages(self, path: str, source: str) -> Draft:
        assert self._start.pages is not None
        was = self.before[source]
        failures = tuple(PageFailure(*failure) for failure in was.failures)
        pages = tuple(self._start.pages.pages(was.id))
        reading = Reading(pages, was.own_title, was.own_kind, failures, was.warnings, was.pictures)
        return draft_of(path, was.sha256, reading, self._settings.chunks())
