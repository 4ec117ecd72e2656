"""Statistics: how sure a figure is, and whether two runs differ.

Random numbers come from a fixed seed, so the same values always give the same interval and the same p.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000  # bootstrap samples; the 2.5 % points then rest on 50 samples each
PERMUTATIONS = 10_000  # sign flips; the smallest p is 1 / 10,001
SIGNIFICANCE = 0.05
FEW_CASES = 30  # below this many cases a slice is shown with a warning and never concluded from
_EXACT = 13  # up to this many non-zero differences all 2^n sign patterns are counted
_SEED = 20261120
_CELLS = 4_000_000  # random numbers held at a time


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of ``count`` cases with its 95 % interval."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def too_few(self) -> bool:
        """Too few cases to conclude anything."""
        return self.count < FEW_CASES


@dataclass(frozen=True, slots=True)
class Difference:
    """New minus base over the cases both have. ``p``: two-sided, of no difference. ``least_p``: what p would have been
    had every case that moved moved the same way; when few moved, not even that is significant."""

    mean: float
    low: float
    high: float
    count: int
    p: float
    least_p: float


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and percentile bootstrap interval.

    Efron, Tibshirani, An Introduction to the Bootstrap, ch. 13. Cases are resampled one by one; where many
    come from one document the true uncertainty is a little larger. A rate that is 0 or 1 in every case cannot be
    resampled into anything else, and yet five of five are no proof: it gets the exact bound of Clopper and Pearson
    (Biometrika 26, 1934), 0.025^(1/n) from its end. (1, 1, 1, 1, 1) -> 0.478 to 1.
    """
    if not values:
        raise ValueError("no value to average")
    low, high = _interval(np.asarray(values, dtype=np.float64))
    bound = 0.025 ** (1 / len(values))
    if low == high == 1.0:
        low = bound
    elif low == high == 0.0:
        high = 1.0 - bound
    return Estimate(float(np.mean(values)), low, high, len(values))


def difference(base: Sequence[float], new: Sequence[float]) -> Difference:
    """Paired difference of two runs over the same cases, in the same order."""
    if len(base) != len(new):
        raise ValueError(f"{len(base)} cases against {len(new)}: a paired test needs the same cases")
    if not base:
        raise ValueError("no case in common")
    deltas = np.asarray(new, dtype=np.float64) - np.asarray(base, dtype=np.float64)
    low, high = _interval(deltas)
    least_p = min(1.0, 2.0 ** (1 - int(np.count_nonzero(deltas))))
    return Difference(float(deltas.mean()), low, high, len(deltas), permutation_p(deltas), least_p)


def kappa(first: Sequence[int], second: Sequence[int]) -> Estimate | None:
    """Cohen's kappa of two raters with its bootstrap interval: agreement beyond what their habits alone would give.

    (p_o - p_e) / (1 - p_e), p_o the share of equal grades, p_e the share expected of independent raters with these
    totals. Cohen, Educational and Psychological Measurement 20, 1960. None: one of them gave one grade only; it is 0
    then, whatever the other says. When all are equal, the lower bound comes from that of p_o, as in ``estimate``.

    (1, 1, 0, 0) and (1, 0, 0, 0) -> p_o 0.75, p_e 0.5, kappa 0.5.
    """
    if len(first) != len(second) or not first:
        raise ValueError("two raters need the same cases, and at least one")
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    grades = np.unique([*first, *second])
    a, b = np.searchsorted(grades, first), np.searchsorted(grades, second)
    size = len(grades)
    counts = np.bincount(a * size + b, minlength=size * size)
    value, by_chance = _kappa(counts[None, :] / len(first), size)
    if value[0] == 1.0:
        low = (0.025 ** (1 / len(first)) - by_chance[0]) / (1.0 - by_chance[0])
        return Estimate(1.0, float(low), 1.0, len(first))
    random = np.random.default_rng(_SEED)
    drawn, _ = _kappa(random.multinomial(len(first), counts / len(first), size=RESAMPLES) / len(first), size)
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(float(value[0]), float(low), float(high), len(first))


