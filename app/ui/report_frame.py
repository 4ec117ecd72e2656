"""A report on the page, which cannot run, load or reach anything: a sandboxed frame, and the report's own policy."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.phrases import Language
from app.ui.strings import words

_HERE = Path(__file__).parent
_frame = st.components.v2.component(
    "seodang_report", css=(_HERE / "report.css").read_text("utf-8"), js=(_HERE / "report.js").read_text("utf-8")
)


def draw_report(page: str, language: Language, *, key: str, file_name: str) -> None:
    """The page in a frame, and a button that saves it."""
    st.download_button(
        words("report_download", language), page, file_name=file_name, mime="text/html", on_click="ignore",
        icon=":material/download:", key=f"{key}-download",
    )  # fmt: skip
    _frame(key=key, data={"html": page, "title": words("report_frame", language)})
