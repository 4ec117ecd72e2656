"""What a person answered in quizzes, kept in the user folder: ``study.jsonl``, a line an answer with its whole item, so
that what was wrong can be asked again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from app.study import Item
from ingest.documents import Span
from ingest.index import Index
from ingest.normaliser import find_quote

_WRITING = threading.Lock()  # two sessions of one server must not mix their lines


@dataclass(frozen=True, slots=True)
class Result:
    """An item as it was answered last."""

    item: Item
    given: str
    right: bool


class StudyResults:
    """The quiz results of one index's user."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "study.jsonl"

    def note(self, answered: Sequence[tuple[Item, str | None]]) -> None:
        """Keep what was given for each item; None for one that was left out counts as wrong."""
        lines = [
            {
                "time": round(time.time(), 1),
                "id": item.key,
                "item": msgspec.to_builtins(item),
                "given": given or "",
                "right": given == item.answer,
            }
            for item, given in answered
        ]
        with _WRITING:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def last(self) -> list[Result]:
        """The last result of each item, oldest first."""
        found: dict[str, Result] = {}
        lines = self._file.read_text("utf-8", errors="replace").split("\n") if self._file.is_file() else []
        for line in lines:
            result = _parsed(line)
            if result is not None:
                found.pop(result.item.key, None)
                found[result.item.key] = result
        return list(found.values())

    def wrong(self, index: Index) -> list[Item]:
        """What was answered wrong the last time and still stands on its page, newest first."""
        missed = [result.item for result in reversed(self.last()) if not result.right]
        return [found for item in missed if (found := _standing(item, index)) is not None]


def _parsed(line: str) -> Result | None:
    """None for a line that a crash cut short."""
    try:
        value: dict[str, Any] = json.loads(line)
        return Result(msgspec.convert(value["item"], Item), str(value["given"]), bool(value["right"]))
    except (ValueError, KeyError, TypeError):  # msgspec's errors are ValueErrors
        return None


def _standing(item: Item, index: Index) -> Item | None:
    """The item with its sentence's place as the files are now; None when it no longer stands there."""
    document = index.document(item.path)
    pages = index.pages(document) if document else []
    for page in sorted(pages, key=lambda page: page.number != item.span.page):  # where it was first
        found = find_quote(item.sentence, page.text)
        if found:
            location = f"{item.path} {page.place(found[0])}".strip()
            return replace(item, span=Span(page.number, *found), location=location)
    return None
