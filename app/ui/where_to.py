"""Where questions go: on this machine, or to which host. Said wherever a model may answer."""

from __future__ import annotations

import streamlit as st

from app.assistant import Assistant
from app.chat_model import ChatModel
from app.model_failures import FailedModelError
from app.session_model import destination
from app.ui.plain import escaped
from app.ui.session import Session
from app.ui.strings import words


def current_model(session: Session, assistant: Assistant) -> ChatModel | None:
    """What answers now: the session's choice, else the one of the settings; None for quotes only."""
    if session.model is not None:
        return session.model if isinstance(session.model, ChatModel) else None
    try:
        return assistant.own_model()
    except FailedModelError:  # each answer says why
        return None


def draw_destination(session: Session, assistant: Assistant, *, quiet: bool = False) -> None:
    """One line; ``quiet``: none while nothing is sent anywhere."""
    language = session.language
    here = words("here_shared" if session.user.shared else "here", language)
    model = current_model(session, assistant)
    if model is None:
        if not quiet:
            st.caption(f":material/lock: {words('sends_nothing', language, here=here)}")
        return
    to = destination(model)
    name = escaped(to.model)
    if to.local:
        text = f":material/lock: {words('sends_local', language, here=here, model=name)}"
    else:
        host = escaped(to.host) or words("sends_unknown", language, model=name)
        text = f":material/cloud_upload: {words('sends_remote', language, host=f'**{host}**', model=name)}"
    if to.traced:
        text += f" {words('sends_traced', language)}"
    st.caption(text)
