"""Numbers as people write them, in Korean and English: ``1억 2,400만``, ``124 million``, ``124M`` and ``124,439,808``
are about one amount. The analyser makes search tokens of large ones; claims are held against their evidence by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_LARGE = 10_000  # from which on a number is written in several ways
_NUMBER = r"(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_BEFORE = r"(?<![A-Za-z_\d.,])(?<![A-Za-z]-)"  # not inside of a name: GPT-4, week3
_KOREAN = {"십": 10, "백": 100, "천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_ENGLISH = {
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "b": 10**9, "T": 10**12,
}  # fmt: skip
_PART = re.compile(rf"(?P<number>{_NUMBER})?(?P<small>[십백천])?(?P<large>[만억조])?\s?")
_QUANTITY = re.compile(
    rf"{_BEFORE}(?P<parts>(?:{_NUMBER}\s?[십백천]?[만억조]\s?|{_NUMBER}\s?[백천](?![가-힣])\s?)+(?:{_NUMBER}(?![\d가-힣]))?)"
    rf"|(?:(?<=[A-Za-z\d]-)|{_BEFORE})(?P<value>{_NUMBER})"
    r"(?:[ -]?(?P<word>thousand|million|billion|trillion)\b|\s?(?P<letter>[kKMBbT])(?![A-Za-z\d]))"
    rf"|{_BEFORE}(?P<plain>{_NUMBER})",
)
_MAY_BE_LARGE = re.compile(r"\d(?:\d{4}|,\d{3}| ?[십백천만억조kKMBbT]|[ -](?:thous|mill|bill|trill))")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that stands in ``text[start:end]``."""

    start: int
    end: int
    value: Decimal


def find_quantities(text: str) -> Iterator[Quantity]:
    """The numbers of a text, in order."""
    for match in _QUANTITY.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if match["parts"]:
            yield Quantity(match.start(), end, _korean(match["parts"]))
        elif match["value"]:
            scale = _ENGLISH[match["word"] or match["letter"]]
            yield Quantity(match.start(), end, _decimal(match["value"]) * scale)
        else:
            yield Quantity(match.start(), end, _decimal(match["plain"]))


def amount_of(quantity: Quantity) -> str:
    """The search token of a large number, to three digits: ``amount=1.24e+8``; empty for others."""
    return f"amount={quantity.value:.2e}" if quantity.value >= _LARGE else ""


def amount_tokens(text: str) -> Iterator[str]:
    """Search tokens for every large number in ``text``."""
    return filter(None, map(amount_of, find_quantities(text) if _MAY_BE_LARGE.search(text) else ()))


def _korean(parts: str) -> Decimal:
    """1억 2400만: the sum; 5천만: 5 times 1,000 times 10,000."""
    value = Decimal(0)
    for part in _PART.finditer(parts):
        if part["number"]:
            value += _decimal(part["number"]) * _KOREAN.get(part["small"], 1) * _KOREAN.get(part["large"], 1)
    return value


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))
