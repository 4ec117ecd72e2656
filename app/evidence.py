"""Passages -> scored units: how much of the question each of them carries.

A unit's score is the share of the question's information it covers (its own words in full, those of its headings and
lead in part), helped by its passage's rank and by having the shape the question asks for (a date for "when", a number
for "how many").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence, Set
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
    words = weigh(query, index)
    scored = [_score(unit, query, words, index) for passage in passages for unit in units_of(passage, index)]
    kept = [item for item in scored if item.score > 0]
    return tuple(sorted(kept, key=lambda item: (-item.score, item.unit.passage.rank, item.unit.order)))


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word of the question: its tokens and the information (idf of BM25, unknown tokens counted as the rarest) of
    each, its translations with their share of it."""

    tokens: dict[str, float]
    translations: dict[str, float]
    information: float

    def covered_by(self, tokens: Set[str]) -> float:
        """The share of the word in [0, 1] that a text with these tokens says, in either language."""
        own = sum(weight for token, weight in self.tokens.items() if token in tokens) / sum(self.tokens.values())
        return max([own, *(share for token, share in self.translations.items() if token in tokens)])


def weigh(query: Query, index: Index) -> list[WeighedWord]:
    """How much each word of the question says in this corpus."""
    n = len(index)
    weighed = []
    for word in query.words:
        idf = {
            token: math.log(1 + (n + 0.5) / (index.document_frequency(token) + 0.5))
            for token in dict.fromkeys(word.tokens)
        }
        best = max((share for _, share in word.translations), default=1.0)
        known = {token: share / best for token, share in word.translations if index.document_frequency(token)}
        weighed.append(WeighedWord(idf, known, word.weight * max(idf.values())))
    return weighed


def _score(unit: Unit, query: Query, words: Sequence[WeighedWord], index: Index) -> ScoredUnit:
    tokens = index.analyser.tokens
    own = set(tokens(unit.text))
    lead = set(tokens(unit.lead)) if unit.lead else set()
    above = {token for heading in unit.headings for token in tokens(heading)}
    total = sum(word.information for word in words) or 1.0
    direct = sum(word.information * word.covered_by(own) for word in words) / total
    covered = (
        sum(
            word.information
            * max(
                word.covered_by(own),
                _LEAD_SHARE * word.covered_by(lead) if lead else 0.0,
                _HEADING_SHARE * word.covered_by(above),
            )
            for word in words
        )
        / total
    )
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
