"""Where sentences end, in Korean and English: one rule for chunking and for choosing what to quote."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

# Not an end: a number's point (3.5), an abbreviation, an initial, a list number at the beginning of a line.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|Fig|Figs|Eq|Eqs|Sec|Ch|No|Dr|Mr|Mrs|Ms|Prof|St|Jr|approx|resp|vol|pp?)|\b[A-Za-z])\.$",
    re.I,
)
_LONGEST = len("approx")  # of the abbreviations
_LABEL = re.compile(r"[\s>]*[-*+(]?\s*(?:[A-Za-z]{0,4}\s?\d{1,3}(?:\.\d+)*|[A-Za-z가-힣])")  # "CH6.", "2.", "가."
_BLANK_LINE = re.compile(r"\n\s*\n")
_END = re.compile(r"[.!?。！？…]+[\"'”’)\]*_`]*(?=\s|$)|[。！？]|(?<=[다요죠음함됨임])\.(?=[가-힣A-Z\"“(])")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Ranges of the sentences in ``text[start:end]``, white space at both ends left out. Every visible character is
    in exactly one range; a blank line always ends a sentence."""
    stop = len(text) if end is None else end
    blank = [start + match.start() for match in _BLANK_LINE.finditer(text[start:stop])]
    ends: list[int] = []
    for match in _END.finditer(text, start, stop):
        at = match.start()
        if text[at] == ".":
            if match.end() == at + 1 and text[at - 1 : at] == " ":
                continue  # a sign of its own: the "." of a pipe
            before = max(ends[-1] if ends else start, blank[cut - 1] if (cut := bisect_right(blank, at)) else start)
            line = max(before, text.rfind("\n", before, at) + 1)
            abbreviated = _ABBREVIATION.search(text, max(before, at - _LONGEST), at + 1)
            if abbreviated or _LABEL.fullmatch(text, line, at):
                continue
        ends.append(match.end())
    cuts = sorted({start, *blank, *ends, stop})
    spans = [trim(text, a, b) for a, b in pairwise(cuts)]
    return [(a, b) for a, b in spans if a < b]


def line_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the lines with a visible character, indentation kept, white space at their ends left out."""
    found: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        if kept := line.rstrip():
            found.append((at, at + len(kept)))
        at += len(line)
    return found


def cut_between_words(text: str, start: int, end: int, room: int) -> Iterator[tuple[int, int]]:
    """``[start, end)`` in parts of at most ``room`` characters, cut at white space where there is some, else anywhere:
    nothing visible is lost. Parts without a visible character are left out."""
    while end - start > room:
        at = max(text.rfind("\n", start, start + room), text.rfind(" ", start, start + room))
        if at <= start + room // 2:
            at = start + room
        if (kept := trim(text, start, at))[0] < kept[1]:
            yield kept
        start = at
    if (kept := trim(text, start, end))[0] < kept[1]:
        yield kept


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without white space at its ends; empty ranges come back as (start, start)."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end
