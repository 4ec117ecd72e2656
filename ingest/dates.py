"""Dates, weeks and lectures as people write them, in Korean and English: one canonical form for all of them.

``2025년 3월 22일``, ``March 22, 2025``, ``2025-03-22`` and ``2025.3.22`` are one date; ``7주차``, ``week 7`` and
``Week 7-8`` are weeks. The analyser turns them into search tokens, the pipeline into course metadata, the agent into
filters: nobody else parses a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Unit = Literal["week", "lecture"]  # of a course's calendar

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_LAST_NUMBER = 60  # the longest course anyone counts in weeks; a larger number is not one
_NUMBER_WORDS = {"첫": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5}

_DIGIT = re.compile(r"\d")

# Each pattern needs a digit and, in small letters, one of the words before it: most texts have none and are spared it.
_DATE_PATTERNS = (
    (
        ("월",),
        re.compile(
            r"(?:(?P<y>(?:19|20)\d\d)\s*년\s*)?(?<!\d)(?P<m>1[0-2]|0?[1-9])\s*월(?:\s*(?P<d>3[01]|[12]\d|0?[1-9])\s*일)?"
        ),
    ),
    (
        ("19", "20"),
        re.compile(
            r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<s>[-./])\s?(?P<m>1[0-2]|0?[1-9])(?P=s)\s?(?P<d>3[01]|[12]\d|0?[1-9])(?![\d])"
        ),
    ),
    (
        _MONTHS,
        re.compile(
            rf"\b(?P<mn>{_MONTH_NAME})\.?\s+(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>(?:19|20)\d\d))?",
            re.I,
        ),
    ),
    (
        _MONTHS,
        re.compile(
            rf"\b(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mn>{_MONTH_NAME})\b\.?(?:,?\s+(?P<y>(?:19|20)\d\d))?",
            re.I,
        ),
    ),
    (_MONTHS, re.compile(rf"\b(?P<mn>{_MONTH_NAME})\.?,?\s+(?P<y>(?:19|20)\d\d)\b", re.I)),
    (("/",), re.compile(r"(?<![\d/.])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/])")),
)
_RANGE = r"(?P<a>\d{1,2})(?:\s*(?:[-–~∼]|에서|부터|to|and|&|,)\s*(?P<b>\d{1,2}))?"
_UNIT_PATTERNS: tuple[tuple[tuple[str, ...], Unit, re.Pattern[str]], ...] = (
    (("주",), "week", re.compile(rf"(?<!\d){_RANGE}\s*주\s?차")),
    (("week", "wk"), "week", re.compile(rf"\b(?:weeks?|wk)[\s_#-]*0*{_RANGE}(?!\d)", re.I)),
    (
        ("강", "차"),
        "lecture",
        re.compile(
            rf"(?:제\s*)?(?<!\d){_RANGE}\s*(?:강(?![가-힣])|차시|회차|차(?=\s|$|[^가-힣\w]|에|의|는|은|때|까지|부터))"
        ),
    ),
    (
        ("lec", "session", "class"),
        "lecture",
        re.compile(rf"\b(?:lectures?|lec|session|class)[\s_#.-]*0*{_RANGE}(?!\d)", re.I),
    ),
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. Year or day are None where the text leaves them open."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None

    @property
    def iso(self) -> str | None:
        """``2025-03-22`` when year, month and day are all known."""
        if self.year is None or self.day is None:
            return None
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A week or lecture number in a text; a range (``Week 7-8``) has ``last`` above ``first``."""

    start: int
    end: int
    unit: Unit
    first: int
    last: int

    def numbers(self) -> range:
        """The numbers meant."""
        return range(self.first, self.last + 1)


def find_dates(text: str) -> list[DateMention]:
    """All dates, left to right, without overlaps."""
    found: list[DateMention] = []
    if not _DIGIT.search(text):
        return found
    folded = text.casefold()
    for words, pattern in _DATE_PATTERNS:
        for match in pattern.finditer(text) if _has_any(folded, words) else ():
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            parts = match.groupdict()
            name = parts.get("mn")
            month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["m"])
            year, day = parts.get("y"), parts.get("d")
            found.append(
                DateMention(match.start(), match.end(), int(year) if year else None, month, int(day) if day else None)
            )
    return sorted(found, key=lambda mention: mention.start)


def find_units(text: str) -> list[UnitMention]:
    """All week and lecture numbers, left to right, without overlaps."""
    found: list[UnitMention] = []
    if not _DIGIT.search(text):
        return found
    folded = text.casefold()
    for words, unit, pattern in _UNIT_PATTERNS:
        for match in pattern.finditer(text) if _has_any(folded, words) else ():
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            first = int(match["a"])
            last = int(match["b"] or first)
            if last < first:
                last = first
            if last <= _LAST_NUMBER:
                found.append(UnitMention(match.start(), match.end(), unit, first, last))
    return sorted(found, key=lambda mention: mention.start)


def calendar_tokens(text: str) -> Iterator[str]:
    """Search tokens for every date, week and lecture in ``text``: ``date=03-22``, ``month=2025-03``, ``week=7``.

    A date without a year still meets the one with it, because both give ``date=03-22``.
    """
    for date in find_dates(text):
        yield f"month={date.month:02d}"
        if date.year:
            yield f"month={date.year:04d}-{date.month:02d}"
        if date.day:
            yield f"date={date.month:02d}-{date.day:02d}"
            if date.year:
                yield f"date={date.iso}"
    for mention in find_units(text):
        for number in mention.numbers():
            yield f"{mention.unit}={number}"


def _has_any(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
