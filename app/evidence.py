"""Passages -> scored units: how likely each sentence, list item, row or code block is to be what was asked for.

A unit's score is linear in a few features; there are no rules for single cases. The weights come from ``python -m
eval.fit`` on development questions, except those of weeks and dates (``on_time``, ``dated``, ``dated_heading``) and of
bare headings, which are set by hand: the fit has few such questions (eval/NOTES.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from app.answers import Passage
from app.matching import Closeness, WeighedQuestion, calendar_of
from app.question_kinds import QuestionKind, has_shape
from app.understanding import Query
from ingest.documents import BlockKind, Unit
from ingest.store import StoredChunk

_NO_TOKENS: frozenset[str] = frozenset()
_MUCH_NEW = 12  # content tokens beyond the question's that make a unit full of news


@dataclass(frozen=True, slots=True)
class UnitFeatures:
    """All in [0, 1]. What is said is a share of the question's information, each word by tokens or by nearness."""

    with_headings: float  # said by the unit and the headings above it
    with_before: float  # by the unit and the one before it
    around: float  # by the unit, those before and after it, and the headings
    similarity: float  # cosine of question and unit
    passage: float  # the passage's score
    first_passage: float  # 1 in the best passage
    best_chunk: float  # 1 in the chunk the passage was found by
    news: float  # how much it says beyond the question's words
    on_time: float  # how exactly it, or else its heading, names the weeks and dates asked for
    dated: float  # asked when: its coverage, when it or its heading names a week or date
    shape: float  # 1 when it has what is asked for: a date, number, reason, code
    heading: float  # 1 for headings and the header rows of tables, and so on
    dated_heading: float
    list_item: float
    code: float  # 1 for code that nobody asked for
    leads: float  # 1 when deeper list items hang under it, or it ends in a colon
    asks: float  # 1 when it is a question itself


WEIGHTS = UnitFeatures(
    with_headings=4.7,
    with_before=2.1,
    around=4.6,
    similarity=2.4,
    passage=3.0,
    first_passage=1.2,
    best_chunk=1.0,
    news=0.9,
    on_time=3.0,
    dated=4.0,
    shape=3.0,  # fitted 2.6; a reason asked for is then quoted with what it is the reason of
    heading=-3.0,  # fitted -1.4 to -1.7; a bare heading reads as no answer even where it counts as one
    dated_heading=1.6,
    list_item=0.3,
    code=-2.0,
    leads=-0.8,
    asks=-1.2,
)


_values = attrgetter(*(field.name for field in fields(UnitFeatures)))  # dataclasses.astuple copies deeply and slowly


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """``heading`` is the nearest heading unit above it in the passage, ``dated_by_heading`` whether that one names a
    week or date and the unit none; ``header`` is the header row over a table's row; ``order`` counts through the
    passage."""

    passage: Passage
    unit: Unit
    text: str
    heading: Unit | None
    dated_by_heading: bool
    header: Unit | None
    order: int
    features: UnitFeatures
    score: float


