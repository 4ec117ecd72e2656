"""Errors as a person should meet them: what happened, what to do, never a traceback."""

from __future__ import annotations

import streamlit as st

from app.phrases import Language
from app.ui.plain import escaped
from app.ui.strings import words
from ingest.errors import SeodangError


def draw_error(error: SeodangError | None, language: Language) -> None:
    """Without an error raised on purpose, only that something happened."""
    if error is None:
        st.error(words("error_unknown", language), icon=":material/error:")
        return
    text = f"**{words('error_title', language)}**  \n{escaped(error.cause)}"
    if error.remedy:
        text += f"  \n{escaped(error.remedy)}"
    st.error(text, icon=":material/error:")
