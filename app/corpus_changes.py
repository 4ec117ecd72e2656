"""Changes a user makes to the corpus in the browser: put files in, take files out, undo.

What goes out or is replaced is moved into the user folder, never deleted. No path leaves the corpus.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.uploads import Planned
from app.uploads import Verdict as UploadVerdict
from ingest.errors import UsageError
from ingest.scan import on_disk


@dataclass(slots=True)
class Change:
    """What undo takes back: files that were put in, and files that were moved out with where they are kept. It is
    written as the files move, so that it is right also where an error ends the work halfway."""

    put: list[str] = field(default_factory=list)
    kept: list[tuple[str, Path]] = field(default_factory=list)


class CorpusFolder:
    """The corpus as its user changes it. ``removed`` is the folder that keeps what was taken out."""

    def __init__(self, root: Path, removed: Path) -> None:
        self._root, self._removed = root.resolve(), removed

    def put(self, planned: Sequence[Planned], change: Change) -> None:
        """Write the files that are new or replace others.

        Raises:
            UsageError: the folder cannot be written; what is in the change was done.
        """
        for plan in planned:
            if plan.verdict in (UploadVerdict.NEW, UploadVerdict.REPLACES):
                with _explained(plan.path):
                    self._put(plan, change)

    def remove(self, paths: Sequence[str], change: Change) -> None:
        """Take files out of the corpus; ``undo`` brings them back.

        Raises:
            UsageError: as for ``put``.
        """
        for path in paths:
            target = self._inside(path)
            if target.is_file():
                with _explained(path):
                    self._take_out(path, target, change)

    def undo(self, change: Change) -> None:
        """As before the change; files put in go where removed files go. What failed can be undone again.

        Raises:
            UsageError: the folder cannot be written.
        """
        self.remove(change.put, Change())
        for path, kept in change.kept:
            target = self._inside(path).with_name(kept.name)  # as it was written on disk
            if kept.is_file() and not target.exists():
                with _explained(path):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.move(kept, target)

    def folders(self) -> list[str]:
        """Folders of the corpus a file can go into, the root first."""
        found = [""]
        for folder, names, _ in os.walk(self._root):
            names[:] = sorted(name for name in names if not name.startswith((".", "_")))
            relative = Path(folder).relative_to(self._root)
            if len(relative.parts) >= 3:
                names.clear()
            if relative.parts:
                found.append(relative.as_posix())
        return found[:200]

    def _inside(self, path: str) -> Path:
        target = on_disk(self._root, path)
        if not target.resolve().is_relative_to(self._root) or target.resolve() == self._root:
            raise UsageError(f"{path}: lies outside the course folder.")
        return target

    def _put(self, plan: Planned, change: Change) -> None:
        """Written whole before anything moves, and by one rename: an ingest never sees half a file."""
        target = self._inside(plan.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".upload-") as folder:
            complete = Path(folder) / "file"
            complete.write_bytes(plan.upload.data)
            complete.chmod(0o644)
            if target.is_file():
                self._take_out(plan.path, target, change)
            complete.replace(target)
        change.put.append(plan.path)

    def _take_out(self, path: str, target: Path, change: Change) -> None:
        kept = self._removed / f"{time.time_ns()}" / target.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(target, kept)
        change.kept.append((path, kept))


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}.", "Check that the course folder can be written and has room."
        ) from error
