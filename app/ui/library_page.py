"""The library: what is indexed, what was not and why, a preview of any page, files in and out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app import library
from app.assistant import Assistant
from app.library import Entry
from app.ui.ingest_panel import changing, draw_job
from app.ui.plain import visible
from app.ui.resources import open_viewer
from app.ui.session import Session, Source
from app.ui.source_panel import draw_source
from app.ui.strings import words
from app.ui.upload_panel import draw_upload
from ingest.facets import Filters


def draw_library(session: Session, assistant: Assistant) -> None:
    language = session.language
    st.title(words("library_page", language), anchor=False)
    st.caption(words("library_intro", language))
    if session.user.owner:
        draw_job(session, assistant)
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="library-table"):
        _draw_table(session, assistant)
        _draw_problems(session, assistant)
        if session.user.owner:
            with st.expander(words("upload", language), icon=":material/upload_file:"):
                draw_upload(session, assistant)
    with right, st.container(key="source-open" if session.source else "source-none"):
        draw_source(session, assistant, open_viewer(session.index))


def _draw_table(session: Session, assistant: Assistant) -> None:
    language = session.language
    everything = library.entries(assistant.index)
    search = st.text_input(words("filter", language), key="library-search", icon=":material/search:")
    kinds = sorted({entry.document.kind.value for entry in everything})
    weeks = sorted({entry.document.course.week for entry in everything} - {None}, key=lambda week: week or 0)
    with st.container(horizontal=True):
        kind = st.multiselect(
            words("column_kind", language), kinds, key="library-kinds",
            placeholder=words("scope_all_documents", language),
            format_func=lambda kind: words(f"kind_{kind}", language),
        )  # fmt: skip
        week = st.multiselect(
            words("column_week", language), weeks, key="library-weeks", placeholder=words("scope_all_weeks", language)
        )
    shown = [
        entry
        for entry in everything
        if search.casefold() in f"{entry.document.title}\n{entry.document.path}".casefold()
        and (not kind or entry.document.kind.value in kind)
        and (not week or entry.document.course.week in week)
    ]
    if not shown:
        st.caption(words("library_empty", language))
        return
    st.caption(words("select_hint", language))
    picked = st.dataframe(
        [_row(entry, session) for entry in shown], key="library-rows", hide_index=True, on_select="rerun",
        selection_mode="multi-row", column_config=_widths(session), placeholder="",
        height=min(38 * len(shown) + 40, 480),
    )  # fmt: skip
    chosen = [shown[row].document.path for row in picked.selection.rows if row < len(shown)]
    _preview(session, chosen)
    if chosen:
        _draw_chosen(session, assistant, chosen)


def _preview(session: Session, chosen: list[str]) -> None:
    """The row picked last opens beside the table; a page turned to stays until another row is picked."""
    last = chosen[-1] if chosen else None
    if st.session_state.get("library-previewed") != last:
        st.session_state["library-previewed"] = last
        session.source = Source(last, 1) if last else None


def _draw_chosen(session: Session, assistant: Assistant, chosen: list[str]) -> None:
    language = session.language

    def ask() -> None:
        session.begin()
        session.scope = Filters(paths=tuple(chosen))

    def study() -> None:
        st.session_state["study-what"] = f"file {chosen[-1]}"

    def remove() -> None:
        with changing(session, assistant) as change:
            session.corpus(assistant.index.corpus).remove(chosen, change)
        session.source = None

    with st.container(horizontal=True):
        if st.button(words("ask_selected", language), key="library-ask", icon=":material/chat:", on_click=ask):
            st.switch_page(st.session_state["pages"]["chat"])
        if len(chosen) == 1 and st.button(
            words("study_document", language), key="library-study", icon=":material/school:", on_click=study
        ):
            st.switch_page(st.session_state["pages"]["study"])
        if not session.user.owner:
            return
        with st.popover(words("remove_selected", language), icon=":material/remove_circle:"):
            st.markdown(words("remove_confirm", language, count=len(chosen)))
            st.button(words("remove_now", language), key="library-remove", type="primary", on_click=remove)


def _draw_problems(session: Session, assistant: Assistant) -> None:
    language = session.language
    left = library.problems(assistant.index)
    if not left:
        return
    with st.expander(words("problems", language, count=len(left)), icon=":material/report:"):
        rows = [
            {
                words("column_file", language): visible(record.path),
                words("column_result", language): words(f"outcome_{record.outcome}", language),
                words("column_reason", language): visible(record.reason),
            }
            for record in left
        ]
        st.dataframe(rows, hide_index=True)


def _widths(session: Session) -> dict[str, Any]:
    widths = {"title": 230, "week": 60, "kind": 90, "pages": 55, "chunks": 60, "language": 60}
    return {
        words(f"column_{name}", session.language): st.column_config.Column(width=width)
        for name, width in widths.items()
    }


def _row(entry: Entry, session: Session) -> dict[str, object]:
    language, document = session.language, entry.document
    notes = [words("page_failed", language, page=page, reason=reason) for page, reason in entry.failures]
    notes += entry.warnings
    if entry.stale:
        notes.append(words("stale", language))
    if entry.empty:
        notes.append(words("no_text", language))
    return {
        words("column_title", language): visible(document.title),
        words("column_week", language): document.course.week,
        words("column_kind", language): words(f"kind_{document.kind.value}", language),
        words("column_pages", language): document.pages,
        words("column_chunks", language): document.chunks,
        words("column_language", language): document.language,
        words("column_file", language): visible(document.path),
        words("column_warnings", language): visible(" · ".join(notes)),
    }
