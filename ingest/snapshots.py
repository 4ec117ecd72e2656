"""The index folder: complete, immutable snapshots, and the one name that says which of them is current.

index/
  CURRENT            the number of the current snapshot, replaced by an atomic rename
  lock               held by the one ingest at work
  snapshots/7/       manifest.json (written last: its presence means complete), store.sqlite, vectors, lexical/
  cache/             embeddings, recognised pictures, analysed words, page images; may be deleted at any time
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from ingest.errors import BusyError, DamagedError, MismatchError, NoIndexError, SnapshotError

FORMAT = 6  # of the snapshot's files; an index of another format is refused with the remedy
_KEPT = 3  # snapshots, the current one included


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """How a snapshot was made. What is not as now is rebuilt or refused, never guessed."""

    format: int
    corpus: str  # absolute path of the corpus root
    embedder: str
    embedder_fingerprint: str
    dimension: int
    analyser: str
    settings: dict[str, object]
    documents: int
    chunks: int
    scanned_ns: int  # wall clock when the ingest began to look at the corpus
    parent: int | None  # the snapshot that was current before: where undo goes
    content: str  # sha256 over the documents' paths and hashes: the corpus as indexed


class _Root(msgspec.Struct):
    """All that is asked of a manifest of another format."""

    corpus: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A complete snapshot on disk."""

    number: int
    folder: Path
    manifest: Manifest


