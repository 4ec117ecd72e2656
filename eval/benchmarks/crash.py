"""`python -m eval.benchmarks.crash [--trials 200]`: ingests that are really killed, at moments from a fixed seed.

Each trial changes a small course, starts `seodang ingest` as its own process, ends it with SIGKILL (half of them at
any moment, half while the new snapshot is being written), looks at what is served, and lets another ingest finish.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from eval.tables import table
from ingest.analyser import Analyser
from ingest.embedding import Embedder, load_embedder
from ingest.errors import SeodangError
from ingest.health import orphans
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

_FILES = 24
_WORDS = ("attention", "decoder", "gradient", "softmax", "loss", "어텐션", "퍼셉트론", "토큰", "학습", "평가")


@dataclass(slots=True)
class Tally:
    """What all trials found. ``killed``: processes that were ended before they were done; ``while_writing``: of them,
    with a half-made snapshot on the disk."""

    trials: int = 0
    killed: int = 0
    while_writing: int = 0
    broken: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Markdown."""
        header = ["trials", "killed at work", "of them writing", "broken snapshots", "lost documents", "orphans"]
        counts = (self.trials, self.killed, self.while_writing, len(self.broken), len(self.lost), len(self.orphans))
        return table(header, [[str(count) for count in counts]])


def crash_trials(folder: Path, seeds: range) -> Tally:
    """Run them one after the other over one index: what a crash leaves behind meets the next one."""
    corpus, index = folder / "course", folder / "index"
    corpus.mkdir()
    chance = random.Random(seeds.start)  # noqa: S311 (repeatable, not secret)
    for number in range(_FILES):
        _write(corpus, number, chance)
    _finish(corpus, index)
    full = _seconds_of_one(corpus, index, chance)
    tally = Tally()
    for seed in seeds:
        _trial(corpus, index, random.Random(seed), full, tally)  # noqa: S311
    fresh = folder / "fresh"
    _finish(corpus, fresh)
    if _served(fresh) != _served(index):
        tally.lost.append("the index after all trials differs from one built from nothing")
    return tally


def _trial(corpus: Path, index: Path, chance: random.Random, full: float, tally: Tally) -> None:
    before = _served(index)
    for number in chance.sample(range(_FILES), 6):
        path = corpus / _name(number)
        if path.exists() and chance.random() < 0.3:
            path.unlink()
        else:
            _write(corpus, number, chance)
    wanted = {path.name for path in corpus.iterdir()}
    process = _start(corpus, index)
    folder = IndexFolder(index)
    if chance.random() < 0.5:
        _wait(process, chance.uniform(0, full))
    else:
        while process.poll() is None and not folder.half_made():
            time.sleep(0.002)
        _wait(process, chance.uniform(0, 0.3))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    tally.trials += 1
    tally.killed += alive
    tally.while_writing += alive and bool(folder.half_made())
    try:
        served = _served(index)
    except SeodangError as error:
        tally.broken.append(str(error))
        served = before
    if served != before and set(served) != wanted:
        tally.lost.append(f"after the kill: {sorted(wanted ^ set(served))}")
    _finish(corpus, index)
    if set(_served(index)) != wanted:
        tally.lost.append(f"after the next ingest: {sorted(wanted ^ set(_served(index)))}")
    now = folder.require()
    tally.orphans += [*orphans(now.folder, now.manifest), *map(str, folder.half_made())]


def _served(index: Path) -> dict[str, list[str]]:
    """Text by path, read through the opened index: what a reader would see."""
    embedder, analyser = _models()
    opened = Index(IndexFolder(index).require(), embedder, analyser)
    try:
        opened.dense(embedder.encode_queries(["어텐션"])[0], 10)
        found: dict[str, list[str]] = {document.path: [document.sha256] for document in opened.documents()}
        for chunk in opened.chunks(range(len(opened))):
            found[opened.document_of(chunk).path].append(chunk.chunk.text)
        return found
    finally:
        opened.close()


def _finish(corpus: Path, index: Path) -> None:
    ingest(corpus, index, IngestSettings(workers=1), *_models())


def _start(corpus: Path, index: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(index)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _seconds_of_one(corpus: Path, index: Path, chance: random.Random) -> float:
    _write(corpus, 0, chance)
    began = time.perf_counter()
    _start(corpus, index).wait()
    return time.perf_counter() - began


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.perf_counter() + seconds
    while process.poll() is None and time.perf_counter() < until:
        time.sleep(0.002)


def _name(number: int) -> str:
    return f"{number % 8 + 1}주차 노트 {number}.md"


def _write(corpus: Path, number: int, chance: random.Random) -> None:
    text = "\n\n".join(f"# 절 {n}\n\n{' '.join(chance.choices(_WORDS, k=60))}." for n in range(4))
    (corpus / _name(number)).write_text(text, "utf-8")


@cache
def _models() -> tuple[Embedder, Analyser]:
    return load_embedder("builtin"), Analyser()


def main() -> int:
    """Print the tally; 1 when anything was broken, lost or orphaned."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.crash", description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = crash_trials(Path(folder), range(arguments.seed, arguments.seed + arguments.trials))
    bad = [*tally.broken, *tally.lost, *tally.orphans]
    sys.stdout.write(tally.table() + "".join(f"\n{line}" for line in bad) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
