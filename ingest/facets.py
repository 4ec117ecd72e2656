"""What filters may ask of a chunk, and which rows carry it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.dates import find_units
from ingest.documents import Course, Kind

_FILE = "facets.npz"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that all must hold; within one, any of its values. Empty: everything.

    ``weeks`` holds for a chunk whose document belongs to the week or whose headings name it.
    """

    kinds: tuple[Kind, ...] = ()
    weeks: tuple[int, ...] = ()
    lectures: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Facets by condition: one of each group must be there."""
        names = {"kinds": "kind", "weeks": "week", "lectures": "lecture", "paths": "path"}
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


class FacetRows:
    """Rows by facet, written once per snapshot."""

    def __init__(self, folder: Path) -> None:
        self._archive = np.load(folder / _FILE, allow_pickle=False)

    def close(self) -> None:
        self._archive.close()

    @staticmethod
    def build(folder: Path, facets_by_row: Iterable[tuple[str, ...]]) -> None:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, facets in enumerate(facets_by_row):
            for facet in facets:
                rows[facet].append(row)
        names = sorted(rows)
        arrays: dict[str, NDArray[Any]] = {str(i): np.array(rows[name], np.int32) for i, name in enumerate(names)}
        arrays["names"] = np.array(names, np.str_)
        np.savez(folder / _FILE, allow_pickle=False, **arrays)

    def allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Rows that pass, rising; None when nothing is filtered."""
        groups = filters.groups()
        if not groups:
            return None
        names = {str(name): str(i) for i, name in enumerate(self._archive["names"])}
        allowed: NDArray[np.int64] | None = None
        for group in groups:
            arrays = [self._archive[names[facet]] for facet in group if facet in names]
            rows = np.unique(np.concatenate(arrays)).astype(np.int64) if arrays else np.zeros(0, np.int64)
            allowed = rows if allowed is None else np.intersect1d(allowed, rows, assume_unique=True)
        return allowed
