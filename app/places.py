"""Where an index lives when nobody says: ``.seodang/<corpus folder name>/`` in the working directory."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import NoIndexError, UsageError
from ingest.snapshots import IndexFolder

_HOME = Path(".seodang")


def index_for(corpus: Path) -> Path:
    """The default index folder of a corpus."""
    return _HOME / (corpus.resolve().name or "root")


def find_index(given: Path | None) -> Path:
    """The named index, else the one last ingested here, else the only one.

    Raises:
        NoIndexError: there is none.
    """
    if given is not None:
        return given
    made = [path for path in sorted(_HOME.glob("*")) if (path / "CURRENT").is_file()]
    if not made:
        raise NoIndexError("No index in this folder.", "Run: seodang ingest FOLDER")
    return max(made, key=lambda path: (path / "CURRENT").stat().st_mtime_ns)


def indexes_beside(index: Path) -> list[Path]:
    """The index and the others in the same folder, by name: the courses one server offers."""
    return sorted(path for path in index.parent.glob("*") if (path / "CURRENT").is_file())


def user_folder(index: Path) -> Path:
    """Where everything a user makes lives: beside the index, so that deleting or rebuilding the index loses none."""
    return index.with_name(f"{index.name}.user")


def runs_folder(index: Path) -> Path:
    """Where evaluation runs of an index and of those beside it are kept: ``.seodang/runs`` when nobody says."""
    return index.with_name("runs")


def own_folder(index: Path, user: str) -> Path:
    """The part of the user folder that is one user's on a shared server; all of it where there is only one ("")."""
    return user_folder(index) / "users" / user if user else user_folder(index)


def own_folders(index: Path) -> list[Path]:
    """Of everybody who ever used it."""
    return [user_folder(index), *sorted(user_folder(index).glob("users/*"))]


def corpus_of(index: Path) -> Path:
    """The corpus an index was made from.

    Raises:
        UsageError: nothing was ingested there yet, so it has none.
    """
    corpus = IndexFolder(index).corpus()
    if corpus is None:
        raise UsageError(f"{index}: nothing was ingested here yet.", "Name the folder: seodang ingest FOLDER")
    return corpus
