"""The space the rows live in: the teacher's main axes, and some dimensions of their own.

A sentence encoder for meaning leaves names and rare terms close together. Free dimensions, random at the start and
shaped by the contrast alone, let texts that share such words find each other at no cost in size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KEPT, FREE, AMPLITUDE = 256, 128, 0.4
"""Of the teacher's 384 axes the first 256 keep 0.966 of its energy; amplitude relative to the taught part."""


def main_axes(vectors: NDArray[np.float16], kept: int = KEPT) -> NDArray[np.float32]:
    """(384, kept) orthonormal main axes of the teacher's vectors, from the first 60,000 of them."""
    sample = vectors[:60_000].astype(np.float32)
    axes: NDArray[np.float32] = np.linalg.svd(sample.T @ sample)[0][:, :kept]
    return axes


def first_rows(rows: NDArray[np.float32], axes: NDArray[np.float32], free: int = FREE) -> NDArray[np.float32]:
    """(pieces, kept + free) rows: the start rows in the axes kept, then noise of proportional length."""
    kept = rows @ axes
    noise = np.random.default_rng(5).standard_normal((len(rows), free)).astype(np.float32)
    return np.hstack([kept, noise * np.linalg.norm(kept, axis=1, keepdims=True) * (AMPLITUDE / free**0.5)])
