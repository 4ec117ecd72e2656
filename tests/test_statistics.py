"""Intervals that cover, tests that flag what is planted and leave chance alone."""

import numpy as np
import pytest

from eval.figures import differing
from eval.statistics import Difference, difference, estimate, permutation_p, significant


def test_an_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0, 1.0] * 50
    first = estimate(values)
    assert first == estimate(values)
    assert first.mean == 0.5
    assert first.low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02)  # normal approximation: sd of a mean of 100 coins
    assert first.high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.02)
    assert not first.too_few


def test_few_cases_are_marked_and_no_cases_are_an_error() -> None:
    assert estimate([1.0]).too_few
    assert (estimate([0.3]).low, estimate([0.3]).high) == (0.3, 0.3)
    with pytest.raises(ValueError, match="no value"):
        estimate([])


def test_a_rate_without_exception_still_has_an_interval() -> None:
    """Clopper and Pearson's exact bounds, from published tables: 5 of 5 and 0 of 30."""
    assert (estimate([1.0] * 5).low, estimate([1.0] * 5).high) == (pytest.approx(0.478, abs=1e-3), 1.0)
    assert (estimate([0.0] * 30).low, estimate([0.0] * 30).high) == (0.0, pytest.approx(0.116, abs=1e-3))


def test_intervals_cover_the_truth_about_95_times_in_100() -> None:
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        found = estimate([float(value) for value in random.random(80) < 0.7])
        covered += found.low <= 0.7 <= found.high
    assert 178 <= covered <= 199


def test_the_exact_permutation_test_by_hand() -> None:
    assert permutation_p(np.ones(6)) == 2 / 64
    assert permutation_p(np.array([1.0, -1.0])) == 1.0
    assert permutation_p(np.array([1.0, 1.0, 1.0, 0.0, 0.0])) == 2 / 8  # zeros say nothing
    assert permutation_p(np.zeros(5)) == 1.0


def test_the_sampled_test_agrees_with_the_exact_distribution() -> None:
    # 14 ones against 4 minus ones: P(|S| >= 10) of 18 fair signs, counted from the binomial distribution.
    deltas = np.array([1.0] * 14 + [-1.0] * 4)
    assert permutation_p(deltas) == pytest.approx(0.0309, abs=0.006)


def test_a_pair_of_runs_must_have_the_same_cases() -> None:
    with pytest.raises(ValueError, match="2 cases against 1"):
        difference([1.0, 0.0], [1.0])


def found(p: float, least_p: float = 0.0) -> Difference:
    return Difference(mean=0.1, low=0.0, high=0.2, count=50, p=p, least_p=least_p)


def test_holm_by_hand() -> None:
    assert significant({"a": found(0.01), "b": found(0.04), "c": found(0.03)}) == {"a": True, "b": False, "c": False}
    assert significant({"a": found(0.01), "b": found(0.02)}) == {"a": True, "b": True}
    assert significant({}) == {}


def test_metrics_that_could_not_move_cost_the_others_nothing() -> None:
    still = {f"still{number}": found(1.0, 1.0) for number in range(30)}
    assert significant({"moved": found(0.004, 0.004), **still})["moved"]
    # Two that could have: K = 2, so each needs 0.025, and the second to fall 0.05.
    assert significant({"a": found(0.03, 0.01), "b": found(0.6, 0.01), **still}) == dict.fromkeys(
        ["a", "b", *still], False
    )
    assert difference([0.0] * 9, [1.0] * 9).least_p == difference([0.0] * 9, [1.0] * 9).p == 2 / 2**9


def rows(values: np.ndarray) -> list[dict[str, float | None]]:
    """A made-up system: four metrics that hang together, as real ones do, and one that some cases lack."""
    return [
        {
            "hit@1": float(value > 0.6),
            "hit@5": float(value > 0.3),
            "mrr@10": round(float(value), 1),
            "evidence_shown": float(value > 0.4),
            "citation_precision": round(float(value), 1) if value > 0.2 else None,
        }
        for value in values
    ]


def test_fifty_shuffled_no_change_comparisons_flag_at_most_five() -> None:
    random = np.random.default_rng(3)
    flagged = 0
    for _ in range(50):
        first, second = random.random(120), random.random(120)
        swap = random.random(120) < 0.5  # which of two equal systems gave which result is a coin toss
        flagged += bool(differing(rows(np.where(swap, first, second)), rows(np.where(swap, second, first))))
    assert flagged <= 5


def test_a_planted_regression_is_flagged() -> None:
    random = np.random.default_rng(4)
    good = random.random(120)
    worse = np.where(random.random(120) < 0.15, 0.0, good)  # one case in seven is lost
    assert {"hit@5", "mrr@10"} <= set(differing(rows(good), rows(worse)))
