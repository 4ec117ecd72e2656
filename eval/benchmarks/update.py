"""`python -m eval.benchmarks.update [--chunks 100000] [--rounds 3] [--folder DIR]`: one changed file in a large index.

Makes notes in Korean and English, ingests them, then changes one note, ingests again, and so on. Every ingest is the
command in a fresh process, timed from its start to its exit, nothing subtracted. With ``--folder`` the course and its
index are kept there and used again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.synthetic import DOCUMENT, Synthetic
from eval.memory import PeakMemory
from eval.tables import table

_ENDINGS = ("은", "는", "이", "가", "을", "를", "에서", "으로", "한다.", "이다.")
_STEMS = ("어텐션", "가중치", "학습", "토큰", "기울기", "손실", "모델", "데이터", "평가", "과제", "계층", "행렬")


@dataclass(frozen=True, slots=True)
class Run:
    """One ingest by the command."""

    what: str
    wall: float
    processor: float  # of the process and its children
    mebibytes: float  # most of the process tree
    report: dict[str, Any]


def make_course(folder: Path, chunks: int) -> None:
    """Notes of a hundred sections, each long enough for a chunk of its own: English-like words of Zipf's law (see
    ``synthetic``) with Korean ones between them."""
    folder.mkdir(parents=True, exist_ok=True)
    for block in Synthetic(chunks).documents():
        number = block.numbers.start // DOCUMENT
        chance = random.Random(number)  # noqa: S311 (repeatable, not secret)
        sections = [f"## 절 {at}\n\n{text} {_korean(chance)}" for at, text in enumerate(block.texts, 1)]
        (folder / f"노트 {number}.md").write_text("\n\n".join(sections), "utf-8")


def ingest_once(what: str, corpus: Path, index: Path) -> Run:
    """The command, start to exit."""
    command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(index), "--json"]
    before = _processor()
    with PeakMemory() as memory:
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - began
    return Run(what, wall, _processor() - before, memory.children, json.loads(done.stdout))


def update(folder: Path, chunks: int, rounds: int) -> list[Run]:
    """The first ingest (nothing to do where the folder has an index), then ``rounds`` changes of one note each."""
    corpus, index = folder / "course", folder / "index"
    if not corpus.is_dir():
        make_course(corpus, chunks)
    runs = [ingest_once("all files", corpus, index)]
    for number in range(rounds):
        note = corpus / f"노트 {number}.md"
        note.write_text(note.read_text("utf-8") + f"\n\n## 더한 절\n\n{time.time_ns()}번째 글을 더한다.\n", "utf-8")
        runs.append(ingest_once("one file changed", corpus, index))
    runs.append(ingest_once("nothing changed", corpus, index))
    return runs


def _korean(chance: random.Random) -> str:
    return " ".join(chance.choice(_STEMS) + chance.choice(_ENDINGS) for _ in range(20))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Print one table."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.update", description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs = update(arguments.folder or Path(scratch), arguments.chunks, arguments.rounds)
    header = ["ingest", "wall s", "processor s", "peak MiB", "chunks", "embedded"]
    rows = [
        [
            run.what,
            f"{run.wall:.1f}",
            f"{run.processor:.1f}",
            f"{run.mebibytes:,.0f}",
            f"{run.report['chunks']:,}",
            f"{run.report['embedded']:,}",
        ]
        for run in runs
    ]
    sys.stdout.write(table(header, rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
