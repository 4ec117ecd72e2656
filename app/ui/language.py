"""The switch between Korean and English; it stands in the sidebar and on the settings page."""

from __future__ import annotations

import streamlit as st

from app.ui.browser import choose_language
from app.ui.session import Session
from app.ui.strings import words

_NAMES = {"ko": "한국어", "en": "English"}


def draw_language(session: Session, *, key: str) -> None:
    def choose() -> None:
        session.language = choose_language(st.session_state[key])

    st.session_state[key] = session.language  # it may have been changed at the other place
    st.radio(
        words("language", session.language), list(_NAMES), key=key, horizontal=True, on_change=choose,
        format_func=_NAMES.__getitem__,
    )  # fmt: skip
