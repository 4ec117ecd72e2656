"""What one browser session holds: the conversation so far, the open source, the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import streamlit as st

from app.answers import Answer
from app.phrases import Language
from ingest.documents import Span
from ingest.errors import SeodangError


@dataclass(slots=True)
class Turn:
    """A question and what came of it; neither answer nor error: it is still to be asked."""

    question: str
    answer: Answer | None = None
    error: SeodangError | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The place open in the source panel. ``turn`` and ``marker`` name the chip that opened it."""

    path: str
    page: int
    span: Span | None = None
    turn: int | None = None
    marker: int | None = None


@dataclass(slots=True)
class Session:
    """Kept in Streamlit's session state."""

    index: Path
    language: Language
    turns: list[Turn] = field(default_factory=list)
    source: Source | None = None


def current_session(index: Path) -> Session:
    """This browser session; another index starts anew."""
    session = cast("Session | None", st.session_state.get("session"))
    if session is None or session.index != index:
        session = Session(index, "ko" if (st.context.locale or "ko").lower().startswith("ko") else "en")
        st.session_state["session"] = session
    return session
