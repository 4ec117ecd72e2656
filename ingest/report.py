"""What an ingest did, file by file: the object that ``seodang ingest --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ingest.plan import Plan
from ingest.scan import Scan
from ingest.store import Store


class Renamed(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    old: str
    new: str


class Duplicate(msgspec.Struct, frozen=True):
    path: str
    of: str


class Partial(msgspec.Struct, frozen=True):
    path: str
    pages: list[int]
    reason: str


class Failed(msgspec.Struct, frozen=True):
    """``stale``: the content of an earlier version of this file is still being searched."""

    path: str
    reason: str
    stale: bool


class Skipped(msgspec.Struct, frozen=True):
    path: str
    reason: str


class IngestReport(msgspec.Struct, frozen=True):
    """Paths are relative to the corpus. ``snapshot`` is None after a dry run."""

    added: list[str]
    changed: list[str]
    renamed: list[Renamed]
    removed: list[str]
    unchanged: list[str]
    duplicates: list[Duplicate]
    partial: list[Partial]
    failed: list[Failed]
    skipped: list[Skipped]
    documents: int
    chunks: int
    embedded: int
    seconds: float
    snapshot: int | None


def make_report(
    plan: Plan,
    scan: Scan,
    store: Store | None,
    failed: Mapping[str, str],
    *,
    embedded: int,
    seconds: float,
    snapshot: int | None,
) -> IngestReport:
    """``store``: what is searched now. ``failed``: reasons by path. A file is told in one list only; that it failed
    comes before what would have become of it."""
    documents = store.documents() if store else []
    indexed = {document.path for document in documents}
    told = plan.difference
    renamed = [Renamed(old, new) for old, new in told.renamed if new not in failed]
    moved = {pair.new for pair in renamed}
    unmoved = {old for old, new in told.renamed if new in failed}
    copies = dict(plan.copies)
    present = {file.relative for file in scan.files}
    return IngestReport(
        added=[path for path in told.added if path not in failed],
        changed=[path for path in told.changed if path not in failed],
        renamed=renamed,
        removed=sorted({*told.removed, *unmoved}),
        unchanged=[path for path in told.unchanged if path not in failed],
        duplicates=[Duplicate(*pair) for pair in copies.items() if pair[0] not in failed and pair[0] not in moved],
        partial=[
            Partial(
                document.path,
                [number for number, _ in document.failures],
                "; ".join(sorted({reason for _, reason in document.failures})),
            )
            for document in documents
            if document.failures and document.path in present and document.path not in failed
        ],
        failed=[Failed(path, reason, path in indexed) for path, reason in sorted(failed.items())],
        skipped=[Skipped(file.relative, reason) for file, reason in scan.skipped],
        documents=len(documents),
        chunks=sum(document.chunks for document in documents),
        embedded=embedded,
        seconds=round(seconds, 3),
        snapshot=snapshot,
    )
