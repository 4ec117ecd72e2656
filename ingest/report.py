"""What an ingest did, file by file: the object that ``seodang ingest --json`` prints."""

from __future__ import annotations

import msgspec


class Renamed(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    old: str
    new: str


class Duplicate(msgspec.Struct, frozen=True):
    path: str
    of: str


class Partial(msgspec.Struct, frozen=True):
    path: str
    pages: list[int]
    reason: str


class Failed(msgspec.Struct, frozen=True):
    """``stale``: the content of an earlier version of this file is still being searched."""

    path: str
    reason: str
    stale: bool


class Skipped(msgspec.Struct, frozen=True):
    path: str
    reason: str


class IngestReport(msgspec.Struct, frozen=True):
    """Paths are relative to the corpus. ``snapshot`` is None after a dry run."""

    added: list[str]
    changed: list[str]
    renamed: list[Renamed]
    removed: list[str]
    unchanged: list[str]
    duplicates: list[Duplicate]
    partial: list[Partial]
    failed: list[Failed]
    skipped: list[Skipped]
    documents: int
    chunks: int
    embedded: int
    seconds: float
    snapshot: int | None
