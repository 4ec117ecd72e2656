"""What can be done with an answer: ask again, change the question, see how it was found, go on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import suggestions
from app.answers import Answer
from app.assistant import Assistant
from app.phrases import Language
from app.study import card_of, places_of
from app.ui.plain import escaped, visible
from app.ui.rating import draw_reason, draw_thumbs
from app.ui.session import Session, Study, Turn
from app.ui.strings import words

_NEXT = 3  # questions offered after an answer


def draw_actions(number: int, turn: Turn, session: Session) -> None:
    language = session.language

    def again() -> None:
        turn.answer, turn.error, turn.stopped = None, None, False
        session.source = None

    def edit() -> None:
        session.editing = number

    with st.container(key=f"actions-{number}", horizontal=True):
        st.button(
            "", key=f"again-{number}", icon=":material/refresh:", type="tertiary", on_click=again,
            help=words("again", language),
        )  # fmt: skip
        st.button(
            "", key=f"edit-{number}", icon=":material/edit:", type="tertiary", on_click=edit,
            help=words("edit", language),
        )  # fmt: skip
        if turn.answer is not None and st.button(
            words("trace", language), key=f"trace-{number}", icon=":material/account_tree:", type="tertiary"
        ):
            st.dialog(words("trace", language), width="large")(_draw_trace)(turn.answer, session)
        if turn.answer is not None:
            _draw_study(number, turn.answer, session)
            draw_thumbs(number, turn, session)
    draw_reason(number, turn, session)


def _draw_study(number: int, answer: Answer, session: Session) -> None:
    """From an answer to the study page, with its citations as what to study."""
    language = session.language

    def study() -> None:
        label = words("study_from_answer", language, question=answer.question)
        session.study_here(Study(label, places_of(answer), card_of(answer)))

    if answer.citations and st.button(
        words("study_page", language), key=f"study-{number}", icon=":material/school:", type="tertiary", on_click=study,
        help=words("study_this_answer", language),
    ):  # fmt: skip
        st.switch_page(st.session_state["pages"]["study"])


def draw_edit(number: int, session: Session) -> None:
    """The question as a form; asking it drops what came after."""
    language = session.language
    with st.form(f"edit-form-{number}", border=False):
        text = st.text_area(words("edit_label", language), session.turns[number].question, max_chars=2000)
        with st.container(horizontal=True):
            asked = st.form_submit_button(words("ask_again", language), type="primary")
            cancelled = st.form_submit_button(words("cancel", language))
    if asked and text.strip():
        for dropped in session.turns[number:]:
            session.stop(dropped)
        session.turns[number:] = [Turn(text, session.turns[number].scope)]
        session.source = None
    if asked or cancelled:
        session.editing = None
        st.rerun()


def draw_next_questions(answer: Answer, session: Session, assistant: Assistant) -> None:
    """From the headings that follow the evidence."""
    language = session.language
    topics = suggestions.next_topics(assistant.index, answer, _NEXT)
    if not topics:
        return

    with st.container(key="next-questions"):
        st.caption(words("next_questions", language))
        for number, topic in enumerate(topics):
            question = words("example_about", language, topic=topic)
            st.button(
                escaped(question), key=f"next-{number}", icon=":material/subdirectory_arrow_right:", type="tertiary",
                on_click=session.ask, args=(question,),
            )  # fmt: skip


def _draw_trace(answer: Answer, session: Session) -> None:
    """The way from the question to the answer, in the words of the trace; of several questions each its own."""
    for trace in answer.trace.get("parts", [answer.trace]):
        _draw_way(trace, answer, session)


def _draw_way(trace: dict[str, Any], answer: Answer, session: Session) -> None:
    language = session.language
    st.caption(words("trace_question", language))
    st.text(visible(trace.get("question", answer.question)))
    # A token that begins with "_" is a pair of letters: it helps the search and says nothing to a person.
    found = [str(word[0]) for word in trace.get("words", []) if word and not str(word[0]).startswith("_")]
    if found:
        st.caption(words("trace_words", language))
        st.text(visible(" · ".join(found)))
    if phrasings := trace.get("rewritten", {}).get("phrasings"):
        st.caption(words("trace_rewritten", language))
        st.text(visible("\n".join(map(str, phrasings))))
    if used := trace.get("model") or trace.get("rewritten"):
        st.caption(words("trace_model", language))
        st.text(visible(_used(used, language)))
    first, second, third = st.columns(3)
    first.metric(words("trace_confidence", language), f"{trace.get('confidence', 0):.0%}")
    second.metric(words("trace_attempts", language), str(trace.get("attempt", 1)))
    third.metric(words("trace_seconds", language), f"{answer.seconds:.2f} s")
    st.caption(words("trace_passages", language))
    bar = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f")
    headers = {name: words(f"trace_{name}", language) for name in ("place", "score", "dense", "lexical")}
    st.dataframe(
        [_row(passage, headers) for passage in trace.get("passages", [])],
        column_config={headers["place"]: st.column_config.TextColumn(width="large")}
        | {headers[name]: bar for name in ("score", "dense", "lexical")},
        hide_index=True,
    )
    if trace.get("dropped"):
        st.caption(words("trace_dropped", language))
        for sentence in trace["dropped"]:
            st.text(visible(str(sentence)))


def _used(used: dict[str, Any], language: Language) -> str:
    tokens = words("trace_tokens", language, read=used["input_tokens"], written=used["output_tokens"])
    cost = f"${used['cost_usd']:.4f}" if "cost_usd" in used else ""
    return " · ".join(filter(None, [str(used.get("name", "")), tokens, cost]))


def _row(passage: dict[str, Any], headers: dict[str, str]) -> dict[str, object]:
    return {
        headers["place"]: visible(passage["location"]),
        headers["score"]: min(1.0, float(passage["score"])),
        headers["dense"]: max(0.0, float(passage["dense"])),
        headers["lexical"]: float(passage["lexical"]),
    }
