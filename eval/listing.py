"""The complete runs of a folder, each in a few words: what somebody picks a report or a comparison from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from eval.cases import load_cases
from eval.figures import HEADLINES, Figures
from eval.statistics import Estimate
from eval.systems import OURS
from eval.tables import number, table
from ingest.errors import SeodangError


@dataclass(frozen=True, slots=True)
class RunInfo:
    """``report``: its HTML file, where one was made. ``judge``: the model that judged its answers, if one did."""

    folder: Path
    name: str
    corpus: str
    finished: str  # ISO 8601
    cases: int
    synthetic: int
    headlines: dict[str, Estimate]
    report: Path | None
    judge: str | None


def complete_runs(runs: Path, corpus: str | None = None) -> list[RunInfo]:
    """The newest first; ``corpus``: only those over a corpus folder of this name. A damaged run is left out."""
    found = []
    for manifest in runs.glob("*/manifest.json"):
        try:
            info = _info(manifest.parent)
        except (OSError, KeyError, msgspec.MsgspecError, SeodangError):
            continue
        if corpus is None or info.corpus == corpus:
            found.append(info)
    return sorted(found, key=lambda info: (info.finished, info.name), reverse=True)


def runs_table(found: list[RunInfo]) -> str:
    """A row a run."""
    if not found:
        return "No complete run yet: seodang eval run FOLDER\n"
    rows = [
        [
            one.name,
            one.finished[:16].replace("T", " "),
            str(one.cases),
            *(number(one.headlines[name].mean) if name in one.headlines else "–" for name in HEADLINES),
        ]
        for one in found
    ]
    return table(["run", "finished (UTC)", "cases", *HEADLINES], rows) + "\n"


def _info(folder: Path) -> RunInfo:
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    figures = msgspec.json.decode((folder / "figures.json").read_bytes(), type=Figures)
    system = OURS if OURS in figures.overall else next(iter(figures.overall))
    report, judged = folder / "report.html", folder / "judge.json"
    return RunInfo(
        folder=folder,
        name=folder.name,
        corpus=str(manifest["plan"].get("corpus", "")),
        finished=str(manifest["finished"]),
        cases=figures.cases,
        synthetic=sum(case.extra.get("synthetic") is True for case in load_cases(folder / "cases.jsonl")),
        headlines={name: one for name, one in figures.overall[system].items() if name in HEADLINES},
        report=report if report.is_file() else None,
        judge=str(msgspec.json.decode(judged.read_bytes())["model"]) if judged.is_file() else None,
    )
