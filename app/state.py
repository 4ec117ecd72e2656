"""What flows through the graph, and what its nodes may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NotRequired, Protocol

from langgraph.channels import UntrackedValue
from typing_extensions import TypedDict  # of typing, pydantic makes no schema before Python 3.12

from app.answers import Answer, Citation, Claim, Passage, Verdict
from app.evidence import ScoredUnit
from app.generative import GenerativeAnswerer
from app.judging import Judgement
from app.matching import WeighedQuestion
from app.memory import Turn
from app.model_run import Run
from app.prompts import Style
from app.retrieval import Found, Retriever
from app.settings import AppSettings
from app.understanding import Query
from ingest.facets import NO_FILTERS, Filters
from ingest.index import Index


class Question(TypedDict):
    """What goes in. ``history`` holds the earlier questions of the conversation, oldest first. ``part``: which one it
    is, from 0, of how many that were asked at once; later ones may lean on the one before."""

    question: Annotated[str, UntrackedValue]
    history: Annotated[Sequence[str], UntrackedValue]
    part: Annotated[NotRequired[tuple[int, int]], UntrackedValue]


class State(Question, total=False):
    """What the nodes add on the way. Only ``turns`` outlives the run: a checkpoint holds plain JSON and no passages."""

    turns: list[Turn]  # of the conversation so far, when it is remembered
    parts: Annotated[tuple[str, ...], UntrackedValue]  # the questions in the question
    query: Annotated[Query, UntrackedValue]
    attempt: Annotated[int, UntrackedValue]  # 1, or 2 after the one second try
    phrasings: Annotated[tuple[Query, ...], UntrackedValue]  # a model's other wordings, for the second try
    passages: Annotated[tuple[Passage, ...], UntrackedValue]
    others: Annotated[tuple[Found, ...], UntrackedValue]  # what each of the phrasings found by itself
    question_weighed: Annotated[WeighedQuestion, UntrackedValue]
    evidence: Annotated[tuple[ScoredUnit, ...], UntrackedValue]
    judgement: Annotated[Judgement, UntrackedValue]
    promising: Annotated[bool, UntrackedValue]  # what another wording found is enough by itself: the model may read it
    claims: Annotated[tuple[Claim, ...], UntrackedValue]
    citations: Annotated[tuple[Citation, ...], UntrackedValue]
    verdict: Annotated[Verdict | None, UntrackedValue]  # the model's; None: the judgement's
    notices: Annotated[tuple[str, ...], UntrackedValue]
    answer: Annotated[Answer, UntrackedValue]
    trace: Annotated[dict[str, Any], UntrackedValue]


class Answerer(Protocol):
    """Evidence -> ``most`` claims with citations, without a model and without failing. ``GenerativeAnswerer`` goes
    first when a model is set; its claims pass the same verification."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index, most: int
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Injected per run: no node reaches for a global."""

    index: Index
    retriever: Retriever
    answerer: Answerer
    settings: AppSettings
    scope: Filters = NO_FILTERS  # what the user confined the question to; the second try keeps to it
    generator: GenerativeAnswerer | None = None
    style: Style = Style.NORMAL
    run: Run = field(default_factory=Run)
