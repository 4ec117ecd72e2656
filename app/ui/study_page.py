"""Study: a quiz or cards from an answer, a page, a week, a document or everything; each item leads to its page."""

from __future__ import annotations

import time

import streamlit as st

from app import study_files, suggestions
from app.assistant import Assistant
from app.study import Chosen, Item
from app.study_guide import to_markdown
from app.study_pdf import to_pdf
from app.ui.plain import visible
from app.ui.resources import open_viewer, pdf_problem, study_items, week_guide
from app.ui.session import Session
from app.ui.source_panel import draw_source
from app.ui.strings import words
from app.ui.study_model_panel import draw_model_questions, model_questions
from app.ui.study_quiz import draw_cards, draw_quiz
from ingest.facets import Filters

_QUIZ, _EXPORT = 5, 200  # items on the page, items in a file


def draw_study(session: Session, assistant: Assistant) -> None:
    language = session.language
    st.title(words("study_page", language), anchor=False)
    st.caption(words("study_intro", language))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="study"):
        what, chosen = _draw_what(session, assistant)
        seed = st.session_state.setdefault("study-seed", 0)
        items = _items(what, chosen, session, assistant, seed)
        if items:
            mode = st.segmented_control(
                words("study_page", language), ["quiz", "cards"], default="quiz", key="study-mode",
                format_func=lambda mode: words(f"study_{mode}", language), label_visibility="collapsed",
            )  # fmt: skip
            asked = [item for item in items if item.choices]
            if mode == "cards" or not asked:
                draw_cards(items[: 2 * _QUIZ], session)
            else:
                draw_quiz(asked[:_QUIZ], session)
            _draw_footer(items, session, assistant)
        else:
            st.info(words("study_none", language), icon=":material/info:")
        if what != "wrong":
            draw_model_questions(what, chosen, session, assistant)
        if chosen.filters.weeks:
            _draw_guide(chosen.filters.weeks[0], session, assistant)
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))


def _draw_what(session: Session, assistant: Assistant) -> tuple[str, Chosen]:
    """What to study: the name of the choice, and what it stands for."""
    language = session.language
    names = {"": words("study_everything", language)}
    if session.study is not None:
        names["here"] = visible(session.study.label)
    if any(not result.right for result in session.results.last()) or st.session_state.get("study-missed"):
        names["wrong"] = words("study_missed", language)
    names |= {f"week {week}": words("week", language, week=week) for week in suggestions.weeks(assistant.index)}
    names |= {f"file {document.path}": visible(document.title or document.path) for document in assistant.documents()}
    if st.session_state.get("study-what") not in names:
        st.session_state["study-what"] = ""
    what = st.selectbox(words("study_what", language), list(names), key="study-what", format_func=names.__getitem__)
    kind, _, value = what.partition(" ")
    if kind == "week":
        return what, Chosen(Filters(weeks=(int(value),)))
    if kind == "file":
        return what, Chosen(Filters(paths=(value,)))
    return what, Chosen(places=session.study.places) if kind == "here" and session.study else Chosen()


def _items(what: str, chosen: Chosen, session: Session, assistant: Assistant, seed: int) -> list[Item]:
    """What a model made comes first, then an answer's own card, then what the sentences give."""
    if what == "wrong":  # the same ones until others are asked for: what is right now would vanish under one's eyes
        kept = st.session_state.get("study-missed")
        if kept is None or kept[0] != seed:
            kept = st.session_state["study-missed"] = (seed, session.results.wrong(assistant.index))
        return list(kept[1])
    st.session_state.pop("study-missed", None)
    made = study_items(assistant, session.index, assistant.index.snapshot.number, chosen, _EXPORT, seed)
    card = session.study.card if what == "here" and session.study else None
    return [*model_questions(what, assistant), *([card] if card else []), *made]


def _draw_footer(items: list[Item], session: Session, assistant: Assistant) -> None:
    language = session.language

    def more() -> None:
        st.session_state["study-seed"] += 1

    def deck() -> bytes:
        return study_files.to_apkg(items, f"{words('title', language)} {assistant.index.corpus.name}", time.time())

    with st.container(horizontal=True):
        st.button(words("study_more", language), key="study-more", icon=":material/shuffle:", on_click=more)
        st.download_button(
            words("study_anki", language), deck, file_name="seodang.apkg", mime="application/octet-stream",
            icon=":material/download:", on_click="ignore", key="study-anki",
        )  # fmt: skip
        st.download_button(
            words("study_csv", language), study_files.to_csv(items), file_name="seodang-study.csv", mime="text/csv",
            icon=":material/download:", on_click="ignore", key="study-csv",
        )  # fmt: skip


def _draw_guide(week: int, session: Session, assistant: Assistant) -> None:
    """The week's study guide as a file."""
    language, font = session.language, assistant.settings.font
    guide = week_guide(assistant, session.index, assistant.index.snapshot.number, week, language)
    if guide is None or not guide.sections:
        return
    problem = pdf_problem(guide, font)
    with st.container(border=True):
        st.caption(words("study_guide", language, week=week))
        with st.container(horizontal=True):
            st.download_button(
                words("study_guide_pdf", language), lambda: to_pdf(guide, font), file_name=f"week{week}.pdf",
                mime="application/pdf", icon=":material/picture_as_pdf:", on_click="ignore", key="study-guide-pdf",
                disabled=bool(problem),
            )  # fmt: skip
            st.download_button(
                words("study_guide_markdown", language), to_markdown(guide), file_name=f"week{week}.md",
                mime="text/markdown", icon=":material/menu_book:", on_click="ignore", key="study-guide",
            )  # fmt: skip
        if problem:
            st.warning(visible(problem), icon=":material/font_download_off:")
