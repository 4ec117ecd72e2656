"""Course files -> a new snapshot: scan, hash, plan, build.

``ingest()`` is the whole flow in one screen; each step has its own module. Nothing of the current snapshot is touched:
the new one is built beside it and becomes current by one rename, or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

from ingest.analyser import Analyser
from ingest.build import Build, Progress
from ingest.drafts import Start
from ingest.embedding import Embedder
from ingest.errors import MismatchError, UsageError
from ingest.hashes import HashCache
from ingest.index import STORE
from ingest.making import same_making, same_reading
from ingest.model_files import sha256_of
from ingest.plan import make_plan
from ingest.readers import identity
from ingest.readers.local_pictures import picture_at
from ingest.report import IngestReport, make_report
from ingest.scan import scan_corpus
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder, Snapshot
from ingest.store import Store, StoredDocument, StoreError

_OUTDATED = ""

__all__ = ["Progress", "ingest"]


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
        UsageError: the corpus is missing or empty.
        MismatchError: the index belongs to another corpus.
        BusyError: another ingest is at work on the index.
        SnapshotError: the index folder cannot be written.
    """
    started, scanned_ns = time.perf_counter(), time.time_ns()
    folder = IndexFolder(index)
    with nullcontext() if dry_run else folder.exclusive():
        _check_root(corpus, index, folder.corpus())
        if not dry_run:
            folder.sweep()
        current, old = _last(folder)
        try:
            base = current if current and same_making(current.manifest, settings, embedder, analyser) else None
            reread = not (current and same_reading(current.manifest, settings))
            scan = scan_corpus(corpus)
            if not (scan.files or scan.skipped or scan.failed):
                raise UsageError(f"{corpus}: the folder is empty.", "Put course files into it; nothing was changed.")
            cache = HashCache(folder.cache / "hashes.msgpack")
            hashes = cache.hash_files(scan.files, verify=verify)
            documents = old.documents() if old and not reread else []
            held = {d.path: _indexed(d, corpus, hashes) for d in documents}
            tied = {d.path for d in documents if d.pictures}
            plan = make_plan(scan, hashes, old.files() if old else {}, held, tied=tied, remake=base is None)
            build = Build(Start(folder, base, old, current), settings, embedder, analyser, progress)
            made = None if dry_run else build.run(corpus, plan, scan, hashes, scanned_ns)
            if not dry_run:
                cache.save()
            serving = made or current
            if serving and not dry_run:
                folder.confirm(serving.number)
            number = serving.number if serving and not dry_run else None
            served = Store.open(made.folder / STORE) if made else old
            try:
                return make_report(
                    plan,
                    scan,
                    served,
                    dict(plan.lost) if dry_run else build.failed,
                    embedded=build.embedded,
                    seconds=time.perf_counter() - started,
                    snapshot=number,
                )
            finally:
                if made and served:
                    served.close()
        finally:
            if old:
                old.close()


def _last(folder: IndexFolder) -> tuple[Snapshot | None, Store | None]:
    """The snapshot to start from with its store. One that is damaged or of another format is no start: the files are
    read again."""
    snapshot = folder.to_build_on()
    if snapshot is None:
        return None, None
    try:
        store = Store.open(snapshot.folder / STORE)
        store.files()
    except StoreError:
        return None, None
    return snapshot, store


def _indexed(document: StoredDocument, corpus: Path, hashes: Mapping[str, str | OSError]) -> str:
    """The identity of what is indexed; none of a document whose pictures are no longer what they were."""
    if any(sha256 != _picture_sha256(corpus, path, hashes) for path, sha256 in document.pictures):
        return _OUTDATED
    return identity(document.path, document.sha256)


def _picture_sha256(corpus: Path, path: str, hashes: Mapping[str, str | OSError]) -> str:
    """Empty where there is no such picture or it cannot be read: what a document that is read now would note of it."""
    found = picture_at(corpus, path)
    if found is None:
        return ""
    known = hashes.get(path)
    try:
        return known if isinstance(known, str) else sha256_of(found)
    except OSError:
        return ""


def _check_root(corpus: Path, index: Path, known: Path | None) -> None:
    if known is not None and known != corpus.resolve():
        raise MismatchError(
            f"{index}: this index belongs to {known}, not to {corpus.resolve()}.",
            "Give the other corpus an index of its own with --index, or delete this one.",
        )
