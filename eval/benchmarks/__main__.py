"""`python -m eval.benchmarks ingest CORPUS`, `... search|browser CORPUS --cases FILE.jsonl`,
`... scale --sizes 10000 100000`.

- ``ingest``: a new index from nothing, process start to exit, against the stock LangChain way over the same files
  (which reads no picture), with OCR and without.
- ``search``: all questions of the cases, ten passages each, against plain morpheme BM25 in memory.
- ``browser``: the browser interface with a clock (``eval.benchmarks.browser``), alone and with many sessions.
- ``scale``: build and search of synthetic corpora (``eval.benchmarks.synthetic``) of some sizes in chunks.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from eval import product
from eval.baselines import bm25_contender
from eval.benchmarks.browser import browser
from eval.benchmarks.harness import Race, race
from eval.benchmarks.scale import scale
from eval.cases import load_cases
from eval.systems import OURS, System
from ingest.errors import SeodangError, UsageError

_K = 10


def ingest_race(corpus: Path, rounds: int) -> Race:
    """From the files to something that can be searched: each in a fresh process with a fresh index, start to exit."""

    def run(module: str, *arguments: str, settings: str = "") -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "seodang.toml").write_text(settings, "utf-8")
            command = [sys.executable, "-m", module, *(part.format(folder=folder) for part in arguments)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode > 1:  # 1: some files could not be read
            raise UsageError(f"{' '.join(command)}: {done.stderr[-2000:]}")

    ingest = ("app.cli", "ingest", str(corpus), "--index", "{folder}/index")
    stock = "langchain (stock, float32 MiniLM)"
    candidates = {
        OURS: lambda: run(*ingest),
        f"{OURS} without OCR": lambda: run(*ingest, settings="[ingest]\nocr = false\n"),
        stock: lambda: run("eval.benchmarks.stock", str(corpus), "{folder}"),
    }
    return race(candidates, baseline=stock, rounds=rounds, warm_up=0)


def search_race(corpus: Path, cases: Path, rounds: int) -> Race:
    """Questions one after the other; opening is not counted."""
    questions = load_cases(cases)

    def asking(system: System) -> None:
        for case in questions:
            system.search(case, _K)

    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        product.bring_up_to_date(corpus, index, {})
        ours, plain = product.contender(OURS, index, {}), bm25_contender(corpus, product.place_texts(index))
        systems = {contender.name: contender.open() for contender in (ours, plain)}
        candidates = {name: lambda system=system: asking(system) for name, system in systems.items()}
        return race(candidates, baseline=plain.name, rounds=rounds)


def main() -> int:
    """Print the race's table."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks", description=__doc__)
    parser.add_argument("race", choices=["ingest", "search", "scale", "browser"])
    parser.add_argument("corpus", type=Path, nargs="?", help="for all but scale")
    parser.add_argument("--cases", type=Path, help="for search and browser")
    parser.add_argument("--rounds", type=int, help="1 for ingest, 5 for the others")
    parser.add_argument("--sessions", type=int, default=20, help="for browser")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="for scale")
    arguments = parser.parse_args()
    if arguments.race == "scale":
        sys.stdout.write(scale(arguments.sizes))
        return 0
    if arguments.corpus is None:
        parser.error(f"{arguments.race} needs a corpus")
    if arguments.race in ("search", "browser") and arguments.cases is None:
        parser.error(f"{arguments.race} needs --cases")
    try:
        if arguments.race == "browser":
            report, good = browser(arguments.corpus, arguments.cases, arguments.sessions, arguments.rounds or 5)
            sys.stdout.write(report)
            return 0 if good else 1
        if arguments.race == "ingest":
            done = ingest_race(arguments.corpus, arguments.rounds or 1)
        else:
            done = search_race(arguments.corpus, arguments.cases, arguments.rounds or 5)
    except SeodangError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(done.table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
