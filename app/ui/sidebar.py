"""The sidebar: a new conversation, what is indexed, the language."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st

from app.assistant import Assistant
from app.ui.history import draw_history
from app.ui.language import draw_language
from app.ui.login import draw_sign_out
from app.ui.plain import escaped
from app.ui.session import Session, Source
from app.ui.strings import words
from ingest.store import StoredDocument


def draw_sidebar(session: Session, assistant: Assistant, page: str) -> None:
    """Conversations and materials stand beside the chat only; the language can be changed on every page."""
    with st.sidebar:
        if page == "chat":
            _draw_chat_part(session, assistant)
        if page != "settings":  # it has the switch itself
            draw_language(session, key="language")
        draw_sign_out(session.user, session.language)


def _draw_chat_part(session: Session, assistant: Assistant) -> None:
    language = session.language
    with st.container(key="chat-part"):
        if st.button(words("new_chat", language), key="new-chat", icon=":material/edit_square:", width="stretch"):
            session.begin()
            st.query_params.pop("c", None)
            st.rerun()
        draw_history(session)
        documents = assistant.documents()
        pages = sum(document.pages for document in documents)
        st.caption(words("indexed", language, documents=len(documents), pages=pages))
        with st.container(key="library"):
            for week, group in _by_week(documents):
                title = words("other_files", language) if week is None else words("week", language, week=week)
                with st.expander(title, icon=":material/folder:"):
                    for document in group:
                        _draw_document(document, session)


def _draw_document(document: StoredDocument, session: Session) -> None:
    def open_document() -> None:
        session.source = Source(document.path, 1)

    kind = words(f"kind_{document.kind.value}", session.language)
    st.button(
        escaped(document.title or document.path), key=f"document-{document.id}", type="tertiary",
        help=escaped(f"{kind} · {document.path}"), on_click=open_document,
    )  # fmt: skip


def _by_week(documents: list[StoredDocument]) -> list[tuple[int | None, list[StoredDocument]]]:
    groups: dict[int | None, list[StoredDocument]] = defaultdict(list)
    for document in documents:
        groups[document.course.week].append(document)
    return sorted(groups.items(), key=lambda pair: (pair[0] is None, pair[0] or 0))
