"""Passages -> scored units: how much of the question each of them carries.

A unit's score is the share of the question's information it covers (its own words in full, those of its headings and
lead in part), helped by its passage's rank and by having the shape the question asks for (a date for "when", a number
for "how many").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import Passage
from app.understanding import Query, QuestionKind
from app.units import Unit, units_of
from ingest.dates import find_dates, find_units
from ingest.documents import BlockKind
from ingest.index import Index

_HEADING_SHARE = 0.6  # what a question word in a heading is worth beside one in the unit itself
_LEAD_SHARE = 0.8
_RANK_WEIGHT = 0.3
_SHAPE_WEIGHT = 0.15
_BARE_HEADING = -0.25  # a heading without a date announces an answer, it is none


@dataclass(frozen=True, slots=True)
class ScoredUnit:
    """``covered``: share of the question's information in the unit and what stands above it, in [0, 1]."""

    unit: Unit
    score: float
    covered: float


def gather_evidence(query: Query, passages: Sequence[Passage], index: Index) -> tuple[ScoredUnit, ...]:
    """All units that carry anything of the question, best first; equal ones by passage and place."""
    weights = information(query, index)
    scored = [_score(unit, query, weights, index) for passage in passages for unit in units_of(passage, index)]
    kept = [item for item in scored if item.score > 0]
    return tuple(sorted(kept, key=lambda item: (-item.score, item.unit.passage.rank, item.unit.order)))


def information(query: Query, index: Index) -> dict[str, float]:
    """Each token's weight times its rarity in the corpus (the idf of BM25); unknown words count as the rarest."""
    n = len(index)
    return {
        token: weight * math.log(1 + (n + 0.5) / (index.document_frequency(token) + 0.5))
        for token, weight in query.tokens.items()
    }


def _score(unit: Unit, query: Query, weights: dict[str, float], index: Index) -> ScoredUnit:
    tokens = index.analyser.tokens
    own = set(tokens(unit.text))
    lead = set(tokens(unit.lead)) if unit.lead else set()
    above = {token for heading in unit.headings for token in tokens(heading)}
    total = sum(weights.values()) or 1.0
    share = {token: 1.0 if token in own else _LEAD_SHARE if token in lead else _HEADING_SHARE for token in weights}
    there = own | lead | above
    covered = sum(weight * share[token] for token, weight in weights.items() if token in there) / total
    direct = sum(weight for token, weight in weights.items() if token in own) / total
    score = covered + _RANK_WEIGHT * unit.passage.score + _SHAPE_WEIGHT * _fits(unit, query.kind, direct)
    if unit.kind is BlockKind.HEADING and not _has_date(unit.text):
        score += _BARE_HEADING
    return ScoredUnit(unit, score, covered)


def _fits(unit: Unit, kind: QuestionKind, direct: float) -> float:
    """Whether the unit has the shape the question asks for, in [0, 1]."""
    if kind is QuestionKind.WHEN:
        return 1.0 if _has_date(unit.text) else 0.0
    if kind is QuestionKind.NUMBER:
        return direct if re.search(r"\d", unit.text) else 0.0
    if kind is QuestionKind.CODE:
        return 1.0 if unit.kind is BlockKind.CODE else 0.0
    return 0.0


def _has_date(text: str) -> bool:
    return bool(find_dates(text) or find_units(text))
