"""The vector index: exact below the threshold, signs with an exact second look above, filters, ties by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.dense import DenseIndex
from ingest.embedding import Vectors

N, D = 30_000, 36  # the dimension is no multiple of eight
ALWAYS, NEVER = 0, 10**9


def clustered(count: int, seed: int) -> Vectors:
    """Unit vectors around 40 centres."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((40, D))
    rows = centres[random.integers(0, 40, count)] + 0.6 * random.standard_normal((count, D))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return clustered(N, 1)


@pytest.fixture(scope="module", params=[NEVER, ALWAYS], ids=["exact", "signs"])
def index(request: pytest.FixtureRequest, vectors: Vectors) -> DenseIndex:
    return DenseIndex.build(vectors, signs_from=request.param)


def recall(index: DenseIndex, vectors: Vectors, allowed: NDArray[np.int64] | None) -> float:
    """Share of the best ten that score at least as much as the exact tenth."""
    rows = np.arange(N) if allowed is None else allowed
    shares = []
    for query in clustered(20, 2):
        best = np.sort(vectors[rows] @ query)[-10]
        found, scores = index.search(query, 10, allowed)
        assert np.isin(found, rows).all()
        np.testing.assert_allclose(scores, vectors[found] @ query, atol=5e-4)
        shares.append((vectors[found] @ query >= best - 5e-4).mean())
    return float(np.mean(shares))


@pytest.mark.parametrize("left", [None, 25_000, 3_000, 30])
def test_finds_what_an_exact_search_finds(index: DenseIndex, vectors: Vectors, left: int | None) -> None:
    allowed = None if left is None else np.sort(np.random.default_rng(4).choice(N, left, replace=False))
    assert recall(index, vectors, allowed) >= 0.98


def test_best_first_and_never_more_than_there_are(index: DenseIndex, vectors: Vectors) -> None:
    rows, scores = index.search(vectors[7], 50)
    assert rows[0] == 7
    assert (np.diff(scores) <= 0).all()
    few = np.array([3, 5, 9])
    assert sorted(index.search(vectors[7], 50, few)[0].tolist()) == few.tolist()
    assert index.search(vectors[7], 5, np.zeros(0, np.int64))[0].size == 0
    assert index.search(vectors[7], 0)[0].size == 0


@pytest.mark.parametrize("signs_from", [NEVER, ALWAYS])
def test_equal_rows_come_in_row_order(vectors: Vectors, signs_from: int) -> None:
    same = vectors.copy()
    same[100:3000:100] = vectors[50]
    found, scores = DenseIndex.build(same, signs_from=signs_from).search(vectors[50], 7)
    assert found.tolist() == [50, 100, 200, 300, 400, 500, 600]
    assert len(set(scores.tolist())) == 1


def test_what_was_saved_is_loaded(index: DenseIndex, vectors: Vectors, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = DenseIndex.load(tmp_path)
    assert len(loaded) == N
    for query in clustered(3, 3):
        for before, after in zip(index.search(query, 10), loaded.search(query, 10), strict=True):
            assert np.array_equal(before, after)
    rows = np.array([5, 2, 29_999])
    np.testing.assert_allclose(loaded.rows(rows), vectors[rows], atol=5e-4)


def test_rows_taken_over_into_a_new_index_stay_as_they_are(index: DenseIndex) -> None:
    everything = np.arange(N)
    once = index.rows(everything)
    assert np.array_equal(DenseIndex.build(once).rows(everything), once)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    DenseIndex.build(np.zeros((0, D), np.float32)).save(tmp_path)
    assert DenseIndex.load(tmp_path).search(np.ones(D, np.float32), 5)[0].size == 0
