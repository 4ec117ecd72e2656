"""What the agent remembers of a conversation: langgraph's SQLite checkpointer in the user folder, one thread each.

The checkpoint is for the agent (what follow-ups lean on, what a model is told of earlier turns). The record for people,
with every citation, is ``app.conversations``; both go by the same id.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver
from typing_extensions import TypedDict  # as in app.state

_WHOLE_TURNS = 12  # remembered with their answers
_QUESTIONS = 60  # of older turns, remembered shortened
_QUESTION_CHARS = 120
_ANSWER_CHARS = 600


class Turn(TypedDict):
    """``answer`` is shortened, and empty in a condensed turn."""

    question: str
    answer: str


def remembered(turns: list[Turn], question: str, answer: str) -> list[Turn]:
    """The turns with a new one; of a long conversation older turns keep their shortened questions alone."""
    older, recent = turns[: -_WHOLE_TURNS + 1], turns[-_WHOLE_TURNS + 1 :]
    condensed = [Turn(question=turn["question"][:_QUESTION_CHARS], answer="") for turn in older[-_QUESTIONS:]]
    return [*condensed, *recent, Turn(question=question, answer=answer[:_ANSWER_CHARS])]


class Memory:
    """The checkpoints of one index. Safe to share between threads; the file is made by the first question."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "memory.sqlite"
        self._lock, self._open = threading.Lock(), ExitStack()
        self._saver: SqliteSaver | None = None

    def saver(self) -> SqliteSaver:
        """The checkpointer, opened once."""
        with self._lock:
            if self._saver is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._saver = self._open.enter_context(SqliteSaver.from_conn_string(str(self._path)))
                self._saver.setup()
                # In its write-ahead log a crash of the machine can cost the last turns and damages nothing; they stay
                # in the record (app.conversations), which waits for the disk.
                self._saver.conn.execute("PRAGMA synchronous = NORMAL")
            return self._saver

    def trim(self, thread: str) -> None:
        """Only the latest checkpoint is ever read."""
        with self.saver().cursor() as cursor:
            latest = "(SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = ?1)"
            for table in ("checkpoints", "writes"):
                cursor.execute(f"DELETE FROM {table} WHERE thread_id = ?1 AND checkpoint_id < {latest}", (thread,))  # noqa: S608

    def forget(self, thread: str) -> None:
        """Nothing of the conversation stays."""
        if self._path.is_file():
            self.saver().delete_thread(thread)

    def close(self) -> None:
        with self._lock:
            self._open.close()
            self._saver = None
