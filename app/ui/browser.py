"""What the browser remembers for a person: language and login as cookies, light or dark as Streamlit keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import streamlit as st

from app.phrases import Language

COOKIE_LOGIN = "seodang_login"
THEMES = ("system", "light", "dark")
_COOKIE_LANGUAGE, _COOKIE_THEME = "seodang_language", "seodang_theme"
_YEAR_SECONDS = 365 * 24 * 3600

_browser = st.components.v2.component(
    "seodang_browser", js=Path(__file__).with_name("browser.js").read_text("utf-8"), html="<span hidden></span>"
)


def remember(name: str, value: str, seconds: int) -> None:
    """A cookie of this browser, set with the next drawing. The server sees it when the page is opened anew."""
    st.session_state.setdefault("cookies", {})[name] = [value, seconds]


def forget(name: str) -> None:
    remember(name, "", 0)


def browser_language() -> Language:
    """What was chosen in this browser, else the browser's own."""
    chosen = st.session_state.get("chosen-language") or st.context.cookies.get(_COOKIE_LANGUAGE)
    if chosen in ("ko", "en"):
        return cast("Language", chosen)
    return "ko" if (st.context.locale or "ko").lower().startswith("ko") else "en"


def choose_language(language: Language) -> Language:
    """For the next visits, too."""
    st.session_state["chosen-language"] = language
    remember(_COOKIE_LANGUAGE, language, _YEAR_SECONDS)
    return language


def browser_theme() -> str:
    """What was chosen here; light or dark itself follows the device until then."""
    chosen = st.session_state.get("theme") or st.context.cookies.get(_COOKIE_THEME)
    return chosen if chosen in THEMES else THEMES[0]


def choose_theme(theme: str) -> None:
    """With the next drawing."""
    remember(_COOKIE_THEME, theme, _YEAR_SECONDS)
    st.session_state["theme"] = theme
    number = st.session_state.get("theme-change", {}).get("number", 0)
    st.session_state["theme-change"] = {"theme": THEMES.index(theme), "number": number + 1}


def draw_browser(pages: list[str]) -> None:
    """Hands over what is to be remembered. ``pages``: the paths for which Streamlit keeps a theme each."""
    state = st.session_state
    data = {"cookies": state.get("cookies", {}), "change": state.get("theme-change"), "pages": pages}
    with st.container(key="browser"):
        _browser(key="browser-state", data=data)
