"""Verification: every quote is looked up in the page it names, every claim in its quotes. What does not hold is not
shown as support. The same for every answerer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from app.answers import QUOTE_CHARS, Citation, Claim
from app.support import unsupported
from ingest.documents import Page, Span
from ingest.index import Index
from ingest.normaliser import comparable, find_quote, strip_marks

_ALIKE = 90.0  # rapidfuzz ratio from which another wording counts as the same quote
_FUZZY_CHARS = 24  # shorter quotes must be exact: a letter off is another word there
_AROUND = 700  # characters before and after a quote in which a claim's names may stand


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims whose citations hold, renumbered in reading order; and what was dropped."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[str, ...]


def verify(claims: Sequence[Claim], citations: Sequence[Citation], index: Index) -> Verified:
    """Keep each claim that is a fixed phrase, or has a citation whose quote stands on the cited page and says no
    number, date or name that its evidence lacks."""
    held = {citation.marker: found for citation in citations if (found := locate(citation, index)) is not None}
    kept: list[Claim] = []
    order: dict[int, int] = {}
    dropped: list[str] = []
    for claim in claims:
        markers = [marker for marker in claim.markers if marker in held]
        if not claim.frame and (not markers or missing_from([held[marker] for marker in markers], claim.text, index)):
            dropped.append(claim.text)
            continue
        for marker in markers:
            order.setdefault(marker, len(order) + 1)
        kept.append(replace(claim, markers=tuple(order[marker] for marker in markers)))
    renumbered = tuple(replace(held[old], marker=new) for old, new in order.items())
    return Verified(tuple(kept), renumbered, tuple(dropped))


def locate(citation: Citation, index: Index) -> Citation | None:
    """The citation with its quote's true span on the page, or None when the page does not have it."""
    page = _page(citation, index)
    if page is None:
        return None
    start, end, score = citation.span.start, citation.span.end, citation.score
    if page.text[start:end] != citation.quote:
        found = find_on_page(citation.quote, page.text)
        if found is None:
            return None
        start, end, score = found
    return replace(
        citation,
        span=Span(page.number, start, end),
        quote=page.text[start:end],
        location=page.location(citation.path, start, end),
        score=score,
    )


def find_on_page(quote: str, text: str) -> tuple[int, int, float] | None:
    """Where a quote stands and how exactly (1.0: after normalising letter by letter), or None.

    A near match must have the same numbers: another figure is another statement.
    """
    exact = find_quote(quote, text)
    if exact is not None:
        return (*exact, 1.0)
    wanted, here = strip_marks(quote), comparable(text)
    if not _FUZZY_CHARS <= len(wanted) <= len(here.text):
        return None
    match = fuzz.partial_ratio_alignment(wanted, here.text, score_cutoff=_ALIKE)
    if match is None or match.dest_end <= match.dest_start:
        return None
    found = here.text[match.dest_start : match.dest_end]
    if re.findall(r"\d+", found) != re.findall(r"\d+", wanted):
        return None
    return (*_whole_words(text, *here.span(match.dest_start, match.dest_end)), round(match.score / 100, 4))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A near match is a window of fixed length: its ends grow to the ends of their words."""
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def missing_from(citations: Sequence[Citation], claim: str, index: Index) -> list[str]:
    """What a claim says of numbers, dates and names beyond its (located) citations."""
    quotes = [citation.quote for citation in citations]
    said = strip_marks(claim)
    if any(said in strip_marks(quote) for quote in quotes):
        return []
    around = []
    for citation in citations:
        page = _page(citation, index)
        around.append(page.text[max(0, citation.span.start - _AROUND) : citation.span.end + _AROUND] if page else "")
        around += [citation.heading, citation.path]
    return unsupported(claim, [*quotes, *(f"{c.heading} {c.path}" for c in citations)], around)


def shortened(quote: str) -> str:
    """At most as long as a citation's quote may be, cut at a sentence's end or a space."""
    if len(quote) <= QUOTE_CHARS:
        return quote
    cut = quote[:QUOTE_CHARS]
    ends = [match.end() for match in re.finditer(r"[.!?。]\s|\n", cut)]
    return cut[: ends[-1]] if ends and ends[-1] > QUOTE_CHARS // 2 else cut.rsplit(" ", 1)[0]


def _page(citation: Citation, index: Index) -> Page | None:
    document = index.document(citation.path)
    pages = index.pages(document, [citation.span.page]) if document else []
    return pages[0] if pages else None
