"""The courses one server offers: the indexes in one folder, with a switcher when there are several."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.places import indexes_beside
from app.ui.plain import visible
from app.ui.session import Session
from app.ui.strings import words


def chosen_index(first: Path) -> Path:
    """What was chosen in this session, else the one the server was started with."""
    name = st.session_state.get("course")
    chosen = first.parent / name if name else first
    return chosen if chosen in indexes_beside(first) else first


def draw_courses(first: Path, session: Session) -> None:
    courses = [path.name for path in indexes_beside(first)]
    if len(courses) < 2:
        return

    def choose() -> None:
        st.session_state["course"] = st.session_state["course-switch"]
        st.query_params.clear()

    with st.sidebar:
        st.selectbox(
            words("course_switch", session.language), courses, key="course-switch", on_change=choose,
            index=courses.index(session.index.name), format_func=visible,
        )  # fmt: skip
