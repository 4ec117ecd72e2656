"""The difference between the corpus and what the last ingest saw: pure arithmetic on paths and hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.scan import FoundFile, Scan
from ingest.store import FileRecord

INDEXED, DUPLICATE, FAILED, SKIPPED = "indexed", "duplicate", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with every file. Of several files with one content, the first by path is indexed.

    ``read`` must be parsed; ``reuse`` (path -> path it was indexed under) takes its pages from the last snapshot;
    ``keep`` stays as it is.
    """

    read: tuple[FoundFile, ...]
    reuse: Mapping[str, str]
    keep: frozenset[str]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]

    @property
    def changes_index(self) -> bool:
        """Whether a new snapshot is needed."""
        return bool(self.read or self.reuse or self.removed or self.added or self.changed or self.renamed)


def make_plan(
    scan: Scan,
    hashes: Mapping[str, str | OSError],
    known: Mapping[str, FileRecord],
    documents: Mapping[str, str],
) -> Plan:
    """``known``: the last ingest's files by path; ``documents``: sha256 of the content indexed under each path."""
    here = {file.relative: file for file in scan.files}
    present = {*here, *(file.relative for file, _ in scan.skipped)}
    readable = {path: digest for path in here if isinstance(digest := hashes[path], str)}
    first: dict[str, str] = {}  # content -> the path it is indexed under
    for path in sorted(readable):
        first.setdefault(readable[path], path)
    held = {digest: path for path, digest in sorted(documents.items(), reverse=True)}

    gone = {path for path in known if path not in present}
    read: list[FoundFile] = []
    reuse: dict[str, str] = {}
    keep: set[str] = set()
    added, changed, unchanged = [], [], []
    renamed: list[tuple[str, str]] = []
    duplicates: list[tuple[str, str]] = []
    sources: set[str] = set()
    for path, digest in sorted(readable.items()):
        before = known.get(path)
        if first[digest] != path:
            duplicates.append((path, first[digest]))
            continue
        if documents.get(path) == digest:
            keep.add(path)
        elif digest in held:
            reuse[path] = held[digest]
        else:
            read.append(here[path])
        source = next((p for p in sorted(gone) if known[p].sha256 == digest and p not in sources), None)
        if before is None and source is not None:
            sources.add(source)
            renamed.append((source, path))
        elif before is None or (before.outcome in (FAILED, SKIPPED) and not before.stale and before.sha256 == digest):
            added.append(path)
        elif before.sha256 == digest and not before.stale:
            unchanged.append(path)
        else:
            changed.append(path)
    return Plan(
        read=tuple(read),
        reuse=reuse,
        keep=frozenset(keep),
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(renamed),
        removed=tuple(sorted(path for path in gone - sources if known[path].outcome != SKIPPED)),
        unchanged=tuple(unchanged),
        duplicates=tuple(duplicates),
        unreadable=tuple(
            (path, f"cannot be read: {error.strerror}")
            for path in sorted(here)
            if isinstance(error := hashes[path], OSError)
        ),
    )
