"""What the library shows of each document and of each file that is none."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.index import Index
from ingest.store import FileRecord, StoredDocument


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with what wants attention: failed pages as (number, reason), warnings of its reader."""

    document: StoredDocument
    failures: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]
    stale: bool  # the file changed and cannot be read: the earlier content is searched
    empty: bool  # it has no searchable text


def entries(index: Index) -> list[Entry]:
    """All documents by path."""
    stale = {record.path for record in index.files() if record.stale}
    return [
        Entry(document, document.failures, document.warnings, document.path in stale, not document.chunks)
        for document in index.documents()
    ]


def problems(index: Index) -> list[FileRecord]:
    """Files the last ingest saw and did not index, with the reason: failed ones first."""
    left = [record for record in index.files() if record.outcome in ("failed", "skipped", "duplicate")]
    return sorted(left, key=lambda record: (["failed", "skipped", "duplicate"].index(record.outcome), record.path))
