"""What a model writes -> claims, one by one, while it still writes.

A line is a JSON object; models also wrap lines in code fences, a list or an object, or set them over several lines.
Anything that is not an object of ours is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.answers import Verdict
from app.model_failures import FailedModelError, Failure

_DECODER = json.JSONDecoder()
_LONGEST = 200_000  # characters of one reply; a model that goes on is not heard out
_VERDICTS = {"answer": Verdict.ANSWER, "partial": Verdict.PARTIAL, "none": Verdict.REFUSE}


@dataclass(frozen=True, slots=True)
class RawClaim:
    """A claim as the model wrote it: evidence is (passage number, quote), 0 where the number is none."""

    text: str
    evidence: tuple[tuple[int, str], ...]
    number: int = 0  # of the claim that it replaces


class ClaimReader:
    """Listens to a reply. Tells ``on_claim`` of each claim of it, again from the first after a restart."""

    def __init__(self, on_claim: Callable[[RawClaim], None], on_restart: Callable[[], None]) -> None:
        self._on_claim, self._on_restart = on_claim, on_restart
        self.verdict: Verdict | None = None
        self._buffer, self._size, self._found = "", 0, 0

    def restart(self) -> None:
        self.verdict, self._buffer, self._size, self._found = None, "", 0, 0
        self._on_restart()

    def hear(self, text: str) -> None:
        self._size += len(text)
        if self._size > _LONGEST:
            raise FailedModelError(Failure.MALFORMED)
        self._buffer += text
        if "}" not in text:
            return
        at = 0
        while (start := self._buffer.find("{", at)) >= 0:
            try:
                value, at = _DECODER.raw_decode(self._buffer, start)
            except RecursionError:
                raise FailedModelError(Failure.MALFORMED) from None
            except ValueError:
                if _is_whole(self._buffer, start):
                    at = start + 1  # not JSON and never will be: look inside
                    continue
                self._buffer = self._buffer[start:]
                return
            self._take(value)
        self._buffer = self._buffer[at:] if at else self._buffer[-1:]

    def finish(self, *, ended: bool) -> None:
        if self.verdict is not None:
            return
        if not ended:
            raise FailedModelError(Failure.CUT_OFF)
        if not self._found:
            raise FailedModelError(Failure.MALFORMED)

    def _take(self, value: Any) -> None:
        if not isinstance(value, dict):
            return
        for claim in value.get("claims") or () if isinstance(value.get("claims"), list) else ():
            self._take(claim)  # all of them in one object
        verdict = value.get("verdict")
        if isinstance(verdict, str) and verdict in _VERDICTS:
            self.verdict = _VERDICTS[verdict]
        text, evidence = value.get("claim"), value.get("evidence")
        if isinstance(text, str):
            self._found += 1
            items = evidence if isinstance(evidence, list) else [evidence]
            self._on_claim(RawClaim(" ".join(text.split()), tuple(_pairs(items)), _number(value.get("number"))))


def _pairs(items: list[Any]) -> list[tuple[int, str]]:
    return [
        (_number(item.get("passage")), item["quote"])
        for item in items
        if isinstance(item, dict) and isinstance(item.get("quote"), str)
    ]


def _number(value: object) -> int:
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 else 0


def _is_whole(text: str, start: int) -> bool:
    """The line that begins there is over, so an object on it will not be finished."""
    end = text.find("\n", start)
    return end >= 0 and text[start + 1 : end].strip() != "" and not text[start:end].rstrip().endswith(("{", "[", ","))
