"""HTML inside Markdown -> the text that a browser would show: patterns with what stands in their place.

Only names of HTML elements count as tags: ``<mask>`` and ``<eos>`` are words of a course on language models, and so
are ``<s>`` and ``<u>``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_ELEMENTS = (
    "a abbr b big blockquote body br caption center cite code col colgroup dd del details div dl dt em figcaption "
    "figure font h[1-6] hr html i img ins kbd li main mark ol p picture pre section small source span strong sub "
    "summary sup table tbody td tfoot th thead tr ul"
).replace(" ", "|")
_SILENT = re.compile(  # whole elements
    r"<(?P<name>script|style|svg|iframe|video|audio|noscript)\b[^<>]*>(?:(?!<(?P=name)\b).)*?</(?P=name)\s*>",
    re.S | re.I,
)
_ATTRIBUTES = r"(?:\s+(?:open|[A-Za-z:_-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)))*"
_TAG = re.compile(  # with the indentation before it, which would make code of what it holds
    rf"(?:^[ \t]+)?<(?P<end>/?)(?P<name>{_ELEMENTS}){_ATTRIBUTES}\s*/?>", re.I | re.M
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ALERT = re.compile(r"^(?P<margin>[ \t]*>[ \t]*)\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$", re.M)
_INSTEAD = {("", "sup"): "^", ("", "br"): "\n", ("/", "td"): " ", ("/", "th"): " "}


def _of_tag(match: re.Match[str]) -> str:
    return _INSTEAD.get((match["end"], match["name"].lower()), "")


def _nothing(_: re.Match[str]) -> str:
    return ""


def _of_entity(match: re.Match[str]) -> str:
    return html.unescape(match.group()).replace("\xa0", " ")


def _of_alert(match: re.Match[str]) -> str:
    return match["margin"]


STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SILENT, _nothing),
    (_TAG, _of_tag),
    (_ALERT, _of_alert),
    (_ENTITY, _of_entity),
)
