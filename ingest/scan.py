"""What is in the corpus folder, and how it differs from what the last ingest saw."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from ingest.embedding import sha256_of
from ingest.errors import UsageError
from ingest.readers import format_of
from ingest.store import FileRecord

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
_FRESH_NS = 2_000_000_000  # file systems keep times this coarsely: a file this young is hashed again


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
    """Everything outside the ignore rules: files for a reader, and what is skipped with the reason."""

    files: tuple[FoundFile, ...]
    skipped: tuple[tuple[FoundFile, str], ...]


def scan_corpus(root: Path) -> Scan:
    """Walk the folder once. Links to folders are not followed; a link to a file counts when it stays inside.

    Raises:
        UsageError: the folder is not there (which never means "delete everything").
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder.", "Name the folder of course files: seodang ingest FOLDER")
    files: list[FoundFile] = []
    skipped: list[tuple[FoundFile, str]] = []
    seen: set[str] = set()
    for found, reason in _walk(root, root, _ignore_spec(root)):
        if not reason and found.relative in seen:
            reason = "another file has the same name after Unicode normalisation"
        if not reason and format_of(found.path) is None:
            reason = f"no reader for {found.path.suffix or 'files without a suffix'}"
        seen.add(found.relative)
        if reason:
            skipped.append((found, reason))
        else:
            files.append(found)
    return Scan(tuple(sorted(files, key=lambda f: f.relative)), tuple(sorted(skipped, key=lambda s: s[0].relative)))


def _ignore_spec(root: Path) -> GitIgnoreSpec:
    own = root / IGNORE_FILE
    lines = own.read_text("utf-8").splitlines() if own.is_file() else []
    return GitIgnoreSpec.from_lines([*_IGNORED, *lines])


def _walk(root: Path, folder: Path, spec: GitIgnoreSpec) -> Iterator[tuple[FoundFile, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _unreadable(root, folder), f"cannot be listed: {error.strerror}"
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
            stat = entry.stat()
        except OSError as error:
            yield _unreadable(root, path), f"cannot be read: {error.strerror}"
            continue
        found = FoundFile(path, relative, stat.st_size, stat.st_mtime_ns, stat.st_ino)
        if entry.is_symlink() and (path.is_dir() or not path.resolve().is_relative_to(root.resolve())):
            yield found, "a link that leaves the corpus or names a folder"
        elif not path.is_file():
            yield found, "not a regular file"
        else:
            yield found, ""


def _unreadable(root: Path, path: Path) -> FoundFile:
    return FoundFile(path, _relative(root, path), 0, 0, 0)


def _relative(root: Path, path: Path) -> str:
    name = path.relative_to(root).as_posix()
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def hash_files(
    files: tuple[FoundFile, ...], known: Mapping[str, FileRecord], *, scanned_ns: int, verify: bool
) -> dict[str, str | OSError]:
    """sha256 of every file, or why it could not be read. A file whose size, time and inode are as recorded is not read
    again, unless ``verify`` or it was touched within two seconds of the last ingest (``scanned_ns``)."""
    hashes: dict[str, str | OSError] = {}
    for file in files:
        record = known.get(file.relative)
        same = record is not None and (record.size, record.mtime_ns, record.inode) == (
            file.size,
            file.mtime_ns,
            file.inode,
        )
        if record is not None and same and record.sha256 and not verify and file.mtime_ns < scanned_ns - _FRESH_NS:
            hashes[file.relative] = record.sha256
            continue
        try:
            hashes[file.relative] = sha256_of(file.path)
        except OSError as error:
            hashes[file.relative] = error
    return hashes
