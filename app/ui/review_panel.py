"""Deciding on proposed questions: a few at a time, in other words where they are bad ones."""

from __future__ import annotations

import streamlit as st

from app.reports import Decision, Edit, Evaluation, Proposal
from app.ui.errors import draw_error
from app.ui.plain import visible
from app.ui.resources import proposed_questions
from app.ui.session import Session
from app.ui.strings import words
from ingest.errors import SeodangError

_STATES: tuple[Decision, ...] = ("open", "accepted", "rejected")
_SHOWN = 5
_KEPT: dict[Decision, Decision] = {"accepted": "accepted", "rejected": "rejected"}


def draw_review(evaluation: Evaluation, session: Session) -> None:
    language = session.language
    everything = proposed_questions(evaluation, session.index, evaluation.changed())
    if not everything:
        st.info(words("questions_none", language), icon=":material/info:")
        return
    counts = {state: sum(one.state == state for one in everything) for state in _STATES}
    state = st.segmented_control(
        words("questions_state", language), _STATES, default="open", key="questions-state", required=True,
        format_func=lambda state: f"{words(f'state_{state}', language)} ({counts[state]})",
    )  # fmt: skip
    st.caption(words("questions_hint", language))
    shown = [one for one in everything if one.state == state][:_SHOWN]
    if not shown:
        st.caption(words("questions_empty", language))
        return
    with st.form(f"questions-{state}-{shown[0].id}", border=False):
        for proposal in shown:
            _draw_one(proposal, session)
        saved = st.form_submit_button(words("questions_save", language), type="primary", icon=":material/check:")
    if saved:
        _save(evaluation, shown, session)


def _draw_one(proposal: Proposal, session: Session) -> None:
    language, key = session.language, _key(proposal)
    with st.container(border=True):
        st.text_input(words("edit_label", language), visible(proposal.question), key=f"{key}-question")
        if proposal.gold:
            answers = visible("\n".join(proposal.answers))
            st.text_area(words("questions_answers", language), answers, key=f"{key}-answers", height=72)
        for gold in proposal.gold:
            st.caption(words("questions_stands", language))
            st.text(visible(f"{gold.location or gold.file}\n{gold.quote or ''}").strip())
        if not proposal.gold:
            st.caption(words("questions_absent", language))
        st.segmented_control(
            words("questions_decision", language), ("accepted", "rejected"), key=f"{key}-decision",
            default=_KEPT.get(proposal.state), label_visibility="collapsed",
            format_func=lambda decision: words(f"decide_{decision}", language),
        )  # fmt: skip


def _save(evaluation: Evaluation, shown: list[Proposal], session: Session) -> None:
    decided = {one.id: st.session_state.get(f"{_key(one)}-decision") for one in shown}
    moved = {one.id: decided[one.id] for one in shown if decided[one.id] and decided[one.id] != one.state}
    edits = [edit for one in shown if (edit := _edit(one)) is not None]
    try:
        evaluation.review(
            [key for key, decision in moved.items() if decision == "accepted"],
            [key for key, decision in moved.items() if decision == "rejected"],
            edits,
        )
    except SeodangError as error:
        draw_error(error, session.language)
        return
    st.toast(words("questions_saved", session.language, count=len({*moved, *(edit.id for edit in edits)})))
    st.rerun()


def _edit(proposal: Proposal) -> Edit | None:
    """None where nobody changed a word."""
    question = st.session_state[f"{_key(proposal)}-question"].strip()
    typed = st.session_state.get(f"{_key(proposal)}-answers", "").split("\n")
    answers = tuple(answer.strip() for answer in typed if answer.strip())
    before = tuple(visible(answer) for answer in proposal.answers)
    if (question, answers) == (visible(proposal.question).strip(), before):
        return None
    return Edit(proposal.id, question, answers)


def _key(proposal: Proposal) -> str:
    return f"proposal-{proposal.id}"
