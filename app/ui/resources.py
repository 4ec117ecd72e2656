"""What all sessions of one server share: the opened index and the page viewer."""

from __future__ import annotations

import atexit
import threading
from importlib import import_module
from pathlib import Path

import streamlit as st

from app import suggestions
from app.assistant import Assistant
from app.fonts import find_font
from app.ingest_job import IngestJob
from app.phrases import Language
from app.reports import Comparison, Evaluation, EvaluationJob, Period, Proposal, RunInfo
from app.settings import AppSettings
from app.study import Chosen, Item, make_items
from app.study_guide import Guide, study_guide
from app.timeline import Timeline, timeline
from app.ui.strings import words
from app.viewing import PageViewer
from ingest.errors import UsageError
from ingest.settings import load_settings
from ingest.snapshots import IndexFolder


@st.cache_resource(show_spinner=False)
def open_assistant(index: Path) -> Assistant:
    """Opened once per server; the snapshot is renewed by ``Assistant.refresh``."""
    assistant = Assistant.open(index, load_settings(AppSettings, "app", index))
    threading.Thread(target=_warm_up, args=(assistant,), daemon=True).start()
    return assistant


def _warm_up(assistant: Assistant) -> None:
    """What loads with the first question loads now, while the welcome page is read."""
    assistant.search("서당", k=1)
    import_module("pandas")  # Streamlit loads it with the first answer's element: half a second


@st.cache_resource(show_spinner=False)
def open_viewer(index: Path) -> PageViewer:
    return PageViewer(IndexFolder(index).cache, load_settings(AppSettings, "app", index))


@st.cache_resource(show_spinner=False)
def open_job(index: Path) -> IngestJob:
    """One for all sessions: an index takes one ingest at a time."""
    return IngestJob(index)


@st.cache_resource(show_spinner=False)
def open_evaluation_job(index: Path) -> EvaluationJob:  # noqa: ARG001 (the cache's key)
    """One for all sessions, ended with the server."""
    job = EvaluationJob()
    atexit.register(job.stop)
    return job


Files = tuple[tuple[str, int], ...]  # of Evaluation.changed: what was read stays good until one changes


@st.cache_data(show_spinner=False, max_entries=16)
def evaluation_runs(_evaluation: Evaluation, index: Path, files: Files) -> list[RunInfo]:  # noqa: ARG001 (the cache's key)
    """Asking a child process takes a second, so it is done once for each state of the files."""
    return _evaluation.runs()


@st.cache_data(show_spinner=False, max_entries=16)
def proposed_questions(_evaluation: Evaluation, index: Path, files: Files) -> list[Proposal]:  # noqa: ARG001 (as above)
    return _evaluation.proposals()


@st.cache_data(show_spinner=False, max_entries=16)
def compared_runs(_evaluation: Evaluation, base: str, new: str, files: Files) -> Comparison:  # noqa: ARG001 (as above)
    return _evaluation.compare(base, new)


@st.cache_data(show_spinner=False, max_entries=16)
def report_page(_evaluation: Evaluation, run: str, earlier: str | None, files: Files) -> str:  # noqa: ARG001 (as above)
    return _evaluation.report(run, earlier)


@st.cache_data(show_spinner=False, max_entries=16)
def use_page(_evaluation: Evaluation, index: Path, by: Period, files: Files) -> str:  # noqa: ARG001 (as above)
    return _evaluation.use(by)


@st.cache_data(show_spinner=False)
def example_questions(_assistant: Assistant, index: Path, snapshot: int, language: Language) -> list[str]:  # noqa: ARG001 (the cache's key)
    """Four questions about the corpus at hand."""
    opened = _assistant.index
    found = [words("example_about", language, topic=topic) for topic in suggestions.topics(opened, 3, language)]
    weeks = suggestions.weeks(opened)
    if weeks:
        found.insert(1, words("example_week", language, week=weeks[len(weeks) // 2]))
    return found


@st.cache_data(show_spinner=False)
def course_timeline(_assistant: Assistant, index: Path, snapshot: int) -> Timeline:  # noqa: ARG001 (the cache's key)
    """Read once per snapshot."""
    return timeline(_assistant.index)


@st.cache_data(show_spinner=False)
def study_items(
    _assistant: Assistant,
    index: Path,  # noqa: ARG001 (the cache's key)
    snapshot: int,  # noqa: ARG001 (the cache's key)
    chosen: Chosen,
    count: int,
    seed: int,
) -> list[Item]:
    """Made once per snapshot, choice and seed."""
    return make_items(_assistant.index, chosen, count, seed)


@st.cache_data(show_spinner=False)
def week_guide(_assistant: Assistant, index: Path, snapshot: int, week: int, language: Language) -> Guide | None:
    """Made once per snapshot."""
    return study_guide(_assistant.index, course_timeline(_assistant, index, snapshot), week, language)


@st.cache_data(show_spinner=False)
def pdf_problem(guide: Guide, font: str) -> str:
    """Why a guide cannot be written as PDF on this machine; "" when it can."""
    try:
        find_font(guide.text, font)
    except UsageError as error:
        return str(error)
    return ""
