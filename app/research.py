"""The tool-calling mode: before it answers, the model may search, open pages and list the documents by itself.

It only gathers: what it finds becomes passages, and the answer from them is written and verified as always. So a tool
can bring no claim past verification, and a document that talks the model into odd searches gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field, ValidationError

from app import prompts
from app.answers import PASSAGE_CHARS, Passage
from app.chat_model import ChatModel, ToolRound
from app.corpus_words import suited
from app.fencing import Fence
from app.model_failures import FailedModelError, Failure
from app.model_run import Run
from app.prompts import Style
from app.retrieval import Retriever
from app.understanding import Query, understand
from ingest.documents import Span
from ingest.index import Index

_ROUNDS = 4
_CALLS = 4  # of one round; what is beyond is left unanswered
_FOUND = 4  # passages of one search
_LISTED = 100  # documents
_EARLIER_QUESTIONS = 4
_EARLIER_CHARS = 600  # of the last answer


@dataclass(frozen=True, slots=True)
class Request:
    """A question with what may answer it. ``earlier`` and ``last_answer``: the conversation so far."""

    query: Query
    passages: Sequence[Passage]
    style: Style = Style.NORMAL
    earlier: Sequence[str] = ()
    last_answer: str = ""


class search(BaseModel):  # noqa: N801 (the model sees this name)
    """Find passages of the course's files."""

    query: str = Field(description="a question or a few words", max_length=400)


class open_page(BaseModel):  # noqa: N801
    """Read a whole page of a document."""

    path: str = Field(description="as list_documents and the passages name it")
    number: int = Field(description="pages count from 1")


class list_documents(BaseModel):  # noqa: N801
    """The documents of the course with their titles."""


class Research:
    """Searches one index for a model."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def gather(self, chat: ChatModel, request: Request, index: Index, fence: Fence, run: Run) -> list[Passage]:
        """What the model found beyond the request's passages, latest first. A model that cannot use tools finds
        nothing.

        Raises:
            FailedModelError: the time is over or nobody waits any more.
        """
        system = prompts.RESEARCH.format(data=prompts.DATA.format(fence=fence.name))
        shown = "\n\n".join(fenced_passage(n, passage, fence) for n, passage in enumerate(request.passages, 1))
        user = prompts.QUESTION.format(passages=shown, earlier="", question=request.query.text)
        known = {(passage.path, passage.spans) for passage in request.passages}
        found: list[Passage] = []
        done: list[ToolRound] = []
        try:
            for _ in range(_ROUNDS):
                calls = chat.call_tools(system, user, done, (search, open_page, list_documents), run)[:_CALLS]
                if not calls:
                    break
                results = []
                for call in calls:
                    passages, listed = self._use(call["name"], call["args"], request, index)
                    fresh = [passage for passage in passages if (passage.path, passage.spans) not in known]
                    known.update((passage.path, passage.spans) for passage in fresh)
                    found = [*fresh, *found]
                    texts = [fenced_passage(n, passage, fence) for n, passage in enumerate(passages, 1)]
                    results.append("\n\n".join(texts) or fence.wrap("result", listed))
                done.append((calls, results))
        except FailedModelError as failure:
            if failure.failure in (Failure.CANCELLED, Failure.TIMEOUT):
                raise
        return found

    def _use(self, name: str, arguments: object, request: Request, index: Index) -> tuple[list[Passage], str]:
        """Passages, or a text when there are none; only from what the question is confined to."""
        filters = request.query.filters
        try:
            match name:
                case "search":
                    query = suited(understand(search.model_validate(arguments).query, index.analyser), index)
                    return self._retriever.retrieve(replace(query, filters=filters), _FOUND)[0], "Nothing was found."
                case "open_page":
                    wanted = open_page.model_validate(arguments)
                    inside = not filters.groups() or any(wanted.path == seen.path for seen in request.passages)
                    return _page(wanted.path, wanted.number, index) if inside else [], "There is no such page."
                case "list_documents":
                    return [], "\n".join(f"{d.path}: {d.title}" for d in index.documents()[:_LISTED])
        except ValidationError:
            return [], "The arguments do not fit."
        return [], "There is no such tool."


def _page(path: str, number: int, index: Index) -> list[Passage]:
    """A page as passages of the usual size."""
    document = index.document(path)
    pages = index.pages(document, [number]) if document else []
    return [
        Passage(
            rank=0,
            path=document.path,
            location=f"{document.path} {page.place(start)}".strip(),
            heading=document.title,
            text=page.text[start : start + PASSAGE_CHARS],
            spans=(Span(number, start, min(start + PASSAGE_CHARS, len(page.text))),),
            chunks=(),
            chunk_id=-1,
            score=0.0,
            dense=0.0,
            lexical=0.0,
        )
        for page in pages
        if document
        for start in range(0, len(page.text), PASSAGE_CHARS)
    ]


def fenced_passage(number: int, passage: Passage, fence: Fence) -> str:
    """A passage as the model sees it."""
    return fence.wrap(f"passage {number}", f"({passage.location})\n{passage.heading}\n{passage.text}")


def fenced_conversation(request: Request, fence: Fence) -> str:
    """What was said before as the model sees it; "" for the first question."""
    said = [f"Asked: {question}" for question in request.earlier[-_EARLIER_QUESTIONS:]]
    if request.last_answer:
        said.append(f"Answered: {request.last_answer[:_EARLIER_CHARS]}")
    return prompts.EARLIER.format(fenced=fence.wrap("conversation", "\n".join(said))) if said else ""
