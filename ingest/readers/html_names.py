"""The elements of HTML by what they do to text: web pages, e-books and the HTML inside Markdown share it."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SILENT = _names(
    "script style noscript template svg nav head iframe object embed form button select input textarea "
    "audio video canvas dialog map area link meta title footer aside annotation rt rp"
)
INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q ruby rb s samp "
    "small span strike strong sub sup time tt u var wbr br math"
)
CELL = frozenset({"td", "th"})
BLOCK = _names(
    "blockquote body br caption center col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr html "
    "li main ol p picture pre section source summary table tbody tfoot thead tr ul"
)
