"""The conversation: questions, answers with their chips, and the answer that is being made."""

from __future__ import annotations

import logging

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from app.answers import Answer, Verdict
from app.assistant import AnswerEvent, Assistant, StepEvent
from app.ui.elements import answer_element
from app.ui.errors import draw_error
from app.ui.plain import escaped, visible
from app.ui.session import Session, Source, Turn
from app.ui.strings import words
from app.ui.turn_actions import draw_actions, draw_edit, draw_next_questions
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)
_STEPS = {  # after this node comes that step
    "understand": "step_retrieve",
    "retrieve": "step_judge",
    "judge": "step_answer",
    "try_again": "step_try_again",
    "answer_question": "step_verify",
}


def draw_conversation(session: Session, assistant: Assistant) -> None:
    """All turns; a last one without an answer is asked now."""
    for number, turn in enumerate(session.turns):
        with st.chat_message("user", avatar=":material/person:"):
            if session.editing == number:
                draw_edit(number, session)
            else:
                st.text(visible(turn.question))
        with st.chat_message("assistant", avatar=":material/menu_book:"):
            fresh = turn.waiting
            if fresh:
                _ask(session, turn, assistant)
            if turn.error is not None:
                draw_error(turn.error, session.language)
            elif turn.answer is not None:
                _draw_answer(number, turn.answer, session, fresh=fresh)
            elif turn.stopped:
                st.caption(words("stopped", session.language))
            draw_actions(number, turn, session)
    if session.turns and session.turns[-1].answer is not None:
        draw_next_questions(session.turns[-1].answer, session, assistant)


def _ask(session: Session, turn: Turn, assistant: Assistant) -> None:
    history = [earlier.question for earlier in session.turns if earlier is not turn and earlier.answer is not None]
    progress = st.empty()
    progress.caption(words("step_understand", session.language))
    try:
        for event in assistant.stream(turn.question, history=history, filters=turn.scope):
            match event:
                case StepEvent(node=node) if node in _STEPS:
                    progress.caption(words(_STEPS[node], session.language))
                case AnswerEvent(answer=answer):
                    turn.answer = answer
    except StopException:  # the stop button of the input
        turn.stopped = True
        raise
    except SeodangError as error:
        turn.error = error
    except Exception:  # noqa: BLE001 (no traceback on the page: it is logged)
        _LOG.exception("The question failed.")
        turn.error = SeodangError(words("error_unknown", session.language))
    progress.empty()
    session.keep()


def _draw_answer(number: int, answer: Answer, session: Session, *, fresh: bool) -> None:
    key = f"answer-{number}"

    def open_citation() -> None:
        marker = st.session_state[key].open
        citation = next((c for c in answer.citations if c.marker == marker), None)
        if citation is not None:
            session.source = Source(citation.path, citation.span.page, citation.span, number, marker)

    source = session.source
    selected = source.marker if source and source.turn == number else None
    answer_element(answer, session.language, key=key, selected=selected, fresh=fresh, on_open=open_citation)
    for notice in answer.notices:
        st.info(escaped(notice), icon=":material/info:")
    if answer.verdict is Verdict.REFUSE and answer.nearest:
        _draw_nearest(number, answer, session)


def _draw_nearest(number: int, answer: Answer, session: Session) -> None:
    """Where a refusal would have looked: each opens its page."""

    def open_place(source: Source) -> None:
        session.source = source

    st.caption(words("nearest", session.language))
    with st.container(key=f"nearest-{number}"):
        for passage in answer.passages[: len(answer.nearest)]:
            span = passage.spans[0]
            st.button(
                escaped(passage.location),
                key=f"nearest-{number}-{passage.rank}",
                type="tertiary",
                icon=":material/description:",
                on_click=open_place,
                args=(Source(passage.path, span.page, span, number),),
            )