def permutation_p(deltas: NDArray[np.float64]) -> float:
    """p of the paired permutation test: how often random signs give a mean at least as far from 0.

    Under no difference, each case's two values could have been swapped. Zero differences do not matter and
    are left out. With few of the others every pattern is counted; else p = (1 + hits) / (1 + flips), which is
    never 0. All zero -> p = 1. Differences (1, 1, 1, 1, 1, 1) -> 2 of 64 patterns, p = 0.03125. Fisher, The
    Design of Experiments, 1935; Smucker, Allan, Carterette, CIKM 2007, for retrieval.
    """
    moved = deltas[deltas != 0.0]
    if not moved.size:
        return 1.0
    bound = abs(moved.sum()) - 1e-9 * np.abs(moved).sum()
    if moved.size <= _EXACT:
        patterns = (np.arange(2**moved.size)[:, None] >> np.arange(moved.size)) & 1
        return float(np.mean(np.abs((1 - 2 * patterns) @ moved) >= bound))
    random = np.random.default_rng(_SEED)
    sizes, counts = np.unique(np.abs(moved), return_counts=True)
    hits = 0
    for rows in _batches(PERMUTATIONS, sizes.size):
        # Of the differences of one size, how many stay positive is binomial; drawing that draws all their signs.
        surplus = 2 * random.binomial(counts, 0.5, size=(rows, sizes.size)) - counts
        hits += int(np.count_nonzero(np.abs(surplus @ sizes) >= bound))
    return (1 + hits) / (1 + PERMUTATIONS)


def significant(found: Mapping[str, Difference]) -> dict[str, bool]:
    """Which differences are there when all are tested together: at most one comparison in twenty calls any wrongly.

    First, metrics whose ``least_p`` could not reach the level stand aside and cost the others nothing: with K the
    smallest number such that at most K metrics have least_p <= 0.05 / K, only those take part (Tarone, Biometrics 46,
    1990; valid because least_p does not depend on the signs that are tested). Then Holm (1979) among the m that do:
    the i-th smallest p is compared with 0.05 / (m - i), i from 0, and the first that is larger lets all others stand.

    p (a: 0.01, b: 0.04, c: 0.03), all of them able: 0.01 <= 0.05/3, 0.03 > 0.05/2 -> only a.
    """
    able = list(found)
    for size in range(1, len(found) + 1):
        able = [name for name, one in found.items() if one.least_p <= SIGNIFICANCE / size]
        if len(able) <= size:
            break
    fallen = dict.fromkeys(found, False)
    for place, name in enumerate(sorted(able, key=lambda name: found[name].p)):
        if found[name].p > SIGNIFICANCE / (len(able) - place):
            break
        fallen[name] = True
    return fallen


def _kappa(shares: NDArray[np.float64], size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Kappa of each row, a table of ``size`` by ``size`` shares, and the agreement by chance; NaN where that is 1."""
    tables = shares.reshape(-1, size, size)
    observed = np.trace(tables, axis1=1, axis2=2)
    by_chance = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1)
    rest = np.where(by_chance < 1.0 - 1e-12, 1.0 - by_chance, np.nan)
    return (observed - by_chance) / rest, by_chance


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    if values.size == 1 or values.min() == values.max():
        return float(values[0]), float(values[0])
    random = np.random.default_rng(_SEED)
    distinct, counts = np.unique(values, return_counts=True)
    # Drawing n of n with replacement draws how often each distinct value comes: a multinomial.
    means = np.concatenate(
        [
            random.multinomial(values.size, counts / values.size, size=rows) @ distinct / values.size
            for rows in _batches(RESAMPLES, distinct.size)
        ]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _batches(total: int, width: int) -> list[int]:
    """``total`` rows of ``width`` numbers in parts that fit ``_CELLS``."""
    rows = max(1, _CELLS // width)
    return [min(rows, total - start) for start in range(0, total, rows)]
