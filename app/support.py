"""Does a claim say more than its evidence? Numbers, dates and names are compared; everything else is the reader's call.

A changed "not" or a swapped subject is not seen. What is seen is what models invent most: figures, days, names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ingest.dates import DateMention, find_dates, find_units
from ingest.quantities import find_quantities

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
}  # fmt: skip
_NUMBER_WORD = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|(?<![가-힣])(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?(?=개|가지|번|명|장|주|단계|층|시간|쪽|배|줄|차례|행|열|축)",
    re.I,
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*")
_CALENDAR_WORDS = {
    "week", "lecture", "chapter", "section", "slide", "page", "table", "figure", "part", "step", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november", "december", "i", "a", "korean",
    "english", "am", "pm", "ok",
}  # fmt: skip


def unsupported(claim: str, quotes: Sequence[str], around: Sequence[str]) -> list[str]:
    """The numbers and dates of a claim that no quote has, and the names that stand nowhere around the quotes."""
    evidence = "\n".join(quotes)
    dates = find_dates(evidence)
    missing: list[str] = []
    covered: list[tuple[int, int]] = []
    for date in find_dates(claim):
        covered.append((date.start, date.end))
        if not any(_same_day(date, other) for other in dates):
            missing.append(claim[date.start : date.end].strip())
    there = set(_values(evidence))
    units = {(unit.unit, number) for unit in find_units(evidence) for number in unit.numbers()}
    for unit in find_units(claim):
        if all((unit.unit, number) in units for number in unit.numbers()):
            covered.append((unit.start, unit.end))
    for number in find_quantities(claim):
        if not any(start <= number.start < end for start, end in covered) and number.value not in there:
            missing.append(claim[number.start : number.end])
    text = "\n".join((*quotes, *around)).casefold()
    missing += [name for name in _names(claim) if not _stands_in(name, text)]
    return list(dict.fromkeys(missing))


def _same_day(claimed: DateMention, there: DateMention) -> bool:
    """Nothing that the claim says of the day differs or is new."""
    return (
        claimed.month == there.month
        and claimed.day in (None, there.day)
        and (claimed.year is None or there.year is None or claimed.year == there.year)
    )


def _values(text: str) -> Iterator[Decimal]:
    yield from (number.value for number in find_quantities(text))
    for word in _NUMBER_WORD.finditer(text):
        yield Decimal(_WORDS[(word.group(1) or word.group(2)).lower()])
    # Numbers inside identifiers and file names (CH5, week3) are there too.
    yield from (Decimal(digits) for digits in re.findall(r"\d+", text))


def _names(claim: str) -> list[str]:
    """Latin words that name something: all of them in a Korean sentence (but words all in small letters), in an English
    one those with capitals or digits inside it."""
    korean = re.search(r"[가-힣]", claim) is not None
    found = []
    for match in _LATIN.finditer(claim):
        word = match.group()
        before = claim[: match.start()].rstrip(" \"'“‘(")
        begins = not korean and (not before or before.endswith((".", ":", "?")))
        inner = word[1:] if begins else word
        if len(word) > 1 and word.lower() not in _CALENDAR_WORDS and re.search(r"[A-Z0-9]", inner):
            found.append(word)
    return found


def _stands_in(name: str, text: str) -> bool:
    stem = re.escape(name.casefold().removesuffix("s"))
    return re.search(rf"(?<![a-z0-9]){stem}(?:s|es)?(?![a-z0-9])", text) is not None
