"""`seodang eval report`: a run's folder as HTML, Markdown and JSON. `seodang eval monitor`: real use, a row a day."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from app.conversations import Conversations
from app.feedback import Feedback
from app.places import find_index, user_folder
from eval.monitoring import days, days_table
from eval.report import make_report
from eval.report_html import report_html
from eval.report_markdown import report_markdown
from ingest.errors import UsageError

RUNS = Path(".seodang") / "runs"


def report(arguments: argparse.Namespace) -> int:
    """Write the three files side by side and say where."""
    if arguments.worst < 0:
        raise UsageError("--worst counts cases, so it is at least 0.")
    folder: Path = arguments.run or latest_run(RUNS)
    made = make_report(folder, arguments.system, arguments.compare)
    out: Path = arguments.out or folder / "report.html"
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--out {out}: the report is an HTML file.", "Name it FILE.html; .md and .json go beside it.")
    encoded = msgspec.json.format(msgspec.json.encode(made), indent=2)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(report_html(made, each=arguments.worst), encoding="utf-8")
    out.with_suffix(".md").write_text(report_markdown(made, each=arguments.worst), encoding="utf-8")
    out.with_suffix(".json").write_bytes(encoded + b"\n")
    if arguments.json:
        sys.stdout.write(encoded.decode() + "\n")
    else:
        sys.stdout.write(f"{out}\n")
    return 0


def monitor(arguments: argparse.Namespace) -> int:
    """Questions, refusals, times and ratings a day."""
    folder = user_folder(find_index(arguments.index))
    found = days(Conversations(folder), Feedback(folder))
    sys.stdout.write(f"{msgspec.json.encode(found).decode()}\n" if arguments.json else days_table(found))
    return 0


def latest_run(runs: Path) -> Path:
    """The complete run that was finished last in this folder's ``.seodang``."""
    found = list(runs.glob("*/manifest.json"))
    if not found:
        raise UsageError(f"{runs}: no complete run is there.", "Make one: seodang eval run FOLDER")
    return max(found, key=lambda path: path.stat().st_mtime_ns).parent
