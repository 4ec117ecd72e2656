"""The answer without a language model: the few units that answer, in reading order, each quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answers import MAX_CITATIONS, Citation, Claim, Passage
from app.evidence import ScoredUnit, has_date
from app.understanding import Query, QuestionKind
from ingest.documents import Span, Unit
from ingest.index import Index

_NEAR_BEST = 0.8  # units below this share of the best score add nothing
_FEW = 3  # units of an ordinary answer


class ExtractiveAnswerer:
    """Quotes the best units. Needs no model and no network."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
        """Claims with their citations, markers from 1."""
        claims: list[Claim] = []
        citations: list[Citation] = []
        cited: dict[Unit, int] = {}
        for item in _choose(evidence, query):
            units = [item.unit]
            if item.heading is not None and query.kind is QuestionKind.WHEN and not has_date(item.text):
                units.insert(0, item.heading)  # the date of a schedule entry stands in its heading
            for unit in units:
                if unit not in cited:
                    cited[unit] = len(citations) + 1
                    citations.append(_cite(cited[unit], item.passage, unit, index))
            text = ": ".join(shown(citations[cited[unit] - 1].quote) for unit in units)
            claims.append(Claim(text, tuple(cited[unit] for unit in units)))
        return tuple(claims), tuple(citations)


def _choose(evidence: Sequence[ScoredUnit], query: Query) -> list[ScoredUnit]:
    limit = MAX_CITATIONS if query.kind is QuestionKind.LIST else _FEW
    chosen: list[ScoredUnit] = []
    for item in evidence:
        if len(chosen) == limit or item.score < _NEAR_BEST * evidence[0].score:
            break
        if not any(_same_text(item.text, other.text) for other in chosen):
            chosen.append(item)
    return sorted(chosen, key=lambda item: (item.passage.rank, item.order))


def _cite(marker: int, passage: Passage, unit: Unit, index: Index) -> Citation:
    document = index.document(passage.path)
    assert document is not None
    (page,) = index.pages(document, [unit.page])
    return Citation(
        marker=marker,
        path=passage.path,
        location=f"{passage.path} {page.place(unit.start)}".strip(),
        quote=page.text[unit.start : unit.end],
        span=Span(unit.page, unit.start, unit.end),
        heading=passage.heading,
        copies=tuple(index.copies_of(passage.path)),
    )


def _same_text(a: str, b: str) -> bool:
    return " ".join(a.split()) == " ".join(b.split())


def shown(text: str) -> str:
    """A quote on one line, without list and heading marks and emphasis."""
    line = re.sub(r"^(?:[-*+]|\d{1,2}[.)]|#{1,6}|>)\s+", "", " ".join(text.split()))
    return re.sub(r"\*\*(.+?)\*\*", r"\1", line)
