"""What the index remembers of every file of the corpus, indexed or not."""

from __future__ import annotations

from ingest.plan import DUPLICATE, FAILED, INDEXED, SKIPPED, Plan
from ingest.scan import FoundFile, Scan
from ingest.store import FileRecord


def gist(record: FileRecord) -> tuple[str, str, str, str, bool]:
    """What of a record is news when it differs."""
    return record.path, record.sha256, record.outcome, record.reason, record.stale


def file_records(
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
