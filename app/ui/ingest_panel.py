"""Bringing the index up to date from the browser: what would change, progress, the result, undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app.assistant import Assistant
from app.corpus_changes import Change
from app.ingest_job import JobState
from app.ui.errors import draw_error
from app.ui.plain import visible
from app.ui.resources import open_job
from app.ui.session import Session
from app.ui.strings import words
from ingest.errors import SeodangError


def start_ingest(session: Session, assistant: Assistant) -> None:
    """For a callback: begin, or say that one is at work."""
    if not open_job(session.index).start(assistant.index):
        st.toast(words("job_busy", session.language))


@contextmanager
def changing(session: Session, assistant: Assistant) -> Iterator[Change]:
    """For a callback, where nothing can be drawn: what was done can be undone and is indexed, an error is drawn with
    the page."""
    change, session.change_error = Change(), None
    try:
        yield change
    except SeodangError as error:
        session.change_error = error
    if change.put or change.kept:
        session.change = change
    start_ingest(session, assistant)


def draw_job(session: Session, assistant: Assistant) -> None:
    """The state of the ingest, and the buttons that start one."""
    language, job = session.language, open_job(session.index)

    def undo() -> None:
        session.change_error = None
        if session.change is not None:
            try:
                session.corpus(assistant.index.corpus).undo(session.change)
                session.change = None
            except SeodangError as error:
                session.change_error = error
            start_ingest(session, assistant)

    running = job.state.running
    with st.container(horizontal=True, key="ingest-buttons"):
        st.button(
            words("reingest", language), key="ingest-start", icon=":material/sync:", disabled=running,
            on_click=start_ingest, args=(session, assistant),
        )  # fmt: skip
        check = st.button(
            words("reingest_check", language), key="ingest-check", icon=":material/difference:", type="tertiary",
            disabled=running,
        )  # fmt: skip
        if session.change is not None:
            st.button(words("undo_change", language), key="ingest-undo", icon=":material/undo:", on_click=undo)
    if session.change_error is not None:
        draw_error(session.change_error, language)
    if check:
        report = job.preview(assistant.index)
        names = ("added", "changed", "renamed", "removed", "unchanged")
        st.info(words("diff", language, **{name: len(getattr(report, name)) for name in names}))
    if running:
        st.fragment(_watch, run_every=0.5)(session)
    else:
        _draw_state(job.state, session)


def _watch(session: Session) -> None:
    """Redraws itself while the ingest runs; the whole page once it is done."""
    state = open_job(session.index).state
    if not state.running:
        st.rerun()
    _draw_state(state, session)


def _draw_state(state: JobState, session: Session) -> None:
    language = session.language
    if state.running and state.progress is None:
        st.progress(0.0, words("job_starting", language))
    elif state.running and state.progress is not None:
        p = state.progress
        text = words(
            "job_running", language, done=p.done, total=p.total, rate=p.rate, left=p.seconds_left, path=""
        ).rstrip(" ·")
        st.progress(p.done / max(1, p.total), text)
        st.text(visible(p.path))
    elif state.error is not None:
        draw_error(state.error, language)
    elif state.report is not None:
        r = state.report
        done = words("job_done", language, documents=r.documents, chunks=r.chunks, seconds=r.seconds)
        st.success(done, icon=":material/check:")
        for failed in r.failed:
            st.text(visible(f"{words('outcome_failed', language)}: {failed.reason}"))
