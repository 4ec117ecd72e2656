"""What was computed once and may be asked for again by a later ingest: embeddings, recognised pictures, analysed words.

One SQLite file each in the index's cache folder, outside the snapshots. Losing it costs time and nothing else, so that
it is never a reason to fail: a damaged file is begun anew, one that is full, locked or read-only is done without.
Several processes may use one at a time, and any of them may be killed (write-ahead log).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_AT_ONCE = 500  # keys, below SQLite's limit on parameters
_SCHEMA = "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, value BLOB)"


class DiskCache:
    """Values by key, for one maker: what another version made is not found. Belongs to the thread that opened it."""

    def __init__(self, path: Path, made_by: str, most_mib: int) -> None:
        """``most_mib``: above it the older half of the entries goes."""
        self._path, self._made_by, self._most_bytes = path, made_by, most_mib * 2**20
        self._db: sqlite3.Connection | None = None
        try:
            self._db = _open(path)
        except sqlite3.OperationalError:
            pass
        except sqlite3.DatabaseError:
            _remove(path)
            with suppress(sqlite3.DatabaseError):
                self._db = _open(path)

    def is_empty(self) -> bool:
        return not self._run("SELECT key, value FROM entries LIMIT 1")

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values that are known."""
        by_digest = {self._digest(key): key for key in keys}
        digests = list(by_digest)
        found: dict[str, bytes] = {}
        for start in range(0, len(digests) if self._db else 0, _AT_ONCE):
            part = digests[start : start + _AT_ONCE]
            query = f"SELECT key, value FROM entries WHERE key IN ({','.join('?' * len(part))})"  # noqa: S608 (only question marks)
            found |= {by_digest[digest]: value for digest, value in self._run(query, part)}
        return found

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep values; one whose key is known stays as it is."""
        if self._db is None or not values:
            return
        try:
            with self._db:
                self._db.executemany(
                    "INSERT OR IGNORE INTO entries (key, value) VALUES (?, ?)",
                    ((self._digest(key), value) for key, value in values.items()),
                )
                if self._bytes() > self._most_bytes:
                    self._db.execute(
                        "DELETE FROM entries WHERE number <= (SELECT (MIN(number) + MAX(number)) / 2 FROM entries)"
                    )
        except sqlite3.DatabaseError as error:
            self._give_up(error)

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _digest(self, key: str) -> bytes:
        return hashlib.blake2b(f"{self._made_by}\n{key}".encode(), digest_size=16).digest()

    def _run(self, query: str, parameters: Sequence[bytes] = ()) -> list[tuple[bytes, bytes]]:
        try:
            return self._db.execute(query, parameters).fetchall() if self._db else []
        except sqlite3.DatabaseError as error:
            self._give_up(error)
            return []

    def _bytes(self) -> int:
        assert self._db is not None
        pages, free, size = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _give_up(self, error: sqlite3.DatabaseError) -> None:
        self.close()
        if not isinstance(error, sqlite3.OperationalError):  # damaged: the next ingest begins a new one
            _remove(self._path)


def _open(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    db = sqlite3.connect(path)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(_SCHEMA)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(OSError):
            path.with_name(name).unlink()
