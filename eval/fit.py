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
from app.followup import standalone
from app.judging import Signs, missing_places, signs
from app.ranking import Features, features
from app.retrieval import Retriever
from eval.cases import Case, load_cases
from ingest.index import Index
from ingest.normaliser import strip_marks

_MOST = 500  # questions of one set: more change nothing
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
        query = standalone(case.question, case.history, retriever, index)
        question, shortlist = retriever.candidates(query)
        values = [astuple(f) for f in features(question, shortlist)]
        right = [_holds(retriever.passage_of(chunk), case) for chunk, _, _ in shortlist]
        found.append(Question(np.array(values), np.array(right)))
    return found


def unit_questions(index: Index, cases: Sequence[Case]) -> list[Question]:
    """Units of the best passages; right is one that shows half of a gold quote."""
    retriever = Retriever(index)
    found = []
    for case in cases:
        query = standalone(case.question, case.history, retriever, index)
        passages, question = retriever.retrieve(query, 8)
        evidence = gather_evidence(query, question, passages)
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


def judged(index: Index, cases: Sequence[Case], *, answerable: bool | None = None) -> list[tuple[Floats, bool]]:
    """Signs of each question, and whether it can be answered here (``answerable`` overrides the case: the questions
    of one corpus put to another have no answer there). Questions that a missing date refuses are left out."""
    retriever = Retriever(index)
    found = []
    for case in cases:
        query = standalone(case.question, case.history, retriever, index)
        passages, question = retriever.retrieve(query, 8)
        if passages and not missing_places(question, passages):
            evidence = gather_evidence(query, question, passages)
            values = np.array(astuple(signs(query, question, passages, evidence, index)))
            found.append((values, case.answerable if answerable is None else answerable))
    return found


def fit_logistic(groups: Sequence[Sequence[tuple[Floats, bool]]]) -> Floats:
    """Weights and bias (f + 1,). A group's answerable and unanswerable questions weigh as the square roots of their
    numbers."""
    rows, labels, shares = [], [], []
    for group in groups:
        for label in (True, False):
            part = [values for values, answerable in group if answerable is label]
            rows += [np.append(values, 1.0) for values in part]
            labels += [float(label)] * len(part)
            shares += [len(part) ** -0.5] * len(part)
    matrix, wanted, share = np.array(rows), np.array(labels), np.array(shares)
    share /= share.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        chance = 1 / (1 + np.exp(-(matrix @ weights)))
        cost = -float((share * np.log(np.where(wanted > 0, chance, 1 - chance) + 1e-12)).sum())
        decay = np.append(weights[:-1], 0.0)
        return cost + _PENALTY * float(decay @ decay), matrix.T @ (share * (chance - wanted)) + 2 * _PENALTY * decay

    return np.asarray(minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B").x)


def _fit_judging(data: dict[str, tuple[Index, list[Case]]], everything: dict[str, list[Case]]) -> None:
    groups = {}
    for name, (index, _) in data.items():
        strangers = [case for other, cases in data.items() if other != name for case in cases[1] if not case.history]
        random.Random(0).shuffle(strangers)  # noqa: S311
        groups[name] = judged(index, everything[name]) + judged(index, strangers[:60], answerable=False)
    weights = fit_logistic(list(groups.values()))
    print("\napp/judging.py")
    for field, value in zip((*fields(Signs), None), weights, strict=True):
        print(f"    {field.name if field else 'BIAS'}={value:.2f},")
    for name, group in groups.items():
        others = fit_logistic([other for key, other in groups.items() if key != name] or [group])
        print(name)
        for threshold in (0.3, 0.35, 0.4, 0.45, 0.5):
            line = []
            for title, used in (("fitted", weights), ("left out", others)):
                chances = [(1 / (1 + np.exp(-(np.append(v, 1.0) @ used))), answerable) for v, answerable in group]
                refused = float(np.mean([c < threshold for c, answerable in chances if answerable]))
                answered = float(np.mean([c >= threshold for c, answerable in chances if not answerable]))
                line.append(f"{title}: refused of answerable {refused:.2f}, answered of the others {answered:.2f}")
            print(f"  at {threshold}: {' | '.join(line)}")


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
    everything: dict[str, list[Case]] = {}
    for argument in arguments:
        index, _, cases = argument.partition("=")
        usable = [case for case in load_cases(Path(cases)) if case.extra.get("standalone", True)]
        random.Random(0).shuffle(usable)  # noqa: S311 (a sample, not a secret)
        name = f"{Path(index).name}={Path(cases).name}"
        everything[name] = usable[:_MOST]
        data[name] = (Assistant.open(Path(index)).index, [case for case in usable if case.answerable][:_MOST])
    _fit_judging(data, everything)
    now = np.array(astuple(ranking.WEIGHTS))
    _fit_and_print("app/ranking.py", Features, ranking_questions, data, now, (1, 5))
    now = np.array(astuple(evidence.WEIGHTS))
    _fit_and_print("app/evidence.py", UnitFeatures, unit_questions, data, now, (1, 2, 3))


if __name__ == "__main__":
    main(sys.argv[1:])
