"""Text -> comparable text with an offset map: how a quote is found again.

Two texts are the same quote when they agree after NFC, with white space and Markdown marks left out. This is not the
analyser: nothing is stemmed, nothing that a reader of the page would see is lost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_MARKS = re.compile(r"[\s*_`#>|~\\\[\]​﻿­]+")


@dataclass(frozen=True, slots=True)
class Comparable:
    """``text`` without what does not count; its character i stands at ``starts[i]:ends[i]`` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's range for ``text[start:end]`` (not empty)."""
        return self.starts[start], self.ends[end - 1]


def strip_marks(text: str) -> str:
    """NFC without white space and Markdown marks."""
    return _MARKS.sub("", unicodedata.normalize("NFC", text))


def comparable(text: str) -> Comparable:
    """Like ``strip_marks``, with the way back."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for character in strip_marks(text[start:end]):
            kept.append(character)
            starts.append(start)
            ends.append(end)
    return Comparable("".join(kept), tuple(starts), tuple(ends))


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """The first range of ``text`` that reads like ``quote``, or None. An empty quote is found nowhere."""
    wanted = strip_marks(quote)
    if not wanted:
        return None
    here = comparable(text)
    at = here.text.find(wanted)
    return None if at < 0 else here.span(at, at + len(wanted))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Ranges of one base character with what combines with it (decomposed Hangul counts as combining)."""
    if unicodedata.is_normalized("NFC", text):
        return [(i, i + 1) for i in range(len(text))]
    starts = [i for i, c in enumerate(text) if not (unicodedata.combining(c) or "ᅠ" <= c <= "ᇿ")]
    if not starts or starts[0] != 0:
        starts.insert(0, 0)
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
