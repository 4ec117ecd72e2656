"""What one document sets beside each other, as it is written: 역전파(backpropagation), Low-Rank Adaptation (LoRA), "##
어텐션 Attention". ``candidates`` gives them tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.documents import Document

MOST_WORDS = 8  # kept of what stands before a parenthesis: long forms of abbreviations
_BEFORE_CHARS = 160

_PARENTHESIS = re.compile(r"(?<=[\w*`_ ])\(([^()\n]{2,80})\)")
_OR = re.compile(r"[,;/]| 또는 ")
_TRAILING = re.compile(r"(?:[\w\-+]+ )*[\w\-+]+$")
_HEADING = re.compile(r"(?P<ko>[가-힣]+(?: [가-힣]+){0,3})[ :/|·–-]+(?P<en>[A-Za-z][\w-]+(?: [A-Za-z][\w-]+){0,4})")
_HEADING_BACK = re.compile(
    r"(?P<en>[A-Za-z][\w-]+(?: [A-Za-z][\w-]+){0,4})[ :/|·–-]+(?P<ko>[가-힣]+(?: [가-힣]+){0,3})"
)
_NUMBERING = re.compile(r"^[\W\d]*(?:\d+(?:\.\d+)*)?[.)\s]*")
HANGUL = re.compile(r"[가-힣]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+\-]*")


def written_pairs(document: Document) -> Iterator[tuple[str, str]]:
    """(before the parenthesis, in it) and the two halves of headings: each once, in reading order, where they may be a
    term."""
    texts = (page.text for page in document.pages)
    headings = (heading for page in document.pages for heading in page.headings)
    for before, inside in dict.fromkeys(_written_pairs(texts, headings)):
        if _may_be_term(before.split(), inside.split()):
            yield before, inside


def _written_pairs(texts: Iterable[str], headings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for match in _PARENTHESIS.finditer(text):
            parts = [part.strip(" *`_\"'“”") for part in _OR.split(match[1])]
            named = [part for part in parts if is_name(part)]
            if not named:
                continue
            left = text[max(0, match.start() - _BEFORE_CHARS) : match.start()].rsplit("\n", 1)[-1].rstrip(" *`_")
            if before := _TRAILING.search(left):
                yield from ((before.group(), part) for part in named)
            yield from ((one, other) for one, other in pairwise(named) if one != other)
    for heading in headings:
        bare = _NUMBERING.sub("", heading).strip()
        for pattern in (_HEADING, _HEADING_BACK):
            if halves := pattern.fullmatch(bare):
                yield halves["ko"], halves["en"]


def _may_be_term(before: Sequence[str], inside: Sequence[str]) -> bool:
    """Two scripts, or one side an abbreviation. A quick look, before anything is analysed."""
    korean = [bool(HANGUL.fullmatch(side[-1])) for side in (before, inside)]
    if korean[0] != korean[1]:
        return True
    short, long = (inside[0], len(before)) if len(inside) == 1 else (before[-1], len(inside))
    return not korean[0] and long > 1 and sum(map(str.isupper, short)) > 1


def is_name(text: str) -> bool:
    """Some words of one script."""
    words = text.split()
    return 0 < len(words) <= MOST_WORDS and any(all(p.fullmatch(w) for w in words) for p in (HANGUL, LATIN))
