"""The list of conversations in the sidebar: open, search, rename, export, delete with undo."""

from __future__ import annotations

import streamlit as st

from app.ui.plain import escaped, visible
from app.ui.session import Session
from app.ui.strings import words

_SHOWN = 8  # conversations listed; the search finds the others


def draw_history(session: Session) -> None:
    language, store = session.language, session.store
    st.caption(words("history", language))
    if session.deleted is not None:
        _draw_undo(session)
    everything = store.find(limit=_SHOWN + 1, current=session.conversation)
    search = ""
    if len(everything) > 3:
        search = st.text_input(
            words("history_search", language), key="history-search", label_visibility="collapsed",
            placeholder=words("history_search", language), icon=":material/search:",
        )  # fmt: skip

    def resume(key: str) -> None:
        session.resume(key)

    found = store.find(search, limit=_SHOWN) if search else everything[:_SHOWN]
    if not found:
        st.caption(words("history_none" if search else "history_empty", language))
    with st.container(key="history"):
        for info in found:
            current = info.id == session.conversation
            st.button(
                escaped(info.title), key=f"conversation-{info.id}", type="tertiary", on_click=resume,
                args=(info.id,), icon=":material/chat_bubble:" if current else ":material/chat_bubble_outline:",
            )  # fmt: skip
    if session.conversation is not None:
        with st.popover(words("history_manage", language), icon=":material/more_horiz:", type="tertiary"):
            _draw_manage(session, session.conversation)


def _draw_manage(session: Session, key: str) -> None:
    language, store = session.language, session.store
    info = store.info(key)
    if info is None:
        return

    def rename() -> None:
        store.rename(key, st.session_state[f"rename-{key}"])

    def delete() -> None:
        store.delete(key)
        session.begin()
        session.deleted = info
        st.query_params.pop("c", None)

    st.text_input(words("rename", language), info.title, key=f"rename-{key}", on_change=rename)
    st.download_button(
        words("export", language), lambda: store.export(key), file_name=f"{visible(info.title)[:40] or key}.md",
        mime="text/markdown", icon=":material/download:", on_click="ignore", key=f"export-{key}",
    )  # fmt: skip
    st.button(words("delete", language), icon=":material/delete:", on_click=delete, key=f"delete-{key}")


def _draw_undo(session: Session) -> None:
    deleted = session.deleted
    assert deleted is not None

    def undo() -> None:
        session.store.restore(deleted.id)
        session.resume(deleted.id)
        session.deleted = None

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words("deleted", session.language))
        st.button(words("undo", session.language), key="undo-delete", type="tertiary", on_click=undo)
