"""A question on its way, in a thread of its own: a rerun of the page finds it again instead of asking twice, and a stop
is heard while the model is silent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from app.answers import Answer, Citation, Verdict
from app.assistant import AnswerEvent, ClaimEvent, Event, StepEvent
from ingest.documents import Span
from ingest.errors import SeodangError

_LOG = logging.getLogger(__name__)


class Events(Protocol):
    """What makes the answer; setting ``stop`` ends it."""

    def __call__(self, *, stop: threading.Event) -> Iterator[Event]: ...


class Asking:
    """``claims`` and ``node`` grow as the answer comes; once ``done``
    there is an ``answer``, an ``error``, or neither: it failed without a cause that is for people."""

    def __init__(self, question: str, events: Events) -> None:
        self.claims: list[ClaimEvent] = []
        self.node = ""
        self.answer: Answer | None = None
        self.error: SeodangError | None = None
        self._question, self._started = question, time.monotonic()
        self._stop, self._news, self._done = threading.Event(), threading.Event(), threading.Event()
        threading.Thread(target=self._run, args=(events,), name="asking", daemon=True).start()

    @property
    def done(self) -> bool:
        return self._done.is_set()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def wait(self, seconds: float) -> None:
        """Until there is something new, at most so long."""
        self._news.wait(seconds)
        self._news.clear()

    def stop(self, notice: str) -> Answer | None:
        """Nothing more is sent. What was verified by now is the answer, with a notice; None when nothing was."""
        self._stop.set()
        drafted = self.drafted()
        return replace(drafted, notices=(notice,)) if drafted.claims else None

    def drafted(self) -> Answer:
        """What was verified by now, numbered through: every part of a question has numbers of its own."""
        events = list(self.claims)
        kept: dict[tuple[str, Span], Citation] = {}
        for citation in (citation for event in events for citation in event.citations):
            kept.setdefault((citation.path, citation.span), replace(citation, marker=len(kept) + 1))
        claims = [
            replace(event.claim, markers=tuple(kept[c.path, c.span].marker for c in event.citations))
            for event in events
        ]
        return Answer(self._question, Verdict.PARTIAL, tuple(claims), tuple(kept.values()), ())

    def _run(self, events: Events) -> None:
        try:
            for event in events(stop=self._stop):
                match event:
                    case StepEvent(node=node):
                        self.node = node
                    case ClaimEvent():
                        self.claims.append(event)
                    case AnswerEvent(answer=answer):
                        self.answer = answer
                self._news.set()
        except SeodangError as error:
            self.error = error
        except Exception:  # noqa: BLE001 (no traceback on the page: it is logged)
            _LOG.exception("The question failed.")
        finally:
            self._done.set()
            self._news.set()
