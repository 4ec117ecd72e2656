"""What filters may ask of a chunk, and which rows carry it."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import accumulate
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.dates import find_units
from ingest.documents import Course, Kind

_ROWS_FILE, _PLACES_FILE = "facets.npy", "facets.json"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; within one, any of its values. Empty: everything.

    ``weeks`` holds for a chunk whose document belongs to the week or whose headings name it.
    """

    kinds: tuple[Kind, ...] = ()
    weeks: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Facets by condition: one of each group must be there."""
        names = {"kinds": "kind", "weeks": "week", "paths": "path"}
        groups = (tuple(f"{names[f.name]}={value}" for value in getattr(self, f.name)) for f in fields(self))
        return tuple(group for group in groups if group)


NO_FILTERS = Filters()


def facets_of(path: str, kind: Kind, course: Course, headings: Iterable[str]) -> tuple[str, ...]:
    """All facets of a chunk, sorted."""
    found = {f"path={path}", f"kind={kind}"}
    if course.week is not None:
        found.add(f"week={course.week}")
    if course.lecture is not None:
        found.add(f"lecture={course.lecture}")
    for heading in headings:
        found.update(f"{unit.unit}={number}" for unit in find_units(heading) for number in unit.numbers())
    return tuple(sorted(found))


class FacetWriter:
    """Collects the facets of row after row."""

    def __init__(self) -> None:
        self._found: dict[str, array[int]] = defaultdict(lambda: array("i"))

    def add(self, row: int, facets: tuple[str, ...]) -> None:
        for facet in facets:
            self._found[facet].append(row)

    def save(self, folder: Path) -> None:
        names = sorted(self._found)
        ends = list(accumulate(len(self._found[name]) for name in names))
        places = {name: (end - len(self._found[name]), end) for name, end in zip(names, ends, strict=True)}
        rows = [np.frombuffer(self._found[name], np.int32) for name in names]
        np.save(folder / _ROWS_FILE, np.concatenate(rows) if rows else np.zeros(0, np.int32))
        (folder / _PLACES_FILE).write_bytes(msgspec.json.encode(places))


class FacetRows:
    """Rows by facet, written once per snapshot: one memory-mapped array, and where each facet's rows stand in it."""

    def __init__(self, folder: Path) -> None:
        self._rows: NDArray[np.int32] = np.load(folder / _ROWS_FILE, mmap_mode="r", allow_pickle=False)
        self._places = msgspec.json.decode((folder / _PLACES_FILE).read_bytes(), type=dict[str, tuple[int, int]])

    def allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Rows that pass, rising; None when nothing is filtered."""
        allowed: NDArray[np.int64] | None = None
        for group in filters.groups():
            parts = [self._rows[slice(*self._places[facet])] for facet in group if facet in self._places]
            # One facet's rows are rising and distinct as they stand.
            merged = parts[0] if len(parts) == 1 else np.unique(np.concatenate([np.zeros(0, np.int32), *parts]))
            rows = np.asarray(merged, np.int64)
            allowed = rows if allowed is None else np.intersect1d(allowed, rows, assume_unique=True)
        return allowed
