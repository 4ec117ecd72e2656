"""Retrieval metrics: pure arithmetic on ranks.

Everywhere ``ranks`` holds, for each relevant item, the 1-based rank at which it was first found, or None when
it was not. For documents judged one by one the ranks are distinct and every metric is the textbook one. For
evidence, one passage can hold several gold quotes and then they share a rank; no metric exceeds 1 because of
that.

Edge cases, the same everywhere: nothing retrieved gives 0; no relevant item is an error, because a question
without an answer has no recall (its refusal is measured instead).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

Ranks = Sequence[int | None]


def hit(ranks: Ranks, k: int) -> float:
    """hit@k = 1 if min(ranks) <= k else 0. Also called success@k.

    ranks (3, None), k = 5 -> 1; k = 2 -> 0.
    """
    return float(any(rank <= k for rank in _found(ranks, k)))


def recall(ranks: Ranks, k: int) -> float:
    """recall@k = |{i : r_i <= k}| / R, with R the number of relevant items.

    ranks (1, 4, None), k = 5 -> 2/3.  Manning, Raghavan, Schütze, Introduction to Information Retrieval, ch.
    8.
    """
    return len(_found(ranks, k)) / len(ranks)


def precision(relevant: Sequence[bool], k: int) -> float:
    """precision@k = |{j <= k : passage j is relevant}| / k. Fewer than k results count as not relevant.

    relevant (True, False, True), k = 5 -> 2/5.  Manning et al., ch. 8.
    """
    _positive(k)
    return sum(relevant[:k]) / k


def reciprocal_rank(ranks: Ranks, k: int) -> float:
    """RR@k = 1 / min(ranks) if that is <= k else 0; its mean over cases is MRR@k.

    ranks (4, 2), k = 10 -> 1/2.  Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    return 1.0 / min(_found(ranks, k), default=float("inf"))


def average_precision(ranks: Ranks, k: int) -> float:
    """AP@k = (1/R) * sum over found items i of min(1, |{j : r_j <= r_i}| / r_i); its mean over cases is
    MAP@k.

    With distinct ranks the minimum never acts and this is the textbook average precision.
    ranks (1, 3, None), k = 10 -> (1/1 + 2/3) / 3 = 5/9.  Manning et al., ch. 8.
    """
    found = _found(ranks, k)
    return sum(min(1.0, sum(other <= rank for other in found) / rank) for rank in found) / len(ranks)


def ndcg(ranks: Ranks, k: int, grades: Sequence[float] | None = None) -> float:
    """nDCG@k = DCG@k / IDCG@k, DCG@k = sum of g_i / log2(r_i + 1) over items found at r_i <= k.

    g_i: grade of item i (1 when not graded). IDCG@k: the same with the grades in falling order at ranks 1..k.
    Items that share a rank could pass the ideal; the quotient is cut at 1. ranks (2,), k = 10 -> (1 / log2 3)
    / 1 = 0.6309.  Järvelin, Kekäläinen, doi.org/10.1145/582415.582418 (linear gain).
    """
    _found(ranks, k)
    gains = [1.0] * len(ranks) if grades is None else list(grades)
    if len(gains) != len(ranks):
        raise ValueError(f"{len(ranks)} ranks but {len(gains)} grades")
    reached = sum(gain / log2(rank + 1) for rank, gain in zip(ranks, gains, strict=True) if rank and rank <= k)
    ideal = sum(gain / log2(place + 1) for place, gain in enumerate(sorted(gains, reverse=True)[:k], start=1))
    return min(1.0, reached / ideal)


def _found(ranks: Ranks, k: int) -> list[int]:
    _positive(k)
    if not ranks:
        raise ValueError("no relevant item: leave the case out of retrieval metrics")
    return [rank for rank in ranks if rank is not None and rank <= k]


def _positive(k: int) -> None:
    if k < 1:
        raise ValueError(f"k is {k}; it counts results, so it must be at least 1")
