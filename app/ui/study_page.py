"""Study: a quiz or cards from the sentences of a week, a document or everything; each leads to its page."""

from __future__ import annotations

import streamlit as st

from app import study, suggestions
from app.assistant import Assistant
from app.study import Item
from app.study_guide import study_guide
from app.ui.plain import escaped, visible
from app.ui.resources import course_timeline, open_viewer, study_items
from app.ui.session import Session, Source
from app.ui.source_panel import draw_source
from app.ui.strings import words
from ingest.facets import NO_FILTERS, Filters

_QUIZ, _EXPORT = 5, 200  # items on the page, items in a file


def draw_study(session: Session, assistant: Assistant) -> None:
    language = session.language
    st.title(words("study_page", language), anchor=False)
    st.caption(words("study_intro", language))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="study"):
        filters = _draw_what(session, assistant)
        seed = st.session_state.setdefault("study-seed", 0)
        items = study_items(assistant, session.index, assistant.index.snapshot.number, filters, _EXPORT, seed)
        if not items:
            st.info(words("study_none", language), icon=":material/info:")
        else:
            mode = st.segmented_control(
                words("study_page", language), ["quiz", "cards"], default="quiz", key="study-mode",
                format_func=lambda mode: words(f"study_{mode}", language), label_visibility="collapsed",
            )  # fmt: skip
            if mode == "cards":
                _draw_cards(items[: 2 * _QUIZ], session)
            else:
                _draw_quiz(items[:_QUIZ], session, seed)
            _draw_footer(items, session)
        if filters.weeks:
            _draw_guide(filters.weeks[0], session, assistant)
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))


def _draw_what(session: Session, assistant: Assistant) -> Filters:
    language = session.language
    titles = {f"file {d.path}": visible(d.title or d.path) for d in assistant.documents()}
    weeks = {f"week {w}": words("week", language, week=w) for w in suggestions.weeks(assistant.index)}
    names = {"": words("study_everything", language), **weeks, **titles}
    if st.session_state.get("study-what") not in names:
        st.session_state["study-what"] = ""
    kind, _, value = st.selectbox(
        words("study_what", language), list(names), key="study-what", format_func=names.__getitem__
    ).partition(" ")
    if kind == "week":
        return Filters(weeks=(int(value),))
    return Filters(paths=(value,)) if kind == "file" else NO_FILTERS


def _draw_quiz(items: list[Item], session: Session, seed: int) -> None:
    language = session.language
    with st.form(f"quiz-{seed}-{items[0].location}", border=False):
        st.caption(words("study_blank", language))
        for number, item in enumerate(items):
            st.radio(
                f"{number + 1}\\. {escaped(item.question)}", item.choices, index=None, key=_key(item),
                format_func=escaped,
            )  # fmt: skip
        checked = st.form_submit_button(words("study_check", language), type="primary")
    if checked:
        st.session_state["study-checked"] = [_key(item) for item in items]
    if st.session_state.get("study-checked") == [_key(item) for item in items]:
        _draw_result(items, session)


def _draw_result(items: list[Item], session: Session) -> None:
    language = session.language
    right = [st.session_state.get(_key(item)) == item.answer for item in items]
    st.markdown(f"**{words('study_score', language, right=sum(right), total=len(items))}**")
    for number, (item, good) in enumerate(zip(items, right, strict=True)):
        verdict = (
            words("study_right", language) if good else words("study_wrong", language, answer=escaped(item.answer))
        )
        icon = ":material/check_circle:" if good else ":material/cancel:"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{icon} {number + 1}\\. {verdict}")
            _open_button(item, session)


def _draw_cards(items: list[Item], session: Session) -> None:
    language = session.language
    for item in items:
        key = f"card-{_key(item)}"
        with st.container(border=True):
            open_ = st.session_state.get(key, False)
            st.text(visible(item.sentence if open_ else item.question))

            def turn(key: str = key) -> None:
                st.session_state[key] = not st.session_state.get(key, False)

            with st.container(horizontal=True):
                st.button(words("study_hide" if open_ else "study_show", language), key=f"turn-{key}", on_click=turn)
                _open_button(item, session, prefix="card-open")


def _draw_footer(items: list[Item], session: Session) -> None:
    language = session.language

    def more() -> None:
        st.session_state["study-seed"] += 1

    with st.container(horizontal=True):
        st.button(words("study_more", language), key="study-more", icon=":material/shuffle:", on_click=more)
        st.download_button(
            words("study_anki", language), study.to_anki(items), file_name="seodang-anki.txt", mime="text/plain",
            icon=":material/download:", on_click="ignore", key="study-anki",
        )  # fmt: skip
        st.download_button(
            words("study_csv", language), study.to_csv(items), file_name="seodang-study.csv", mime="text/csv",
            icon=":material/download:", on_click="ignore", key="study-csv",
        )  # fmt: skip


def _draw_guide(week: int, session: Session, assistant: Assistant) -> None:
    """The week's study guide as a file."""

    def make() -> str:
        course = course_timeline(assistant, session.index, assistant.index.snapshot.number)
        return study_guide(assistant.index, course, week, session.language)

    st.download_button(
        words("study_guide", session.language, week=week), make, file_name=f"week{week}.md", mime="text/markdown",
        icon=":material/menu_book:", on_click="ignore", key="study-guide",
    )  # fmt: skip


def _open_button(item: Item, session: Session, prefix: str = "open") -> None:
    def open_item() -> None:
        session.source = Source(item.path, item.span.page, item.span)

    st.button(
        escaped(item.location), key=f"{prefix}-{_key(item)}", type="tertiary", on_click=open_item,
        icon=":material/description:", help=words("study_open", session.language),
    )  # fmt: skip


def _key(item: Item) -> str:
    return f"item-{item.path}-{item.span.page}-{item.span.start}"
