"""What the next question is confined to: some weeks, some documents, or everything."""

from __future__ import annotations

import streamlit as st

from app import suggestions
from app.assistant import Assistant
from app.ui.plain import visible
from app.ui.session import Session
from app.ui.strings import words
from ingest.facets import Filters


def draw_scope(session: Session, assistant: Assistant) -> None:
    """A small menu above the input that says where the next answer will come from."""
    language = session.language
    titles = {document.path: visible(document.title or document.path) for document in assistant.documents()}

    # Streamlit knows a choice by its label: in another language it is another menu, with the same choice.
    weeks, documents = f"scope-weeks-{language}", f"scope-documents-{language}"

    def choose() -> None:
        state = st.session_state
        session.scope = Filters(weeks=tuple(state[weeks]), paths=tuple(state[documents]))

    with st.popover(_label(session), icon=":material/filter_alt:", type="tertiary", key="scope"):
        st.caption(words("scope_help", language))
        st.multiselect(
            words("scope_weeks", language), suggestions.weeks(assistant.index), key=weeks, on_change=choose,
            default=list(session.scope.weeks),
            placeholder=words("scope_all_weeks", language),
            format_func=lambda week: words("week", language, week=week),
        )  # fmt: skip
        st.multiselect(
            words("scope_documents", language), list(titles), key=documents, on_change=choose,
            default=[path for path in session.scope.paths if path in titles],
            placeholder=words("scope_all_documents", language), format_func=titles.__getitem__,
        )  # fmt: skip


def _label(session: Session) -> str:
    language, scope = session.language, session.scope
    if not scope.groups():
        return words("scope_all", language)
    parts = [words("week", language, week=week) for week in scope.weeks]
    if scope.paths:
        parts.append(words("scope_count", language, count=len(scope.paths)))
    return " · ".join(parts)
