"""`python -m eval.benchmarks.outcomes CORPUS [--strings list.jsonl]`: what becomes of a folder of difficult files.

Every file is first read alone in a reading process, timed, then the folder is ingested by the command. With a list of
strings ({"file", "text": [...]} a line, what a person sees in the file), each string is a query of `seodang search`.
It is *found* when one of the first ten passages comes from the file and holds it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from eval.memory import PeakMemory
from eval.tables import table
from ingest.normaliser import strip_marks
from ingest.readers import SourceFile
from ingest.scan import scan_corpus
from ingest.settings import IngestSettings
from ingest.workers import Job, ReaderPool, WorkerLimits

_K = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One string of a file: whether a passage of the file came, and whether one holds the string."""

    path: str
    text: str
    file: bool
    string: bool


def reading_times(corpus: Path) -> tuple[dict[str, float], float]:
    """Seconds of every readable file in a process of its own, and the most memory (MiB) one such process had."""
    settings = IngestSettings()
    limits = WorkerLimits(settings.file_seconds, settings.file_memory_mb)
    jobs = (
        Job(SourceFile(file.path, file.relative, settings.ocr_seconds()), "", settings.chunks())
        for file in scan_corpus(corpus).files
    )
    seconds: dict[str, float] = {}
    with PeakMemory() as memory, ReaderPool(1, limits) as pool:
        began = time.perf_counter()
        for path, _ in pool.read_all(jobs):
            seconds[path] = time.perf_counter() - began
            began = time.perf_counter()
    return seconds, memory.largest_child


def outcomes(corpus: Path, strings: Path | None) -> str:
    """Markdown: how the files ended, why, and what of the strings is found."""
    seconds, peak = reading_times(corpus)
    with tempfile.TemporaryDirectory() as folder:
        report = _ingest(corpus, Path(folder) / "index")
        found = _search(strings, Path(folder)) if strings else []
    kinds = ("failed", "skipped", "partial")
    named = {kind: {one["path"]: one["reason"] for one in report[kind]} for kind in kinds}
    indexed = len(report["added"]) - len(named["partial"])
    counts = [
        indexed, len(named["partial"]), len(named["failed"]), len(named["skipped"]), len(report["duplicates"])
    ]  # fmt: skip
    slowest = max(seconds, key=lambda path: seconds[path])
    header = ["files", "indexed", "partly", "failed", "skipped", "copies", "slowest file s", "largest worker MiB"]
    row = [sum(counts), *counts, f"{seconds[slowest]:.1f} ({slowest})", f"{peak:,.0f}"]
    lines = [table(header, [[str(cell) for cell in row]]), ""]
    for kind in kinds:
        reasons = Counter(_gist(path, reason) for path, reason in named[kind].items())
        lines += [f"- {kind}, {count}: {reason}" for reason, count in reasons.most_common()]
    return "\n".join([*lines, "", *_strings_table(found)]) + "\n"


def _ingest(corpus: Path, index: Path) -> dict[str, Any]:
    done = _command("ingest", str(corpus), "--index", str(index), "--json")
    value: dict[str, Any] = json.loads(done)
    return value


def _search(strings: Path, folder: Path) -> list[Found]:
    rows = [json.loads(line) for line in strings.read_text("utf-8").splitlines()]
    wanted = [(PurePosixPath(row["file"]).name, text) for row in rows for text in row.get("text") or ()]
    cases, out = folder / "cases.jsonl", folder / "out.jsonl"
    asked = ({"id": str(number), "question": text} for number, (_, text) in enumerate(wanted))
    cases.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in asked), "utf-8")
    index = str(folder / "index")
    _command("search", "--cases", str(cases), "--out", str(out), "-k", str(_K), "--index", index)
    results = [json.loads(line)["passages"] for line in out.read_text("utf-8").splitlines()]
    found = []
    for (name, text), passages in zip(wanted, results, strict=True):
        own = [passage["text"] for passage in passages if PurePosixPath(passage["path"]).name == name]
        held = any(strip_marks(text) in strip_marks(passage) for passage in own)
        found.append(Found(name, text, bool(own), held))
    return found


def _command(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "app.cli", *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return done.stdout


def _strings_table(found: list[Found]) -> list[str]:
    by_format: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        by_format[PurePosixPath(one.path).suffix].append(one)
    rows = [
        [suffix, str(len(own)), str(sum(one.file for one in own)), str(sum(one.string for one in own))]
        for suffix, own in sorted(by_format.items())
    ]
    missing = [
        f"- {one.path}: {one.text[:100]!r}{' (its file is)' if one.file else ''}" for one in found if not one.string
    ]
    return [table(["format", "strings", "their file found", "found"], rows), "", *missing] if found else []


def _gist(path: str, reason: str) -> str:
    """The reason without the file's own name, so that equal ones are counted together."""
    return " ".join(reason.replace(f"{path}: ", "").split())[:160]


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.outcomes", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--strings", type=Path)
    arguments = parser.parse_args()
    sys.stdout.write(outcomes(arguments.corpus, arguments.strings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
