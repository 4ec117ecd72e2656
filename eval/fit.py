"""Fit the weights of ranking and answering on development questions: ``python -m eval.fit INDEX=CASES.jsonl ...``.

Each argument is an index and the questions on it. Prints the weights of ``app.ranking`` and ``app.evidence`` as they
stand in the code, the figures before and after, and those of each set when it is left out of the fit.

The loss is the cross entropy of a softmax over one question's candidates (ListNet, Cao et al. 2007), with a small
quadratic penalty; every set of questions weighs as the square root of its size.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from app.answers import Passage
from app.assistant import Assistant
from app.evidence import UnitFeatures, gather_evidence
from app.ranking import Features, features
from app.retrieval import Retriever
from app.understanding import understand
from eval.cases import Case, load_cases
from ingest.index import Index
from ingest.normaliser import strip_marks

_MOST = 800  # questions of one set: more change nothing
_PENALTY = 1e-3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """Candidates of one question: features (n, f), and which of them are right (n,)."""

    values: Floats
    right: NDArray[np.bool_]


def half_shown(gold: str, quote: str) -> bool:
    """Half of the gold quote, in one piece, stands in the quote."""
    wanted, here = strip_marks(gold), strip_marks(quote)
    half = (len(wanted) + 1) // 2
    return any(wanted[i : i + half] in here for i in range(len(wanted) - half + 1))


def ranking_questions(index: Index, cases: Sequence[Case]) -> list[Question]:
    """Shortlisted chunks; right is one whose passage holds a gold quote."""
    retriever = Retriever(index)
    found = []
    for case in cases:
        query = understand(case.question, case.history, index.analyser)
        question, shortlist = retriever.candidates(query)
        values = [astuple(f) for f in features(question, shortlist, index)]
        right = [_holds(retriever.passage_of(chunk), case) for chunk, _, _ in shortlist]
        found.append(Question(np.array(values), np.array(right)))
    return found


def unit_questions(index: Index, cases: Sequence[Case]) -> list[Question]:
    """Units of the best passages; right is one that shows half of a gold quote."""
    retriever = Retriever(index)
    found = []
    for case in cases:
        query = understand(case.question, case.history, index.analyser)
        passages, question = retriever.retrieve(query, 8)
        evidence = gather_evidence(query, question, passages, index)
        right = [
            any(
                gold.quote and _same_file(gold.file, unit.passage.path) and half_shown(gold.quote, unit.text)
                for gold in case.gold
            )
            for unit in evidence
        ]
        found.append(Question(np.array([astuple(unit.features) for unit in evidence]), np.array(right)))
    return found


def fit(sets: Sequence[Sequence[Question]]) -> Floats:
    """Weights (f,) that put right candidates first."""
    data = [(q.values, q.right, len(s) ** -0.5) for s in sets for q in s if q.right.any()]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = _PENALTY * float(weights @ weights), 2 * _PENALTY * weights
        scale = 1 / sum(share for _, _, share in data)
        for values, right, share in data:
            scores = values @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            mass = max(float(chance[right].sum()), 1e-12)
            total -= scale * share * float(np.log(mass))
            gradient = gradient - scale * share * ((chance[right] / mass) @ values[right] - chance @ values)
        return total, gradient

    size = data[0][0].shape[1]
    return np.asarray(minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x)


def hit(questions: Sequence[Question], weights: Floats, k: int) -> float:
    """Share of questions with a right candidate among the first ``k``."""
    hits = [bool(q.right[np.argsort(-(q.values @ weights), kind="stable")[:k]].any()) for q in questions]
    return float(np.mean(hits))


def _holds(passage: Passage, case: Case) -> bool:
    text = strip_marks(passage.text)
    return any(
        _same_file(gold.file, passage.path) and (not gold.quote or strip_marks(gold.quote) in text)
        for gold in case.gold
    )


def _same_file(gold: str, path: str) -> bool:
    """Case files may name the folder that was ingested."""
    return gold == path or gold.partition("/")[2] == path


def _fit_and_print(
    title: str,
    kind: type[Features] | type[UnitFeatures],
    make: Callable[[Index, Sequence[Case]], list[Question]],
    data: dict[str, tuple[Index, list[Case]]],
    now: Floats,
    depths: tuple[int, ...],
) -> None:
    sets = {name: make(index, cases) for name, (index, cases) in data.items()}
    weights = fit(list(sets.values()))
    print(f"\n{title}")
    for field, value in zip(fields(kind), weights, strict=True):
        print(f"    {field.name}={value:.2f},")
    for name, questions in sets.items():
        others = [other for key, other in sets.items() if key != name]
        left_out = fit(others) if others else weights
        figures = " | ".join(
            f"hit@{k} now {hit(questions, now, k):.3f} fitted {hit(questions, weights, k):.3f}"
            f" left out {hit(questions, left_out, k):.3f}"
            for k in depths
        )
        print(f"{name} ({len(questions)}): {figures}")


def main(arguments: Sequence[str]) -> None:
    from app import evidence, ranking

    data: dict[str, tuple[Index, list[Case]]] = {}
    for argument in arguments:
        index, _, cases = argument.partition("=")
        answerable = [case for case in load_cases(Path(cases)) if case.answers and case.extra.get("standalone", True)]
        random.Random(0).shuffle(answerable)  # noqa: S311 (a sample, not a secret)
        data[f"{Path(index).name}={Path(cases).name}"] = (Assistant.open(Path(index)).index, answerable[:_MOST])
    now = np.array(astuple(ranking.WEIGHTS))
    _fit_and_print("app/ranking.py", Features, ranking_questions, data, now, (1, 5))
    now = np.array(astuple(evidence.WEIGHTS))
    _fit_and_print("app/evidence.py", UnitFeatures, unit_questions, data, now, (1, 2, 3))


if __name__ == "__main__":
    main(sys.argv[1:])
