"""Vectors of a running ingest, in a file: memory stays bounded however large the corpus is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.dense import DenseIndex
from ingest.embedding import Vectors
from ingest.index import read_ids

_BLOCK = 20_000  # rows gathered at once
_STORED = np.float16  # the index keeps no more
Ids = NDArray[np.int64]


class VectorSpill:
    """Vectors by chunk id, written in any order, gathered once in the order of the ids."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._rows_path, self._matrix_path = folder / "spill.tmp", folder / "matrix.tmp"
        self._dimension = dimension
        self._file = self._rows_path.open("wb")
        self._ids: list[Ids] = []

    def add(self, ids: Ids, vectors: Vectors) -> None:
        self._ids.append(ids)
        vectors.astype(_STORED).tofile(self._file)

    def gather(self, ids: Ids, before: Path | None) -> NDArray[np.float16]:
        """Rows for ``ids`` (rising): those of this run, the others from the snapshot in the folder ``before``."""
        self._file.close()
        if not len(ids):
            return np.zeros((0, self._dimension), _STORED)
        new_ids = np.concatenate([*self._ids, np.zeros(0, np.int64)])
        order = np.argsort(new_ids, kind="stable")
        at = np.searchsorted(new_ids, ids, sorter=order)
        is_new = np.isin(ids, new_ids)
        matrix = np.memmap(self._matrix_path, _STORED, "w+", shape=(len(ids), self._dimension))
        rows = np.memmap(self._rows_path, _STORED, "r", shape=(len(new_ids), self._dimension)) if len(order) else matrix
        dense, ids_before = (DenseIndex.load(before), read_ids(before)) if before and not is_new.all() else (None, ids)
        for start in range(0, len(ids), _BLOCK):
            part = slice(start, start + _BLOCK)
            fresh = is_new[part]
            if fresh.any():
                matrix[part][fresh] = rows[order[at[part][fresh]]]
            if not fresh.all():
                assert dense is not None
                matrix[part][~fresh] = dense.rows(np.searchsorted(ids_before, ids[part][~fresh]))
        return matrix

    def remove(self) -> None:
        """The snapshot does not need the files."""
        self._file.close()
        for path in (self._rows_path, self._matrix_path):
            path.unlink(missing_ok=True)
