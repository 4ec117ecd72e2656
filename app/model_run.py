"""What a question may take of a language model, and what it took."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field

from app.model_failures import FailedModelError, Failure


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls used, as the server counted it (0 where it does not say)."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
        )


@dataclass(slots=True)
class Run:
    """The limits of one question, over all its calls."""

    deadline: float = math.inf  # of time.monotonic()
    cancelled: threading.Event = field(default_factory=threading.Event)
    usage: Usage = Usage()

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def check(self) -> None:
        if self.cancelled.is_set():
            raise FailedModelError(Failure.CANCELLED)
        if self.left() <= 0:
            raise FailedModelError(Failure.TIMEOUT)
