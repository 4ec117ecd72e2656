"""Chunks -> units: the sentences, list items, table rows, headings and code blocks that a quote can be made of.

Cut once, at ingest: the index keeps each unit's tokens, so that a question is held against single sentences without
reading a page again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from ingest.documents import Block, BlockKind, Page, Span, Unit
from ingest.sentences import cut_between_words, line_spans, sentence_spans, trim

VERSION = 2  # of chunks and units: raise it when the same pages are cut otherwise, and indexes are made again
UNIT_CHARS = 300  # the longest quote anyone is shown
_LEAST_MARGIN, _MOST_MARGIN = 60, 130  # characters of the longest line where prose is broken at a margin
_AT_MARGIN = 0.7  # of the lines that fit in, how many at least are broken there
_FEWEST = 2  # such lines
_SHORTEST = 40  # characters of a line whose sentence may go on in the next by its words alone
_GOES_ON = re.compile(
    r"[a-z][a-z'’-]*(?:,?\s+[A-Za-z(`\"“$*_\[]|[.!?]$)"
)  # how it goes on: no code, no cell of a table
_LONG_WORD = 20  # characters: that a longer one (a formula) did not fit in says little
_FENCES = ("```", "~~~")  # around code in Markdown

Lines = list[tuple[int, int]]


def margin_of(page: Page) -> int:
    """The length of lines at which the page's prose is broken, because the next word would not have fitted in: the one
    at which most are. 0 where line ends have a meaning of their own."""
    changes, fitting = ([0] * (_MOST_MARGIN + 2) for _ in range(2))
    for block, start, end in page.stretches(0, len(page.text)):
        if block.kind.is_prose:
            for two in pairwise(_lines(page.text, start, end)):
                length, needed = _room(page.text, *two)
                needed = min(needed, length + _LONG_WORD)
                fitting[max(_LEAST_MARGIN, min(length, _MOST_MARGIN + 1))] += 1
                if length <= _MOST_MARGIN and needed > _LEAST_MARGIN:
                    changes[max(_LEAST_MARGIN, length)] += 1
                    changes[min(_MOST_MARGIN + 1, needed)] -= 1
    broken, fitting = list(accumulate(changes)), list(accumulate(fitting))
    margin = max(range(_LEAST_MARGIN, _MOST_MARGIN + 1), key=broken.__getitem__)
    return margin if broken[margin] >= max(_FEWEST, _AT_MARGIN * fitting[margin]) else 0


def split_units(page: Page, span: Span, margin: int) -> Iterator[Unit]:
    """The units in a stretch of a page, whose ``margin_of`` is this, in reading order; text between blocks counts as
    paragraphs."""
    for block, start, end in page.stretches(span.start, span.end):
        yield from _units(page, block, start, end, margin)


def _units(page: Page, block: Block, start: int, end: int, margin: int) -> Iterator[Unit]:
    text, kind = page.text, block.kind
    start, end = trim(text, start, end)
    if kind is BlockKind.HEADING or kind.is_table:
        parts = [(start, end)]
    elif kind.is_code:
        parts = [(start, end)] if end - start <= UNIT_CHARS else _statements(text, start, end)
    else:
        stretches = _unwrapped(text, _lines(text, start, end), margin)
        parts = [sentence for a, b in stretches for sentence in sentence_spans(text, a, b)]
    for a, b in parts:
        for left, right in cut_between_words(text, a, b, UNIT_CHARS):
            if any(character.isalnum() for character in text[left:right]):
                yield Unit(page.number, left, right, kind, block.level)


def _statements(text: str, start: int, end: int) -> Lines:
    """The lines of code, without fences; one of nothing but brackets ends the line before it."""
    found: Lines = []
    for a, b in _lines(text, start, end):
        if text.startswith(_FENCES, a):
            continue
        if found and a < b and not any(map(str.isalnum, text[a:b])):
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return found


def _unwrapped(text: str, lines: Lines, margin: int) -> Lines:
    """The lines, with those put together that were broken at the margin or within a sentence: a line end means nothing
    there."""
    found = lines[:1]
    for two in pairwise(lines):
        length, needed = _room(text, *two)
        hard = text[two[0][1] - 1] == "\\"  # Markdown's own sign for a new line
        if (length <= margin < needed and not hard) or _within_a_sentence(text, *two):
            found[-1] = (found[-1][0], two[1][1])
        else:
            found.append(two[1])
    return found


def _within_a_sentence(text: str, line: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a sentence goes on in the next line, by how both are written: a Korean one after a comma, an English one
    where neither a sentence ends nor one begins."""
    last, long = text[line[1] - 1], line[1] - line[0] >= _SHORTEST
    if last == "," and "가" <= text[after[0]] <= "힣":
        return long
    within = last.isascii() and (last.isalnum() or last in ",)]`*'\"$")
    return long and within and _GOES_ON.match(text, *after) is not None


def _room(text: str, line: tuple[int, int], after: tuple[int, int]) -> tuple[int, int]:
    """How long the line is, from where it begins in the text, and how long with the first word of the next."""
    length = line[1] - text.rfind("\n", 0, line[0]) - 1
    return length, length + 1 + len(text[slice(*after)].split(maxsplit=1)[0])


def _lines(text: str, start: int, end: int) -> Lines:
    return [trim(text, a, b) for a, b in line_spans(text, start, end)]
