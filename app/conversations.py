"""Conversations that survive a restart: one SQLite file in the user folder beside the index.

A conversation's id is its address: nobody guesses it. Deleting only marks; ``restore`` is the undo.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.answers import Answer
from ingest.facets import NO_FILTERS, Filters

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,  -- Unix seconds
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations(id), ordinal INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, scope TEXT NOT NULL,  -- JSON
    PRIMARY KEY (conversation, ordinal)
);
"""
_TITLE = 60  # characters of the first question that name a conversation


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """A row of the list. ``updated`` is Unix seconds."""

    id: str
    title: str
    updated: float


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question, what it was confined to, and its answer as it was given."""

    question: str
    answer: Answer
    scope: Filters = NO_FILTERS


class Conversations:
    """The conversations of one index. Safe to share between threads: each call opens the file for itself."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "conversations.sqlite"

    def find(self, search: str = "", limit: int = 200, *, current: str | None = None) -> list[ConversationInfo]:
        """Newest first; with ``search`` those that have it in the title, a question or an answer. One without an answer
        is listed only while it is ``current``."""
        if not self._path.is_file():
            return []
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = """
            SELECT id, title, updated FROM conversations c
            WHERE deleted = 0
            AND (id = ?3 OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id))
            AND (title LIKE ?1 ESCAPE '\\' OR EXISTS (
                SELECT 1 FROM turns t WHERE t.conversation = c.id
                AND (t.question LIKE ?1 ESCAPE '\\' OR EXISTS (
                    SELECT 1 FROM json_each(t.answer, '$.claims') claim
                    WHERE json_extract(claim.value, '$.text') LIKE ?1 ESCAPE '\\'))))
            ORDER BY updated DESC, id LIMIT ?2"""
        with self._open() as db:
            return [ConversationInfo(*row) for row in db.execute(query, (pattern, limit, current))]

    def info(self, key: str) -> ConversationInfo | None:
        """A conversation that is not deleted."""
        if not self._path.is_file():
            return None
        with self._open() as db:
            query = "SELECT id, title, updated FROM conversations WHERE id = ? AND deleted = 0"
            row = db.execute(query, (key,)).fetchone()
        return ConversationInfo(*row) if row else None

    def load(self, key: str) -> list[StoredTurn]:
        """Its turns in order; none when it is unknown."""
        if not self._path.is_file():
            return []
        with self._open() as db:
            query = "SELECT question, answer, scope FROM turns WHERE conversation = ? ORDER BY ordinal"
            return [
                StoredTurn(question, msgspec.json.decode(answer, type=Answer), msgspec.json.decode(scope, type=Filters))
                for question, answer, scope in db.execute(query, (key,))
            ]

    def start(self, question: str, key: str | None = None) -> str:
        """A new conversation named after its first question; its id, drawn at random unless given."""
        key, now = key or secrets.token_urlsafe(9), time.time()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, 0)", (key, _title(question), now, now))
        return key

    def save(self, key: str, turns: Sequence[StoredTurn]) -> None:
        """Make these the conversation's turns."""
        rows = [
            (key, number, turn.question, _json(turn.answer), _json(turn.scope)) for number, turn in enumerate(turns)
        ]
        with self._open() as db:
            db.execute("DELETE FROM turns WHERE conversation = ?", (key,))
            db.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (time.time(), key))

    def add(self, key: str, turn: StoredTurn) -> None:
        """One more turn; a conversation that is not there yet begins with it, a deleted one comes back."""
        if not self._path.is_file():
            self.start(turn.question, key)
        now = time.time()
        with self._open() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?1, ?2, ?3, ?3, 0)"
                " ON CONFLICT (id) DO UPDATE SET updated = ?3, deleted = 0",
                (key, _title(turn.question), now),
            )
            db.execute(
                "INSERT INTO turns SELECT ?1, COALESCE(MAX(ordinal) + 1, 0), ?2, ?3, ?4 FROM turns"
                " WHERE conversation = ?1",
                (key, turn.question, _json(turn.answer), _json(turn.scope)),
            )

    def rename(self, key: str, title: str) -> None:
        """An empty title changes nothing."""
        if title.strip():
            with self._open() as db:
                db.execute("UPDATE conversations SET title = ? WHERE id = ?", (" ".join(title.split())[:200], key))

    def delete(self, key: str) -> None:
        """Out of the list; ``restore`` brings it back."""
        with self._open() as db:
            db.execute("UPDATE conversations SET deleted = 1 WHERE id = ?", (key,))

    def restore(self, key: str) -> None:
        with self._open() as db:
            db.execute("UPDATE conversations SET deleted = 0 WHERE id = ?", (key,))

    def export(self, key: str) -> str:
        """The conversation as Markdown, each answer with its sources and quotes."""
        info = self.info(key)
        parts = [f"# {info.title if info else key}"]
        for turn in self.load(key):
            sources = [
                f"[{citation.marker}] {citation.location}: “{' '.join(citation.quote.split())}”"
                for citation in turn.answer.citations
            ]
            parts += [f"## {turn.question}", turn.answer.text, "\n".join(f"- {source}" for source in sources)]
        return "\n\n".join(part for part in parts if part) + "\n"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction on a connection of its own."""
        db = sqlite3.connect(self._path, timeout=10.0)
        try:
            with db:
                db.executescript(_SCHEMA)
                yield db
        finally:
            db.close()


def _title(question: str) -> str:
    title = " ".join(question.split())
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
