"""The chat: welcome or conversation, the source beside it, the input below."""

from __future__ import annotations

import streamlit as st

from app.assistant import Assistant
from app.ui.conversation import draw_conversation
from app.ui.plain import escaped
from app.ui.resources import example_questions, open_viewer
from app.ui.scope import draw_scope
from app.ui.session import Session
from app.ui.source_panel import draw_source
from app.ui.strings import words
from app.ui.where_to import draw_destination


def draw_chat(session: Session, assistant: Assistant) -> None:
    _follow_link(session)
    with st.bottom:
        with st.container(horizontal=True, vertical_alignment="center", key="input-head"):
            draw_scope(session, assistant)
            draw_destination(session, assistant, quiet=True)
        st.chat_input(
            words("ask", session.language), max_chars=2000, key="question",
            on_submit=lambda: session.ask(st.session_state["question"]),
        )  # fmt: skip
    # The columns are always there, so that opening a source moves nothing that is already drawn.
    left, right = st.columns(2, gap="medium")
    # Before the conversation: an answer on its way keeps nothing else waiting.
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))
    with left, st.container(key="conversation"):
        if session.turns:
            draw_conversation(session, assistant)
        else:
            _draw_welcome(session, assistant)
    if session.conversation and st.query_params.get("c") != session.conversation:
        st.query_params["c"] = session.conversation


def _follow_link(session: Session) -> None:
    """A link with ``?c=`` reopens its conversation in a fresh session."""
    key = st.query_params.get("c")
    if key and session.conversation is None and not session.turns and not session.resume(key):
        st.query_params.pop("c", None)
        st.info(words("link_gone", session.language), icon=":material/link_off:")


def _draw_welcome(session: Session, assistant: Assistant) -> None:
    language = session.language
    with st.container(key="welcome"):
        st.title(words("title", language), anchor=False)
        st.markdown(words("tagline", language))
        examples = example_questions(assistant, session.index, assistant.index.snapshot.number, language)
        if examples:
            st.caption(words("examples", language))
        for number, question in enumerate(examples):
            st.button(
                escaped(question), key=f"example-{number}", on_click=session.ask, args=(question,), width="stretch"
            )
