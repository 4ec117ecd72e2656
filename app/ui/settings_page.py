"""Settings of this browser: language and theme, the language model of this window, and what is stored where."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.assistant import Assistant
from app.chat_model import ChatModel
from app.model_failures import FailedModelError
from app.phrases import phrase
from app.session_model import check, load_session_model
from app.ui.browser import THEMES, browser_theme, choose_theme
from app.ui.errors import draw_error
from app.ui.language import draw_language
from app.ui.plain import escaped
from app.ui.session import Session
from app.ui.strings import words
from app.ui.where_to import draw_destination
from ingest.errors import SeodangError

_SERVER, _NONE, _OWN = "server", "none", "own"


def draw_settings(session: Session, assistant: Assistant) -> None:
    language = session.language
    st.title(words("settings_page", language), anchor=False)
    with st.container(key="settings"):
        _draw_look(session)
        st.subheader(words("settings_model", language), anchor=False)
        st.caption(words("model_help", language))
        _draw_model(session, assistant)
        draw_destination(session, assistant)
        _draw_stored(session, assistant)


def _draw_look(session: Session) -> None:
    language = session.language

    theme = f"settings-theme-{language}"  # Streamlit knows a choice by its label: another language, another radio
    st.subheader(words("settings_look", language), anchor=False)
    with st.container(horizontal=True, gap="medium"):
        draw_language(session, key="settings-language")
        st.radio(
            words("theme", language), THEMES, key=theme, horizontal=True,
            index=THEMES.index(browser_theme()), format_func=lambda name: words(f"theme_{name}", language),
            on_change=lambda: choose_theme(st.session_state[theme]),
        )  # fmt: skip
    st.caption(words("look_kept", language))


def _draw_model(session: Session, assistant: Assistant) -> None:
    language, server = session.language, assistant.settings.model
    uses = [_SERVER] * bool(server) + [_NONE] + [_OWN] * (not session.user.shared)
    now = _OWN if isinstance(session.model, ChatModel) else _NONE if session.model == "none" or not server else _SERVER
    names = {
        _SERVER: words("model_server", language, model=escaped(server)),
        _NONE: words("model_none", language),
        _OWN: words("model_own", language),
    }

    key = f"model-use-{language}"  # see theme

    def use() -> None:
        chosen = st.session_state[key]
        if chosen != _OWN:  # another model is used once it has answered
            session.model = "none" if chosen == _NONE else None

    used = st.radio(
        words("model_use", language), uses, key=key, on_change=use, index=uses.index(now),
        format_func=names.__getitem__,
    )  # fmt: skip
    if session.user.shared:
        st.caption(words("model_owner_only", language))
    if used == _OWN:
        _draw_own(session, assistant)
    elif used == _SERVER and st.button(words("model_test", language), key="model-test", icon=":material/cable:"):
        _test(session, assistant.own_model)


def _draw_own(session: Session, assistant: Assistant) -> None:
    language = session.language
    with st.form("model-form"):
        name = st.text_input(
            words("model_name", language), key="model-name", help=words("model_name_help", language),
            placeholder="provider:name", max_chars=200,
        )  # fmt: skip
        url = st.text_input(
            words("model_url", language), key="model-url", placeholder="http://localhost:11434/v1", max_chars=500
        )
        key = st.text_input(
            words("model_key", language), key="model-key", type="password", autocomplete="off",
            max_chars=500,
        )  # fmt: skip
        st.caption(words("model_key_help", language))
        asked = st.form_submit_button(words("model_connect", language), type="primary", icon=":material/cable:")
    if not asked:
        return
    if not name.strip():
        st.error(words("model_no_name", language), icon=":material/error:")
        return
    model = _test(session, lambda: load_session_model(name.strip(), url.strip(), key.strip(), assistant.settings))
    if model is not None:
        session.model = model
    else:
        st.caption(words("model_unused", language))


def _test(session: Session, load: Callable[[], ChatModel | None]) -> ChatModel | None:
    """The model once it has answered; None with the reason on the page."""
    language = session.language
    try:
        with st.spinner(words("model_testing", language)):
            model = load()
            seconds = check(model) if model else 0.0
    except FailedModelError as error:
        name = error.failure.value
        draw_error(SeodangError(phrase(name, language), words(f"remedy_{name}", language)), language)
        return None
    except SeodangError as error:
        draw_error(error, language)
        return None
    st.success(words("model_works", language, seconds=seconds), icon=":material/check_circle:")
    return model


def _draw_stored(session: Session, assistant: Assistant) -> None:
    language = session.language
    places = {
        "stored_corpus": str(assistant.index.corpus),
        "stored_index": str(session.index),
        "stored_own": str(session.folder),
        "stored_browser": words("stored_browser_what", language),
        "stored_key": words("stored_key_what", language),
    }
    if not session.user.owner:  # how the server's disk is laid out is not for everybody
        places |= dict.fromkeys(("stored_corpus", "stored_index", "stored_own"), words("stored_server", language))
    st.subheader(words("settings_stored", language), anchor=False)
    st.table({words(name, language): escaped(place) for name, place in places.items()}, border="horizontal")
