"""``python -m eval.ablation --set CORPUS=CASES.jsonl [--set ...] [ROW ...]``: hit@1, hit@5 and MRR@10 of each row.

Without rows the whole table. Indexes are kept under ``--out`` and made again only when something changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from eval.ablation.rows import ROWS, Row
from eval.ablation.slips import slipped
from eval.cases import Case, load_cases
from eval.evidence import gold_ranks
from eval.results import PassageResult
from eval.retrieval_metrics import hit, reciprocal_rank
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.settings import IngestSettings, load_settings
from ingest.snapshots import IndexFolder

_DEPTH = 10


def questions(corpus: Path, cases: Path) -> list[Case]:
    """Those that stand alone and have an answer; case files may name the folder that is ingested."""
    kept = [case for case in load_cases(cases) if case.answerable and case.extra.get("standalone", True)]
    return [
        msgspec.structs.replace(
            case,
            gold=tuple(
                msgspec.structs.replace(gold, file=gold.file.removeprefix(f"{corpus.name}/")) for gold in case.gold
            ),
        )
        for case in kept
    ]


def with_slips(cases: Sequence[Case], times: int) -> list[Case]:
    """Each question as often with another slip."""
    return [
        msgspec.structs.replace(case, question=slipped(case.question, f"{seed}:{case.case_id}"))
        for seed in range(times)
        for case in cases
    ]


def figures(row: Row, corpus: Path, cases: Sequence[Case], out: Path) -> tuple[float, float, float]:
    """Means of hit@1, hit@5 and the reciprocal rank."""
    analyser, embedder = row.analyser(), row.embedder()
    folder = out / corpus.resolve().name / row.making
    ingest(corpus, folder, load_settings(IngestSettings, "ingest", folder, row.settings), embedder, analyser)
    index = Index(IndexFolder(folder).require(), embedder, analyser)
    retriever = row.retriever(index)
    sums = [0.0, 0.0, 0.0]
    for case in cases:
        passages, _ = retriever.retrieve(row.query(case.question, case.history, retriever, index), _DEPTH)
        ranks = gold_ranks(case, [PassageResult(path=p.path, text=p.text) for p in passages])
        for at, value in enumerate((hit(ranks, 1), hit(ranks, 5), reciprocal_rank(ranks, _DEPTH))):
            sums[at] += value / len(cases)
    index.close()
    return sums[0], sums[1], sums[2]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.ablation", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[[], *ROWS], help=f"of: {', '.join(ROWS)}")
    parser.add_argument("--set", action="append", required=True, metavar="CORPUS=CASES.jsonl", dest="sets")
    parser.add_argument("--out", type=Path, default=Path(".seodang/ablation"), help="where the indexes are kept")
    parser.add_argument("--slips", type=int, default=0, metavar="N", help="each question N times, with a slip")
    chosen = parser.parse_args(arguments)
    sets = {}
    for text in chosen.sets:
        corpus, _, cases = text.partition("=")
        asked = questions(Path(corpus), Path(cases))
        sets[Path(corpus)] = with_slips(asked, chosen.slips) if chosen.slips else asked
    titles = [f"{corpus.resolve().name} (n {len(cases)})" for corpus, cases in sets.items()]
    print(f"| hit@1 / hit@5 / MRR | {' | '.join(titles)} |\n| --- |{' --- |' * len(sets)}")
    for name in chosen.rows or ROWS:
        cells = [figures(ROWS[name], corpus, cases, chosen.out) for corpus, cases in sets.items()]
        print(f"| {name} | {' | '.join(' / '.join(f'{v:.3f}' for v in cell) for cell in cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
