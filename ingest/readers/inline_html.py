"""HTML inside Markdown -> the text that a browser would show.

Only names of HTML elements count as tags: ``<mask>`` and ``<eos>`` are words of a course on language models, and so
are ``<s>`` and ``<u>``.
"""

from __future__ import annotations

import html
import re

_ELEMENTS = (
    "a abbr b big blockquote body br caption center cite code col colgroup dd del details div dl dt em figcaption "
    "figure font h[1-6] hr html i img ins kbd li main mark ol p picture pre section small source span strong sub "
    "summary sup table tbody td tfoot th thead tr ul"
).replace(" ", "|")
_ATTRIBUTES = r"(?:\s+(?:open|[A-Za-z:_-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)))*"
PATTERN = re.compile(
    r"<(?P<whole>script|style|svg|iframe|video|audio|noscript)\b[^<>]*>(?:(?!<(?P=whole)\b).)*?</(?P=whole)\s*>"
    # A tag goes with the indentation before it, which would make code of what it holds.
    rf"|(?:^[ \t]+)?<(?P<end>/?)(?P<name>{_ELEMENTS}){_ATTRIBUTES}\s*/?>"
    r"|\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?=[ \t]*$)"
    r"|(?P<entity>&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)",
    re.I | re.M | re.S,
)
_SHOWN = {("", "sup"): "^", ("", "br"): "\n", ("/", "td"): " ", ("/", "th"): " "}


def shown(match: re.Match[str]) -> str:
    """What a browser shows for a match of ``PATTERN``."""
    if match["entity"]:
        return html.unescape(match["entity"]).replace("\xa0", " ")
    return _SHOWN.get((match["end"], match["name"].lower()), "") if match["name"] else ""
