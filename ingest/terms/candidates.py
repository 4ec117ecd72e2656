"""Candidates for terms: what one document sets beside each other (``pairs``), with its search tokens. ``mining`` says
which of them are terms of the corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.analyser import Analyser
from ingest.korean import PAIR
from ingest.terms.pairs import MOST_WORDS

_MOST_CANDIDATES = 500  # of one document


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


@dataclass(frozen=True, slots=True)
class Heading:
    """``words`` is empty where it is no name of a few words."""

    depth: int
    words: Words


@dataclass(frozen=True, slots=True)
class Mentions:
    """Of one document: candidates, and the headings of one that may have a twin in the other language (``twins``)."""

    candidates: tuple[Candidate, ...] = ()
    outline: tuple[Heading, ...] = ()


def mentions_of(pairs: Iterable[tuple[str, str]], outline: Iterable[tuple[int, str]], analyser: Analyser) -> Mentions:
    """With the tokens of what was found written."""
    headings = tuple(Heading(depth, _words(text, analyser)) for depth, text in outline)
    return Mentions(_candidates(pairs, analyser), headings)


def _candidates(pairs: Iterable[tuple[str, str]], analyser: Analyser) -> tuple[Candidate, ...]:
    """In the order of the pairs; the first ones, where there are many."""
    found: list[Candidate] = []
    for before, inside in pairs:
        if len(found) == _MOST_CANDIDATES:
            break
        sides = _words(before, analyser)[-MOST_WORDS:], _words(inside, analyser)
        if all(sides):
            found.append(Candidate(*sides))
    return tuple(found)


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
