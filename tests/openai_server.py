"""A server on loopback that speaks OpenAI's chat protocol and misbehaves on demand.

Each request takes the next reply of the script (the last one again when it is used up). The requests are kept.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """``text`` in pieces of a few characters. ``cut_after``: the connection breaks after as many of them."""

    text: str = ""
    status: int = 200
    before_seconds: float = 0.0
    between_seconds: float = 0.0
    cut_after: int | None = None
    raw: str | None = None  # sent as the body, whatever it is
    finish: str = "stop"
    retry_after: str | None = None
    calls: tuple[tuple[str, str], ...] = ()  # tools to use: (name, arguments as JSON)
    numbered: bool = True  # whether the calls have an id


PIECE = 12


class OpenAIServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def prompts(self) -> list[str]:
        """What each request said, all messages in one text."""
        return ["\n".join(str(message["content"]) for message in request["messages"]) for request in self.requests]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of a test."""


class _Handler(BaseHTTPRequestHandler):
    server: OpenAIServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            number = len(self.server.requests)
            self.server.requests.append(request)
            self.server.keys.append(self.headers.get("authorization", ""))
        reply = self.server.script[min(number, len(self.server.script) - 1)]
        self.server.stopping.wait(reply.before_seconds)
        self.close_connection = True
        if reply.status != 200 or reply.raw is not None:
            body = (reply.raw or json.dumps({"error": {"message": f"secret {self.server.keys[-1]}"}})).encode()
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            if reply.retry_after is not None:
                self.send_header("retry-after", reply.retry_after)
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        pieces = [reply.text[at : at + PIECE] for at in range(0, len(reply.text), PIECE)]
        for sent, piece in enumerate(pieces):
            if reply.cut_after == sent:
                return  # without the last chunk: the client sees a broken stream
            self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}]})
            if reply.between_seconds:
                time.sleep(reply.between_seconds)
        for index, (name, arguments) in enumerate(reply.calls):
            key = f"call-{number}-{index}" if reply.numbered else None
            call: dict[str, Any] = {"index": index, "id": key, "type": "function"}
            call["function"] = {"name": name, "arguments": arguments}
            self._event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
        finish = "tool_calls" if reply.calls else reply.finish
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        tokens = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
        self._event({"choices": [], "usage": tokens})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, value: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake", **value}
        self._chunk(f"data: {json.dumps(event)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


@contextmanager
def serving(*script: Reply) -> Iterator[OpenAIServer]:
    """A server with this script, until the block ends."""
    server = OpenAIServer(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
