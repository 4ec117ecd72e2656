"""Course files -> pages. One table says which reader takes which suffix; a new format is one module and one row.

A reader is a function ``(SourceFile) -> Reading``. It knows the format and nothing of chunks or the index. It raises
``ReadError`` when nothing of the file can be read, and lists a page in ``Reading.failures`` when only that page failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath

from ingest.documents import Kind, Reading
from ingest.errors import ReadError
from ingest.readers.sniffing import suffix_by_content


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. ``path`` is where it lies, ``relative`` its name in the corpus (NFC), for messages and hints.

    ``ocr_seconds`` may be spent on recognising text in its pictures; with 0 none is. ``ocr_cache`` keeps what was.
    """

    path: Path
    relative: str
    ocr_seconds: float = 0.0
    ocr_cache: Path | None = None

    def read_bytes(self) -> bytes:
        """The whole file.

        Raises:
            ReadError: the file vanished or may not be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ReadError(f"{self.relative}: {error.strerror}.", "Check that it exists and may be read.") from error


VERSION = 5  # of what readers make of a file: raise it when that changes, and indexes are rebuilt

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
    ".mdx": Format("markdown", Kind.NOTES),
    ".markdown": Format("markdown", Kind.NOTES),
    ".rmd": Format("markdown", Kind.NOTES),
    ".qmd": Format("markdown", Kind.NOTES),
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
    ".png": Format("image", Kind.IMAGE),
    ".jpg": Format("image", Kind.IMAGE),
    ".jpeg": Format("image", Kind.IMAGE),
    ".webp": Format("image", Kind.IMAGE),
} | dict.fromkeys(CODE_SUFFIXES, Format("code", Kind.CODE))


SUPERSEDED = (  # formats that are not read -> what to save them as
    dict.fromkeys((".doc", ".rtf", ".odt", ".pages"), ".docx")
    | dict.fromkeys((".ppt", ".odp", ".key"), ".pptx")
    | dict.fromkeys((".xls", ".ods", ".numbers"), ".xlsx")
    | dict.fromkeys((".hwt", ".hml"), ".hwpx")
)


def format_of(path: Path) -> Format | None:
    """The row for a file's suffix, or None when no reader takes it."""
    return FORMATS.get(path.suffix.lower())


def identity(path: str, sha256: str) -> str:
    """What makes two files the same document: their bytes, and that one reader reads both."""
    return f"{sha256}:{FORMATS[PurePosixPath(path).suffix.lower()].module}"


def no_reader(path: Path) -> str:
    """Why a file is skipped, with the remedy where there is one."""
    suffix = path.suffix.lower()
    better = SUPERSEDED.get(suffix)
    return f"no reader for {suffix or 'files without a suffix'}" + (f": save it as {better}" if better else "")


def read_document(file: SourceFile) -> Reading:
    """Read one file in this process. The pipeline calls it in a child that can be killed (``ingest.workers``).

    Raises:
        ReadError: nothing of the file could be read, or no reader takes its suffix.
    """
    row = format_of(file.path)
    if row is None:
        raise ReadError(f"{file.relative}: {no_reader(file.path)}.")
    actual = suffix_by_content(file.path)
    if actual is None or FORMATS[actual].module == row.module:
        return row.reader()(file)
    row = FORMATS[actual]
    reading = row.reader()(file)
    renamed = f"named {file.path.suffix}, but it is {actual} by its content"
    return replace(reading, kind=reading.kind or row.kind, warnings=(*reading.warnings, renamed))
