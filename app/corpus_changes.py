"""Changes a user makes to the corpus in the browser: put files in, take files out, undo.

What goes out or is replaced is moved into the user folder, never deleted. No path leaves the corpus.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.uploads import Planned
from app.uploads import Verdict as UploadVerdict
from ingest.errors import UsageError


@dataclass(frozen=True, slots=True)
class Change:
    """What undo takes back: files that were put in, and files that were moved out with where they are kept."""

    put: tuple[str, ...] = ()
    kept: tuple[tuple[str, Path], ...] = ()


class CorpusFolder:
    """The corpus as its user changes it. ``removed`` is the folder that keeps what was taken out."""

    def __init__(self, root: Path, removed: Path) -> None:
        self._root, self._removed = root.resolve(), removed

    def put(self, planned: Sequence[Planned]) -> Change:
        """Write the files that are new or replace others.

        Raises:
            UsageError: the folder cannot be written.
        """
        put: list[str] = []
        kept: list[tuple[str, Path]] = []
        for plan in planned:
            if plan.verdict not in (UploadVerdict.NEW, UploadVerdict.REPLACES):
                continue
            target = self._inside(plan.path)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists():
                    kept.append((plan.path, self._take_out(plan.path, target)))
                _write(target, plan.upload.data)
            except OSError as error:
                raise UsageError(
                    f"{plan.path}: {error.strerror}.", "Check that the course folder can be written."
                ) from error
            put.append(plan.path)
        return Change(tuple(put), tuple(kept))

    def remove(self, paths: Sequence[str]) -> Change:
        """Take files out of the corpus; ``undo`` brings them back."""
        kept = []
        for path in paths:
            target = self._inside(path)
            if target.is_file():
                try:
                    kept.append((path, self._take_out(path, target)))
                except OSError as error:
                    raise UsageError(
                        f"{path}: {error.strerror}.", "Check that the course folder can be written."
                    ) from error
        return Change(kept=tuple(kept))

    def undo(self, change: Change) -> None:
        """As before the change; files put in go where removed files go."""
        self.remove(change.put)
        for path, kept in change.kept:
            target = self._inside(path)
            if kept.is_file() and not target.exists():
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
        target = self._root.joinpath(*PurePosixPath(path).parts)
        if not target.resolve().is_relative_to(self._root) or target.resolve() == self._root:
            raise UsageError(f"{path}: lies outside the course folder.")
        return target

    def _take_out(self, path: str, target: Path) -> Path:
        kept = self._removed / f"{time.time_ns()}" / PurePosixPath(path).name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(target, kept)
        return kept


def _write(target: Path, data: bytes) -> None:
    """By one rename: an ingest never sees half a file."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".upload-", delete=False) as file:
        file.write(data)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)
