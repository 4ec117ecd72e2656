"""The one door: command line, browser and evaluation all ask the ``Assistant``.

assistant = Assistant.open(Path(".seodang/corpus"))
answer = assistant.ask("LoRA는 몇 주차에 배워?")
print(answer.text, [str(citation.location) for citation in answer.citations])
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from langchain_core.runnables import RunnableConfig

from app.answers import Answer, Citation, Claim, SearchResult
from app.chat_model import ChatModel
from app.conversations import Conversations, StoredTurn
from app.embedders import named_embedder
from app.extractive import ExtractiveAnswerer
from app.followup import standalone
from app.generative import DraftClaim, GenerativeAnswerer
from app.graph import AgentGraph, build_graph
from app.memory import Memory
from app.model_failures import FailedModelError
from app.model_run import Run
from app.phrases import phrase
from app.places import user_folder
from app.prompts import Style
from app.reranker import Reranker
from app.research import Research
from app.retrieval import Retriever
from app.settings import AppSettings
from app.state import Context, Question
from app.understanding import language_of_question
from ingest.analyser import Analyser
from ingest.documents import Page
from ingest.embedding import Embedder
from ingest.errors import UsageError
from ingest.facets import NO_FILTERS, Filters
from ingest.index import Index
from ingest.snapshots import IndexFolder
from ingest.store import StoredDocument


@dataclass(frozen=True, slots=True)
class StepEvent:
    """A node of the graph has finished."""

    node: str
    trace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """The answer; always the last event."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """A verified claim of the model, while it still writes. The answer may order, number or replace it anew."""

    claim: Claim
    citations: tuple[Citation, ...]


Event = StepEvent | ClaimEvent | AnswerEvent


class Assistant:
    """Answers questions from one index. Safe to share between threads; keeps the snapshot it opened until
    ``refresh()``."""

    def __init__(self, folder: IndexFolder, embedder: Embedder, analyser: Analyser, settings: AppSettings) -> None:
        self._folder, self._embedder, self._analyser, self._settings = folder, embedder, analyser, settings
        self._graph: AgentGraph = build_graph()
        self._remembering: AgentGraph | None = None
        self._memory = Memory(user_folder(folder.path))
        self._chat: ChatModel | None = None
        self._refreshing = threading.Lock()
        self._reranker = Reranker(settings.reranker) if settings.reranker else None
        self._context = self._open()

    @classmethod
    def open(
        cls,
        index: Path,
        settings: AppSettings | None = None,
        *,
        embedder: str | None = None,
        analyser: Analyser | None = None,
    ) -> Assistant:
        """The index at a path, with the embedding model it was made with unless another is named.

        Raises:
            NoIndexError: nothing was ingested there.
            MismatchError: it was made with another model or analyser.
            RerankerError: the reranker of the settings cannot be loaded.
        """
        folder = IndexFolder(index)
        name = embedder or folder.require().manifest.embedder
        analyser = analyser or Analyser(folder.cache)
        return cls(folder, named_embedder(name, index), analyser, settings or AppSettings())

    @property
    def index(self) -> Index:
        return self._context.index

    def refresh(self) -> bool:
        """Take up a newer snapshot if there is one, with the embedding model it was made with; True when it did."""
        if not self._refreshing.acquire(blocking=False):
            return False  # another thread is at it: once for all, and nobody waits
        try:
            newer = self._folder.require()
            if newer.number == self.index.snapshot.number:
                return False
            if newer.manifest.embedder_fingerprint != self._embedder.fingerprint:
                self._embedder = named_embedder(newer.manifest.embedder, self._folder.path)
            self._context = self._open()
            return True
        finally:
            self._refreshing.release()

    def search(
        self, question: str, *, k: int = 10, history: Sequence[str] = (), filters: Filters | None = None
    ) -> SearchResult:
        """The best ``k`` passages for a question, made standalone from the earlier questions."""
        started = time.perf_counter()
        context = self._context
        query = standalone(_checked(question), _whole(history), context.retriever, context.index)
        if filters is not None:
            query = replace(query, filters=filters)
        passages, _ = context.retriever.retrieve(query, k)
        return SearchResult(query.text, tuple(passages), query.trace(), time.perf_counter() - started)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        style: Style = Style.NORMAL,
        conversation: str | None = None,
        model: ChatModel | Literal["none"] | None = None,
    ) -> Answer:
        """The answer, with everything it rests on; with ``filters`` only from what passes them.

        With ``conversation`` (an id of the caller's choice) the question follows the ones asked there before and is
        remembered with its answer. ``model`` takes the place of the one in the settings, "none" of any: a key given for
        a session lives in it alone. Whatever a model does, there is an answer; ``Answer.notices`` says when it is not
        its own.
        """
        *_, last = self.stream(
            question, history=history, filters=filters, style=style, conversation=conversation, model=model
        )
        assert isinstance(last, AnswerEvent)
        return last.answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        style: Style = Style.NORMAL,
        conversation: str | None = None,
        model: ChatModel | Literal["none"] | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Event]:
        """An event per finished step and per verified claim of a model, then the answer. Closing the iterator stops
        the model; so does setting ``stop``, from any thread and while the next event is waited for."""
        started = time.perf_counter()
        asked = Question(question=_checked(question), history=_whole(history))
        _whole([conversation or ""])
        scope = filters or NO_FILTERS
        notice, generator = self._generator(model, asked["question"])
        run = Run(time.monotonic() + self._settings.model_seconds, stop or threading.Event())
        context = replace(self._context, scope=scope, generator=generator, style=style, run=run)
        trace: dict[str, Any] = {}
        answer: Answer | None = None
        updates = self._updates(asked, context, conversation)
        try:
            for mode, update in updates:
                if mode == "custom":
                    assert isinstance(update, DraftClaim)
                    yield ClaimEvent(update.claim, update.citations)
                    continue
                for node, values in update.items():
                    trace = values["trace"]
                    answer = values.get("answer", answer)
                    yield StepEvent(node, trace)
        finally:
            run.cancelled.set()  # first: closing waits for the node, and the node for the model
            updates.close()
        assert answer is not None
        answer = replace(answer, trace=trace, notices=(*notice, *answer.notices), seconds=time.perf_counter() - started)
        if conversation is not None:
            self._memory.trim(conversation)
            self.conversations.add(conversation, StoredTurn(asked["question"], answer, scope))
        yield AnswerEvent(answer)

    @property
    def settings(self) -> AppSettings:
        return self._settings

    @property
    def conversations(self) -> Conversations:
        """The record of remembered conversations: list, load, export, delete."""
        return Conversations(user_folder(self._folder.path))

    def forget(self, conversation: str) -> None:
        """Delete a conversation; what the agent remembers of it goes for good, the record can be restored."""
        self._memory.forget(conversation)
        self.conversations.delete(conversation)

    def close(self) -> None:
        """Release the files."""
        self._remembering = None
        self._memory.close()
        self.index.close()

    def bound_graph(self) -> AgentGraph:
        """The agent as a graph that needs nothing but the question: for LangGraph Studio and other hosts."""
        _, generator = self._generator(None, "")
        return build_graph(bound=replace(self._context, generator=generator))

    def documents(self) -> list[StoredDocument]:
        """What is indexed, by path."""
        return self.index.documents()

    def page(self, path: str, number: int) -> Page | None:
        """A page of an indexed document, or None."""
        document = self.index.document(path)
        pages = self.index.pages(document, [number]) if document else []
        return pages[0] if pages else None

    def _updates(
        self, asked: Question, context: Context, conversation: str | None
    ) -> Generator[tuple[str, Any], None, None]:
        """What the graph says as it runs: ("updates", what a node added) and ("custom", a claim)."""
        # Claims are told by a model alone. Without "custom" langgraph runs the nodes in this thread, 1.5 ms quicker.
        modes: list[Literal["updates", "custom"]] = ["updates", "custom"] if context.generator else ["updates"]
        if conversation is None:
            yield from cast("Iterator[tuple[str, Any]]", self._graph.stream(asked, context=context, stream_mode=modes))
            return
        if self._remembering is None:
            self._remembering = build_graph(self._memory.saver())
        config: RunnableConfig = {"configurable": {"thread_id": conversation}}
        updates = self._remembering.stream(asked, config, context=context, stream_mode=modes, durability="exit")
        yield from cast("Iterator[tuple[str, Any]]", updates)

    def own_model(self) -> ChatModel | None:
        """The model of the settings, loaded once; None when they name none.

        Raises:
            FailedModelError: the provider's package or key is missing.
        """
        settings = self._settings
        if settings.model and self._chat is None:
            self._chat = ChatModel.load(settings.model, base_url=settings.base_url, seconds=settings.model_seconds)
        return self._chat

    def _generator(
        self, model: ChatModel | Literal["none"] | None, question: str
    ) -> tuple[tuple[str, ...], GenerativeAnswerer | None]:
        """What answers with a model, when one is named; else a notice why there is none."""
        settings = self._settings
        if model is None:
            try:
                model = self.own_model()
            except FailedModelError as failure:
                language = language_of_question(question)
                why = phrase(failure.failure.value, language)
                return (phrase("no_answer_of_model", language, why=why),), None
        if model is None or model == "none":
            return (), None
        research = Research(self._context.retriever) if settings.tools else None
        return (), GenerativeAnswerer(model, settings.prompt_tokens, research)

    def _open(self) -> Context:
        index = Index(self._folder.require(), self._embedder, self._analyser)
        return Context(index, Retriever(index, reranker=self._reranker), ExtractiveAnswerer(), self._settings)


def _checked(question: str) -> str:
    (whole,) = _whole([question])
    text = whole.strip()
    if not text:
        raise UsageError("The question is empty.", 'Ask something: seodang ask "LoRA는 몇 주차에 배워?"')
    return text


def _whole(questions: Sequence[str]) -> list[str]:
    """As they are. Python's strings may hold half a character, which no library takes: what a terminal that does not
    write UTF-8 sends, or what is left of an emoji cut in two."""
    for question in questions:
        if half := re.search("[\ud800-\udfff]", question):
            raise UsageError(f"What was asked has half a character (U+{ord(half[0]):04X}).", "Write it as UTF-8.")
    return list(questions)
