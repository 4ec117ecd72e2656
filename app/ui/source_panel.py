"""The source beside the answer: the cited page with the quote marked, its neighbours, the original to download."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from app.assistant import Assistant
from app.ui.elements import page_element
from app.ui.plain import visible
from app.ui.session import Session, Source, Study
from app.ui.strings import words
from app.viewing import Note, PageView, PageViewer
from ingest.documents import Span

_AGAIN_SECONDS = 1.0  # between looks for an image that is being made


def draw_source(session: Session, assistant: Assistant, viewer: PageViewer) -> None:
    """The open source; nothing when none is open."""
    source = session.source
    if source is None:
        return
    language = session.language
    view = viewer.view(assistant.index, source.path, source.page, source.span)
    with st.container(key="source", border=True):
        with st.container(horizontal=True, vertical_alignment="top", key="source-head"):
            with st.container(key="source-title"):
                st.text(visible(view.document.title if view else source.path))
                if view:
                    count = words("page_of", language, count=view.count)
                    st.text(visible(f"{view.document.path} {view.place} · {count}"))
            if st.button(
                "", icon=":material/close:", key="source-close", type="tertiary", help=words("close", language)
            ):
                session.source = None
                st.rerun()
        if view is None:
            st.info(words("no_page", language), icon=":material/info:")
            return
        if view.note is not None:
            st.info(words(f"note_{view.note.value}", language), icon=":material/history:")
        if view.note is Note.DRAWING:
            _look_again(source, assistant, viewer)
        page_element(view, language, key="page")
        _draw_controls(session, view, assistant, viewer)


@st.fragment(run_every=_AGAIN_SECONDS)
def _look_again(source: Source, assistant: Assistant, viewer: PageViewer) -> None:
    """Draws nothing: reruns the page once the image is there."""
    view = viewer.view(assistant.index, source.path, source.page, source.span)
    if view is None or view.note is not Note.DRAWING:
        st.rerun()


def _draw_controls(session: Session, view: PageView, assistant: Assistant, viewer: PageViewer) -> None:
    language = session.language
    original = viewer.original(assistant.index, view.document)

    def read() -> bytes:
        """Looked at again when it is clicked: only the file that was indexed goes out."""
        file = viewer.original(assistant.index, view.document)
        return file.read_bytes() if isinstance(file, Path) else b""

    def turn_to(page: int | None) -> None:
        if session.source is not None and page is not None:
            session.source = replace(session.source, page=page)

    def study() -> None:
        place = f"{view.document.path} {view.place}".strip()
        session.study_here(Study(place, ((view.document.path, Span(view.number, 0, 0)),)))

    with st.container(horizontal=True, horizontal_alignment="distribute", key="source-controls"):
        st.button(
            words("previous", language), key="source-previous", icon=":material/chevron_left:", type="tertiary",
            disabled=view.previous is None, on_click=turn_to, args=(view.previous,),
        )  # fmt: skip
        if isinstance(original, Path):
            st.download_button(
                words("download", language), read, file_name=visible(original.name),
                mime="application/octet-stream", key="source-download", icon=":material/download:", type="tertiary",
                on_click="ignore",
            )  # fmt: skip
        if st.button(
            words("study_page", language), key="source-study", icon=":material/school:", type="tertiary",
            on_click=study,
        ):  # fmt: skip
            st.switch_page(st.session_state["pages"]["study"])
        st.button(
            words("next", language), key="source-next", icon=":material/chevron_right:", type="tertiary",
            disabled=view.next is None, on_click=turn_to, args=(view.next,),
        )  # fmt: skip
