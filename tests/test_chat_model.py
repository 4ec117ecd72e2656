"""What the user gets when a model or its server misbehaves: the offline answer and a clear notice. Keys and limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from model_replies import GOOD, QUESTION, VERDICT, check_extractive
from openai_server import Reply, serving

from app.assistant import Assistant, ClaimEvent
from app.chat_model import ChatModel

Open = Callable[..., Assistant]


@pytest.mark.parametrize(
    ("reply", "failure", "tries"),
    [
        (Reply(status=500), "model_server", 3),
        (Reply(status=429), "model_busy", 3),
        (Reply(status=429, retry_after="3600"), "model_busy", 1),
        (Reply(status=401), "model_rejected", 1),
        (Reply(status=404), "model_rejected", 1),
        (Reply(GOOD, cut_after=3), "model_cut_off", 3),
        (Reply(GOOD[:60], finish="length"), "model_cut_off", 3),
        (Reply("I would rather talk about the weather."), "model_malformed", 3),
        (Reply('{"claim": '), "model_malformed", 3),
        (Reply('{"a":' * 5000 + "}"), "model_malformed", 3),
    ],
    ids=["500", "429", "429-hour", "401", "404", "cut", "length", "prose", "half", "deep"],
)
def test_a_misbehaving_server_costs_nothing_but_the_model(
    open_with: Open, reply: Reply, failure: str, tries: int
) -> None:
    with serving(reply) as server:
        assistant = open_with(server.url)
        answer = assistant.ask(QUESTION)
        assert len(server.requests) == tries
    check_extractive(assistant, answer, failure)
    assert answer.trace["model"]["failed"] == failure.removeprefix("model_")


def test_a_body_that_is_no_stream(open_with: Open) -> None:
    with serving(Reply(raw="<html>a proxy's page</html>")) as server:
        assistant = open_with(server.url)
        answer = assistant.ask(QUESTION)
    assert answer.notices
    assert "square root" in answer.text


def test_a_server_that_recovers_is_used(open_with: Open) -> None:
    with serving(Reply(status=500), Reply(GOOD, cut_after=2), Reply(GOOD)) as server:
        answer = open_with(server.url).ask(QUESTION)
    assert answer.notices == ()
    assert answer.trace["model"]["calls"] == 3


@pytest.mark.parametrize("reply", [Reply(GOOD, before_seconds=30), Reply(GOOD, between_seconds=0.5)])
def test_a_slow_server_is_left_in_time(open_with: Open, reply: Reply) -> None:
    with serving(reply) as server:
        assistant = open_with(server.url, model_seconds=1.0)
        started = time.monotonic()
        answer = assistant.ask(QUESTION)
        assert time.monotonic() - started < 3
    check_extractive(assistant, answer, "model_timeout")


def test_nobody_there(open_with: Open) -> None:
    assistant = open_with("http://127.0.0.1:9/v1")
    check_extractive(assistant, assistant.ask(QUESTION), "model_unreachable")


def test_a_provider_that_does_not_exist(open_with: Open) -> None:
    assistant = open_with("", model="nowhere:model")
    check_extractive(assistant, assistant.ask(QUESTION), "model_not_installed")


def test_closing_the_stream_stops_the_model(open_with: Open) -> None:
    slow = Reply(GOOD.replace(VERDICT, "") + " " * 4000 + VERDICT, between_seconds=0.02)
    with serving(slow) as server:
        assistant = open_with(server.url)
        stream = assistant.stream(QUESTION)
        next(event for event in stream if isinstance(event, ClaimEvent))
        started = time.monotonic()
        stream.close()
        assert time.monotonic() - started < 1.0
        server.script = [Reply(GOOD)]
        assert assistant.ask(QUESTION).notices == ()


def test_a_key_of_a_session_takes_the_place_of_the_variable_and_stays_there(open_with: Open, tmp_path: Path) -> None:
    with serving(Reply(GOOD)) as server:
        assistant = open_with("", model="")
        mine = ChatModel.load("fake:8b", base_url=server.url, api_key="sk-of-my-session")
        answer = assistant.ask(QUESTION, model=mine, conversation="c")
        assert server.keys == ["Bearer sk-of-my-session"]
        assert server.requests[0]["model"] == "fake:8b"
    assert answer.notices == ()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-of-my-session" not in path.read_bytes()


def test_a_local_server_needs_no_key(open_with: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with serving(Reply(GOOD)) as server:
        assert open_with(server.url, model="qwen3:8b").ask(QUESTION).notices == ()


def test_twenty_questions_at_once_on_one_model(open_with: Open) -> None:
    with serving(Reply(GOOD, between_seconds=0.01)) as server:
        assistant = open_with(server.url)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda n: assistant.ask(QUESTION, conversation=f"c{n}"), range(20)))
    assert {answer.text for answer in answers} == {"They are divided by the square root of the key dimension. [1]"}
    assert all(answer.trace["model"]["calls"] == 1 for answer in answers)
