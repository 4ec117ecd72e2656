"""What one browser session holds: the conversation so far, the open source, the language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

import streamlit as st

from app.access import User
from app.answers import Answer
from app.chat_model import ChatModel
from app.conversations import ConversationInfo, Conversations, StoredTurn
from app.corpus_changes import Change, CorpusFolder
from app.phrases import Language
from app.places import own_folder, user_folder
from app.study import Item
from app.study_results import StudyResults
from app.ui.asking import Asking
from app.ui.browser import browser_language
from app.ui.strings import words
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
    asking: Asking | None = None  # while it is being answered

    @property
    def waiting(self) -> bool:
        return self.answer is None and self.error is None and not self.stopped

    def take(self, unexpected: str) -> None:
        """What came of the asking; ``unexpected`` is what a failure without a cause for people is called."""
        if self.asking is not None:
            self.answer, self.error = self.asking.answer, self.asking.error
            if self.waiting:
                self.error = SeodangError(unexpected)
            self.asking = None


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
    user: User = field(default_factory=User)
    model: ChatModel | Literal["none"] | None = None  # in place of the settings' one; holds the key
    turns: list[Turn] = field(default_factory=list)
    source: Source | None = None
    scope: Filters = NO_FILTERS
    study: Study | None = None
    conversation: str | None = None  # id in the store, from the first answer on
    editing: int | None = None  # the turn whose question is being changed
    change: Change | None = None  # to the corpus: what undo takes back
    change_error: SeodangError | None = None  # why the last one went no further
    deleted: ConversationInfo | None = None  # what undo would bring back

    @property
    def folder(self) -> Path:
        """Where the user's own things are: on a shared server everybody has a folder."""
        return own_folder(self.index, self.user.id)

    @property
    def store(self) -> Conversations:
        return Conversations(self.folder)

    @property
    def results(self) -> StudyResults:
        return StudyResults(self.folder)

    def study_here(self, study: Study) -> None:
        """Call it from a callback, then switch to the study page."""
        self.study = study
        st.session_state["study-what"] = "here"

    def corpus(self, root: Path) -> CorpusFolder:
        return CorpusFolder(root, user_folder(self.index) / "removed")

    def stop(self, turn: Turn) -> None:
        """No more of an answer: what was verified by now stays."""
        if turn.asking is not None:
            turn.answer, turn.stopped = turn.asking.stop(words("stopped_kept", self.language)), True
            turn.asking = None
            self.keep()

    def begin(self) -> None:
        """An empty conversation."""
        for turn in self.turns:
            self.stop(turn)
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


def current_session(index: Path, user: User | None = None) -> Session:
    """This browser session; another index or user starts anew. The model chosen for it goes along."""
    session = cast("Session | None", st.session_state.get("session"))
    user = user or User()
    if session is None or session.user != user:
        session = Session(index, browser_language(), user)
    elif session.index != index:
        session = Session(index, session.language, user, session.model)
    st.session_state["session"] = session
    return session
