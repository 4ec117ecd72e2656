"""The sha256 of every file, without reading again what cannot have changed.

What is known of a file (size, time, inode -> sha256) is a fact about the file and not about the index: it is kept in
the cache beside the snapshots and survives undo and rebuilds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from ingest.model_files import sha256_of
from ingest.scan import FoundFile

_FRESH_NS = 2_000_000_000  # file systems keep times this coarsely: a file this young may change and not show it
_Row = tuple[int, int, int, str]  # size, time, inode, sha256


class HashCache:
    """One MessagePack file, replaced as a whole; losing it costs time only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, _Row] = {}
        with suppress(OSError, msgspec.DecodeError):
            self._rows = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, _Row])

    def hash_files(self, files: Iterable[FoundFile], *, verify: bool) -> dict[str, str | OSError]:
        """By path: the sha256, or why the file could not be read. With ``verify`` every file is read. A file that has
        vanished since it was found is left out."""
        hashes: dict[str, str | OSError] = {}
        rows: dict[str, _Row] = {}
        for file in files:
            row = self._rows.get(file.relative)
            if row is None or verify or row[:3] != (file.size, file.mtime_ns, file.inode):
                looked_ns = time.time_ns()
                try:
                    row = (file.size, file.mtime_ns, file.inode, sha256_of(file.path))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    hashes[file.relative] = error
                    continue
                settled = file.mtime_ns < looked_ns - _FRESH_NS and not has_changed(file)
            else:
                settled = True
            hashes[file.relative] = row[3]
            if settled:
                rows[file.relative] = row
        self._changed = rows != self._rows
        self._rows = rows
        return hashes

    def save(self) -> None:
        """Keep what was learned; where the folder cannot be written the next ingest reads the files again."""
        if not self._changed:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".tmp")
            new.write_bytes(msgspec.msgpack.encode(self._rows))
            new.replace(self._path)


def has_changed(file: FoundFile) -> bool:
    """Whether a file is not as it was found: it grew, was replaced or is gone."""
    try:
        now = file.path.stat()
    except OSError:
        return True
    return (now.st_size, now.st_mtime_ns, now.st_ino) != (file.size, file.mtime_ns, file.inode)
