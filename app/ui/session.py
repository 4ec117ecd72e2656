"""What one browser session holds: the conversation so far, the open source, the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import streamlit as st

from app.answers import Answer
from app.conversations import ConversationInfo, Conversations, StoredTurn
from app.corpus_changes import Change, CorpusFolder
from app.phrases import Language
from app.places import user_folder
from app.study import Item
from app.study_results import StudyResults
from ingest.documents import Span
from ingest.errors import SeodangError
from ingest.facets import NO_FILTERS, Filters


@dataclass(slots=True)
class Turn:
    """A question and what came of it; with neither answer nor error nor stop it is still to be asked."""

    question: str
    scope: Filters = NO_FILTERS
    answer: Answer | None = None
    error: SeodangError | None = None
    stopped: bool = False

    @property
    def waiting(self) -> bool:
        return self.answer is None and self.error is None and not self.stopped


@dataclass(frozen=True, slots=True)
class Source:
    """The place open in the source panel. ``turn`` and ``marker`` name the chip that opened it."""

    path: str
    page: int
    span: Span | None = None
    turn: int | None = None
    marker: int | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """What the study page was opened for: places of an answer, a page or documents. ``card``: the answer itself."""

    label: str
    places: tuple[tuple[str, Span], ...]
    card: Item | None = None


@dataclass(slots=True)
class Session:
    """Kept in Streamlit's session state."""

    index: Path
    language: Language
    turns: list[Turn] = field(default_factory=list)
    source: Source | None = None
    scope: Filters = NO_FILTERS
    study: Study | None = None
    conversation: str | None = None  # id in the store, from the first answer on
    editing: int | None = None  # the turn whose question is being changed
    change: Change | None = None  # to the corpus: what undo takes back
    deleted: ConversationInfo | None = None  # what undo would bring back

    @property
    def store(self) -> Conversations:
        return Conversations(user_folder(self.index))

    @property
    def results(self) -> StudyResults:
        return StudyResults(user_folder(self.index))

    def study_here(self, study: Study) -> None:
        """Call it from a callback, then switch to the study page."""
        self.study = study
        st.session_state["study-what"] = "here"

    def corpus(self, root: Path) -> CorpusFolder:
        return CorpusFolder(root, user_folder(self.index) / "removed")

    def begin(self) -> None:
        """An empty conversation."""
        self.turns, self.source, self.conversation, self.editing = [], None, None, None

    def ask(self, question: str) -> None:
        """A new turn. Call it from a callback: what is drawn before the conversation then knows of it."""
        if question.strip():
            self.turns.append(Turn(question, self.scope))
            self.conversation = self.conversation or self.store.start(question)

    def resume(self, key: str) -> bool:
        """A stored conversation; False when there is none."""
        if self.store.info(key) is None:
            return False
        self.begin()
        self.turns = [Turn(turn.question, turn.scope, turn.answer) for turn in self.store.load(key)]
        self.conversation = key
        return True

    def keep(self) -> None:
        """Store the conversation as it is now."""
        answered = [StoredTurn(t.question, t.answer, t.scope) for t in self.turns if t.answer is not None]
        if answered and self.conversation:
            self.store.save(self.conversation, answered)


def current_session(index: Path) -> Session:
    """This browser session; another index starts anew."""
    session = cast("Session | None", st.session_state.get("session"))
    if session is None or session.index != index:
        session = Session(index, "ko" if (st.context.locale or "ko").lower().startswith("ko") else "en")
        st.session_state["session"] = session
    return session
