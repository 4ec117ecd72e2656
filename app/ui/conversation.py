"""The conversation: questions, answers with their chips, and the answer that is being made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from app.answers import Answer, Verdict
from app.assistant import Assistant
from app.phrases import Language
from app.ui.asking import Asking
from app.ui.elements import answer_element
from app.ui.errors import draw_error
from app.ui.plain import escaped, visible
from app.ui.session import Session, Source, Turn
from app.ui.strings import words
from app.ui.turn_actions import draw_actions, draw_edit, draw_next_questions

_LISTEN_SECONDS = 0.2  # how often a click on the page is noticed while an answer is on its way
_QUICK_SECONDS = 0.7
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
                fresh = not _ask(number, turn, session, assistant)
            if turn.error is not None:
                draw_error(turn.error, session.language)
            elif turn.answer is not None:
                _draw_answer(number, turn.answer, session, fresh=fresh)
            elif turn.stopped:
                st.caption(words("stopped", session.language))
            draw_actions(number, turn, session)
    if session.turns and session.turns[-1].answer is not None:
        draw_next_questions(session.turns[-1].answer, session, assistant)


def _ask(number: int, turn: Turn, session: Session, assistant: Assistant) -> bool:
    """Waits for the answer and draws what is verified as it comes; True when a claim was drawn. Another rerun of the
    page may end this at any drawing: the next one goes on with the same asking."""
    language = session.language
    history = [earlier.question for earlier in session.turns[:number] if earlier.answer is not None]
    if turn.asking is None:
        turn.asking = Asking(
            turn.question,
            partial(assistant.stream, turn.question, history=history, filters=turn.scope, model=session.model),
        )
    asking, drawn = turn.asking, 0
    place = st.empty()
    with place.container(key=f"draft-{number}"):
        claims, progress = st.container(), st.empty()
        stop = st.empty()
        stoppable = False
        try:
            while not asking.done:
                drafted = asking.drafted()
                for claim in drafted.claims[drawn:]:
                    with claims:
                        answer_element(
                            replace(drafted, claims=(claim,)), language, key=f"draft-{number}-{drawn}",
                            selected=None, fresh=not drawn, draft=True,
                        )  # fmt: skip
                    drawn += 1
                if not stoppable and asking.seconds > _QUICK_SECONDS:  # an offline answer is there before
                    stop.button(
                        words("stop", language), key=f"stop-{number}", icon=":material/stop_circle:", shortcut="Esc",
                        on_click=session.stop, args=(turn,),
                    )  # fmt: skip
                    stoppable = True
                progress.caption(_progress(asking, language))
                asking.wait(_LISTEN_SECONDS)
        except StopException:  # the page was closed
            session.stop(turn)
            raise
    turn.take(words("error_unknown", language))
    place.empty()
    session.keep()
    return drawn > 0


def _progress(asking: Asking, language: Language) -> str:
    if asking.claims or (asking.node == "judge" and asking.seconds > _QUICK_SECONDS):
        return words("model_writing", language, seconds=round(asking.seconds))
    return words(_STEPS.get(asking.node, "step_understand"), language)


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
