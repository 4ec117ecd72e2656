"""The entry of the browser interface: opens the index, then draws the page that was asked for.

Streamlit runs it from the top on every event: ``seodang chat`` (or ``streamlit run app/ui/chat.py -- INDEX``).
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path

import streamlit as st

from app.ui.chat_page import draw_chat
from app.ui.course_page import draw_course
from app.ui.courses import chosen_index, draw_courses
from app.ui.errors import draw_error
from app.ui.insights_page import draw_insights
from app.ui.library_page import draw_library
from app.ui.reports_page import draw_reports
from app.ui.resources import open_assistant
from app.ui.session import current_session
from app.ui.sidebar import draw_sidebar
from app.ui.strings import words
from app.ui.study_page import draw_study
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_STYLE = (_HERE / "layout.css").read_text("utf-8")
_ICON = str(_HERE / "icon.png")  # a file: Streamlit's icon names would be fetched from another host for this


def draw(first: Path) -> None:
    """The page that was asked for, over the index that was chosen in the sidebar: ``first``, or one beside it."""
    index = chosen_index(first)
    session = current_session(index)
    st.set_page_config(words("title", session.language), page_icon=_ICON, layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    try:
        with st.spinner(words("loading", session.language)):
            assistant = open_assistant(index)
        assistant.refresh()
        pages = {
            "chat": st.Page(
                partial(draw_chat, session, assistant), title=words("chat_page", session.language), default=True,
                url_path="chat", icon=":material/forum:",
            ),
            "library": st.Page(
                partial(draw_library, session, assistant), title=words("library_page", session.language),
                url_path="library", icon=":material/library_books:",
            ),
            "course": st.Page(
                partial(draw_course, session, assistant), title=words("course_page", session.language),
                url_path="course", icon=":material/calendar_month:",
            ),
            "study": st.Page(
                partial(draw_study, session, assistant), title=words("study_page", session.language),
                url_path="study", icon=":material/school:",
            ),
            "insights": st.Page(
                partial(draw_insights, session, assistant), title=words("insights_page", session.language),
                url_path="insights", icon=":material/insights:",
            ),
            "reports": st.Page(
                partial(draw_reports, session, assistant), title=words("reports_page", session.language),
                url_path="reports", icon=":material/fact_check:",
            ),
        }  # fmt: skip
        st.session_state["pages"] = pages
        page = st.navigation(list(pages.values()), position="sidebar")
        if st.session_state.get("page") != page.url_path:  # a source belongs to the page it was opened on
            st.session_state["page"], session.source = page.url_path, None
        draw_courses(first, session)
        draw_sidebar(session, assistant, chat=page.url_path in ("", "chat"))
        page.run()
    except SeodangError as error:
        draw_error(error, session.language)
    except Exception:  # noqa: BLE001 (no traceback on the page: it is logged)
        _LOG.exception("The page failed.")
        draw_error(None, session.language)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
