"""The difference between the corpus and what the last ingest saw: pure arithmetic on paths and hashes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from ingest.readers import identity
from ingest.renames import match_renames
from ingest.scan import FoundFile, Scan
from ingest.store import FileRecord

INDEXED, DUPLICATE, FAILED, SKIPPED = "indexed", "duplicate", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class Difference:
    """What to tell: paths by what became of them, as if every file could be read."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with every file.

    Of several files with one content, the first by path is indexed, the others are ``copies`` (path, of). ``read`` must
    be parsed; ``reuse`` (path -> path it was indexed under) takes its pages from the last snapshot; ``keep`` stays as
    it is. ``drop`` leaves the index before anything is added. ``lost`` (path, reason) cannot be read at all; what is
    indexed under it stays.
    """

    read: tuple[FoundFile, ...]
    reuse: Mapping[str, str]
    keep: frozenset[str]
    copies: tuple[tuple[str, str], ...]
    drop: tuple[str, ...]
    lost: tuple[tuple[str, str], ...]
    difference: Difference


def make_plan(
    scan: Scan,
    hashes: Mapping[str, str | OSError],
    known: Mapping[str, FileRecord],
    documents: Mapping[str, str],
    *,
    tied: Set[str] = frozenset(),
    remake: bool = False,
) -> Plan:
    """``hashes``: of the files to be read, without those that vanished. ``known``: the last ingest's files by path.
    ``documents``: identity of the content indexed under each path. ``tied``: those of them that show pictures beside
    them, and so say something else in another folder. ``remake``: the pages of the last snapshot are good,
    but everything made from them is made again."""
    here = {file.relative: file for file in scan.files if file.relative in hashes}
    content = {path: identity(path, digest) for path in sorted(here) if isinstance(digest := hashes[path], str)}
    lost = _lost(scan, hashes, known)
    first: dict[str, str] = {}
    for path, key in content.items():
        first.setdefault(key, path)
    held = {key: path for path, key in sorted(documents.items(), reverse=True) if path not in tied}

    read, reuse, keep = [], dict[str, str](), set[str]()
    for key, path in first.items():
        if documents.get(path) == key and not remake:
            keep.add(path)
        elif documents.get(path) == key or key in held:
            reuse[path] = path if documents.get(path) == key else held[key]
        else:
            read.append(here[path])
    copies = [(path, first[key]) for path, key in content.items() if first[key] != path]

    # Whatever may fail keeps what is indexed under its path, unless that content is settled under another path.
    unsure = {file.relative for file in read}
    may_stay = keep | unsure | {path for path, _ in lost} | {path for path, of in copies if of in unsure}
    settled = {content[path] for path in (*keep, *reuse)}
    drop = [
        path for path, key in sorted(documents.items()) if path not in keep and (path not in may_stay or key in settled)
    ]
    return Plan(
        read=tuple(sorted(read, key=lambda file: file.relative)),
        reuse=dict(sorted(reuse.items())),
        keep=frozenset(keep),
        copies=tuple(copies),
        drop=tuple(drop),
        lost=lost,
        difference=_difference(known, documents, content, dict(copies), _elsewhere(scan, lost)),
    )


def _lost(
    scan: Scan, hashes: Mapping[str, str | OSError], known: Mapping[str, FileRecord]
) -> tuple[tuple[str, str], ...]:
    """Files that cannot be opened, folders that cannot be listed, and the known files below those."""
    lost = {path: f"cannot be read: {error.strerror}" for path, error in hashes.items() if isinstance(error, OSError)}
    for entry, reason in scan.failed:
        lost[entry.relative] = reason
        below = (path for path in known if path.startswith(f"{entry.relative}/") and known[path].outcome != SKIPPED)
        lost.update(dict.fromkeys(below, f"its folder {reason}"))
    return tuple(sorted(lost.items()))


def _elsewhere(scan: Scan, lost: tuple[tuple[str, str], ...]) -> set[str]:
    """Paths that are there but are not read: no ground to call them removed."""
    return {file.relative for file, _ in scan.skipped} | {path for path, _ in lost}


def _difference(
    known: Mapping[str, FileRecord],
    documents: Mapping[str, str],
    content: Mapping[str, str],
    copies: Mapping[str, str],
    elsewhere: set[str],
) -> Difference:
    gone = {path: known[path] for path in known if path not in content and path not in elsewhere}
    new = {path for path in content if path not in known or not _was_searched(known[path])}
    source = match_renames(
        {path: record.sha256 for path, record in gone.items() if record.outcome in (INDEXED, DUPLICATE)},
        {path: content[path].partition(":")[0] for path in new},
    )
    added, changed, unchanged = [], [], []
    for path, key in content.items():
        if path in source or path in copies:
            continue
        if path in new:
            added.append(path)
        elif documents.get(path) == key or (path not in documents and _same(known[path], key)):
            unchanged.append(path)
        else:
            changed.append(path)
    sources = set(source.values())
    return Difference(
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(sorted((old, path) for path, old in source.items())),
        removed=tuple(sorted(p for p in gone if p not in sources and gone[p].outcome != SKIPPED)),
        unchanged=tuple(unchanged),
    )


def _was_searched(record: FileRecord) -> bool:
    return record.outcome in (INDEXED, DUPLICATE) or record.stale


def _same(record: FileRecord, key: str) -> bool:
    return record.outcome in (INDEXED, DUPLICATE) and key.startswith(f"{record.sha256}:")
