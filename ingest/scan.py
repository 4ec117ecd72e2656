"""What is in the corpus folder: one walk, everything outside the ignore rules exactly once."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pathspec import GitIgnoreSpec

from ingest.errors import UsageError
from ingest.readers import format_of, no_reader

IGNORE_FILE = ".seodangignore"
_IGNORED = (
    ".*",  # version control, checkpoints, trash and everything else that hides itself
    "!.seodangignore",
    "node_modules/",
    "__pycache__/",
    "venv/",
    "env/",
    "site-packages/",
    "~$*",
    "Thumbs.db",
    "desktop.ini",
    "/.seodangignore",
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file of the corpus. ``relative`` is NFC with forward slashes, whatever the file system holds."""

    path: Path
    relative: str
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything outside the ignore rules: files for a reader, what is skipped, and what could not be looked at, each
    with the reason. A folder that cannot be listed is one entry of ``failed``."""

    files: tuple[FoundFile, ...]
    skipped: tuple[tuple[FoundFile, str], ...]
    failed: tuple[tuple[FoundFile, str], ...] = ()


class _Entry(NamedTuple):
    found: FoundFile
    skip: str = ""
    fail: str = ""


def scan_corpus(root: Path) -> Scan:
    """Walk the folder once. Links to folders are not followed; a link to a file counts when it stays inside.

    Raises:
        UsageError: the folder is not there or cannot be listed (which never means "delete everything").
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder.", "Name the folder of course files: seodang ingest FOLDER")
    try:
        os.scandir(root).close()
    except OSError as error:
        raise UsageError(f"{root}: cannot be listed: {error.strerror}.", "Nothing was changed.") from error
    files: list[FoundFile] = []
    skipped: list[tuple[FoundFile, str]] = []
    failed: list[tuple[FoundFile, str]] = []
    seen: set[str] = set()
    for found, skip, fail in _own_names_first(_walk(root, root, _ignore_spec(root))):
        if found.relative in seen:
            twin, found = found.relative, _renamed_apart(root, found, seen)
            skip = skip or f"its name is that of {twin} after Unicode normalisation"
        seen.add(found.relative)
        if fail:
            failed.append((found, fail))
        elif skip:
            skipped.append((found, skip))
        elif format_of(found.path) is None:
            skipped.append((found, no_reader(found.path)))
        elif not found.size:
            skipped.append((found, "empty file"))
        else:
            files.append(found)
    return Scan(
        tuple(sorted(files, key=lambda f: f.relative)),
        tuple(sorted(skipped, key=lambda s: s[0].relative)),
        tuple(sorted(failed, key=lambda s: s[0].relative)),
    )


def _own_names_first(entries: Iterator[_Entry]) -> list[_Entry]:
    """Where two names become one, the file that already carries it keeps it."""
    return sorted(entries, key=lambda e: (e.found.path.name != PurePosixPath(e.found.relative).name, e.found.path))


def _renamed_apart(root: Path, found: FoundFile, seen: set[str]) -> FoundFile:
    """The file under the name as the disk has it (bytes that are no UTF-8 as ``\\xff``), numbered where even that is
    taken: every file needs a name of its own in the report."""
    raw = os.fsencode(found.path.relative_to(root)).decode("utf-8", "backslashreplace").replace(os.sep, "/")
    name, number = raw, 2
    while name in seen:
        name, number = f"{raw} ({number})", number + 1
    return replace(found, relative=name)


def _ignore_spec(root: Path) -> GitIgnoreSpec:
    own = root / IGNORE_FILE
    try:
        text = own.read_bytes().decode("utf-8-sig", "replace") if own.is_file() else ""
    except OSError as error:
        raise UsageError(f"{own}: {error.strerror}.", "Make it readable; nothing was changed.") from error
    return GitIgnoreSpec.from_lines([*_IGNORED, *unicodedata.normalize("NFC", text).splitlines()])


def on_disk(root: Path, path: str) -> Path:
    """Where a document's path leads, also where nothing is yet. The path is NFC, the names on disk may be any form."""
    place = root
    for part in PurePosixPath(path).parts:
        place = _named(place, part)
    return place


def _named(folder: Path, name: str) -> Path:
    direct = folder / name
    with suppress(OSError):  # a folder that is not there, or cannot be listed
        if not direct.exists():
            return next((entry for entry in folder.iterdir() if _relative(folder, entry) == name), direct)
    return direct


def _walk(root: Path, folder: Path, spec: GitIgnoreSpec) -> Iterator[_Entry]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except FileNotFoundError:  # it vanished since its parent was listed
        return
    except OSError as error:
        yield _Entry(_unknown(root, folder), fail=f"cannot be listed: {error.strerror}")
        return
    for entry in entries:
        path = Path(entry.path)
        relative = _relative(root, path)
        is_folder = entry.is_dir(follow_symlinks=False)
        if spec.match_file(relative + ("/" if is_folder else "")):
            continue
        if is_folder:
            yield from _walk(root, path, spec)
            continue
        try:
            status = entry.stat()
        except OSError as error:
            if entry.is_symlink():
                yield _Entry(_unknown(root, path), skip=f"a link that leads nowhere: {error.strerror}")
            elif not isinstance(error, FileNotFoundError):
                yield _Entry(_unknown(root, path), fail=f"cannot be read: {error.strerror}")
            continue
        found = FoundFile(path, relative, status.st_size, status.st_mtime_ns, status.st_ino)
        if entry.is_symlink() and (stat.S_ISDIR(status.st_mode) or not path.resolve().is_relative_to(root.resolve())):
            yield _Entry(found, skip="a link that leaves the corpus or names a folder")
        elif not stat.S_ISREG(status.st_mode):
            yield _Entry(found, skip="not a regular file")
        else:
            yield _Entry(found)


def _unknown(root: Path, path: Path) -> FoundFile:
    return FoundFile(path, _relative(root, path), 0, 0, 0)


def _relative(root: Path, path: Path) -> str:
    name = os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", name.replace(os.sep, "/"))
