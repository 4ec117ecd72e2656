"""The answer without a language model: the few units that answer, in reading order, each quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answers import MAX_CITATIONS, Citation, Claim
from app.evidence import ScoredUnit
from app.understanding import Query, QuestionKind
from app.units import Unit
from ingest.index import Index

_NEAR_BEST = 0.75  # units below this share of the best score add nothing
_FEW = 3  # citations of an ordinary answer


class ExtractiveAnswerer:
    """Quotes the best units. Needs no model and no network."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
        """Claims with their citations, markers from 1."""
        units = [item.unit for item in _choose(evidence, query)]
        claims = tuple(Claim(_shown(unit), (marker,)) for marker, unit in enumerate(units, 1))
        citations = tuple(_cite(marker, unit, index) for marker, unit in enumerate(units, 1))
        return claims, citations


def _choose(evidence: Sequence[ScoredUnit], query: Query) -> list[ScoredUnit]:
    limit = MAX_CITATIONS if query.kind is QuestionKind.LIST else _FEW
    chosen: list[ScoredUnit] = []
    for item in evidence:
        if len(chosen) == limit or item.score < _NEAR_BEST * evidence[0].score:
            break
        if not any(_same_text(item.unit, other.unit) for other in chosen):
            chosen.append(item)
    return sorted(chosen, key=lambda item: (item.unit.passage.rank, item.unit.page, item.unit.start))


def _cite(marker: int, unit: Unit, index: Index) -> Citation:
    path = unit.passage.path
    return Citation(
        marker=marker,
        path=path,
        location=f"{path} {unit.place}".strip(),
        quote=unit.text,
        span=unit.span,
        heading=" › ".join(unit.headings),
        copies=tuple(index.copies_of(path)),
    )


def _same_text(a: Unit, b: Unit) -> bool:
    return " ".join(a.text.split()) == " ".join(b.text.split())


def _shown(unit: Unit) -> str:
    """The unit on one line, without list and heading marks."""
    text = " ".join(unit.text.split())
    return re.sub(r"^(?:[-*+]|\d{1,2}[.)]|#{1,6}|>)\s+", "", text)
