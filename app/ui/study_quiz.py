"""A quiz that is graded, and cards to turn."""

from __future__ import annotations

import streamlit as st

from app.study import Item
from app.ui.plain import escaped, visible
from app.ui.session import Session, Source
from app.ui.strings import words


def draw_quiz(items: list[Item], session: Session) -> None:
    """The questions as a form; checking it grades them and keeps the results."""
    language, keys = session.language, [item.key for item in items]
    with st.form(f"quiz-{keys[0]}", border=False):
        for number, item in enumerate(items):
            st.markdown(f"{number + 1}\\. {escaped(item.question)}")
            st.radio(  # its label is what a screen reader says, letter by letter: no Markdown
                visible(item.question), item.choices, index=None, key=f"item-{item.key}", format_func=escaped,
                label_visibility="collapsed",
            )  # fmt: skip
        checked = st.form_submit_button(words("study_check", language), type="primary")
    if checked:
        given = [(item, st.session_state.get(f"item-{item.key}")) for item in items]
        session.results.note(given)
        st.session_state["study-checked"] = {item.key: answer for item, answer in given}
    answers: dict[str, str | None] = st.session_state.get("study-checked", {})
    if list(answers) == keys:
        _draw_result(items, answers, session)


def _draw_result(items: list[Item], answers: dict[str, str | None], session: Session) -> None:
    """As it was checked: a choice changed afterwards changes no mark."""
    language = session.language
    right = [answers[item.key] == item.answer for item in items]
    st.markdown(f"**{words('study_score', language, right=sum(right), total=len(items))}**")
    for number, (item, good) in enumerate(zip(items, right, strict=True)):
        verdict = (
            words("study_right", language) if good else words("study_wrong", language, answer=escaped(item.answer))
        )
        icon = ":material/check_circle:" if good else ":material/cancel:"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{icon} {number + 1}\\. {verdict}")
            _open_button(item, session, "open")


def draw_cards(items: list[Item], session: Session) -> None:
    """Front: the question. Back: the answer with the sentence that says so."""
    language = session.language
    for item in items:
        key = f"card-{item.key}"
        with st.container(border=True):
            turned = bool(st.session_state.get(key, False))
            st.text(visible(item.question))
            if turned:
                st.markdown(f"**{escaped(item.answer)}**")
                if item.sentence != item.answer:
                    st.text(visible(item.sentence))

            def turn(key: str = key) -> None:
                st.session_state[key] = not st.session_state.get(key, False)

            with st.container(horizontal=True):
                st.button(words("study_hide" if turned else "study_show", language), key=f"turn-{key}", on_click=turn)
                _open_button(item, session, "card-open")


def _open_button(item: Item, session: Session, prefix: str) -> None:
    def open_item() -> None:
        session.source = Source(item.path, item.span.page, item.span)

    st.button(
        escaped(item.location), key=f"{prefix}-{item.key}", type="tertiary", on_click=open_item,
        icon=":material/description:", help=words("study_open", session.language),
    )  # fmt: skip
