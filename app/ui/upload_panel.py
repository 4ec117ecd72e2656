"""Adding files: drop them, see what would happen to each, confirm."""

from __future__ import annotations

import streamlit as st

from app.assistant import Assistant
from app.ui.ingest_panel import changing
from app.ui.plain import visible
from app.ui.session import Session
from app.ui.strings import words
from app.uploads import MAX_FILE_BYTES, MAX_FILES, Planned, Upload, Verdict, plan_uploads


def draw_upload(session: Session, assistant: Assistant) -> None:
    language = session.language
    folder = session.corpus(assistant.index.corpus)
    # A new key empties the box after its files were taken.
    round_number = st.session_state.setdefault("upload-round", 0)
    files = st.file_uploader(
        words("upload_drop", language), accept_multiple_files=True, key=f"upload-{round_number}",
        max_upload_size=MAX_FILE_BYTES >> 20,
        help=words("upload_limits", language, files=MAX_FILES, size=MAX_FILE_BYTES >> 20),
    )  # fmt: skip
    target = st.selectbox(
        words("upload_folder", language), folder.folders(), key="upload-folder",
        format_func=lambda name: visible(name) or words("upload_root", language),
    )  # fmt: skip
    if not files:
        return
    planned = plan_uploads([Upload(file.name, file.getvalue()) for file in files], target or "", assistant.index)
    st.dataframe([_row(plan, session) for plan in planned], hide_index=True)
    taken = [plan for plan in planned if plan.verdict in (Verdict.NEW, Verdict.REPLACES)]

    def add() -> None:
        with changing(session, assistant) as change:
            folder.put(taken, change)
            st.session_state["upload-round"] = round_number + 1

    if not taken:
        st.caption(words("upload_nothing", language))
        return
    st.button(words("upload_confirm", language, count=len(taken)), key="upload-add", type="primary", on_click=add)


def _row(plan: Planned, session: Session) -> dict[str, str]:
    language = session.language
    reason = ""
    if plan.refusal:
        reason = words(f"refusal_{plan.refusal.value}", language)
    elif plan.verdict is Verdict.KNOWN:
        reason = words("known_as", language, path=visible(plan.known_as))
    return {
        words("column_file", language): visible(plan.path),
        words("column_result", language): words(f"verdict_{plan.verdict.value}", language),
        words("column_reason", language): reason,
    }
