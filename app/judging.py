"""Is the evidence enough? One threshold for all material.

Confidence is a logistic function of a few features, fitted by ``python -m eval.fit`` on answerable questions, near
misses and questions about other corpora.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from app.answers import Passage, Verdict
from app.evidence import ScoredUnit
from app.matching import WeighedQuestion
from app.measures import measured_words, number_windows
from app.question_kinds import QuestionKind
from app.understanding import Query
from ingest.index import Index
from ingest.lexical import SearchWord

_SHAPED = (QuestionKind.NUMBER, QuestionKind.WHEN)
_MANY_WORDS = 10
_BEST_UNITS = 4  # more than that are seldom quoted
_UNTOLD = 0.5  # when it cannot be said what is to be measured
_SAME = 0.99  # cosine of a word and itself


@dataclass(frozen=True, slots=True)
class Signs:
    """All in [0, 1], of the best passage unless said otherwise. Shares of the question weigh a word by what it tells in
    this corpus and in general: in three notes the rarest word may well be "need"."""

    score: float  # the ranking's
    coverage: float  # share of the question it says, in its words or near ones, headings included
    cosine: float
    unknown: float  # share in words the whole corpus does not know and the passage has nothing near to
    names_missing: float  # share in names, identifiers and numbers that the best passage lacks
    likeness: float  # cosine of the unit nearest to the question, of all passages
    unmeasured: float  # when a number is asked for, how far what it measures is from every number of the best units
    shapeless: float  # 1 when a number, date or week is asked for and neither the best unit nor its heading has one
    words: float  # how much the question says: agreement with a long one is seldom chance


WEIGHTS = Signs(
    score=1.7,
    coverage=2.4,
    cosine=1.4,
    unknown=-1.1,
    names_missing=-2.1,
    likeness=2.3,
    unmeasured=-2.0,
    shapeless=-0.3,
    words=1.25,
)
BIAS = -4.6


@dataclass(frozen=True, slots=True)
class Judgement:
    """``confidence`` in [0, 1]; ``missing`` names the dates, weeks and lectures of the question that no passage has."""

    verdict: Verdict
    confidence: float
    missing: tuple[str, ...] = ()


def judge(
    query: Query,
    question: WeighedQuestion,
    passages: Sequence[Passage],
    evidence: Sequence[ScoredUnit],
    index: Index,
    threshold: float,
) -> Judgement:
    """Refuse when a week, lecture or date asked for is nowhere in the passages, or confidence is too low."""
    if not passages:
        return Judgement(Verdict.REFUSE, 0.0)
    missing = missing_places(question, passages)
    confidence = confidence_in(signs(query, question, passages, evidence, index))
    refused = bool(missing) or confidence < threshold
    return Judgement(Verdict.REFUSE if refused else Verdict.ANSWER, confidence, missing)


def confidence_in(found: Signs) -> float:
    """Chance in [0, 1] that the materials answer the question."""
    weights: tuple[float, ...] = astuple(WEIGHTS)
    values: tuple[float, ...] = astuple(found)
    return 1 / (1 + math.exp(-BIAS - math.fsum(w * v for w, v in zip(weights, values, strict=True))))


def signs(
    query: Query,
    question: WeighedQuestion,
    passages: Sequence[Passage],
    evidence: Sequence[ScoredUnit],
    index: Index,
) -> Signs:
    """What the verdict rests on."""
    best = passages[0]
    there = best.tokens()
    texts = [chunk.chunk.unit_text(unit) for chunk in best.chunks for unit in chunk.chunk.units]
    nearest = question.nearest([best.heading, *texts])
    said = unknown = names = 0.0
    for word, weighed, near, share in zip(query.words, question.words, nearest, question.shares, strict=True):
        covered = weighed.covered_by(there)
        if _numbered(word):
            covered = near = float(near > _SAME or any(map(there.__contains__, _numbers(word))))
        support = max(covered, near)
        said += share * support
        if not weighed.translations and not any(map(index.document_frequency, word.tokens)):
            unknown += share * (1 - support)
        if word.name:
            names += share * (1 - covered)
    return Signs(
        score=best.score,
        coverage=said,
        cosine=best.dense,
        unknown=unknown,
        names_missing=names,
        likeness=max(unit.features.similarity for unit in evidence),
        unmeasured=_unmeasured(query, question, evidence) if query.kind is QuestionKind.NUMBER else 0.0,
        shapeless=float(query.kind in _SHAPED and not (evidence[0].features.shape or evidence[0].features.dated)),
        words=min(1.0, len(question.words) / _MANY_WORDS),
    )


def _unmeasured(query: Query, question: WeighedQuestion, evidence: Sequence[ScoredUnit]) -> float:
    """1 where no number stands beside what is asked for, 0 where one does."""
    named = [word.lower() for word in measured_words(query.mended)]
    asked = [at for at, word in enumerate(query.words) if any(_is_of(word.written.lower(), name) for name in named)]
    if not asked:
        return _UNTOLD
    windows = [window for unit in evidence[:_BEST_UNITS] for window in _windows(unit, query.text)]
    said = [
        np.mean([max(question.words[at].written_in(window), close.nearest[at]) for at in asked])
        for window, close in zip(windows, question.closeness(windows), strict=True)
    ]
    return 1 - float(max(said, default=0.0))


def _windows(unit: ScoredUnit, question: str) -> list[str]:
    """The words around its numbers; in a table's row the names of all columns too."""
    found = number_windows(unit.text, question)
    if unit.header is None or not found:
        return found
    texts = (c.chunk.unit_text(unit.header) for c in unit.passage.chunks if unit.header in c.chunk.units)
    return [f"{next(texts)} {unit.text}"]


def _is_of(word: str, name: str) -> bool:
    """Whether a word of the query is one of the question as it was typed: with its particle, a part of a compound."""
    return word.startswith(name) or name.startswith(word) or word in name.split("-")


def _numbered(word: SearchWord) -> bool:
    """A name with a number is met by itself alone: nothing is nearer to GPT-4 than GPT-3."""
    return word.name and any(map(str.isdigit, word.written))


def _numbers(word: SearchWord) -> list[str]:
    """Any of these is the name: of T5-large also T5, of CIFAR-10 not every 10."""
    return [t for t in word.tokens if any(map(str.isdigit, t)) and (len(word.tokens) == 1 or not t.isdigit())]


def missing_places(question: WeighedQuestion, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Calendar tokens of the question (``week=40``, ``date=07-05``) that stand in no passage and no heading of one."""
    there = frozenset[str]().union(*(passage.tokens() for passage in passages))
    return tuple(sorted(question.calendar - there))
