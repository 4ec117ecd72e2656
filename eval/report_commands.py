"""`seodang eval list`, `report` and `monitor`: what there is, and runs and real use as HTML, Markdown and JSON."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from app.conversations import Conversations
from app.feedback import Feedback
from app.places import corpus_of, find_index, runs_folder, user_folder
from eval.listing import complete_runs, runs_table
from eval.monitor_report import monitor_html, monitor_markdown
from eval.monitoring import By, use_of, use_table
from eval.report import make_report
from eval.report_html import report_html
from eval.report_markdown import report_markdown
from ingest.errors import UsageError

RUNS = Path(".seodang") / "runs"


def report(arguments: argparse.Namespace) -> int:
    """Write the three files side by side and say where."""
    if arguments.worst < 0:
        raise UsageError("--worst counts cases, so it is at least 0.")
    folder: Path = arguments.run or latest_run(arguments.index)
    made = make_report(folder, arguments.system, arguments.compare)
    out: Path = arguments.out or folder / "report.html"
    page, text = report_html(made, each=arguments.worst), report_markdown(made, each=arguments.worst)
    encoded = _write(out, page, text, made)
    if arguments.json:
        sys.stdout.write(encoded.decode() + "\n")
    else:
        sys.stdout.write(f"{out}\n")
    return 0


def list_runs(arguments: argparse.Namespace) -> int:
    """The runs of one course."""
    index = find_index(arguments.index)
    found = complete_runs(runs_folder(index), corpus_of(index).name)
    encoded = msgspec.json.encode(found, enc_hook=str).decode()
    sys.stdout.write(f"{encoded}\n" if arguments.json else runs_table(found))
    return 0


def monitor(arguments: argparse.Namespace) -> int:
    """Questions, refusals, times and ratings a day or week; nothing is written unless ``--out`` says where."""
    index = find_index(arguments.index)
    folder = user_folder(index)
    use = use_of(Conversations(folder), Feedback(folder), index.name, By(arguments.by))
    if arguments.out is not None:
        _write(arguments.out, monitor_html(use), monitor_markdown(use), use)
    if arguments.json:
        sys.stdout.write(f"{msgspec.json.encode(use).decode()}\n")
    else:
        sys.stdout.write(f"{arguments.out}\n" if arguments.out else use_table(use))
    return 0


def latest_run(index: Path | None) -> Path:
    """The complete run that was finished last: beside an index, else in this folder's ``.seodang``."""
    runs = RUNS if index is None else runs_folder(index)
    found = list(runs.glob("*/manifest.json"))
    if not found:
        raise UsageError(f"{runs}: no complete run is there.", "Make one: seodang eval run FOLDER")
    return max(found, key=lambda path: path.stat().st_mtime_ns).parent


def _write(out: Path, page: str, text: str, value: object) -> bytes:
    """The three files of a report, side by side; the JSON."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--out {out}: the report is an HTML file.", "Name it FILE.html; .md and .json go beside it.")
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    out.with_suffix(".md").write_text(text, encoding="utf-8")
    out.with_suffix(".json").write_bytes(encoded + b"\n")
    return encoded
