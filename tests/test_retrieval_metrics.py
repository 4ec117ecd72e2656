"""Ranks in, figures out: worked examples by hand, and agreement with ranx on random runs."""

import json
import os
import random
import subprocess
import sys

import pytest

from eval import retrieval_metrics as metrics

# ranx compiles every metric for many seconds; without its compiler the same code runs at once.
RANX = """
import json, sys
from ranx import Qrels, Run, evaluate
data = json.load(sys.stdin)
names = data["metrics"]
found = evaluate(Qrels(data["qrels"]), Run(data["run"]), names, return_mean=False, make_comparable=True)
print(json.dumps({name: dict(zip(sorted(data["qrels"]), map(float, found[name]))) for name in names}))
"""


def test_hit_recall_and_reciprocal_rank_by_hand() -> None:
    assert metrics.hit((3, None), 5) == 1.0
    assert metrics.hit((3, None), 2) == 0.0
    assert metrics.recall((1, 4, None), 5) == pytest.approx(2 / 3)
    assert metrics.recall((1, 4, None), 1) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank((4, 2), 10) == 0.5
    assert metrics.reciprocal_rank((4, 2), 1) == 0.0


def test_precision_counts_missing_results_as_wrong() -> None:
    assert metrics.precision((True, False, True), 5) == pytest.approx(2 / 5)
    assert metrics.precision((), 5) == 0.0


def test_average_precision_and_ndcg_by_hand() -> None:
    assert metrics.average_precision((1, 3, None), 10) == pytest.approx(5 / 9)
    assert metrics.ndcg((2,), 10) == pytest.approx(0.6309297535714575)
    assert metrics.ndcg((1, 2), 10, (1.0, 3.0)) == pytest.approx(
        (1 + 3 / 1.584962500721156) / (3 + 1 / 1.584962500721156)
    )


def test_quotes_that_share_a_passage_never_pass_one() -> None:
    assert metrics.average_precision((1, 1), 10) == 1.0
    assert metrics.ndcg((1, 1), 10) == 1.0
    assert metrics.recall((1, 1), 1) == 1.0


@pytest.mark.parametrize("name", ["hit", "recall", "reciprocal_rank", "average_precision", "ndcg"])
def test_nothing_found_is_zero_and_nothing_relevant_is_an_error(name: str) -> None:
    metric = getattr(metrics, name)
    assert metric((None, None), 5) == 0.0
    with pytest.raises(ValueError, match="no relevant item"):
        metric((), 5)
    with pytest.raises(ValueError, match="k is 0"):
        metric((1,), 0)


def test_grades_must_match_the_ranks() -> None:
    with pytest.raises(ValueError, match="1 ranks but 2 grades"):
        metrics.ndcg((1,), 5, (1.0, 2.0))


def test_agrees_with_ranx_on_random_runs_with_ties_and_empty_results() -> None:
    chance = random.Random(7)
    documents = [f"d{i}" for i in range(30)]
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for number in range(60):
        query = f"q{number:02d}"
        qrels[query] = {d: chance.randint(1, 3) for d in chance.sample(documents, chance.randint(1, 6))}
        size = 0 if number % 10 == 0 else chance.randint(1, 25)
        # Scores from few values: many ties. A run lists equal scores in its own order, and so does ranx.
        found = {d: float(chance.randint(0, 4)) for d in chance.sample(documents, size)}
        run[query] = dict(sorted(found.items(), key=lambda pair: -pair[1]))
    names = [f"{name}@{k}" for k in (1, 3, 5, 10) for name in ("hit_rate", "recall", "precision", "mrr", "map", "ndcg")]
    theirs = json.loads(
        subprocess.run(
            [sys.executable, "-c", RANX],
            input=json.dumps({"qrels": qrels, "run": run, "metrics": names}),
            env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    for query, judged in qrels.items():
        order = list(run[query])
        rank_of = {document: place for place, document in enumerate(order, start=1)}
        ranks = [rank_of.get(document) for document in judged]
        grades = [float(grade) for grade in judged.values()]
        for k in (1, 3, 5, 10):
            ours = {
                "hit_rate": metrics.hit(ranks, k),
                "recall": metrics.recall(ranks, k),
                "precision": metrics.precision([document in judged for document in order], k),
                "mrr": metrics.reciprocal_rank(ranks, k),
                "map": metrics.average_precision(ranks, k),
                "ndcg": metrics.ndcg(ranks, k, grades),
            }
            for name, value in ours.items():
                assert value == pytest.approx(theirs[f"{name}@{k}"][query], abs=1e-9), (query, name, k)
