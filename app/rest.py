"""The Assistant over HTTP: search, ask (whole or streamed), open a page, list the documents.

For programs on this machine: it listens on loopback, answers only requests that name a loopback host (a page of
another site that points its own name here is refused), and takes questions only as JSON, which such a page cannot send.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from app.assistant import AnswerEvent, Assistant, ClaimEvent, StepEvent
from app.prompts import Style
from ingest.documents import Kind
from ingest.errors import SeodangError, UsageError
from ingest.facets import Filters

T = TypeVar("T")
_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
_LARGEST = 100_000  # bytes of a request


class AskRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /ask``; see ``Assistant.ask``."""

    question: str
    history: list[str] = []
    conversation: str | None = None
    style: Style = Style.NORMAL
    kinds: list[Kind] = []
    weeks: list[int] = []
    stream: bool = False


class SearchRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /search``."""

    question: str
    k: int = 10
    history: list[str] = []
    kinds: list[Kind] = []
    weeks: list[int] = []


def rest_app(assistant: Assistant) -> Starlette:
    """The ASGI application."""

    async def ask(request: Request) -> Response:
        asked = await _body(request, AskRequest)
        await run_in_threadpool(assistant.refresh)  # an ingest may have made a new snapshot
        options: dict[str, Any] = {
            "history": asked.history,
            "filters": Filters(kinds=tuple(asked.kinds), weeks=tuple(asked.weeks)),
            "style": asked.style,
            "conversation": asked.conversation,
        }
        if asked.stream:
            return StreamingResponse(_events(assistant, asked.question, options), media_type="text/event-stream")
        answer = await run_in_threadpool(assistant.ask, asked.question, **options)
        return JSONResponse(answer.to_json())

    async def search(request: Request) -> Response:
        asked = await _body(request, SearchRequest)
        await run_in_threadpool(assistant.refresh)
        filters = Filters(kinds=tuple(asked.kinds), weeks=tuple(asked.weeks))
        if not 1 <= asked.k <= 100:
            raise UsageError(f"k {asked.k}: out of range.", "k is 1 to 100.")
        found = await run_in_threadpool(
            assistant.search, asked.question, k=asked.k, history=asked.history, filters=filters
        )
        return JSONResponse(found.to_json())

    def documents(request: Request) -> Response:
        return JSONResponse([{"path": d.path, "title": d.title, "kind": d.kind.value} for d in assistant.documents()])

    def page(request: Request) -> Response:
        path, number = request.path_params["path"], request.path_params["number"]
        found = assistant.page(path, number)
        if found is None:
            return JSONResponse({"error": f"{path}: no page {number}."}, 404)
        return JSONResponse({"path": path, "page": number, "location": found.place(0), "text": found.text})

    routes = [
        Route("/ask", ask, methods=["POST"]),
        Route("/search", search, methods=["POST"]),
        Route("/documents", documents),
        Route("/pages/{number:int}/{path:path}", page),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],
        exception_handlers={SeodangError: _refused, Exception: _failed},
    )


def serve_rest(assistant: Assistant, port: int) -> None:
    """Serve on loopback until stopped."""
    uvicorn.run(rest_app(assistant), host="127.0.0.1", port=port, log_level="warning")


async def _body(request: Request, kind: type[T]) -> T:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise UsageError("The body is not JSON.", "Send it with content-type: application/json.")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise UsageError(f"The request is longer than {_LARGEST} bytes.")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise UsageError(f"The request does not fit: {error}.") from error


def _events(assistant: Assistant, question: str, options: dict[str, Any]) -> Iterator[str]:
    """Server-sent events named step, claim, answer or error. A client that hangs up stops the model."""
    try:
        for event in assistant.stream(question, **options):
            match event:
                case StepEvent(node=node):
                    yield _event("step", {"node": node})
                case ClaimEvent(claim=claim, citations=citations):
                    cited = [citation.to_json() for citation in citations]
                    yield _event("claim", {"text": claim.text, "citations": cited})
                case AnswerEvent(answer=answer):
                    yield _event("answer", answer.to_json())
    except SeodangError as error:
        yield _event("error", {"error": str(error)})


def _event(name: str, value: object) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def _refused(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


def _failed(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "The request failed; the server's log says why."}, 500)
