"""Starting an evaluation from the browser: what would be asked, progress, stop; a judge where a model is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import streamlit as st

from app.feedback import Feedback
from app.places import user_folder
from app.reports import Evaluation, JobState, RunInfo
from app.settings import AppSettings
from app.ui.errors import draw_error
from app.ui.plain import escaped, visible
from app.ui.resources import evaluation_runs, open_evaluation_job, proposed_questions
from app.ui.session import Session
from app.ui.strings import words
from ingest.settings import load_settings


def draw_evaluation(evaluation: Evaluation, session: Session) -> None:
    """The buttons, and the state of what they started."""
    language, job = session.language, open_evaluation_job(session.index)
    index = ("--index", str(session.index), "--json")
    running = job.state.running

    def start(command: str, *arguments: str) -> None:
        if not job.start(command, *arguments):
            st.toast(words("job_busy_evaluation", language))

    asked = _asked(evaluation, session)
    with st.container(horizontal=True, key="evaluation-buttons"):
        st.button(
            words("run_start", language), key="run-start", type="primary", icon=":material/play_arrow:",
            disabled=running or not asked, on_click=start, args=("run", "--baselines", "none", *index),
        )  # fmt: skip
        st.button(
            words("questions_make", language), key="questions-make", icon=":material/auto_awesome:", disabled=running,
            help=words("questions_make_help", language), on_click=start, args=("make", *index),
        )  # fmt: skip
        if running:
            st.button(words("run_stop", language), key="run-stop", icon=":material/stop:", on_click=job.stop)
    _draw_judge(evaluation, session, start)
    if running:
        st.fragment(_watch, run_every=0.5)(session)
    else:
        _draw_state(job.state, session)


def _asked(evaluation: Evaluation, session: Session) -> int:
    """How many questions a run would ask; says where they come from."""
    language = session.language
    questions = proposed_questions(evaluation, session.index, evaluation.changed())
    accepted = len(Feedback(user_folder(session.index)).cases())
    if accepted:
        st.caption(words("asks_accepted", language, count=accepted))
        return accepted
    waiting = sum(one.state == "open" for one in questions)
    st.caption(words("asks_proposed" if waiting else "asks_none", language, count=waiting))
    return waiting


def _draw_judge(evaluation: Evaluation, session: Session, start: Callable[..., None]) -> None:
    """Only where a model is set; says what goes where before it goes."""
    settings = load_settings(AppSettings, "app", session.index)
    runs = evaluation_runs(evaluation, session.index, evaluation.changed()) if settings.model else []
    if not runs:
        return
    language = session.language
    with st.popover(words("judge", language), icon=":material/gavel:"):
        where = escaped(f"{settings.model} {settings.base_url}".strip())
        st.markdown(words("judge_sends", language, model=where))
        names = {run.folder: run_label(run) for run in runs}
        run = st.selectbox(words("run_report", language), list(names), format_func=names.__getitem__, key="judge-run")
        st.button(
            words("judge_start", language), key="judge-start", type="primary", on_click=start,
            args=("judge", run, "--index", str(session.index), "--json"),
        )  # fmt: skip


def run_label(run: RunInfo) -> str:
    """A run in a list to pick from."""
    return visible(f"{run.finished[:16].replace('T', ' ')} · {run.cases} · {run.name}")


def _watch(session: Session) -> None:
    """Redraws itself while the child works; the whole page once it is done."""
    state = open_evaluation_job(session.index).state
    if not state.running:
        st.rerun()
    _draw_state(state, session)


def _draw_state(state: JobState, session: Session) -> None:
    language = session.language
    if state.running:
        share = state.done / state.total if state.total else 0.0
        text = words("run_counted", language, done=state.done, total=state.total) if state.total else ""
        st.progress(share, text or words("run_starting", language))
        st.text(visible(state.said))
    elif state.error is not None:
        draw_error(state.error, language)
    elif state.command == "make":
        made = cast("list[object]", state.result)
        st.success(words("questions_made", language, count=len(made)), icon=":material/check:")
    elif state.command:
        st.success(words(f"{state.command}_done", language), icon=":material/check:")
