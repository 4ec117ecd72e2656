"""The REST server over loopback: what programs get, and who is refused."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
import uvicorn

from app.assistant import Assistant
from app.rest import rest_app

JSON = {"content-type": "application/json"}


@pytest.fixture
def port(assistant: Assistant) -> Iterator[int]:
    """Where the server listens."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(rest_app(assistant), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield int(listening.getsockname()[1])
    server.should_exit = True
    thread.join()
    listening.close()


def call(port: int, method: str, path: str, body: object = None, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        connection.request(method, path, data.encode() if data else None, headers)
        response = connection.getresponse()
        text = response.read().decode()
        return response.status, json.loads(text) if text.startswith(("{", "[")) else text
    finally:
        connection.close()


def test_ask_search_and_open_the_cited_page(port: int) -> None:
    status, answer = call(port, "POST", "/ask", {"question": "How are the scores scaled?"})
    assert status == 200
    (first, *_) = answer["citations"]
    status, found = call(port, "POST", "/search", {"question": "How are the scores scaled?", "k": 2})
    assert status == 200
    assert found["passages"][0]["path"] == first["path"]
    _, documents = call(port, "GET", "/documents")
    assert {document["path"] for document in documents} == {"schedule.md", "week3/notes.md"}
    texts = [call(port, "GET", f"/pages/{number}/{first['path']}")[1].get("text", "") for number in (1, 2, 3)]
    assert any(first["quote"] in text for text in texts)


def test_an_answer_is_streamed_and_a_conversation_remembered(port: int, assistant: Assistant) -> None:
    asked = {"question": "LoRA는 뭘 학습해?", "stream": True, "conversation": "c1"}
    status, text = call(port, "POST", "/ask", asked)
    assert status == 200
    events = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    assert events[0] == "step"
    assert events[-1] == "answer"
    assert [turn.question for turn in assistant.conversations.load("c1")] == ["LoRA는 뭘 학습해?"]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/ask", {"question": " "}, JSON, 400),
        ("POST", "/ask", {"question": "x", "modle": "y"}, JSON, 400),
        ("POST", "/ask", "{", JSON, 400),
        ("POST", "/ask", {"question": "x" * 200_000}, JSON, 400),
        ("POST", "/ask", {"question": "x"}, {"content-type": "text/plain"}, 400),  # what a foreign page could send
        ("POST", "/ask", {"question": "x"}, {**JSON, "host": "attacker.example"}, 400),  # and its rebound name
        ("POST", "/search", {"question": "x", "k": 1000}, JSON, 400),
        ("GET", "/pages/1/../../etc/passwd", None, {}, 404),
        ("GET", "/pages/99/week3/notes.md", None, {}, 404),
        ("GET", "/ask", None, {}, 405),
    ],
)
def test_what_does_not_fit_is_refused(
    port: int, method: str, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    answered, text = call(port, method, path, body, headers)
    assert answered == status
    assert "Traceback" not in str(text)
