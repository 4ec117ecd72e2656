"""Slips of the keyboard in a question: a word that the corpus does not know, one or two letters from one it does, or a
word with a space in it. What the term bridge or the built-in embedding's vocabulary knows is right as it is: the corpus
just lacks it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz.distance import OSA

from app.frame_words import is_frame_word
from app.understanding import Query
from ingest.bilingual.model import shipped
from ingest.index import Index
from ingest.lexical import SearchWord
from ingest.store import StoredChunk
from ingest.terms.bridge import TermBridge
from ingest.terms.candidates import phrase_tokens

_SHORTEST, _TWO_SLIPS, _NAME = 5, 8, 7  # letters: of a word, of one with two slips, of a name (Gemma is not gamma)
_REORDERED = 5  # letters of a word or name that has the right ones in a wrong order (Ghandi)
_SYLLABLES = 3  # of the shortest Korean word; one slip is one letter (jamo) of one of them
_LOOKED_AT = 30  # chunks with a word that is near
_ASKING = ("what", "who", "when", "where", "which", "how", "why")
_LATIN = re.compile(r"(?<![A-Za-z0-9_])[a-z]{4,}(?![A-Za-z0-9_])")
_HANGUL = re.compile(r"[가-힣]+")


def corrected(query: Query, index: Index) -> Query:
    """The query with such words replaced, and said so."""
    joined = list(_joined(query, index))
    words = []
    slips = [(wrong, word.written) for wrong, word in joined if wrong]
    for _, word in joined:
        right = _nearest(word, index, first=query.text.startswith(word.written))
        if right is None:
            words.append(word)
        else:
            slips.append((word.written, right))
            if not is_frame_word(right):
                words.append(_written(word, right, index))
    return replace(query, words=tuple(words) or query.words, corrected=tuple(slips)) if slips else query


def _joined(query: Query, index: Index) -> Iterator[tuple[str, SearchWord]]:
    """The words, two that are one known word together as that (시그 모이드) with how they were written, else ""."""
    words = iter((*query.words, None))
    word = next(words)
    while word is not None:
        after = next(words)
        apart = f"{word.written} {after.written}" if after else ""
        if after and apart in query.text and not (_is_known(word, index) and _is_known(after, index)):
            whole = _written(word, word.written + after.written, index)
            if _is_one(whole, len(word.written), index):
                yield apart, whole
                word = next(words)
                continue
        yield "", word
        word = after


def _is_known(word: SearchWord, index: Index) -> bool:
    """All its morphemes stand in the corpus, or it has a translation."""
    return bool(word.translations) or all(map(index.document_frequency, phrase_tokens(word.tokens) or word.tokens))


def _is_one(word: SearchWord, at: int, index: Index) -> bool:
    """A morpheme that the corpus knows reaches over the place."""
    starts = ((word.written.find(token), token) for token in phrase_tokens(word.tokens) if len(token) > 1)
    return any(0 <= start < at < start + len(t) and index.document_frequency(t) for start, t in starts)


def _written(word: SearchWord, text: str, index: Index) -> SearchWord:
    tokens = tuple(index.analyser.tokens(text))
    return replace(word, tokens=tokens, translations=TermBridge.load().translations(tokens, text), written=text)


def _nearest(word: SearchWord, index: Index, *, first: bool) -> str | None:
    """The corpus's word it must be, as it is written there: the nearest, of equals the most frequent. The question's
    ``first`` word may also be one that asks."""
    written, token = word.written, word.tokens[0]
    if word.translations or index.document_frequency(token):
        return None
    if len(shipped().pieces(token if _HANGUL.fullmatch(token) else written)) == 1:
        return None  # a word of its vocabulary
    if _HANGUL.fullmatch(token) and len(token) >= _SYLLABLES and token in written:
        near = _korean_near(token, index)
        return written.replace(token, _best(token, near)) if near else None
    if not (written.isascii() and written.isalpha()) or len(word.tokens) != 1:
        return None
    if first:
        for asking in _ASKING:
            if OSA.distance(written.lower(), asking, score_cutoff=1) <= 1:
                return asking
    for slips in (1, 2):
        if near := _latin_near(word, slips, index):
            return _best(written.lower(), near)
    return None


def _slips(word: SearchWord) -> int:
    """How many of its letters may be wrong."""
    length = len(word.written)
    if length < (_NAME if word.name else _SHORTEST):
        return 0
    return 2 if length >= _TWO_SLIPS and not word.name else 1


def _best(word: str, near: Counter[str]) -> str:
    return min(near, key=lambda other: (OSA.distance(word, other), -near[other], other))


def _latin_near(word: SearchWord, slips: int, index: Index) -> Counter[str]:
    """Words of the corpus so far from this one with the same first letter, in small letters, and how often seen."""
    written = word.written.lower()
    any_letters = slips <= _slips(word)
    if not any_letters and len(written) < _REORDERED:
        return Counter()
    return Counter(
        near
        for chunk in _chunks_near(word.tokens[0], slips, index)
        for near in _LATIN.findall(chunk.chunk.text.lower())
        if near[0] == written[0]
        and OSA.distance(written, near, score_cutoff=slips) <= slips
        and (any_letters or sorted(near) == sorted(written))
    )


def _korean_near(token: str, index: Index) -> Counter[str]:
    letters = unicodedata.normalize("NFD", token)
    return Counter(
        near
        for chunk in _chunks_near(token, 1, index)
        for near in frozenset[str]().union(*chunk.unit_tokens)
        if abs(len(near) - len(token)) <= 1
        and _HANGUL.fullmatch(near)
        and OSA.distance(letters, unicodedata.normalize("NFD", near), score_cutoff=1) <= 1
    )


def _chunks_near(token: str, slips: int, index: Index) -> list[StoredChunk]:
    return index.chunks([int(row) for row in index.similar(token, slips, _LOOKED_AT)])
