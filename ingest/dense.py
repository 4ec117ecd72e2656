"""The vector index, with FAISS: an exact scan while that is fast enough, above that sign bits and an exact second look.

Rows are kept as float16 at every size (an exact scan of them reads half of what float32 would, and in four million
cosines the largest difference was below 0.0005). From ``SIGNS_FROM`` rows on, the signs of each row's numbers are kept
as bits beside them: the rows that differ from the query in the fewest bits are candidates, and only those are scanned.
The thresholds follow from the measurements in eval/NOTES.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Vectors

_ROWS_FILE, _SIGNS_FILE = "vectors.faiss", "signs.faiss"
_BLOCK = 65_536  # rows converted at once while building
SIGNS_FROM = 200_000  # rows scanned exactly below this, 10 ms of work
_CANDIDATES = 2_000  # rows with the nearest signs that are scanned exactly: at least so many,
_CANDIDATE_SHARE = 1 / 125  # and this share of all
_EXACT_FILTER = 20_000  # a filter that leaves fewer rows is scanned exactly

# One query is one thread's work. On a busy machine waiting for the others costs ten times the scan.
faiss.omp_set_num_threads(1)


class DenseIndex:
    """Row i belongs to the i-th chunk in the order of chunk ids."""

    def __init__(self, rows: faiss.Index, signs: faiss.IndexBinaryFlat | None) -> None:
        self._rows = rows
        self._signs = signs
        if signs is not None:
            signs.use_heap = False  # type: ignore[attr-defined]  # counting bits instead: no slower for many candidates than for few

    @classmethod
    def build(cls, vectors: NDArray[np.float32 | np.float16], *, signs_from: int = SIGNS_FROM) -> DenseIndex:
        count, dimension = vectors.shape
        rows = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        signs = faiss.IndexBinaryFlat(8 * -(-dimension // 8)) if count >= signs_from else None
        for start in range(0, count, _BLOCK):
            block = np.ascontiguousarray(vectors[start : start + _BLOCK], np.float16)
            rows.add_sa_codes(block.view(np.uint8))  # what the quantiser would make of them
            if signs is not None:
                signs.add(_signs_of(block.astype(np.float32)))
        return cls(rows, signs)

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Memory-mapped: opening costs nothing, pages come in as they are scanned."""
        flags = faiss.IO_FLAG_MMAP_IFC  # IO_FLAG_MMAP reads this type of index in full
        rows = faiss.read_index(str(folder / _ROWS_FILE), flags)
        signs = folder / _SIGNS_FILE
        if not signs.is_file():
            return cls(rows, None)
        return cls(rows, cast(faiss.IndexBinaryFlat, faiss.read_index_binary(str(signs), flags)))

    def save(self, folder: Path) -> None:
        faiss.write_index(self._rows, str(folder / _ROWS_FILE))
        if self._signs is not None:
            faiss.write_index_binary(self._signs, str(folder / _SIGNS_FILE))

    def __len__(self) -> int:
        return int(self._rows.ntotal)

    def rows(self, wanted: NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows."""
        return np.asarray(self._rows.reconstruct_batch(wanted), np.float32)

    def search(
        self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and cosines of the ``k`` nearest to one query (d,), best first, equal ones by row. ``allowed`` holds the
        rows a filter leaves (None: all)."""
        left = len(self) if allowed is None else len(allowed)
        if left == 0 or k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if self._signs is not None and (allowed is None or left > _EXACT_FILTER):
            count = max(_CANDIDATES, int(left * _CANDIDATE_SHARE), k)
            allowed = self._nearest_signs(query, count, allowed)
        return self._scan(query, k, allowed)

    def _nearest_signs(self, query: Vectors, count: int, allowed: NDArray[np.int64] | None) -> NDArray[np.int64]:
        assert self._signs is not None
        selected = None if allowed is None else _Selection(allowed, len(self))
        _, found = self._signs.search(
            _signs_of(query[None, :]), min(count, len(self)), params=selected.parameters if selected else None
        )
        rows: NDArray[np.int64] = found[0]
        return rows[rows >= 0]

    def _scan(
        self, query: Vectors, k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        selected = None if allowed is None else _Selection(allowed, len(self))
        parameters = selected.parameters if selected else None
        found, positions = self._rows.search(query[None, :], min(k + 1, len(self)), params=parameters)
        scores, rows = found[0][positions[0] >= 0], positions[0][positions[0] >= 0]
        if len(rows) > k and scores[k] == scores[k - 1]:
            # Which of several equal rows the scan keeps at the border is chance: take all of them, then the first.
            reach = float(np.nextafter(scores[k], np.float32(-2)))
            _, scores, rows = self._rows.range_search(query[None, :], reach, params=parameters)
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]


class _Selection:
    """Search parameters that let only some rows pass. Holds what they point to: FAISS does not."""

    def __init__(self, allowed: NDArray[np.int64], count: int) -> None:
        mask = np.zeros(count, np.bool_)
        mask[allowed] = True
        self._bits = np.packbits(mask, bitorder="little")
        self.parameters = faiss.SearchParameters()
        self.parameters.sel = faiss.IDSelectorBitmap(len(self._bits), faiss.swig_ptr(self._bits))


def _signs_of(vectors: Vectors) -> NDArray[np.uint8]:
    return np.packbits(vectors > 0, axis=1)
