"""One file that holds an index and all its user made: ``seodang backup`` and ``restore``.

A ZIP archive: ``backup.json``, ``snapshot/...`` (the current snapshot), ``user/...`` (the user folder). Restoring
checks every name, the user's files and the whole snapshot before anything of the index changes; what was there before
stays: the earlier snapshot for ``undo``, the earlier user folder beside the new one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from app.places import index_for, user_folder
from ingest.errors import DamagedError, MismatchError, SeodangError, UsageError
from ingest.health import orphans
from ingest.snapshots import IndexFolder, Manifest, hold
from ingest.store import StoreError, copy_database, is_database

_FORMAT = 1
_PARTS = ("snapshot", "user")
_PASSING = ("-wal", "-shm", "-journal", ".lock", "in-use")  # files that mean something to a running process only


class _About(msgspec.Struct):
    """``backup.json``: what the file is."""

    format: int
    corpus: str
    made: str


@dataclass(frozen=True, slots=True)
class Restored:
    """``set_aside``: where the user folder that was there before is kept; None when there was none."""

    index: Path
    corpus: Path
    snapshot: int
    documents: int
    set_aside: Path | None


def backup(index: Path, file: Path) -> int:
    """Write the backup; its size in bytes.

    Raises:
        NoIndexError: nothing was ingested there.
        UsageError: the file exists already or cannot be written.
    """
    snapshot = IndexFolder(index).require()
    if file.exists():
        raise UsageError(f"{file}: exists already.", "Name another file, or remove it.")
    held = hold(snapshot)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            unfinished = Path(folder) / "backup.zip"
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                about = _About(_FORMAT, snapshot.manifest.corpus, time.strftime("%Y-%m-%d %H:%M:%S"))
                archive.writestr("backup.json", msgspec.json.encode(about))
                _pack(archive, snapshot.folder, "snapshot", Path(folder))
                _pack(archive, user_folder(index), "user", Path(folder))
            unfinished.replace(file)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.", "Choose a place with room that can be written.") from error
    finally:
        if held is not None:
            held.close()
    return file.stat().st_size


def restore(file: Path, index: Path | None, corpus: Path | None = None) -> Restored:
    """Make the backup's index current, in ``index`` or the default place of its corpus.

    Args:
        corpus: where the course files lie here; None: where they lay when the backup was made.

    Raises:
        UsageError: the file is no backup, is damaged, or holds names that lead elsewhere; the corpus is no folder.
        MismatchError: the index there belongs to another corpus.
        BusyError: an ingest is at work there.
    """
    if corpus is not None and not corpus.is_dir():
        raise UsageError(f"{corpus}: no such folder.", "Name the folder that holds the course files on this machine.")
    try:
        with zipfile.ZipFile(file) as archive:
            about = _about(archive, file)
            root = corpus.resolve() if corpus else Path(about.corpus)
            index = index or index_for(root)
            members = _checked_members(archive, file, index)
            folder = IndexFolder(index)
            there = folder.corpus()
            if there not in (None, root, Path(about.corpus)):
                raise MismatchError(
                    f"{index}: this index belongs to {there}, not to {root}.", "Name another place with --index."
                )
            with folder.exclusive(), _unpacked_user(archive, members, index) as user:
                number, documents = _take_in_snapshot(archive, members, folder, root)
                set_aside = _take_in_user(user, index)
            return Restored(index, root, number, documents, set_aside)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, msgspec.DecodeError) as error:
        raise UsageError(f"{file}: no backup, or a damaged one ({error}).", "Nothing was changed.") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}.", "The index is as it was.") from error


def _pack(archive: zipfile.ZipFile, folder: Path, name: str, scratch: Path) -> None:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if not path.is_file() or path.is_symlink() or path.name.endswith(_PASSING):
            continue
        source = path
        if is_database(path):  # it may be written to just now
            source = scratch / "database"
            source.unlink(missing_ok=True)
            copy_database(path, source)
        archive.write(source, f"{name}/{path.relative_to(folder).as_posix()}")


def _about(archive: zipfile.ZipFile, file: Path) -> _About:
    try:
        about = msgspec.json.decode(archive.read("backup.json"), type=_About)
    except KeyError as error:
        raise UsageError(f"{file}: no backup of Seodang.", "Nothing was changed.") from error
    if about.format != _FORMAT:
        raise UsageError(f"{file}: a backup of format {about.format}, this version reads {_FORMAT}.")
    return about


def _checked_members(archive: zipfile.ZipFile, file: Path, index: Path) -> list[zipfile.ZipInfo]:
    members = [info for info in archive.infolist() if info.filename != "backup.json"]
    for info in members:
        parts = PurePosixPath(info.filename).parts
        plain = not info.is_dir() and len(parts) > 1 and parts[0] in _PARTS and not {"..", "."} & set(parts)
        if not plain or any(mark in info.filename for mark in ("\\", ":", "\0", "//")):
            raise UsageError(f"{file}: holds {info.filename!r}, which is no part of a backup.", "Nothing was changed.")
    if len({info.filename for info in members}) != len(members):
        raise UsageError(f"{file}: holds a name twice.", "Nothing was changed.")
    there = next(path for path in (index.absolute(), *index.absolute().parents) if path.exists())
    if sum(info.file_size for info in members) > shutil.disk_usage(there).free:
        raise UsageError(f"{file}: the disk of {index} has no room for it.", "Nothing was changed.")
    return members


def _take_in_snapshot(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: IndexFolder, corpus: Path
) -> tuple[int, int]:
    staged = folder.stage()
    try:
        _unpack(archive, members, "snapshot", staged)
        before = folder.to_build_on()
        content = (staged / "manifest.json").read_bytes()
        manifest = msgspec.structs.replace(
            msgspec.json.decode(content, type=Manifest),
            corpus=str(corpus),
            parent=before.number if before else None,
        )
        (staged / "manifest.json").unlink()  # the mark of a complete snapshot comes last
        folder.check(staged, manifest)
        if wrong := orphans(staged, manifest):
            raise DamagedError(f"The backup is damaged: {'; '.join(wrong)}.", "Nothing was changed.")
        return folder.publish(staged, manifest).number, manifest.documents
    except (OSError, StoreError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, SeodangError) as error:
        shutil.rmtree(staged, ignore_errors=True)
        if isinstance(error, SeodangError):
            raise
        raise DamagedError(f"The backup is damaged ({error}).", "Nothing was changed.") from error


@contextmanager
def _unpacked_user(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], index: Path) -> Iterator[Path]:
    """The user folder of the backup, whole, on the disk where it is to lie."""
    with tempfile.TemporaryDirectory(dir=index.parent, prefix=".restore-") as folder:
        user = Path(folder) / "user"
        user.mkdir()
        _unpack(archive, members, "user", user)
        yield user


def _take_in_user(user: Path, index: Path) -> Path | None:
    target = user_folder(index)
    aside: Path | None = None
    if target.exists():
        aside = target.with_name(f"{target.name}.before-{time.time_ns()}")
        target.rename(aside)
    user.rename(target)
    return aside


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], part: str, target: Path) -> None:
    for info in members:
        first, *rest = PurePosixPath(info.filename).parts
        if first == part:
            path = target.joinpath(*rest)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, path.open("xb") as copy:
                shutil.copyfileobj(source, copy)
