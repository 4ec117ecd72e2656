"""The one door: command line, browser and evaluation all ask the ``Assistant``.

assistant = Assistant.open(Path(".seodang/corpus"))
answer = assistant.ask("LoRA는 몇 주차에 배워?")
print(answer.text, [str(citation.location) for citation in answer.citations])
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.answers import Answer, SearchResult
from app.extractive import ExtractiveAnswerer
from app.followup import standalone
from app.graph import AgentGraph, build_graph
from app.retrieval import Retriever
from app.settings import AppSettings
from app.state import Context, Question
from ingest.analyser import Analyser
from ingest.documents import Page
from ingest.embedding import Embedder, load_embedder
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


Event = StepEvent | AnswerEvent


class Assistant:
    """Answers questions from one index. Safe to share between threads; keeps the snapshot it opened until
    ``refresh()``."""

    def __init__(self, folder: IndexFolder, embedder: Embedder, analyser: Analyser, settings: AppSettings) -> None:
        self._folder, self._embedder, self._analyser, self._settings = folder, embedder, analyser, settings
        self._graph: AgentGraph = build_graph()
        self._context = self._open()

    @classmethod
    def open(cls, index: Path, settings: AppSettings | None = None, *, embedder: str | None = None) -> Assistant:
        """The index at a path, with the embedding model it was made with unless another is named.

        Raises:
            NoIndexError: nothing was ingested there.
            MismatchError: it was made with another model or analyser.
        """
        folder = IndexFolder(index)
        name = embedder or folder.require().manifest.embedder
        return cls(folder, load_embedder(name), Analyser(), settings or AppSettings())

    @property
    def index(self) -> Index:
        return self._context.index

    def refresh(self) -> bool:
        """Take up a newer snapshot if there is one; True when it did."""
        if self._folder.require().number == self.index.snapshot.number:
            return False
        self._context = self._open()
        return True

    def search(
        self, question: str, *, k: int = 10, history: Sequence[str] = (), filters: Filters | None = None
    ) -> SearchResult:
        """The best ``k`` passages for a question, made standalone from the earlier questions."""
        started = time.perf_counter()
        context = self._context
        query = standalone(_checked(question), history, context.retriever, context.index)
        if filters is not None:
            query = replace(query, filters=filters)
        passages, _ = context.retriever.retrieve(query, k)
        trace = {"question": query.text, "words": [list(word.tokens) for word in query.words]}
        return SearchResult(query.text, tuple(passages), trace, time.perf_counter() - started)

    def ask(self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None) -> Answer:
        """The answer, with everything it rests on; with ``filters`` only from what passes them."""
        *_, last = self.stream(question, history=history, filters=filters)
        assert isinstance(last, AnswerEvent)
        return last.answer

    def stream(self, question: str, *, history: Sequence[str] = (), filters: Filters | None = None) -> Iterator[Event]:
        """An event per finished step, then the answer."""
        started = time.perf_counter()
        asked = Question(question=_checked(question), history=list(history))
        context = replace(self._context, scope=filters or NO_FILTERS)
        trace: dict[str, Any] = {}
        answer: Answer | None = None
        for update in self._graph.stream(asked, context=context, stream_mode="updates"):
            for node, values in update.items():
                trace = values["trace"]
                answer = values.get("answer", answer)
                yield StepEvent(node, trace)
        assert answer is not None
        yield AnswerEvent(replace(answer, trace=trace, seconds=time.perf_counter() - started))

    def documents(self) -> list[StoredDocument]:
        """What is indexed, by path."""
        return self.index.documents()

    def page(self, path: str, number: int) -> Page | None:
        """A page of an indexed document, or None."""
        document = self.index.document(path)
        pages = self.index.pages(document, [number]) if document else []
        return pages[0] if pages else None

    def _open(self) -> Context:
        index = Index(self._folder.require(), self._embedder, self._analyser)
        return Context(index, Retriever(index), ExtractiveAnswerer(), self._settings)


def _checked(question: str) -> str:
    text = question.strip()
    if not text:
        raise UsageError("The question is empty.", 'Ask something: seodang ask "LoRA는 몇 주차에 배워?"')
    return text
