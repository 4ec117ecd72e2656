"""Other analysers, made from the product's by changing the tokens of a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from ingest.analyser import Analyser
from ingest.korean import PAIR, content_of, kiwi_knowing
from ingest.terms.glossary import dictionary, nouns
from ingest.words import as_written

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

Tokens = tuple[str, ...]
Change = Callable[[str, Tokens], Tokens]
_HANGUL = re.compile(r"[가-힣]+")


class ChangedAnalyser(Analyser):
    """``change`` gets a word as it is written and its tokens."""

    def __init__(self, label: str, change: Change) -> None:
        super().__init__()
        self._label, self._change = label, change

    @property
    def name(self) -> str:
        return self._label

    def tokens_of(self, word: str) -> Tokens:
        return self._change(as_written(word), super().tokens_of(word))


def as_it_stands(written: str, _: Tokens) -> Tokens:
    """In small letters, Korean words with their endings."""
    return (written.lower(),) if "=" not in written else ()


def pairs_alone(written: str, tokens: Tokens) -> Tokens:
    """Korean words by their syllable pairs."""
    return tuple(t for t in tokens if t.startswith(PAIR)) if _HANGUL.fullmatch(written) else tokens


def morphemes_alone(_: str, tokens: Tokens) -> Tokens:
    """Korean words by their morphemes, where Kiwi finds any."""
    return tuple(t for t in tokens if not t.startswith(PAIR)) or tokens


def unstemmed(written: str, tokens: Tokens) -> Tokens:
    """English words as they are written."""
    return (written.lower(),) if written.isascii() and written.isalpha() else tokens


def compounds_split(written: str, tokens: Tokens) -> Tokens:
    """Morphemes of Kiwi's with compounds taken apart, beside the pairs."""
    return _of(_kiwi(dictionary()), written, tokens, split=True)


def without_dictionary(written: str, tokens: Tokens) -> Tokens:
    """Kiwi with its own dictionary alone."""
    return _of(_kiwi(()), written, tokens, split=False)


def whole_glossary(written: str, tokens: Tokens) -> Tokens:
    """Kiwi with all nouns of the glossary as words of its dictionary."""
    return _of(_kiwi(nouns()), written, tokens, split=False)


def _of(kiwi: Kiwi, written: str, tokens: Tokens, *, split: bool) -> Tokens:
    if not _HANGUL.fullmatch(written) or not any(token.startswith(PAIR) for token in tokens):
        return tokens
    return (*_morphemes(kiwi, written, split), *(token for token in tokens if token.startswith(PAIR)))


@cache
def _morphemes(kiwi: Kiwi, word: str, split: bool) -> Tokens:
    return tuple(content_of((m.form, m.tag) for m in kiwi.tokenize(word, split_complex=split)))


@cache
def _kiwi(known: tuple[str, ...]) -> Kiwi:
    return kiwi_knowing(known)
