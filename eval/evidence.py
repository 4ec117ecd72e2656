"""Does a stretch of text show the evidence of a case? The one place where gold is compared with what was
shown.

Quotes are compared as everywhere in the product: NFC, white space and Markdown marks removed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from eval.cases import Case, Gold
from eval.results import CitationResult, PassageResult
from ingest.normaliser import strip_marks

PASSAGE_CHARACTERS = 1200  # what a passage may show; the rest of a longer one earns nothing
QUOTE_CHARACTERS = 300  # what a citation's quote may show

PlaceTexts = Mapping[str, Sequence[tuple[str, str]]]
"""Path of a document -> (place, text under that place) in order, as the index has them."""

_plain = lru_cache(maxsize=65536)(strip_marks)
_NUMBER = re.compile(r"(.*?)(\d+(?::\d\d)*)\s*\Z", re.S)


def holds(passage: PassageResult, gold: Gold) -> bool:
    """The passage comes from the gold file and its first ``PASSAGE_CHARACTERS`` hold the whole quote."""
    if passage.path != gold.file:
        return False
    return gold.quote is None or _plain(gold.quote) in _plain(passage.text[:PASSAGE_CHARACTERS])


def gold_ranks(case: Case, passages: Sequence[PassageResult]) -> tuple[int | None, ...]:
    """For each gold item, the 1-based rank of the first passage that holds it, or None."""
    return tuple(
        next((rank for rank, passage in enumerate(passages, start=1) if holds(passage, gold)), None)
        for gold in case.gold
    )


def relevant_passages(case: Case, passages: Sequence[PassageResult]) -> tuple[bool, ...]:
    """For each passage, whether it holds any gold item."""
    return tuple(any(holds(passage, gold) for gold in case.gold) for passage in passages)


def document_ranks(case: Case, passages: Sequence[PassageResult]) -> tuple[int | None, ...]:
    """For each gold *file*, its 1-based rank among the distinct files in order of their best passage.

    Where the case names equivalent files (a translation of the page), the best of them stands for every gold
    file.
    """
    order = list(dict.fromkeys(passage.path for passage in passages))
    rank = {path: place for place, path in enumerate(order, start=1)}
    spare = min((rank[path] for path in case.equivalent_files if path in rank), default=None)
    ranks: list[int | None] = []
    for file in dict.fromkeys(gold.file for gold in case.gold):
        found = [place for place in (rank.get(file), spare) if place is not None]
        ranks.append(min(found) if found else None)
    return tuple(ranks)


def place_ranks(case: Case, passages: Sequence[PassageResult], places: PlaceTexts) -> tuple[int | None, ...]:
    """For each gold item that names a location, the rank of the first passage at that location, or None."""
    ranks: list[int | None] = []
    for gold in case.gold:
        if gold.location is None:
            continue
        order = order_of(places, gold.file)
        there = (
            rank
            for rank, passage in enumerate(passages, start=1)
            if passage.path == gold.file and covers(passage.location, gold.location, gold.file, order)
        )
        ranks.append(next(there, None))
    return tuple(ranks)


def order_of(places: PlaceTexts, path: str) -> tuple[str, ...]:
    """The places of one document; none for a document that is not known."""
    return tuple(place for place, _ in places.get(path, ()))


def names_places(passages: Sequence[PassageResult]) -> bool:
    """Whether the system says more of where a passage stands than its file; one that does not has no place to judge.

    Nothing found is judged: it names the right place no more than a wrong one does.
    """
    return not passages or any(passage.location.removeprefix(passage.path).strip() for passage in passages)


def shows(citation: CitationResult, gold: Gold) -> bool:
    """The citation's quote, cut at ``QUOTE_CHARACTERS``, holds at least half of the gold quote, in the gold
    file.

    "At least half" is one unbroken stretch: its length is at least half of the gold quote's, rounded up.
    """
    if citation.path != gold.file:
        return False
    return gold.quote is None or _shares_half(_plain(gold.quote), _plain(citation.quote[:QUOTE_CHARACTERS]))


def supports(citation: CitationResult, gold: Gold) -> bool:
    """The citation points into the evidence: it shows the gold quote, or lies wholly within it."""
    if shows(citation, gold):
        return True
    quote = _plain(citation.quote[:QUOTE_CHARACTERS])
    return citation.path == gold.file and gold.quote is not None and bool(quote) and quote in _plain(gold.quote)


def covers(location: str, wanted: str, path: str, order: Sequence[str] = ()) -> bool:
    """A printed location (perhaps a range, ``p. 3–p. 5``) takes in a single printed place of the same file.

    ``order``: the file's places as the index has them. Without it only counted places (pages, slides, cells, rows,
    times) are known to lie between the ends of a range. A dash may also stand inside a heading, so every dash is tried
    as the middle of a range.
    """
    place = location.removeprefix(path).strip()
    inner = wanted.removeprefix(path).strip()
    if place == inner:
        return True
    cuts = [at for at, character in enumerate(place) if character == "–"]
    return any(_between(place[:at].strip(), inner, place[at + 1 :].strip(), order) for at in cuts)


def _between(first: str, inner: str, last: str, order: Sequence[str]) -> bool:
    if inner in (first, last):
        return True
    if first in order and last in order:
        end = len(order) - list(reversed(order)).index(last)  # headings may repeat: the widest reading
        return inner in order[order.index(first) : end]
    ends = [_NUMBER.fullmatch(text) for text in (first, inner, last)]
    if any(end is None for end in ends):
        return False
    (head, low), (same, middle), (tail, high) = ((end[1], _count(end[2])) for end in ends if end)
    return head == same and tail in (head, "") and low <= middle <= high


def _count(number: str) -> tuple[int, ...]:
    parts = tuple(int(part) for part in number.split(":"))
    return (0,) * (3 - len(parts)) + parts


def _shares_half(gold: str, text: str) -> bool:
    need = (len(gold) + 1) // 2
    return any(gold[start : start + need] in text for start in range(len(gold) - need + 1))
