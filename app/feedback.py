"""What people think of answers, kept in the user folder; a bad answer becomes an evaluation case.

``feedback.jsonl`` has a line for each rating; ``cases.jsonl`` is in the format of ``seodang eval`` and ``ask --cases``.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.answers import Answer, Passage
from app.understanding import language_of_question

_WRITING = threading.Lock()  # two sessions of one server must not mix their lines


class Reason(StrEnum):
    """What was wrong with an answer."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    CITATION = "citation"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Rated:
    """A question as it was asked, with what it followed and what was answered."""

    question: str
    history: tuple[str, ...]
    answer: Answer


class Feedback:
    """The ratings of one index's users."""

    def __init__(self, folder: Path) -> None:
        self._ratings, self._cases = folder / "feedback.jsonl", folder / "cases.jsonl"

    def rate(self, rated: Rated, *, good: bool, reason: Reason | None = None) -> None:
        """Note a rating. A later one of the same answer replaces it when they are read."""
        line = {
            "time": round(time.time(), 1),
            "id": _key(rated.question, rated.history),
            "question": rated.question,
            "good": good,
            "reason": reason.value if reason else None,
            "verdict": rated.answer.verdict.value,
            "answer": rated.answer.text,
            "citations": [citation.location for citation in rated.answer.citations],
        }
        _append(self._ratings, line)

    def ratings(self) -> list[dict[str, Any]]:
        """The last rating of each question, oldest first."""
        return list({line["id"]: line for line in _lines(self._ratings)}.values())

    def add_case(self, rated: Rated, right: Passage) -> None:
        """Keep the question as a case whose evidence stands at ``right``."""
        case = {
            "id": f"user-{_key(rated.question, rated.history)}",
            "question": rated.question,
            "language": language_of_question(rated.question),
            "answers": [],
            "gold": [{"file": right.path, "quote": None, "location": right.location}],
            "kind": "feedback",
            "history": list(rated.history),
        }
        if all(case["id"] != known["id"] or case["gold"] != known["gold"] for known in self.cases()):
            _append(self._cases, case)

    def cases(self) -> list[dict[str, Any]]:
        return _lines(self._cases)


def _key(question: str, history: Sequence[str]) -> str:
    return hashlib.sha256("\n".join([*history, question]).encode()).hexdigest()[:12]


def _append(path: Path, value: dict[str, Any]) -> None:
    with _WRITING:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")


def _lines(path: Path) -> list[dict[str, Any]]:
    """Whole lines only: one that a crash cut short is left out."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
