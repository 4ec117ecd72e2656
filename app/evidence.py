"""Passages -> scored units: how much of the question each of them carries.

A unit's score is the share of the question's information it says (its own words in full, those of its headings and
lead in part), helped by its cosine, its passage's score and by having the shape the question asks for (a date for
"when", a number for "how many").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import Passage
from app.matching import WeighedQuestion, similarities
from app.understanding import Query, QuestionKind
from ingest.dates import find_dates, find_units
from ingest.documents import BlockKind, Unit
from ingest.index import Index
from ingest.store import StoredChunk

_HEADING_SHARE = 0.6  # what a question word in a heading is worth beside one in the unit itself
_LEAD_SHARE = 0.8
_SIMILARITY_WEIGHT = 0.4
_PASSAGE_WEIGHT = 0.5
_SHAPE_WEIGHT = 0.15
_BARE_HEADING = -0.25  # a heading without a date announces an answer, it is none


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """``covered``: share of the question's information in the unit and what stands above it; ``similarity``: its
    cosine; both in [0, 1]. ``heading`` is the nearest heading unit above it in the passage, ``lead`` the list item it
    hangs under; ``order`` counts through the passage."""

    passage: Passage
    unit: Unit
    text: str
    heading: Unit | None
    lead: str
    order: int
    score: float
    covered: float
    similarity: float


def gather_evidence(
    query: Query, question: WeighedQuestion, passages: Sequence[Passage], index: Index
) -> tuple[ScoredUnit, ...]:
    """All units that carry anything of the question, best first; equal ones by passage and place."""
    scored = [item for passage in passages for item in _score_passage(query, question, passage, index)]
    kept = [item for item in scored if item.covered > 0 or item.similarity > 0]
    return tuple(sorted(kept, key=lambda item: (-item.score, item.passage.rank, item.order)))


def _score_passage(query: Query, question: WeighedQuestion, passage: Passage, index: Index) -> list[ScoredUnit]:
    found: list[ScoredUnit] = []
    seen: set[Unit] = set()
    for chunk in passage.chunks:
        for item in _score_chunk(query, question, passage, chunk, index, len(found)):
            if item.unit not in seen:
                seen.add(item.unit)
                found.append(item)
    return found


def _score_chunk(
    query: Query, question: WeighedQuestion, passage: Passage, chunk: StoredChunk, index: Index, first: int
) -> list[ScoredUnit]:
    units = chunk.chunk.units
    texts = [chunk.chunk.unit_text(unit) for unit in units]
    alike = similarities(question, texts, index, fallback=passage.dense)
    above = chunk.heading_tokens
    heading: Unit | None = None
    leads: list[tuple[int, int]] = []  # (level, position) of the list items a deeper one hangs under
    found = []
    for at, unit in enumerate(units):
        own = chunk.unit_tokens[at]
        if unit.kind is BlockKind.HEADING:
            heading, above, leads = unit, chunk.heading_tokens | own, []
        leads = [lead for lead in leads if lead[0] < unit.level] if unit.kind is BlockKind.LIST_ITEM else []
        lead = leads[-1][1] if leads else None
        direct = question.coverage(own)
        (covered,) = question.coverages([own], above, _HEADING_SHARE)
        if lead is not None:
            (led,) = question.coverages([own], chunk.unit_tokens[lead], _LEAD_SHARE)
            covered = max(covered, led)
        if unit.kind is BlockKind.LIST_ITEM:
            leads.append((unit.level, at))
        total = covered + _SIMILARITY_WEIGHT * alike[at] + _PASSAGE_WEIGHT * passage.score
        total += _SHAPE_WEIGHT * _fits(texts[at], unit.kind, query.kind, direct)
        if unit.kind is BlockKind.HEADING and not has_date(texts[at]):
            total += _BARE_HEADING
        found.append(
            ScoredUnit(
                passage=passage,
                unit=unit,
                text=texts[at],
                heading=heading if heading is not unit else None,
                lead=texts[lead] if lead is not None else "",
                order=first + at,
                score=total,
                covered=covered,
                similarity=alike[at],
            )
        )
    return found


def _fits(text: str, unit: BlockKind, kind: QuestionKind, direct: float) -> float:
    """Whether the unit has the shape the question asks for, in [0, 1]."""
    if kind is QuestionKind.WHEN:
        return 1.0 if has_date(text) else 0.0
    if kind is QuestionKind.NUMBER:
        return direct if re.search(r"\d", text) else 0.0
    if kind is QuestionKind.CODE:
        return 1.0 if unit is BlockKind.CODE else 0.0
    return 0.0


def has_date(text: str) -> bool:
    """Whether a date, week or lecture number stands in the text."""
    return bool(find_dates(text) or find_units(text))
