"""Page images and converted office files on disk, never more than a given size: what was not looked at longest goes.

Losing any of it costs time and nothing else, so nothing here fails: a cache that cannot be written is done without.
"""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

_KEPT = 0.8  # share of the limit that stays when it was passed: clearing is rare then


class PageCache:
    """Files by name in one folder. The time a file was changed is the time it was last used. Safe to share between
    threads; several processes may use one folder."""

    def __init__(self, folder: Path, most_mb: int) -> None:
        self._folder, self._most = folder, most_mb * 1024 * 1024
        self._bytes: int | None = None  # as far as this process knows; counted when first needed
        self._turn = threading.Lock()

    def path(self, name: str) -> Path | None:
        """The kept file, which counts as used now; None when there is none."""
        kept = self._place(name)
        if not kept.is_file():
            return None
        with suppress(OSError):
            os.utime(kept)
        return kept

    def put(self, name: str, data: bytes) -> Path | None:
        """Keep data by one rename; None where it could not be kept."""
        kept = self._place(name)
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".tmp", delete=False) as file:
                file.write(data)
            Path(file.name).replace(kept)
        except OSError:
            return None
        with self._turn:
            if self._bytes is None:
                self._bytes = sum(size for _, size, _ in self._files())
            else:
                self._bytes += len(data)
            if self._bytes > self._most:
                self._bytes = self._clear(kept)
        return kept

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        return found

    def _clear(self, newest: Path) -> int:
        """Remove the least recently used; the bytes that stay."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= _KEPT * self._most:
                break
            if path != newest:
                with suppress(OSError):
                    path.unlink()
                    total -= size
        return total
