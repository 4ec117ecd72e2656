"""For the owner of a course: what is asked and cited most, and what the materials do not answer."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.assistant import Assistant
from app.insights import insights
from app.places import own_folders
from app.ui.plain import visible
from app.ui.session import Session
from app.ui.strings import words


def draw_insights(session: Session, assistant: Assistant) -> None:  # noqa: ARG001 (every page has the same signature)
    language = session.language
    folders = own_folders(session.index)
    found = insights(folders)
    st.title(words("insights_page", language), anchor=False)
    st.caption(words("insights_intro", language))
    if not found.questions:
        st.info(words("insights_empty", language), icon=":material/info:")
        return
    first, second, third = st.columns(3)
    first.metric(words("insights_questions", language), found.questions)
    second.metric(words("insights_answered", language), f"{found.answered / found.questions:.0%}")
    third.metric(words("insights_cases", language), found.cases)
    left, right = st.columns(2, gap="medium")
    with left:
        _table(words("insights_asked", language), found.asked, session)
        _lines(words("insights_unanswered", language), found.unanswered)
    with right:
        _table(words("insights_cited", language), found.cited, session)
        _lines(words("insights_disliked", language), tuple(str(rating["question"]) for rating in found.disliked))
    _cases_download(folders, session)


def _table(title: str, pairs: tuple[tuple[str, int], ...], session: Session) -> None:
    st.subheader(title, anchor=False)
    count = words("insights_count", session.language)
    st.dataframe([{title: visible(what), count: times} for what, times in pairs], hide_index=True)


def _lines(title: str, lines: tuple[str, ...]) -> None:
    if lines:
        st.subheader(title, anchor=False)
        st.text("\n".join(visible(" ".join(line.split())) for line in lines))


def _cases_download(folders: list[Path], session: Session) -> None:
    files = [file for folder in folders if (file := folder / "cases.jsonl").is_file()]
    if files:
        st.download_button(
            words("insights_download", session.language), lambda: b"".join(file.read_bytes() for file in files),
            file_name="cases.jsonl", mime="application/jsonl", icon=":material/download:", on_click="ignore",
            key="insights-cases",
        )  # fmt: skip
