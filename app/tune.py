"""``seodang tune``: the built-in embedding adapted to one course, measured, and kept only when it is better."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.assistant import Assistant
from app.cases import numbered_lines
from app.embedders import tuned_folder
from app.places import find_index
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.embedding import BUILTIN, Embedder, load_embedder
from ingest.errors import UsageError
from ingest.index import STORE
from ingest.normaliser import find_quote
from ingest.pipeline import ingest
from ingest.settings import IngestSettings, load_settings
from ingest.snapshots import IndexFolder
from ingest.store import Store
from ingest.tuned import TunedEmbedder, builtin_parts, remove_tuned, save_tuned
from ingest.tuning import Tuned, tune_rows
from ingest.tuning_pairs import mine

_K = 5  # passages a case's quote may stand in


@dataclass(frozen=True, slots=True)
class TuneReport:
    """Both models on pairs that training never saw, and on cases. ``gain`` is that of the mean reciprocal rank, with
    its 95 % interval."""

    pairs: int
    measured_on: int
    before: dict[str, float]
    after: dict[str, float]
    gain: tuple[float, float, float]
    rounds: int
    cases: dict[str, int] | None  # how many, and how many found before and after
    kept: bool
    seconds: float = field(compare=False)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        names = {"mrr": "mean reciprocal rank", "first": "ranked first", "first_five": "among the first five"}
        lines = [
            f"{self.pairs} pairs mined from the course; measured on {self.measured_on} of documents kept apart:",
            *(f"  {names[name]:22} {self.before[name]:.3f} → {self.after[name]:.3f}" for name in names),
            f"  gain {self.gain[0]:+.3f} [{self.gain[1]:+.3f}, {self.gain[2]:+.3f}] after {self.rounds} rounds",
        ]
        if self.cases:
            lines.append(
                f"  cases found in {_K} passages: {self.cases['before']} → {self.cases['after']} of {self.cases['n']}"
            )
        verdict = "Kept, and the index made anew with it. Back: seodang tune --revert"
        lines.append(f"{verdict if self.kept else 'Not better: nothing was changed.'} ({self.seconds:.0f} s)")
        return "\n".join(lines)


def tune(index: Path, cases: Path | None = None) -> TuneReport:
    """Adapt the built-in model to the course of an index; when it is better there, keep it and ingest anew.

    Better means: a gain on the held-out pairs whose interval lies above zero, and no case fewer found.

    Raises:
        UsageError: another model is set, the course is gone, or there is too little text.
    """
    started = time.perf_counter()
    settings, corpus = _prepared(index)
    store = Store.open(IndexFolder(index).require().folder / STORE)
    try:
        pairs = mine(store)
    finally:
        store.close()
    tokenizer, rows, base = builtin_parts()
    tuned = tune_rows(tokenizer, rows, pairs)
    gain = tuned.difference()
    before, after = _figures(tuned.before), _figures(tuned.after)
    kept, found = gain[1] > 0, None
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "embedding"
        save_tuned(weights, base, tuned.pieces, tuned.rows, {"before": before, "after": after, "gain": gain})
        if kept and cases is not None:
            found = _on_cases(cases, corpus, settings, weights, Path(folder))
            kept = found["after"] >= found["before"]
    if kept:
        _keep(index, corpus, settings, base, tuned, {"before": before, "after": after, "gain": gain, "cases": found})
    seconds = round(time.perf_counter() - started, 1)
    return TuneReport(len(pairs), len(tuned.before), before, after, gain, tuned.rounds, found, kept, seconds)


def revert(index: Path) -> bool:
    """Forget the tuned model and make the index anew with the built-in one; False when there was none."""
    settings, corpus = _prepared(index)
    if not remove_tuned(tuned_folder(index)):
        return False
    ingest(corpus, index, settings, load_embedder(BUILTIN), Analyser())
    return True


def command(arguments: argparse.Namespace) -> int:
    """Exit status 0 also when the built-in model stays: then it is the better one."""
    index = find_index(arguments.index)
    if arguments.revert:
        done = revert(index)
        text = "The built-in model is back, and the index made anew with it." if done else "There is no tuned model."
        value: Any = {"reverted": done}
    else:
        report = tune(index, arguments.cases)
        text, value = report.text(), report.to_json()
    sys.stdout.write((json.dumps(value, ensure_ascii=False) if arguments.json else text) + "\n")
    return 0


def _prepared(index: Path) -> tuple[IngestSettings, Path]:
    settings = load_settings(IngestSettings, "ingest", index)
    if settings.embedder != BUILTIN:
        raise UsageError(
            f"The setting embedder is {settings.embedder}: only the built-in model can be tuned.",
            "Set embedder = 'builtin', run seodang ingest, then seodang tune.",
        )
    corpus = Path(IndexFolder(index).require().manifest.corpus)
    if not corpus.is_dir():
        raise UsageError(f"{corpus}: the course folder is gone.", "Bring it back: the index has to be made anew.")
    return settings, corpus


def _keep(
    index: Path, corpus: Path, settings: IngestSettings, base: str, tuned: Tuned, measured: dict[str, Any]
) -> None:
    save_tuned(tuned_folder(index), base, tuned.pieces, tuned.rows, measured)
    ingest(corpus, index, settings, TunedEmbedder(tuned_folder(index)), Analyser())


def _figures(ranks: NDArray[np.float64]) -> dict[str, float]:
    return {
        "mrr": float(ranks.mean()),
        "first": float((ranks == 1).mean()),
        "first_five": float((ranks >= 1 / _K).mean()),
    }


def _on_cases(file: Path, corpus: Path, settings: IngestSettings, weights: Path, room: Path) -> dict[str, int]:
    """Both models through the whole search, each over an index of its own."""
    cases = _read(file)
    analyser = Analyser()

    def hits(name: str, embedder: Embedder) -> int:
        ingest(corpus, room / name, settings, embedder, analyser)
        assistant = Assistant(IndexFolder(room / name), embedder, analyser, AppSettings())
        try:
            return sum(_found(assistant, case) for case in cases)
        finally:
            assistant.index.close()

    return {
        "n": len(cases),
        "before": hits("before", load_embedder(BUILTIN)),
        "after": hits("after", TunedEmbedder(weights)),
    }


def _found(assistant: Assistant, case: dict[str, Any]) -> bool:
    passages = assistant.search(case["question"], k=_K, history=case.get("history", [])).passages
    return any(
        passage.path == gold["file"]
        and (gold.get("quote") is None or find_quote(gold["quote"], passage.text) is not None)
        for passage in passages
        for gold in case["gold"]
    )


def _read(file: Path) -> Sequence[dict[str, Any]]:
    """Cases with a gold place; the others say nothing about search."""
    try:
        cases = [json.loads(line) for _, line in numbered_lines(file)]
        return [case for case in cases if case["question"] and case["gold"]]
    except (ValueError, KeyError, TypeError) as error:
        cause = f"{file}: no cases can be read from it ({error})."
        raise UsageError(cause, 'A JSON object a line with "question" and "gold".') from error
