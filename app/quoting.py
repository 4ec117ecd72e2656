"""Which stretches of the pages to quote: the most evidence for the fewest characters.

A unit's score is a logit: the softmax over all units, which the weights were fitted to, is its chance to hold the
answer. Quotes are taken by chance per character while that is worth reading; units side by side become one quote.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.answers import QUOTE_CHARS, Passage
from app.evidence import ScoredUnit
from app.understanding import Query, QuestionKind
from ingest.documents import BlockKind, Span

_QUOTES = 4  # of an ordinary answer
_ANSWER_CHARS = 600  # all quotes together
_WORTH = 1.5e-4  # the least chance per character; measured in eval/NOTES.md, as the two above
_ONE_MORE = 25  # characters that another quote costs besides its own: its marker, a turn of the eyes
_CLEARLY_WORSE = 4.0  # below the best unit's score by this much: nothing of the list asked for
_ALONE = (BlockKind.HEADING,)  # say one thing by themselves
_ROWS = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)


@dataclass(frozen=True, slots=True)
class Quote:
    """Units side by side on one page of one passage."""

    units: tuple[ScoredUnit, ...]

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""
        return self.units[0].passage

    @property
    def span(self) -> Span:
        """Of its page."""
        return Span(self.units[0].unit.page, self.units[0].unit.start, self.units[-1].unit.end)

    def takes(self, item: ScoredUnit, alone: Sequence[BlockKind]) -> bool:
        """Whether a unit stands beside it and both fit into one quote."""
        first, last = self.units[0], self.units[-1]
        return (
            (item.passage.rank, item.unit.page) == (first.passage.rank, first.unit.page)
            and item.order in (first.order - 1, last.order + 1)
            and item.unit.kind not in alone
            and first.unit.kind not in alone
            and max(item.unit.end, last.unit.end) - min(item.unit.start, first.unit.start) <= QUOTE_CHARS
        )

    def with_unit(self, item: ScoredUnit) -> Quote:
        """Grown by one of its neighbours."""
        return Quote(tuple(sorted((*self.units, item), key=lambda unit: unit.order)))


def choose_quotes(evidence: Sequence[ScoredUnit], query: Query, most: int) -> list[Quote]:
    """At most ``most`` quotes, in reading order. The best unit of all is always quoted."""
    listed = query.kind is QuestionKind.LIST
    limit = most if listed else min(most, _QUOTES)
    alone = _ALONE if query.kind is QuestionKind.COMPARISON else (*_ALONE, *_ROWS)  # a comparison wants the whole table
    quotes: list[Quote] = []
    said: set[str] = set()
    characters = 0
    for item in _every_document_first(evidence) if listed else [*evidence[:1], *_worth_reading(evidence)]:
        text = " ".join(item.text.split())
        if text in said or (quotes and characters + len(text) > _ANSWER_CHARS):
            continue
        beside = next((at for at, quote in enumerate(quotes) if quote.takes(item, alone)), None)
        if beside is not None:
            quotes[beside] = quotes[beside].with_unit(item)
        elif len(quotes) < limit:
            quotes.append(Quote((item,)))
        else:
            continue
        said.add(text)
        characters += len(text)
    return sorted(quotes, key=lambda quote: (quote.passage.rank, quote.units[0].order))


def _every_document_first(evidence: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """Of a list all that is not clearly worse than the best, the best of each document before any second one: "which
    documents mention it" wants them all."""
    best: dict[str, ScoredUnit] = {}
    near = [item for item in evidence if item.score >= evidence[0].score - _CLEARLY_WORSE]
    for item in near:
        best.setdefault(item.passage.path, item)
    return [*best.values(), *near]


def _worth_reading(evidence: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """By chance per character, most first."""
    odds = [math.exp(item.score - evidence[0].score) for item in evidence] if evidence else []
    total = math.fsum(odds)
    worth = [odd / total / (len(item.text) + _ONE_MORE) for odd, item in zip(odds, evidence, strict=True)]
    ranked = sorted(zip(worth, evidence, strict=True), key=lambda pair: (-pair[0], pair[1].passage.rank, pair[1].order))
    return [item for value, item in ranked if value >= _WORTH]
