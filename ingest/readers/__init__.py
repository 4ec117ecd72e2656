"""Course files -> pages. One table says which reader takes which suffix; a new format is one module and one row.

A reader is a function ``(SourceFile) -> Reading``. It knows the format and nothing of chunks or the index. It raises
``ReadError`` when nothing of the file can be read, and lists a page in ``Reading.failures`` when only that page failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ingest.documents import Kind, Reading
from ingest.errors import ReadError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. ``path`` is where it lies, ``relative`` its name in the corpus (NFC), for messages and hints."""

    path: Path
    relative: str

    def read_bytes(self) -> bytes:
        """The whole file.

        Raises:
            ReadError: the file vanished or may not be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ReadError(f"{self.relative}: {error.strerror}.", "Check that it exists and may be read.") from error


VERSION = 1  # of what readers make of a file: raise it when that changes, and indexes are rebuilt

Reader = Callable[[SourceFile], Reading]


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the reader table. The module is imported when the first such file is read: start-up stays quick."""

    module: str  # in this package, with a function ``read``
    kind: Kind

    def reader(self) -> Reader:
        read: Reader = import_module(f"{__name__}.{self.module}").read
        return read


CODE_SUFFIXES = (
    *(".py", ".js", ".jsx", ".ts", ".tsx", ".java", ".kt", ".scala", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".cu"),
    *(".go", ".rs", ".swift", ".r", ".jl", ".rb", ".php", ".lua", ".sql", ".sh", ".yaml", ".yml", ".toml"),
)

FORMATS: dict[str, Format] = {
    ".md": Format("markdown", Kind.NOTES),
    ".markdown": Format("markdown", Kind.NOTES),
    ".txt": Format("text", Kind.NOTES),
    ".pdf": Format("pdf", Kind.PAPER),
    ".pptx": Format("pptx", Kind.SLIDES),
    ".pptm": Format("pptx", Kind.SLIDES),
    ".ipynb": Format("notebook", Kind.NOTEBOOK),
    ".docx": Format("docx", Kind.NOTES),
    ".docm": Format("docx", Kind.NOTES),
    ".hwp": Format("hwp", Kind.NOTES),
    ".hwpx": Format("hwpx", Kind.NOTES),
    ".html": Format("html", Kind.WEB),
    ".htm": Format("html", Kind.WEB),
    ".epub": Format("epub", Kind.NOTES),
    ".rst": Format("rst", Kind.NOTES),
    ".xlsx": Format("xlsx", Kind.TABLE),
    ".xlsm": Format("xlsx", Kind.TABLE),
    ".csv": Format("delimited", Kind.TABLE),
    ".tsv": Format("delimited", Kind.TABLE),
    ".srt": Format("subtitles", Kind.TRANSCRIPT),
    ".vtt": Format("subtitles", Kind.TRANSCRIPT),
    ".tex": Format("code", Kind.NOTES),
} | dict.fromkeys(CODE_SUFFIXES, Format("code", Kind.CODE))


def format_of(path: Path) -> Format | None:
    """The row for a file's suffix, or None when no reader takes it."""
    return FORMATS.get(path.suffix.lower())


def read_document(file: SourceFile) -> Reading:
    """Read one file in this process. The pipeline calls it in a child that can be killed (``ingest.workers``).

    Raises:
        ReadError: nothing of the file could be read, or no reader takes its suffix.
    """
    row = format_of(file.path)
    if row is None:
        raise ReadError(f"{file.relative}: no reader for {file.path.suffix or 'files without a suffix'}.")
    return row.reader()(file)
