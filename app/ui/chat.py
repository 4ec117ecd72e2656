"""The entry of the browser interface: opens the index, then draws the page that was asked for.

Streamlit runs it from the top on every event: ``seodang chat`` (or ``streamlit run app/ui/chat.py -- INDEX``).
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path

import streamlit as st

from app.ui.browser import browser_language, draw_browser
from app.ui.chat_page import draw_chat
from app.ui.course_page import draw_course
from app.ui.courses import chosen_index, draw_courses
from app.ui.errors import draw_error
from app.ui.insights_page import draw_insights
from app.ui.library_page import draw_library
from app.ui.login import signed_in
from app.ui.reports_page import draw_reports
from app.ui.resources import open_assistant
from app.ui.session import current_session
from app.ui.settings_page import draw_settings
from app.ui.sidebar import draw_sidebar
from app.ui.strings import words
from app.ui.study_page import draw_study
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_STYLE = (_HERE / "layout.css").read_text("utf-8")
_PAGES = {
    "chat": (draw_chat, "forum"),
    "library": (draw_library, "library_books"),
    "course": (draw_course, "calendar_month"),
    "study": (draw_study, "school"),
    "insights": (draw_insights, "insights"),
    "reports": (draw_reports, "fact_check"),
    "settings": (draw_settings, "settings"),
}
_OWNER_PAGES = {"insights", "reports"}  # what everybody asked
_ICON = str(_HERE / "icon.png")  # a file: Streamlit's icon names would be fetched from another host for this


def draw(first: Path) -> None:
    """The page that was asked for, over the index that was chosen in the sidebar: ``first``, or one beside it."""
    index = chosen_index(first)
    language = browser_language()
    st.set_page_config(words("title", language), page_icon=_ICON, layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    draw_browser(["", *_PAGES])
    try:
        user = signed_in(first, language)
        if user is None:
            return
        session = current_session(index, user)
        language = session.language
        with st.spinner(words("loading", language)):
            assistant = open_assistant(index)
        assistant.refresh()
        drawn = {
            name: partial(draw_page, session, assistant)
            for name, (draw_page, _) in _PAGES.items()
            if user.owner or name not in _OWNER_PAGES
        }
        pages = {
            name: st.Page(
                function, title=words(f"{name}_page", language), url_path=name, icon=f":material/{_PAGES[name][1]}:",
                default=name == "chat",
            )
            for name, function in drawn.items()
        }  # fmt: skip
        st.session_state["pages"] = pages
        page = st.navigation(list(pages.values()), position="sidebar")
        if st.session_state.get("page") != page.url_path:  # a source belongs to the page it was opened on
            st.session_state["page"], session.source = page.url_path, None
        draw_courses(first, session)
        draw_sidebar(session, assistant, page.url_path or "chat")
        page.run()
    except SeodangError as error:
        draw_error(error, language)
    except Exception:  # noqa: BLE001 (no traceback on the page: it is logged)
        _LOG.exception("The page failed.")
        draw_error(None, language)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
