"""What one document sets beside each other: 역전파(backpropagation), Low-Rank Adaptation (LoRA), "## 어텐션 Attention".

Candidates only; ``mining`` says which of them are terms of the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.analyser import PAIR, Analyser
from ingest.documents import Document

_BEFORE_WORDS = 8  # kept of what stands before a parenthesis: long forms of abbreviations
_BEFORE_CHARS = 160
_MOST_CANDIDATES = 500  # of one document

_PARENTHESIS = re.compile(r"(?<=[\w*`_ ])\(([^()\n]{2,80})\)")
_TRAILING = re.compile(r"(?:[\w\-+]+ )*[\w\-+]+$")
_HEADING = re.compile(r"(?P<ko>[가-힣]+(?: [가-힣]+){0,3})[ :/|·–-]+(?P<en>[A-Za-z][\w-]+(?: [A-Za-z][\w-]+){0,4})")
_HEADING_BACK = re.compile(
    r"(?P<en>[A-Za-z][\w-]+(?: [A-Za-z][\w-]+){0,4})[ :/|·–-]+(?P<ko>[가-힣]+(?: [가-힣]+){0,3})"
)
_NUMBERING = re.compile(r"^[\W\d]*(?:\d+(?:\.\d+)*)?[.)\s]*")
HANGUL = re.compile(r"[가-힣]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+\-]*")


@dataclass(frozen=True, slots=True)
class Word:
    """As it is written, and its search tokens."""

    written: str
    tokens: tuple[str, ...]


Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What stands before a parenthesis, at most eight words, and what is in it; or the two halves of a heading."""

    before: Words
    inside: Words


def candidates_in(document: Document, analyser: Analyser) -> tuple[Candidate, ...]:
    """Each once, in reading order."""
    texts = (page.text for page in document.pages)
    headings = (heading for page in document.pages for heading in page.headings)
    found: dict[tuple[str, str], Candidate] = {}
    for before, inside in _written_pairs(texts, headings):
        if len(found) == _MOST_CANDIDATES:
            break
        if (before, inside) not in found and _may_be_term(before.split(), inside.split()):
            sides = _words(before, analyser)[-_BEFORE_WORDS:], _words(inside, analyser)
            if all(sides):
                found[before, inside] = Candidate(*sides)
    return tuple(found.values())


def _written_pairs(texts: Iterable[str], headings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for match in _PARENTHESIS.finditer(text):
            left = text[max(0, match.start() - _BEFORE_CHARS) : match.start()].rsplit("\n", 1)[-1].rstrip(" *`_")
            before = _TRAILING.search(left)
            parts = [part.strip(" *`_\"'“”") for part in re.split(r"[,;/]| 또는 ", match[1])]
            named = [part for part in parts if _is_name(part)]
            if before:
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


def _is_name(text: str) -> bool:
    """Some words of one script."""
    words = text.split()
    return 0 < len(words) <= _BEFORE_WORDS and any(all(p.fullmatch(w) for w in words) for p in (HANGUL, LATIN))


def _words(text: str, analyser: Analyser) -> Words:
    kept = ((written, phrase_tokens(tokens)) for written, tokens in analyser.words(text))
    return tuple(Word(written, tokens) for written, tokens in kept if tokens)


def phrase_tokens(tokens: Sequence[str]) -> tuple[str, ...]:
    """What of a word's tokens stands for it in a phrase: its morphemes; of a compound (fine-tuning) the parts, so that
    it is the same written apart."""
    own = [token for token in tokens if not token.startswith(PAIR) and "=" not in token]
    if len(own) > 1 and own[0].isascii() and own[0].startswith(own[1][:2]):
        own = own[1:]
    return tuple(own)
