"""Terms of the user's own corpus: of the candidates in all documents those that something speaks for.

That is: the built-in embedding finds them alike, an abbreviation has the initials of the words
(Schwartz & Hearst 2003) or as many letters as there are Korean words, or several documents agree. Headings of parallel
files (``twins``) are candidates like what one document sets beside each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.terms.candidates import Candidate, Heading, Mentions, Words
from ingest.terms.pairs import HANGUL, LATIN
from ingest.terms.twins import aligned_headings

_MOST_WORDS, _MOST_LATIN = 4, 8  # of a Korean phrase, of an English one
_ALIKE = 0.3  # cosine of a pair that needs no other evidence; unrelated pairs stay below 0.2
_AGREE, _NOT_UNLIKE = 2, 0.05  # documents that agree on a pair; its cosine then
_LETTERS_MORE = 1  # small letters an abbreviation may have beside its capitals

_CLAUSE_WORD = re.compile(
    r"[가-힣]+(?:은|는|을|를|가|에|에서|으로|와|과|의|하고|하며|하는|되는|된|한|할)|및|또는|이제|새|각|기타"
)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """Two phrases for one thing, as they are written and as search tokens."""

    one: str
    other: str
    one_tokens: tuple[str, ...]
    other_tokens: tuple[str, ...]


def resolve(documents: Iterable[tuple[str, Mentions]]) -> list[Term]:
    """The terms of a corpus, from the paths and mentions of its documents; sorted: the same for the same documents, in
    whatever order they come."""
    seen: dict[tuple[str, str], list[tuple[int, Candidate]]] = defaultdict(list)
    terms: set[Term] = set()
    outlines: dict[str, Sequence[Heading]] = {}
    for number, (path, mentions) in enumerate(documents):
        if mentions.outline:
            outlines[path] = mentions.outline
        for candidate in mentions.candidates:
            if _latin(candidate.before) and _latin(candidate.inside):
                terms.update(_abbreviation(candidate))
            elif _latin(candidate.inside):
                for korean in _suffixes(candidate.before, HANGUL, _MOST_WORDS):
                    seen[_key(korean), _key(candidate.inside)].append((number, Candidate(korean, candidate.inside)))
            elif _korean(candidate.inside) and len(candidate.inside) <= _MOST_WORDS:
                for english in _suffixes(candidate.before, LATIN, _MOST_LATIN):
                    seen[_key(candidate.inside), _key(english)].append((-1, Candidate(candidate.inside, english)))
    for candidate in aligned_headings(outlines):
        if len(candidate.before) <= _MOST_WORDS and len(candidate.inside) <= _MOST_LATIN:
            seen[_key(candidate.before), _key(candidate.inside)].append((-1, candidate))
    terms.update(_translations(seen))
    return sorted(terms)


def _translations(seen: dict[tuple[str, str], list[tuple[int, Candidate]]]) -> Iterator[Term]:
    """Of overlapping phrases (이번 장의 트랜스포머, 트랜스포머) the one most like the other side."""
    pairs = {key: min((c for _, c in found), key=_text_pair) for key, found in seen.items()}
    agreed = {
        key: len({number for number, _ in found if number >= 0}) >= _AGREE  # only Korean (English) is trusted so
        for key, found in seen.items()
    }
    partners: dict[str, set[str]] = defaultdict(set)
    for (korean, english), agrees in agreed.items():
        if agrees:
            partners[english].add(korean)
    alike = _cosines(list(pairs.values()))
    best: dict[tuple[str, ...], tuple[tuple[float, int, str], Term]] = {}
    for (key, candidate), cosine in zip(pairs.items(), alike, strict=True):
        strength = _strength(candidate, cosine, agrees=agreed[key] and _nested(partners[key[1]]))
        if strength:
            term = _term(candidate.before, candidate.inside)
            for_one = (candidate.before[-1].written, key[1])
            rank = (strength, len(candidate.before), key[0])
            if for_one not in best or rank > best[for_one][0]:
                best[for_one] = (rank, term)
    yield from (term for _, term in best.values())


def _strength(candidate: Candidate, cosine: float, *, agrees: bool) -> float:
    """0: nothing speaks for it."""
    phrase, inside = candidate.before, candidate.inside
    if any(_CLAUSE_WORD.fullmatch(word.written) for word in phrase[:-1]):
        return 0.0
    if cosine >= _ALIKE:
        return 1 + cosine
    capitals = sum(letter.isupper() for letter in inside[0].written)
    short = len(inside) == 1 and inside[0].written.isalpha() and len(inside[0].written) <= capitals + _LETTERS_MORE
    if short and capitals == len(phrase) > 1:
        return 1.0
    return 0.5 if agrees and cosine >= _NOT_UNLIKE else 0.0


def _nested(phrases: set[str]) -> bool:
    """Endings of one phrase, not several things."""
    longest = max(phrases, key=len)
    return all(longest.endswith(phrase) for phrase in phrases)


def _abbreviation(candidate: Candidate) -> Iterator[Term]:
    """Long form and short form, in either order."""
    for short, long in ((candidate.inside, candidate.before), (candidate.before[-1:], candidate.inside)):
        if len(short) == 1 and len(short[0].written) <= 10 and sum(c.isupper() for c in short[0].written) > 1:
            whole = long is candidate.inside
            form = _long_form(short[0].written, long)
            if form and len(form) > 1 and (not whole or len(form) == len(long)):
                yield _term(form, short)


def _long_form(short: str, long: Words) -> Words:
    """The fewest last words in which the letters of the abbreviation stand in order, its first one at the beginning."""
    letters = [letter for letter in short.lower() if letter.isalnum()]
    most = min(len(letters) + 5, 2 * len(letters))
    for size in range(1, min(most, len(long)) + 1):
        text = " ".join(word.written for word in long[-size:]).lower()
        at = len(text)
        for letter in reversed(letters[1:]):
            at = text.rfind(letter, 0, at)
            if at < 1:
                break
        else:
            if text[0] == letters[0] and at > 0:
                return long[-size:]
    return ()


def _suffixes(words: Words, script: re.Pattern[str], most: int) -> Iterator[Words]:
    for size in range(1, min(most, len(words)) + 1):
        if not script.fullmatch(words[-size].written):
            return
        yield words[-size:]


def _cosines(pairs: Sequence[Candidate]) -> list[float]:
    if not pairs:
        return []
    from ingest.bilingual.model import shipped  # an ingest that finds nothing new need not load it

    texts = [_text_pair(pair) for pair in pairs]
    left, right = (shipped().encode([text[side] for text in texts]) for side in (0, 1))
    return [float(value) for value in np.sum(left * right, axis=1)]


def _text_pair(pair: Candidate) -> tuple[str, str]:
    return _text(pair.before), _text(pair.inside)


def _text(words: Words) -> str:
    return " ".join(word.written for word in words)


def _key(words: Words) -> str:
    return "".join(token for word in words for token in word.tokens)


def _term(one: Words, other: Words) -> Term:
    tokens = [tuple(token for word in side for token in word.tokens) for side in (one, other)]
    return Term(_text(one), _text(other), tokens[0], tokens[1])


def _latin(words: Words) -> bool:
    return bool(LATIN.fullmatch(words[-1].written))


def _korean(words: Words) -> bool:
    return all(HANGUL.fullmatch(word.written) for word in words)
