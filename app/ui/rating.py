"""Thumbs under an answer. Down asks what was wrong; a click on the right page keeps the question as a test case."""

from __future__ import annotations

import streamlit as st

from app.answers import Passage
from app.feedback import Feedback, Rated, Reason
from app.ui.plain import escaped
from app.ui.session import Session, Turn
from app.ui.strings import words

_UP, _DOWN = 1, 0  # what st.feedback calls them
_PLACES = 5  # offered as the right one


def draw_thumbs(number: int, turn: Turn, session: Session) -> None:
    """The two thumbs; they go into the row of actions."""
    key = f"thumbs-{number}"

    def rate() -> None:
        value, rated = st.session_state[key], _rated(number, turn, session)
        if value is not None and rated is not None:
            _feedback(session).rate(rated, good=value == _UP)

    st.feedback("thumbs", key=key, on_change=rate)


def draw_reason(number: int, turn: Turn, session: Session) -> None:
    """After a thumb down: why, and where the answer stands."""
    language, rated = session.language, _rated(number, turn, session)
    if rated is None or st.session_state.get(f"thumbs-{number}") != _DOWN:
        return
    key = f"reason-{number}"

    def explain() -> None:
        if st.session_state[key]:
            _feedback(session).rate(rated, good=False, reason=Reason(st.session_state[key]))

    def keep(passage: Passage) -> None:
        _feedback(session).add_case(rated, passage)
        st.toast(words("feedback_thanks", language), icon=":material/check:")

    with st.container(border=True, key=f"reason-box-{number}"):
        st.pills(
            words("feedback_reason", language), [reason.value for reason in Reason], key=key, on_change=explain,
            format_func=lambda reason: words(f"reason_{reason}", language),
        )  # fmt: skip
        if rated.answer.passages:
            st.caption(words("feedback_page", language))
        for passage in rated.answer.passages[:_PLACES]:
            st.button(
                escaped(passage.location), key=f"case-{number}-{passage.rank}", type="tertiary",
                icon=":material/add_task:", on_click=keep, args=(passage,),
            )  # fmt: skip


def _rated(number: int, turn: Turn, session: Session) -> Rated | None:
    history = tuple(earlier.question for earlier in session.turns[:number] if earlier.answer is not None)
    return Rated(turn.question, history, turn.answer) if turn.answer is not None else None


def _feedback(session: Session) -> Feedback:
    return Feedback(session.folder)
