"""Which stretches of the pages to quote: the most evidence for the fewest characters.

A unit's score is a logit: the softmax over all units, which the weights were fitted to, is its chance to hold the
answer. Quotes are taken by chance per character while that is worth reading; units side by side become one quote.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.answers import QUOTE_CHARS, Passage
from app.evidence import ScoredUnit
from app.question_kinds import QuestionKind
from app.understanding import Query
from ingest.documents import BlockKind, Span
from ingest.normaliser import strip_marks

_QUOTES = 5  # of an ordinary answer
_ANSWER_CHARS = 600  # all quotes together
_WORTH = 2e-4  # the least chance per character; measured in eval/NOTES.md, as the two above
_ONE_MORE = 25  # characters that another quote costs besides its own: its marker, a turn of the eyes
_NEARLY = 92  # percent of the letters that two copies of one sentence share
_NUMBER = re.compile(r"\d+")
_LISTED = 2  # times as many places and characters where a list is asked for
_CLEARLY_WORSE = 4.0  # below the best unit's score by this much: nothing of the list asked for
_COMMENT = ("#", "//", "/*")
_UNFINISHED = (":", ",", "\\", "=")
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
            and item.unit.kind.is_code == first.unit.kind.is_code
            # One question and what follows it: not the next question, nor what answers the one before.
            and not (item.features.asks and item.order > last.order)
            and not (first.features.asks and item.order < first.order)
            and first.unit.kind not in alone
            and max(item.unit.end, last.unit.end) - min(item.unit.start, first.unit.start) <= QUOTE_CHARS
        )

    def with_unit(self, item: ScoredUnit) -> Quote:
        """Grown by one of its neighbours."""
        return Quote(tuple(sorted((*self.units, item), key=lambda unit: unit.order)))


def most_places(query: Query, most: int) -> int:
    """How many places an answer may cite where it may cite ``most`` when no list is asked for."""
    return most * _LISTED if query.kind is QuestionKind.LIST else most


def choose_quotes(evidence: Sequence[ScoredUnit], query: Query, most: int) -> list[Quote]:
    """At most ``most_places``, in reading order. The best unit of all is always quoted, and the best of each document
    where a list is asked for: "which documents mention it" wants them all."""
    alone = _ALONE if query.kind is QuestionKind.COMPARISON else (*_ALONE, *_ROWS)  # a comparison wants the whole table
    evidence = [item for item in evidence if not _only_repeats(item)] or evidence
    listed = query.kind is QuestionKind.LIST
    limit = most if listed else min(most, _QUOTES)
    quotes: list[Quote] = []
    said: set[str] = set()
    characters = 0
    for item, first in _listed(evidence) if listed else _ordinary(evidence):
        text, same = " ".join(item.text.split()), strip_marks(item.text)
        times = _LISTED if first else 1
        if any(_alike(same, other) for other in said) or (quotes and characters + len(text) > _ANSWER_CHARS * times):
            continue
        beside = next((at for at, quote in enumerate(quotes) if quote.takes(item, alone)), None)
        if beside is not None:
            quotes[beside] = quotes[beside].with_unit(item)
        elif len(quotes) < limit * times:
            quotes.append(Quote((item,)))
        else:
            continue
        said.add(same)
        characters += len(text)
    quotes = _with_the_rest_of_their_code(quotes, evidence, asked=query.kind is QuestionKind.CODE)
    return sorted(quotes, key=lambda quote: (quote.passage.rank, quote.units[0].order))


def _with_the_rest_of_their_code(
    quotes: Sequence[Quote], evidence: Sequence[ScoredUnit], *, asked: bool
) -> list[Quote]:
    """Code goes on until its statement ends. Where code is ``asked`` for, a statement alone is no use: the lines after
    it and before it as far as they fit."""
    units = {(item.passage.rank, item.order): item for item in evidence}
    taken = {(item.passage.rank, item.order) for quote in quotes for item in quote.units}
    found: list[Quote] = []
    for quote in quotes:
        for step, end in ((1, -1), (-1, 0)):
            while quote.units[end].unit.kind.is_code and (asked or (step > 0 and _goes_on(quote))):
                place = (quote.passage.rank, quote.units[end].order + step)
                beside = units.get(place)
                if beside is None or not beside.unit.kind.is_code or place in taken or not quote.takes(beside, _ALONE):
                    break
                quote = quote.with_unit(beside)
                taken.add(place)
        found.append(quote)
    return found


def _goes_on(quote: Quote) -> bool:
    """Whether its code ends with a comment, whose statement is still to come, or within brackets or a statement."""
    code = "\n".join(item.text for item in quote.units)
    opened = sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    last = quote.units[-1].text.strip().rpartition("\n")[2].lstrip()
    return opened > 0 or last.startswith(_COMMENT) or last.endswith(_UNFINISHED)


def _alike(one: str, other: str) -> bool:
    """Whether two sentences say the same but for a word or two, as copies of different years do. Other numbers say
    something else."""
    return one == other or (
        fuzz.ratio(one, other, score_cutoff=_NEARLY) > 0 and _NUMBER.findall(one) == _NUMBER.findall(other)
    )


def _only_repeats(item: ScoredUnit) -> bool:
    """A heading in the question's own words says where the answer stands, not what it is."""
    return bool(item.features.heading) and not item.features.news


def _listed(evidence: Sequence[ScoredUnit]) -> Iterator[tuple[ScoredUnit, bool]]:
    """All that is not clearly worse than the best, and whether it is the best of its document: these come first."""
    near = [item for item in evidence if item.score >= evidence[0].score - _CLEARLY_WORSE]
    best = {item.passage.path: item for item in reversed(near)}
    yield from ((item, True) for item in near if best[item.passage.path] is item)
    yield from ((item, False) for item in near)


def _ordinary(evidence: Sequence[ScoredUnit]) -> Iterator[tuple[ScoredUnit, bool]]:
    yield from ((item, False) for item in [*evidence[:1], *_worth_reading(evidence)])


def _worth_reading(evidence: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """By chance per character, most first."""
    odds = [math.exp(item.score - evidence[0].score) for item in evidence] if evidence else []
    total = math.fsum(odds)
    worth = [odd / total / (len(item.text) + _ONE_MORE) for odd, item in zip(odds, evidence, strict=True)]
    ranked = sorted(zip(worth, evidence, strict=True), key=lambda pair: (-pair[0], pair[1].passage.rank, pair[1].order))
    return [item for value, item in ranked if value >= _WORTH]
