"""Verification: every quote is looked up in the page it names. What is not found there is not shown as support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answers import Citation, Claim
from ingest.documents import Span
from ingest.index import Index
from ingest.normaliser import find_quote


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims whose citations hold, renumbered in reading order; and what was dropped."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[str, ...]


def verify(claims: Sequence[Claim], citations: Sequence[Citation], index: Index) -> Verified:
    """Keep each claim that is a fixed phrase or has at least one citation whose quote stands on the cited page."""
    held = {citation.marker: found for citation in citations if (found := locate(citation, index)) is not None}
    kept: list[Claim] = []
    order: dict[int, int] = {}
    dropped: list[str] = []
    for claim in claims:
        markers = [marker for marker in claim.markers if marker in held]
        if not markers and not claim.frame:
            dropped.append(claim.text)
            continue
        for marker in markers:
            order.setdefault(marker, len(order) + 1)
        kept.append(replace(claim, markers=tuple(order[marker] for marker in markers)))
    renumbered = tuple(replace(held[old], marker=new) for old, new in order.items())
    return Verified(tuple(kept), renumbered, tuple(dropped))


def locate(citation: Citation, index: Index) -> Citation | None:
    """The citation with its quote's true span on the page, or None when the page does not have it."""
    document = index.document(citation.path)
    pages = index.pages(document, [citation.span.page]) if document else []
    if not pages:
        return None
    page = pages[0]
    start, end = citation.span.start, citation.span.end
    if page.text[start:end] != citation.quote:
        found = find_quote(citation.quote, page.text)
        if found is None:
            return None
        start, end = found
    return replace(
        citation,
        span=Span(page.number, start, end),
        quote=page.text[start:end],
        location=f"{citation.path} {page.place(start)}".strip(),
    )
