"""Runs: cases through systems into a folder that says everything about itself.

plan.json            what makes this run this run; a folder with another plan is refused
cases.jsonl          the selected cases
results/NAME.jsonl   a line per case and system, in case order; a killed run goes on after the last whole line
scores/NAME.jsonl    the row of figures of each case
figures.json         means, intervals, slices: no clock in it, two runs of one plan give the same bytes
timings.json         seconds and memory, which differ every time
table.md             what was printed
manifest.json        plan, commit, machine, dates; written last: its presence means complete
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from eval import provenance
from eval.cases import Case, StaleGold, write_cases
from eval.evidence import PlaceTexts
from eval.figures import Figures, figures_of, figures_table
from eval.memory import PeakMemory
from eval.results import Result, load_results
from eval.scoring import Row, score
from eval.systems import Contender, System
from ingest.errors import UsageError

Progress = Callable[[str], None]
_PROGRESS_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one system took. ``open_seconds``: until it could answer (ours has its index already, the baselines make
    theirs). ``peak_mebibytes``: of the whole process tree; later systems also carry what earlier ones left behind."""

    open_seconds: float
    median_seconds: float
    p95_seconds: float
    cases_per_second: float
    peak_mebibytes: float


@dataclass(frozen=True, slots=True)
class Run:
    """Everything to do. ``identity``: what else was evaluated (corpus, data, options)."""

    cases: tuple[Case, ...]
    contenders: tuple[Contender, ...]
    k: int
    answers: bool
    identity: Mapping[str, Any]
    places: Mapping[str, PlaceTexts]  # by system: the index's text, for page_exact
    stale: tuple[StaleGold, ...] = ()

    def plan(self) -> dict[str, Any]:
        """What must be equal for two runs to be the same run."""
        return {
            "code": provenance.code_fingerprint(),
            "cases": provenance.cases_fingerprint(self.cases),
            "case_count": len(self.cases),
            "k": self.k,
            "answers": self.answers,
            "systems": {contender.name: dict(contender.description) for contender in self.contenders},
            **self.identity,
        }


def execute(run: Run, folder: Path, *, fresh: bool, progress: Progress) -> str:
    """Do what is not done yet and write the folder. Returns the printed table."""
    plan = run.plan()
    if fresh and folder.exists():
        _clear(folder)
    if _finished(folder, plan):
        progress(f"{folder}: this run is complete already; --fresh makes it again")
        return (folder / "table.md").read_text(encoding="utf-8")
    (folder / "results").mkdir(parents=True, exist_ok=True)
    (folder / "scores").mkdir(exist_ok=True)
    _write_json(folder / "plan.json", plan)
    write_cases(folder / "cases.jsonl", run.cases)
    started = datetime.now(UTC)
    timings: dict[str, Timing] = {}
    rows: dict[str, list[Row]] = {}
    results: dict[str, tuple[Result, ...]] = {}
    for contender in run.contenders:
        results[contender.name], timings[contender.name] = _run_system(run, contender, folder, progress)
        rows[contender.name] = [
            score(case, result, answers=run.answers, places=run.places.get(contender.name, {}))
            for case, result in zip(run.cases, results[contender.name], strict=True)
        ]
        _write_scores(folder / "scores" / f"{contender.name}.jsonl", run.cases, rows[contender.name])
    figures = figures_of(run.cases, rows, results)
    text = _printed(run, figures, timings)
    _write_json(folder / "figures.json", figures)
    _write_json(folder / "timings.json", timings)
    (folder / "table.md").write_text(text, encoding="utf-8")
    _write_json(
        folder / "manifest.json",
        {
            "plan": plan,
            "commit": provenance.commit(),
            "machine": provenance.machine(),
            "started": started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "crashed": figures.crashed,
            "stale": run.stale,
        },
    )
    return text


def _run_system(run: Run, contender: Contender, folder: Path, progress: Progress) -> tuple[tuple[Result, ...], Timing]:
    """The results of every case, in order, and the time they took; what an earlier try left is kept."""
    path = folder / "results" / f"{contender.name}.jsonl"
    done = _resume(path, run.cases)
    opened = 0.0
    with PeakMemory() as memory:
        if len(done) < len(run.cases):
            progress(f"{contender.name}: opening")
            begin = time.perf_counter()
            system = contender.open()
            opened = time.perf_counter() - begin
            try:
                done.extend(_append(run, contender.name, system, path, len(done), progress))
            finally:
                system.close()
    seconds = np.array([result.seconds for result in done])
    timing = Timing(
        open_seconds=opened,
        median_seconds=float(np.median(seconds)),
        p95_seconds=float(np.quantile(seconds, 0.95)),
        cases_per_second=float(len(seconds) / max(seconds.sum(), 1e-9)),
        peak_mebibytes=memory.mebibytes,
    )
    return tuple(done), timing


