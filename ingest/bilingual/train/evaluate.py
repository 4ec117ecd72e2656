"""The evaluation: one table a run, dense alone and fused with a morpheme BM25.

python -m ingest.bilingual.train.evaluate --weights ingest/bilingual/weights --data DATA [--lexical] [--cases FILE ROOT]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.bilingual.train.console import say
from ingest.bilingual.train.lexical import Lexical
from ingest.bilingual.train.material import Task, cases_task, course_tasks, korquad_task, squad_task

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
FUSION = (0.2, 0.3, 0.5, 0.7)


def read_tasks(data: Path, extra: Path | None = None) -> list[Task]:
    """All tasks for which the data folder has the material; `extra`: more cases over data/extra."""
    tasks = [
        korquad_task(data / "korquad/KorQuAD_v1.0_dev.json"),
        squad_task(data / "squad2/docs", data / "squad2/cases.dev.jsonl"),
        *course_tasks(data / "hfcourse"),
        cases_task("hfcourse", data / "hfcourse", data / "hfcourse/cases.dev.jsonl", ["ko/", "en/"]),
        cases_task("seeds", data / "seeds", data / "seeds/cases.dev.jsonl"),
    ]
    if extra is not None and extra.exists():
        tasks.append(cases_task("extra", data / "extra", extra))
    return tasks


def ranks(scores: NDArray[np.float32], gold: Sequence[set[int]]) -> NDArray[np.int64]:
    """Rank (from 1) of the best gold place of each query; ties count against us; no gold place: a million."""
    best = np.full(len(gold), 1_000_000, np.int64)
    for i, places in enumerate(gold):
        if places:
            top = max(float(scores[i, place]) for place in places)
            best[i] = (
                1
                + int((scores[i] > top).sum())
                + int((scores[i] == top).sum())
                - sum(float(scores[i, place]) == top for place in places)
            )
    return best


def line(name: str, found: NDArray[np.int64]) -> str:
    """R@1, R@5, R@10 and MRR@10 in per cent."""
    reciprocal = np.where(found <= 10, 1 / found, 0).mean()
    parts = [100 * float(x) for x in ((found <= 1).mean(), (found <= 5).mean(), (found <= 10).mean(), reciprocal)]
    return f"{name:28s} {len(found):5d} " + " ".join(f"{part:6.1f}" for part in parts)


def scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row mapped to 0..1 by its own extremes, the usual step before a convex combination."""
    low, high = scores.min(1, keepdims=True), scores.max(1, keepdims=True)
    result: NDArray[np.float32] = (scores - low) / np.maximum(high - low, 1e-9)
    return result


def report(encode: Encode, tasks: Sequence[Task], lexical: Lexical | None = None) -> dict[str, float]:
    """Prints the table; returns R@1 (cases: R@5) of the dense side by task and kind."""
    say(f"{'task':28s} {'n':>5s} {'R@1':>6s} {'R@5':>6s} {'R@10':>6s} {'MRR':>6s}")
    figures: dict[str, float] = {}
    for task in tasks:
        dense = encode(task.queries) @ encode(task.pool).T
        found = ranks(dense, task.gold)
        say(line(task.name, found))
        kinds = sorted(set(task.kinds))
        is_cases = task.name in ("hfcourse", "seeds", "extra")
        figures[task.name] = float((found <= (5 if is_cases else 1)).mean())
        if len(kinds) > 1:
            for kind in kinds:
                mask = np.array([k == kind for k in task.kinds])
                say(line(f"  {kind}", found[mask]))
                figures[f"{task.name} {kind}"] = float((found[mask] <= 5).mean())
        if lexical is None:
            continue
        words = lexical.scores(task.queries, task.pool)
        say(line("    BM25", ranks(words, task.gold)))
        for share in FUSION:
            fused = ranks(share * scaled(dense) + (1 - share) * scaled(words), task.gold)
            tail = ""
            if "crosslingual" in kinds:
                mask = np.array([k == "crosslingual" for k in task.kinds])
                tail = f"   crosslingual R@5 {100 * (fused[mask] <= 5).mean():.1f}"
            say(line(f"    fused, dense {share}", fused) + tail)
    return figures


def main() -> None:
    """Command line of the evaluation."""
    from ingest.bilingual.model import StaticEmbedding

    parser = argparse.ArgumentParser(description="Evaluates the bilingual embedding.")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--extra", type=Path, help="more cases over DATA/extra")
    parser.add_argument("--lexical", action="store_true", help="also BM25 and the fusion")
    chosen = parser.parse_args()
    report(
        StaticEmbedding.load(chosen.weights).encode,
        read_tasks(chosen.data, chosen.extra),
        Lexical() if chosen.lexical else None,
    )


if __name__ == "__main__":
    main()
