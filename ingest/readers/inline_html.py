"""HTML inside Markdown -> the text that a browser would show.

Only names of HTML elements count as tags: ``<mask>`` and ``<eos>`` are words of a course on language models, and so
are ``<s>`` and other short or common ones.
"""

from __future__ import annotations

import html
import re

from ingest.readers.html_names import BLOCK, CELL, INLINE

_WORDS = frozenset("s u q data label math rb ruby samp time tt var wbr".split())  # noqa: SIM905
_NAMES = "|".join(sorted((INLINE - _WORDS) | CELL | BLOCK))
_ATTRIBUTES = r"(?:\s+(?:open|[A-Za-z:_-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)))*"
PATTERN = re.compile(
    r"<(?P<whole>script|style|svg|iframe|video|audio|noscript)\b[^<>]*>(?:(?!<(?P=whole)\b).)*?</(?P=whole)\s*>"
    # A tag goes with the indentation before it, which would make code of what it holds.
    rf"|(?:^[ \t]+)?<(?P<end>/?)(?P<name>{_NAMES}){_ATTRIBUTES}\s*/?>"
    r"|\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?=[ \t]*$)"
    r"|(?P<entity>&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)",
    re.I | re.M | re.S,
)
_SHOWN = (
    dict.fromkeys([("", name) for name in CELL], " ")
    | dict.fromkeys([(end, name) for end in ("", "/") for name in BLOCK], "\n")
    | {
        ("", "sup"): "^",
        ("", "li"): "\n- ",
        ("", "summary"): "\n\n",
        ("/", "summary"): "\n\n",
        ("/", "details"): "\n\n",
    }
    | {("", f"h{level}"): f"\n\n{'#' * level} " for level in range(1, 7)}
)


def shown(match: re.Match[str]) -> str:
    """What a browser shows for a match of ``PATTERN``: blocks on lines of their own, items and headings as Markdown has
    them."""
    if match["entity"]:
        return html.unescape(match["entity"]).replace("\xa0", " ")
    return _SHOWN.get((match["end"], match["name"].lower()), "") if match["name"] else ""
