"""The door of a shared server: accounts of an OpenID Connect provider, or one password. Else it stands open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import streamlit as st

from app.access import TOKEN_SECONDS, Gate, User, WrongPasswordError, account
from app.phrases import Language
from app.places import user_folder
from app.settings import ServerSettings
from app.ui.browser import COOKIE_LOGIN, forget, remember
from app.ui.plain import escaped
from app.ui.strings import words
from ingest.settings import load_settings


@st.cache_resource(show_spinner=False)
def _gate(first: Path) -> Gate:
    return Gate(_settings(first), user_folder(first))


@st.cache_resource(show_spinner=False)
def _settings(first: Path) -> ServerSettings:
    return load_settings(ServerSettings, "server", first)


def signed_in(first: Path, language: Language) -> User | None:
    """Who uses this page; None after the way in was drawn. ``first`` is the index that the server was started with."""
    providers = _providers()
    if providers:
        if st.user.get("is_logged_in"):
            return account(st.user.to_dict(), _settings(first))
        with st.container(key="login-page"):
            _draw_accounts(providers, language)
        return None
    if not _settings(first).password:
        return User()
    user = cast("User | None", st.session_state.get("user"))
    if user is None and "signed-out" not in st.session_state:
        user = _gate(first).user_of(st.context.cookies.get(COOKIE_LOGIN, ""))
    if user is None:
        with st.container(key="login-page"):
            _draw_password(first, language)
    st.session_state["user"] = user
    return user


def draw_sign_out(user: User, language: Language) -> None:
    """Nothing where nobody signed in."""
    if not user.shared or not st.button(words("logout", language), icon=":material/logout:", key="logout"):
        return
    st.session_state.clear()
    if _providers():
        st.logout()
    forget(COOKIE_LOGIN)
    st.session_state["signed-out"] = True  # the cookie of this connection is the old one
    st.rerun()


def _draw_accounts(providers: list[str | None], language: Language) -> None:
    _draw_head(language)
    for provider in providers:
        label = words("login_oidc", language) + (f" ({escaped(provider)})" if provider else "")
        if st.button(label, type="primary", key=f"login-{provider}"):
            st.login(provider)


def _draw_password(first: Path, language: Language) -> None:
    _draw_head(language)
    with st.form("login", border=False):
        password = st.text_input(
            words("login_password", language), type="password", key="login-password", autocomplete="current-password"
        )
        entered = st.form_submit_button(words("login_enter", language), type="primary")
    if not entered:
        return
    try:
        user = _gate(first).enter(password, st.context.ip_address or "")
    except WrongPasswordError as error:
        name = "login_wait" if error.wait_seconds else "login_wrong"
        st.error(words(name, language, seconds=error.wait_seconds), icon=":material/lock:")
        return
    st.session_state["user"] = user
    remember(COOKIE_LOGIN, _gate(first).token(user), TOKEN_SECONDS)
    st.rerun()


def _draw_head(language: Language) -> None:
    st.title(words("title", language), anchor=False)
    st.markdown(words("login_intro", language))


def _providers() -> list[str | None]:
    """The names in Streamlit's ``[auth]``; None is the one without a name. Empty: no accounts here."""
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return []
    auth = st.secrets["auth"]
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    return [None] if "client_id" in auth else list(named)
