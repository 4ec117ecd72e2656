"""The chunk that was found -> what a passage shows: the chunk with its neighbours."""

from __future__ import annotations

from collections.abc import Mapping

from app.answers import PASSAGE_CHARS
from ingest.store import StoredChunk


def fill_up(chunk: StoredChunk, around: Mapping[int, StoredChunk], worth: Mapping[int, float]) -> list[StoredChunk]:
    """The chunk and as many neighbours as a passage holds, then a part of one more, in reading order.

    ``around`` has by ordinal what may be shown beside it. Of the two next to what is shown already, the one of greater
    ``worth`` (by chunk id, 0 where unknown) is taken first; of equals, the one that follows.
    """
    first = last = chunk.ordinal
    room = PASSAGE_CHARS - len(chunk.chunk.text)  # what is taken needs one more, the line break
    parts = [chunk]
    while True:
        sides = [ordinal for ordinal in (last + 1, first - 1) if ordinal in around]
        sides.sort(key=lambda ordinal: -worth.get(around[ordinal].chunk.chunk_id, 0.0))
        fitting = next((ordinal for ordinal in sides if len(around[ordinal].chunk.text) < room), None)
        if fitting is None:
            break
        part = around[fitting]
        room -= 1 + len(part.chunk.text)
        parts = [*parts, part] if fitting > last else [part, *parts]
        first, last = min(first, fitting), max(last, fitting)
    for ordinal in sides:
        if ordinal > last and (rest := around[ordinal].beginning(room - 1)):
            return [*parts, rest]
        if ordinal < first and (rest := around[ordinal].ending(room - 1)):
            return [rest, *parts]
    return parts
