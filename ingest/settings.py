"""Settings of an ingest, and the one place that reads the environment for them.

Order: defaults, then ``seodang.toml`` in the folder that holds the index, then ``SEODANG_*`` variables, then flags.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ingest.chunking import ChunkSettings
from ingest.embedding import BUILTIN
from ingest.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """``[ingest]`` in seodang.toml; ``SEODANG_EMBEDDER`` and so on in the environment."""

    embedder: str = BUILTIN  # "builtin", or the name or folder of a sentence-transformers model
    chunk_chars: int = ChunkSettings().max_chars  # longest chunk, in characters of page text (at most 1,200)
    merge_chars: int = ChunkSettings().min_chars  # sections shorter than this join their neighbour
    workers: int = 0  # reading processes; 0: one per core
    file_seconds: float = 60.0  # a file that takes longer fails
    file_memory_mb: int = 2048  # a reading process that needs more is ended (Linux)
    ocr: bool = True  # read the text in pictures and scans, where tesseract is installed

    def __post_init__(self) -> None:
        if self.workers < 0 or self.file_seconds <= 0 or self.file_memory_mb < 256:
            raise UsageError(
                f"workers {self.workers}, file_seconds {self.file_seconds}, file_memory_mb {self.file_memory_mb}:"
                " out of range.",
                "workers is at least 0, file_seconds above 0, file_memory_mb at least 256.",
            )
        try:
            self.chunks()
        except ValueError as error:
            raise UsageError(f"chunk_chars and merge_chars: {error}.") from error

    def chunks(self) -> ChunkSettings:
        return ChunkSettings(self.chunk_chars, self.merge_chars)

    def ocr_seconds(self) -> float:
        """What of a file's time its pictures may take: the rest must get through too."""
        return 0.75 * self.file_seconds if self.ocr else 0.0

    def processes(self) -> int:
        """One for each core that this process may use, where nothing is set."""
        allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.workers or allowed or 1


def load_settings(kind: type[T], section: str, index: Path, flags: Mapping[str, object] | None = None) -> T:
    """A settings object from all four sources; a flag that is None was not given.

    Raises:
        UsageError: an unknown key, or a value of the wrong type, with the file or variable named.
    """
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    file = index.resolve().parent / "seodang.toml"
    if file.is_file():
        try:
            table = tomllib.loads(file.read_text("utf-8")).get(section, {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: {error}.", "Mend the file or remove it.") from error
        if unknown := sorted(set(table) - names):
            raise UsageError(
                f"{file}: [{section}] has no key {', '.join(unknown)}.", f"Keys: {', '.join(sorted(names))}."
            )
        values |= table
    values |= {name: os.environ[key] for name in names if (key := f"SEODANG_{name.upper()}") in os.environ}
    values |= {name: value for name, value in (flags or {}).items() if value is not None and name in names}
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError(f"Settings [{section}]: {error}.", f"Look at {file} and the SEODANG_ variables.") from error


def bare_environment() -> dict[str, str]:
    """What another program is started with: where programs are and nothing else, for keys stand in the environment."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