class IndexFolder:
    """Where snapshots live. Reading needs no lock; writing takes ``exclusive()``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cache = path / "cache"
        self._snapshots = path / "snapshots"

    def current(self) -> Snapshot | None:
        """The snapshot to read, or None before the first ingest."""
        try:
            number = int((self.path / "CURRENT").read_text("ascii"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise DamagedError(f"{self.path / 'CURRENT'} names no snapshot.", "Run: seodang ingest") from error
        return self._load(number)

    def require(self) -> Snapshot:
        """The current snapshot.

        Raises:
            NoIndexError: nothing was ingested here.
        """
        snapshot = self.current()
        if snapshot is None:
            raise NoIndexError(f"{self.path}: no index here.", "Run: seodang ingest FOLDER")
        return snapshot

    def corpus(self) -> Path | None:
        """The corpus root the index belongs to, also where only its manifest can be read; None before the first
        ingest."""
        for number in (self._pointed_to(), *reversed(self.numbers())):
            with suppress(OSError, msgspec.DecodeError):
                file = self._snapshots / str(number) / "manifest.json"
                return Path(msgspec.json.decode(file.read_bytes(), type=_Root).corpus)
        return None

    def to_build_on(self) -> Snapshot | None:
        """The snapshot an ingest can start from: the current one; where that is damaged, the newest that is not; None
        where all is to be made anew (no index yet, or one of another format)."""
        for number in (self._pointed_to(), *reversed(self.numbers())):
            if number is not None:
                with suppress(DamagedError, MismatchError):
                    return self._load(number)
        return None

    def _pointed_to(self) -> int | None:
        with suppress(OSError, ValueError):
            return int((self.path / "CURRENT").read_text("ascii"))
        return None

    def numbers(self) -> list[int]:
        """Complete snapshots, oldest first."""
        if not self._snapshots.is_dir():
            return []
        folders = (p for p in self._snapshots.iterdir() if p.name.isdigit() and (p / "manifest.json").is_file())
        return sorted(int(folder.name) for folder in folders)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the index for writing.

        Raises:
            BusyError: another ingest holds it.
            SnapshotError: the folder cannot be written.
        """
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            file = (self.path / "lock").open("a+b")
        except OSError as error:
            raise SnapshotError(f"{self.path}: {error.strerror}.", "Choose another folder with --index.") from error
        with file:
            if not _lock(file):
                raise BusyError(f"{self.path}: another ingest is at work on this index.", "Wait until it is done.")
            yield

    def is_busy(self) -> bool:
        """Whether an ingest is at work just now."""
        try:
            with (self.path / "lock").open("r+b") as file:
                return not _lock(file)
        except OSError:  # no lock, or none to be had in a read-only folder
            return False

    def stage(self) -> Path:
        """An empty folder to build the next snapshot in; call inside ``exclusive()``."""
        self.sweep()
        last = max((int(p.name) for p in self._snapshots.iterdir() if p.name.isdigit()), default=0)
        folder = self._snapshots / f"{last + 1}.tmp"
        folder.mkdir()
        return folder

    def half_made(self) -> list[Path]:
        """What an ingest that was killed left behind, or what one at work is making."""
        if not self._snapshots.is_dir():
            return []
        complete = {str(number) for number in self.numbers()}
        return sorted(path for path in self._snapshots.iterdir() if path.name not in complete)

    def sweep(self) -> None:
        """Clear away what a crash left behind; call inside ``exclusive()``."""
        for leftover in self.half_made():
            shutil.rmtree(leftover, ignore_errors=True)

    def publish(self, staged: Path, manifest: Manifest) -> Snapshot:
        """Make a staged folder the current snapshot: manifest last, everything on disk, then one rename."""
        for path in sorted(staged.rglob("*")):
            _sync(path)
        _write(staged / "manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
        _sync(staged)
        number = int(staged.name.removesuffix(".tmp"))
        final = self._snapshots / str(number)
        staged.rename(final)
        _sync(self._snapshots)
        self.point_to(number)
        self._collect(number)
        return Snapshot(number, final, manifest)

    def point_to(self, number: int) -> None:
        """Make a complete snapshot the current one."""
        _write(self.path / "CURRENT.tmp", f"{number}\n".encode())
        (self.path / "CURRENT.tmp").replace(self.path / "CURRENT")
        _sync(self.path)

    def confirm(self, number: int) -> None:
        """Mend a ``CURRENT`` that names no snapshot, or one that is damaged; else let its time say that an ingest was
        here: which index was the last ingested is read from it."""
        if self._pointed_to() != number:
            self.point_to(number)
        else:
            with suppress(PermissionError):  # another user's file in a folder that several may write to
                (self.path / "CURRENT").touch()

    def undo(self) -> Snapshot:
        """Point back to the snapshot before the current one; call inside ``exclusive()``.

        Raises:
            SnapshotError: there is no earlier one.
        """
        current = self.require()
        parent = current.manifest.parent
        if parent is None or parent not in self.numbers():
            raise SnapshotError(f"{self.path}: no earlier snapshot to go back to.", f"The last {_KEPT} are kept.")
        self.point_to(parent)
        return self.require()

    def _load(self, number: int) -> Snapshot:
        folder = self._snapshots / str(number)
        try:
            manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        except (OSError, msgspec.DecodeError) as error:
            raise DamagedError(f"{folder}: the snapshot is damaged ({error}).", "Run: seodang ingest") from error
        self.check(folder, manifest)
        return Snapshot(number, folder, manifest)

    def check(self, folder: Path, manifest: Manifest) -> None:
        """Raises:
        MismatchError: the snapshot is of another format.
        """
        if manifest.format != FORMAT:
            raise MismatchError(
                f"{folder}: the index has format {manifest.format}, this version reads {FORMAT}.",
                "Run: seodang ingest (it makes the index anew).",
            )

    def _collect(self, current: int) -> None:
        """Delete what is older than the kept snapshots and not in use by a reader."""
        for number in self.numbers()[:-_KEPT]:
            if number == current:
                continue
            folder = self._snapshots / str(number)
            with (folder / "in-use").open("a+b") as file:
                free = _lock(file)
            if free:
                (folder / "manifest.json").unlink()  # incomplete from here on, whatever happens next
                shutil.rmtree(folder, ignore_errors=True)


def hold(snapshot: Snapshot) -> IO[bytes] | None:
    """Keep a snapshot from being collected until the returned file is closed. None where the index folder is
    read-only: nobody can collect there either."""
    try:
        file = (snapshot.folder / "in-use").open("a+b")
    except OSError:
        return None
    _lock(file, shared=True)
    return file


def _lock(file: IO[bytes], *, shared: bool = False) -> bool:
    """Take an advisory lock that the system drops when the process ends; False when another holds it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """Force a file or folder to disk (folders cannot be opened on Windows, where the rename is durable by itself)."""
    is_folder = path.is_dir()
    if is_folder and sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)  # Windows forces only what is open for writing
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
