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
        with _WRITING:
            _append(self._ratings, line)

    def ratings(self) -> list[dict[str, Any]]:
        """The last rating of each question, oldest first."""
        return list({line["id"]: line for line in _lines(self._ratings)}.values())

    def add_case(self, rated: Rated, right: Passage) -> None:
        """Keep the question as a case whose evidence stands at ``right``; a case kept before gets it as further
        evidence."""
        gold = {"file": right.path, "quote": None, "location": right.location}
        case = {
            "id": f"user-{_key(rated.question, rated.history)}",
            "question": rated.question,
            "language": language_of_question(rated.question),
            "answers": [],
            "gold": [gold],
            "kind": "feedback",
            "history": list(rated.history),
        }
        with _WRITING:
            lines = self._cases.read_text("utf-8").rstrip("\n").split("\n") if self._cases.is_file() else []
            for place, line in enumerate(lines):
                known = _parsed(line)
                if known is not None and known.get("id") == case["id"]:
                    if gold not in known["gold"]:
                        known["gold"].append(gold)
                        lines[place] = json.dumps(known, ensure_ascii=False)
                        _replace(self._cases, lines)
                    return
            _append(self._cases, case)

    def cases(self) -> list[dict[str, Any]]:
        return _lines(self._cases)


def _key(question: str, history: Sequence[str]) -> str:
    return hashlib.sha256("\n".join([*history, question]).encode()).hexdigest()[:12]


def _append(path: Path, value: dict[str, Any]) -> None:
    """For a caller that holds ``_WRITING``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(value, ensure_ascii=False) + "\n")


def _replace(path: Path, lines: Sequence[str]) -> None:
    """Whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    beside.replace(path)


def _lines(path: Path) -> list[dict[str, Any]]:
    """Whole lines only: one that a crash cut short is left out."""
    text = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    return [value for line in text.split("\n") if (value := _parsed(line)) is not None]


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
