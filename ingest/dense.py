"""The vector index: exact inner products over unit rows, with FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.embedding import Vectors

_FILE = "vectors.faiss"


class DenseIndex:
    """Row i belongs to the i-th chunk in the order of chunk ids."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> DenseIndex:
        """Memory-mapped: opening costs nothing, pages come in as they are scanned."""
        return cls(faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY))

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / _FILE))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self, wanted: NDArray[np.int64]) -> Vectors:
        """The stored vectors of some rows."""
        return np.asarray(self._index.reconstruct_batch(wanted), np.float32)

    def search(
        self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and cosines of the ``k`` nearest to one query (d,), best first, equal ones by row. ``allowed`` holds the
        rows a filter leaves (None: all)."""
        if allowed is not None:
            scores = self.rows(allowed) @ query if allowed.size else np.zeros(0, np.float32)
            rows = allowed
        else:
            k = min(k, len(self))
            if k == 0:
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            found, positions = self._index.search(query[None, :], k)
            scores, rows = found[0], positions[0]
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]
