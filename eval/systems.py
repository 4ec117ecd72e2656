"""What is evaluated: anything that can be searched, and perhaps asked. Ours comes in by the Assistant's one
door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from eval.cases import Case
from eval.results import PassageResult, Result

OURS = "seodang"  # the column of our own system


class System(Protocol):
    """One way of answering. The same case always gets the same result."""

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        """The best ``k`` passages for the case's question."""
        ...

    def ask(self, case: Case) -> Result:
        """The answer to the case's question, with its citations."""
        ...

    def close(self) -> None:
        """Let go of files and memory; it is not used again."""
        ...


@dataclass(frozen=True, slots=True)
class Contender:
    """A system before it is opened: its column's name, what identifies it, and how to open it."""

    name: str
    description: Mapping[str, Any]  # settings, weights, index: what another run must share to be the same run
    open: Callable[[], System]


class _Passage(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...


class _Index(Protocol):
    def close(self) -> None: ...


class _SearchResult(Protocol):
    @property
    def passages(self) -> Sequence[_Passage]: ...


class _Claim(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def frame(self) -> bool: ...


class _Answer(Protocol):
    @property
    def claims(self) -> Sequence[_Claim]: ...
    def to_json(self) -> Mapping[str, Any]: ...


class Asked(Protocol):
    """The part of ``app.assistant.Assistant`` that evaluation uses."""

    @property
    def index(self) -> _Index: ...

    def search(self, question: str, *, k: int = 10, history: Sequence[str] = ()) -> _SearchResult: ...

    def ask(self, question: str, *, history: Sequence[str] = ()) -> _Answer: ...


@dataclass(frozen=True, slots=True)
class AssistantSystem:
    """Ours."""

    assistant: Asked

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        found = self.assistant.search(case.question, k=k, history=case.history)
        return tuple(
            PassageResult(path=p.path, location=p.location, text=p.text, score=float(p.score)) for p in found.passages
        )

    def ask(self, case: Case) -> Result:
        answer = self.assistant.ask(case.question, history=case.history)
        value = dict(answer.to_json())
        frames = [claim.text for claim in answer.claims if claim.frame]
        confidence = value["trace"].get("confidence")
        return msgspec.convert({**value, "id": case.case_id, "frames": frames, "confidence": confidence}, Result)

    def close(self) -> None:
        self.assistant.index.close()
