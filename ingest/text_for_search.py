"""What of a chunk is embedded, and what stands in its boosted heading field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.documents import Chunk, Document

_CODE_CHARS = 100  # of code and output in one chunk that are embedded
_ADDRESS = re.compile(r"(?<=\])\((?:https?:|/|\.)[^)\s]*\)|https?://\S+")


def heading_path_of(title: str, headings: tuple[str, ...]) -> str:
    """``Title › Section › Subsection``, without repeats."""
    return " › ".join(_distinct([title, *headings]))


def heading_text(document: Document, chunk: Chunk) -> str:
    """The heading path with the file's own name, in which weeks and dates often stand."""
    names = " ".join(PurePosixPath(document.path).with_suffix("").parts)
    return f"{heading_path_of(document.title, chunk.headings)} {names}"


def embedded_text(document: Document, chunk: Chunk) -> str:
    """Heading path, then the text without web addresses and with only the beginning of long code: the vector is a mean
    over words, and code has many that say little."""
    parts = [heading_path_of(document.title, chunk.headings)]
    code = 0
    for unit in chunk.units:
        text = chunk.unit_text(unit)
        if unit.kind.is_code:
            text = text[: max(0, _CODE_CHARS - code)]
            code += len(text)
        parts.append(text)
    return _ADDRESS.sub("", "\n".join(parts))


def _distinct(parts: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts:
        if part and part.casefold() not in seen:
            seen.add(part.casefold())
            yield part
