"""Quiz questions in a language model's own words, where one is configured."""

from __future__ import annotations

import time

import streamlit as st

from app.assistant import Assistant
from app.model_failures import FailedModelError
from app.model_run import Run
from app.phrases import phrase
from app.study import Chosen, Item
from app.study_model import model_items
from app.ui.plain import visible
from app.ui.session import Session
from app.ui.strings import words
from app.ui.where_to import current_model, draw_destination

_COUNT = 5


def model_questions(what: str, assistant: Assistant) -> list[Item]:
    """What was made before, in this session, for this choice and the index as it is."""
    made: dict[tuple[str, int], list[Item]] = st.session_state.get("study-made", {})
    return made.get((what, assistant.index.snapshot.number), [])


def draw_model_questions(what: str, chosen: Chosen, session: Session, assistant: Assistant) -> None:
    """A button that asks the model; it says where the pages go. Nothing where no model is configured."""
    language = session.language
    model = current_model(session, assistant)
    if model is None:
        return
    with st.container(border=True):
        st.text(visible(words("study_model_help", language)))
        draw_destination(session, assistant)
        if not st.button(words("study_model", language), key="study-model", icon=":material/auto_awesome:"):
            return
        try:
            with st.spinner(words("study_making", language)):
                run = Run(time.monotonic() + assistant.settings.model_seconds)
                items = model_items(model, assistant.index, chosen, _COUNT, run)
        except FailedModelError as failure:
            st.error(phrase(failure.failure.value, language), icon=":material/error:")
            return
    if not items:
        st.info(words("study_model_none", language), icon=":material/info:")
        return
    st.session_state.setdefault("study-made", {})[what, assistant.index.snapshot.number] = items
    st.rerun()
