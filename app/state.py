"""What flows through the graph, and what its nodes may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict

from app.answers import Answer, Citation, Claim, Passage
from app.evidence import ScoredUnit
from app.judging import Judgement
from app.matching import WeighedQuestion
from app.retrieval import Retriever
from app.settings import AppSettings
from app.understanding import Query
from ingest.facets import NO_FILTERS, Filters
from ingest.index import Index


class Question(TypedDict):
    """What goes in. ``history`` holds the earlier questions of the conversation, oldest first."""

    question: str
    history: Sequence[str]


class State(Question, total=False):
    """What the nodes add on the way."""

    query: Query
    attempt: int  # 1, or 2 after the one second try
    passages: tuple[Passage, ...]
    question_weighed: WeighedQuestion
    evidence: tuple[ScoredUnit, ...]
    judgement: Judgement
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    answer: Answer
    trace: dict[str, Any]


class Answerer(Protocol):
    """Evidence -> claims with citations. The extractive one needs nothing; a generative one asks a model."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Injected per run: no node reaches for a global."""

    index: Index
    retriever: Retriever
    answerer: Answerer
    settings: AppSettings
    scope: Filters = NO_FILTERS  # what the user confined the question to; the second try keeps to it
