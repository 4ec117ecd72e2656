"""A question on its way: what is verified so far, stop, failure; all without a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from app.answers import Answer, Citation, Claim, Verdict
from app.assistant import AnswerEvent, ClaimEvent, Event
from app.ui.asking import Asking
from ingest.documents import Span
from ingest.errors import UsageError

ANSWER = Answer("q", Verdict.ANSWER, (Claim("끝", (1,)),), (), ())


def claim(text: str, path: str, marker: int) -> ClaimEvent:
    return ClaimEvent(Claim(text, (marker,)), (Citation(marker, path, path, "글", Span(1, 0, 1)),))


def finished(asking: Asking) -> Asking:
    while not asking.done:
        asking.wait(5)
    return asking


def test_it_ends_with_the_answer() -> None:
    def events(*, stop: threading.Event) -> Iterator[Event]:
        yield claim("가", "a.md", 1)
        yield AnswerEvent(ANSWER)

    assert finished(Asking("q", events)).answer == ANSWER


def test_parts_that_each_count_from_one_are_numbered_through() -> None:
    def events(*, stop: threading.Event) -> Iterator[Event]:
        yield claim("가", "a.md", 1)
        yield claim("나", "b.md", 1)
        yield claim("다", "a.md", 1)

    drafted = finished(Asking("q", events)).drafted()
    assert [said.markers for said in drafted.claims] == [(1,), (2,), (1,)]
    assert [(citation.marker, citation.path) for citation in drafted.citations] == [(1, "a.md"), (2, "b.md")]


def test_stop_is_heard_by_what_makes_the_answer_and_keeps_what_was_verified() -> None:
    heard = threading.Event()

    def events(*, stop: threading.Event) -> Iterator[Event]:
        yield claim("가", "a.md", 1)
        assert stop.wait(10)
        heard.set()
        yield AnswerEvent(ANSWER)

    asking = Asking("q", events)
    while not asking.claims:
        asking.wait(5)
    stopped = asking.stop("멈췄어요.")
    assert heard.wait(5)
    assert stopped is not None
    assert [said.text for said in stopped.claims] == ["가"]
    assert stopped.notices == ("멈췄어요.",)
    assert stopped.verdict is Verdict.PARTIAL


def test_stopped_before_anything_held_there_is_no_answer() -> None:
    def events(*, stop: threading.Event) -> Iterator[Event]:
        stop.wait(10)
        yield AnswerEvent(ANSWER)

    assert Asking("q", events).stop("") is None


def test_a_failure_is_an_error_for_people_or_none() -> None:
    def wrong(*, stop: threading.Event) -> Iterator[Event]:
        raise UsageError("The question is empty.")
        yield

    def broken(*, stop: threading.Event) -> Iterator[Event]:
        raise KeyError("secret")
        yield

    assert str(finished(Asking("q", wrong)).error) == "The question is empty."
    failed = finished(Asking("q", broken))
    assert (failed.answer, failed.error) == (None, None)
