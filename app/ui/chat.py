"""The page: conversation, source panel, sidebar.

Streamlit runs it from the top on every event: ``seodang chat`` (or ``streamlit run app/ui/chat.py -- INDEX``).
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import streamlit as st

from app.assistant import Assistant
from app.ui.conversation import draw_conversation, draw_error
from app.ui.plain import escaped
from app.ui.resources import example_questions, open_assistant, open_viewer
from app.ui.session import Session, Turn, current_session
from app.ui.sidebar import draw_sidebar
from app.ui.source_panel import draw_source
from app.ui.strings import words
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_STYLE = (_HERE / "layout.css").read_text("utf-8")
_ICON = str(_HERE / "icon.png")  # a file: Streamlit's icon names would be fetched from another host for this


def draw(index: Path) -> None:
    """The whole page for one index."""
    session = current_session(index)
    st.set_page_config(words("title", session.language), page_icon=_ICON, layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    try:
        with st.spinner(words("loading", session.language)):
            assistant = open_assistant(index)
        assistant.refresh()
        draw_sidebar(session, assistant)
        _draw_chat(session, assistant)
    except SeodangError as error:
        draw_error(error, session)
    except Exception:  # noqa: BLE001 (no traceback on the page: it is logged)
        _LOG.exception("The page failed.")
        draw_error(None, session)


def _draw_chat(session: Session, assistant: Assistant) -> None:
    language = session.language
    question = st.chat_input(words("ask", language), max_chars=2000)
    if question:
        session.turns.append(Turn(question))
    # The columns are always there, so that opening a source moves nothing that is already drawn.
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="conversation"):
        if session.turns:
            draw_conversation(session, assistant)
        else:
            _draw_welcome(session, assistant)
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))


def _draw_welcome(session: Session, assistant: Assistant) -> None:
    language = session.language

    def ask(question: str) -> None:
        session.turns.append(Turn(question))

    with st.container(key="welcome"):
        st.title(words("title", language), anchor=False)
        st.markdown(words("tagline", language))
        examples = example_questions(assistant, session.index, assistant.index.snapshot.number, language)
        if examples:
            st.caption(words("examples", language))
        for number, question in enumerate(examples):
            st.button(escaped(question), key=f"example-{number}", on_click=ask, args=(question,), width="stretch")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