def _append(run: Run, name: str, system: System, path: Path, start: int, progress: Progress) -> Iterator[Result]:
    """Do the cases from ``start`` on; each result is on disk before the next case begins."""
    last_word = time.monotonic()
    with path.open("ab") as out:
        for number, case in enumerate(run.cases[start:], start=start + 1):
            result = run_case(system, case, k=run.k, answers=run.answers)
            out.write(msgspec.json.encode(result) + b"\n")
            out.flush()
            if result.error is not None:
                progress(f"{name}: {case.case_id} crashed: {result.error}")
            if time.monotonic() - last_word > _PROGRESS_EVERY_SECONDS:
                progress(f"{name}: {number} of {len(run.cases)}")
                last_word = time.monotonic()
            yield result


def run_case(system: System, case: Case, *, k: int, answers: bool) -> Result:
    """One case. Whatever it raises becomes a result with ``error``: one crash must not hide the other
    figures.
    """
    begin = time.perf_counter()
    seconds = None
    try:
        result = Result(case_id=case.case_id)
        if answers:
            result = system.ask(case)
            seconds = time.perf_counter() - begin
        # Passages always come from a search: an answer may show fewer than the metrics look at.
        result = msgspec.structs.replace(result, passages=tuple(system.search(case, k)))
    except Exception as error:  # noqa: BLE001
        result = Result(case_id=case.case_id, error=f"{type(error).__name__}: {error}")
    return msgspec.structs.replace(result, seconds=seconds or time.perf_counter() - begin)


def _resume(path: Path, cases: Sequence[Case]) -> list[Result]:
    """The whole lines of an earlier try; a line that was being written is cut off."""
    if not path.exists():
        return []
    content = path.read_bytes()
    path.write_bytes(content[: content.rfind(b"\n") + 1])
    done = list(load_results(path))
    if [result.case_id for result in done] != [case.case_id for case in cases[: len(done)]]:
        raise UsageError(f"{path}: its lines are not these cases in this order.", "Make the run again with --fresh.")
    return done


def _finished(folder: Path, plan: Mapping[str, Any]) -> bool:
    """True for a complete run of this plan, False for nothing or part of one. Another plan is refused."""
    try:
        earlier = msgspec.json.decode((folder / "plan.json").read_bytes())
    except FileNotFoundError:
        return False
    if earlier != msgspec.to_builtins(plan):
        changed = sorted(key for key in {*earlier, *plan} if earlier.get(key) != msgspec.to_builtins(plan.get(key)))
        raise UsageError(
            f"{folder}: it holds another run (different: {', '.join(changed)}).",
            "Give another --out, or --fresh to replace it.",
        )
    return (folder / "manifest.json").exists()


def _clear(folder: Path) -> None:
    """Remove an earlier run; anything that is not a run is left alone and reported."""
    if not (folder / "plan.json").is_file():
        if any(folder.iterdir()):
            raise UsageError(f"{folder}: it is not empty and holds no run.", "Give another --out.")
        return
    shutil.rmtree(folder)


def _printed(run: Run, figures: Figures, timings: Mapping[str, Timing]) -> str:
    lines = [figures_table(figures), ""]
    for name, timing in timings.items():
        lines.append(
            f"{name}: {timing.cases_per_second:.1f} cases/s, median {timing.median_seconds * 1000:.1f} ms,"
            f" p95 {timing.p95_seconds * 1000:.1f} ms, opened in {timing.open_seconds:.1f} s,"
            f" peak {timing.peak_mebibytes:,.0f} MiB"
        )
    for name, ids in figures.crashed.items():
        if ids:
            lines.append(f"{name}: {len(ids)} crashed, scored at their worst: {', '.join(ids[:20])}")
    if run.stale:
        lines.append(f"Stale gold, {len(run.stale)}:")
        lines.extend(f"  {one.case_id}: {one.file}: {one.reason}" for one in run.stale[:20])
    return "\n".join(lines) + "\n"


def _write_scores(path: Path, cases: Sequence[Case], rows: Sequence[Row]) -> None:
    lines = (msgspec.json.encode({"id": case.case_id, **row}) for case, row in zip(cases, rows, strict=True))
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
