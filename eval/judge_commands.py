"""`seodang eval judge`: a language model reads a run's answers. Only where somebody names one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from app.chat_model import ChatModel
from app.model_failures import FailedModelError
from app.places import find_index, user_folder
from app.settings import AppSettings
from eval.comparison import load_scored
from eval.judge import Judge, Replies
from eval.judged import FILE, Judged, judge_run, load_labels
from eval.report_commands import latest_run
from eval.report_words import pairwise_words, with_interval
from eval.results import Result, load_results
from eval.tables import table
from ingest.errors import ChatModelError, UsageError
from ingest.settings import load_settings


def judge(arguments: argparse.Namespace) -> int:
    """Judge and write ``judge.json`` into the run's folder."""
    index = find_index(arguments.index)
    flags = {"model": arguments.model, "base_url": arguments.base_url}
    settings = load_settings(AppSettings, "app", index, {key: value for key, value in flags.items() if value})
    if not settings.model:
        raise UsageError("No judge is named.", "Give --model provider:name, or set [app] model in seodang.toml.")
    folder: Path = arguments.run or latest_run(arguments.index)
    scored = load_scored(folder, arguments.system)
    results = load_results(folder / "results" / f"{scored.system}.jsonl")
    labels = load_labels(arguments.labels, scored.cases)
    earlier = _earlier(arguments.compare, arguments.system, [case.case_id for case in scored.cases])
    name = f"{settings.model} at {settings.base_url}" if settings.base_url else settings.model
    _say(f"questions, answers and the passages behind them go to {name}")
    try:
        chat = ChatModel.load(settings.model, base_url=settings.base_url, seconds=settings.model_seconds)
        model = Judge(chat, name, settings.model_seconds, Replies(user_folder(index)))
        found = judge_run(model, scored.system, scored.cases, results, labels, earlier, _say)
    except FailedModelError as failure:
        raise ChatModelError(failure.cause, "What it has said is kept: judge again to go on.") from failure
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    sys.stdout.write(f"{msgspec.json.encode(found).decode()}\n" if arguments.json else judged_table(found))
    return 0


def judged_table(found: Judged) -> str:
    """The grades, and with labels how far to trust them."""
    rows = []
    for aspect, one in found.aspects.items():
        agreed = found.agreement.get(aspect)
        rows.append([aspect.value, with_interval(one), with_interval(agreed.kappa if agreed else None)])
    parts = [f"{found.model} on {len(found.cases)} answers; {found.left_out} cases without one", ""]
    parts.append(table(["grade, of 1", "mean [95 % interval] n", "kappa with people"], rows))
    if found.failed:
        parts.append(f"\nNo verdict for {len(found.failed)}: {', '.join(found.failed[:20])}")
    if found.pairwise:
        parts.append(f"\n{pairwise_words(found.pairwise)}")
    return "\n".join(parts) + "\n"


def _earlier(folder: Path | None, system: str | None, ids: list[str]) -> tuple[str, list[Result]] | None:
    if folder is None:
        return None
    base = load_scored(folder, system)
    results = {one.case_id: one for one in load_results(folder / "results" / f"{base.system}.jsonl")}
    if set(results) != set(ids):
        raise UsageError(f"{folder}: its cases are not those of the run.", "Compare runs over the same cases.")
    return base.label, [results[case_id] for case_id in ids]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