def gather_evidence(query: Query, question: WeighedQuestion, passages: Sequence[Passage]) -> tuple[ScoredUnit, ...]:
    """All units of the passages, best first; equal ones by passage and place."""
    found: list[ScoredUnit] = []
    lines = [chunk.chunk.unit_text(unit) for p in passages for chunk in p.chunks for unit in chunk.chunk.units]
    question.closeness(lines)  # all at once: one call is quicker than one a passage
    for passage in passages:
        found.extend(_score_passage(query, question, passage))
    return tuple(sorted(found, key=lambda item: (-item.score, item.passage.rank, item.order)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit in its passage, with what surrounds it."""

    unit: Unit
    text: str
    tokens: frozenset[str]
    above: frozenset[str]  # tokens of the headings over it
    header: Unit | None  # the header row over a table's row
    heading: int | None  # positions in the passage
    lead: int | None
    in_best_chunk: bool


def _score_passage(query: Query, question: WeighedQuestion, passage: Passage) -> list[ScoredUnit]:
    lines = _lines(passage.chunks, passage.chunk_id)
    near = question.closeness([line.text for line in lines])
    said = [question.said(line.tokens, close) for line, close in zip(lines, near, strict=True)]
    over = _said_over(question, lines, near)
    asked = {token for word in question.words for token in (*word.morphemes, *word.translations)}
    information = question.information
    found = []
    for at, line in enumerate(lines):
        before = np.maximum(said[at], said[max(at - 1, 0)])
        around = np.maximum(np.maximum(before, said[min(at + 1, len(said) - 1)]), over[at])
        is_code = line.unit.kind.is_code
        is_heading = line.unit.kind in (BlockKind.HEADING, BlockKind.TABLE_HEADER)
        dated = bool(calendar_of(line.tokens))
        heading = lines[line.heading].tokens if line.heading is not None else _NO_TOKENS
        features = UnitFeatures(
            with_headings=float(np.maximum(said[at], over[at]) @ information),
            with_before=float(before @ information),
            around=float(around @ information),
            similarity=near[at].cosine,
            passage=passage.score,
            first_passage=float(passage.rank == 1),
            best_chunk=float(line.in_best_chunk),
            news=min(1.0, sum(1 for t in line.tokens - asked if not t.startswith("_")) / _MUCH_NEW),
            on_time=question.on_time(line.tokens if calendar_of(line.tokens) else line.above),
            dated=question.dated(line.tokens, heading),
            shape=float(
                has_shape(query.kind, line.text, query.text, dated=question.says_when(line.tokens), code=is_code)
            ),
            heading=float(is_heading),
            dated_heading=float(is_heading and dated),
            list_item=float(line.unit.kind is BlockKind.LIST_ITEM),
            code=float(is_code and query.kind is not QuestionKind.CODE),
            leads=float(
                any(other.lead == at for other in lines[at + 1 : at + 4])
                or line.text.rstrip("*_ ").endswith((":", "："))
            ),
            asks=float(line.text.rstrip("*_ ").endswith("?")),
        )
        found.append(
            ScoredUnit(
                passage=passage,
                unit=line.unit,
                text=line.text,
                heading=lines[line.heading].unit if line.heading is not None else None,
                dated_by_heading=not dated and bool(calendar_of(heading)),
                header=line.header,
                order=at,
                features=features,
                score=score(features),
            )
        )
    return found


def _said_over(
    question: WeighedQuestion, lines: Sequence[_Line], near: Sequence[Closeness]
) -> list[NDArray[np.float32]]:
    """Of each line, how much the headings over it say of each word of the question (q,)."""
    known: dict[tuple[frozenset[str], int | None], NDArray[np.float32]] = {}
    for line in lines:
        if (line.above, line.heading) not in known:
            close = (
                near[line.heading].nearest if line.heading is not None else np.zeros(len(question.words), np.float32)
            )
            known[line.above, line.heading] = np.maximum(question.said_by_tokens(line.above), close)
    return [known[line.above, line.heading] for line in lines]


def score(features: UnitFeatures) -> float:
    """Higher is likelier; comparable within one question and, for the verdict, between questions."""
    return math.fsum(weight * value for weight, value in zip(_values(WEIGHTS), _values(features), strict=True))


def _lines(chunks: Sequence[StoredChunk], best: int) -> list[_Line]:
    """The passage's units in reading order, each once (chunks of one table share its header row)."""
    found: list[_Line] = []
    seen: set[Unit] = set()
    heading: int | None = None
    header: Unit | None = None
    leads: list[tuple[int, int]] = []  # (level, position) of the list items a deeper one hangs under
    for chunk in chunks:
        above = chunk.heading_tokens
        for unit, tokens in zip(chunk.chunk.units, chunk.unit_tokens, strict=True):
            if unit in seen:
                continue
            seen.add(unit)
            at = len(found)
            if unit.kind is BlockKind.HEADING:
                heading, above, leads = at, chunk.heading_tokens | tokens, []
            if unit.kind is not BlockKind.TABLE_ROW:
                header = unit if unit.kind is BlockKind.TABLE_HEADER else None
            leads = [lead for lead in leads if lead[0] < unit.level] if unit.kind is BlockKind.LIST_ITEM else []
            found.append(
                _Line(
                    unit=unit,
                    text=chunk.chunk.unit_text(unit),
                    tokens=tokens,
                    above=above,
                    header=header if unit.kind is BlockKind.TABLE_ROW else None,
                    heading=heading if heading != at else None,
                    lead=leads[-1][1] if leads else None,
                    in_best_chunk=chunk.chunk.chunk_id == best,
                )
            )
            if unit.kind is BlockKind.LIST_ITEM:
                leads.append((unit.level, at))
    return found
