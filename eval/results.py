"""Results: what a system gave back for one case, in the stable format that `search --cases` and `ask --cases`
write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ingest.errors import UsageError


class PassageResult(msgspec.Struct, frozen=True, kw_only=True):
    """A retrieved passage. ``location`` is the printed location, with or without the path in front."""

    path: str
    text: str
    location: str = ""
    score: float = 0.0


class CitationResult(msgspec.Struct, frozen=True, kw_only=True):
    """A citation of the answer: ``quote`` is verbatim from the page that ``location`` names."""

    path: str
    quote: str
    marker: str | int = ""
    location: str = ""
    score: float = 1.0


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. ``answer`` None: the system was only searched. ``error``: it crashed, and the rest means
    nothing.
    """

    case_id: str = msgspec.field(name="id")
    passages: tuple[PassageResult, ...] = ()
    verdict: str = ""
    refused: bool = False
    answer: str | None = None
    citations: tuple[CitationResult, ...] = ()
    frames: tuple[str, ...] = ()  # sentences of the answer that are fixed phrases of the interface
    trace: Any = None
    confidence: float | None = None  # of a given answer, in [0, 1]
    seconds: float = 0.0
    error: str | None = None


def load_results(path: Path, *, torn_end: bool = False) -> tuple[Result, ...]:
    """All results of a JSONL file. ``torn_end``: a last line without its line break is left out (a run was
    killed).
    """
    lines = path.read_bytes().split(b"\n")
    if torn_end:
        lines = lines[:-1]
    results: list[Result] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            results.append(msgspec.json.decode(line, type=Result))
        except msgspec.MsgspecError as error:
            raise UsageError(f"{path}, line {number}: {error}.", "Make the run again with --fresh.") from error
    return tuple(results)
