"""Terms of AI, mathematics and course life, written by hand (``glossary.tsv``), and which of them the analyser must be
told (``dictionary.txt``): Kiwi reads them in several ways by the particle after them (순전파는: 순, 전파; 순전파를:
순전, 파), or not as they are written (비지도학습 as 지도학습, 유사도 as 유사).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def glossary() -> dict[str, tuple[str, ...]]:
    """Korean terms, one word each, and the English words for them."""
    lines = (FOLDER / "glossary.tsv").read_text("utf-8").splitlines()
    terms = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {term: tuple(english.split()) for term, _, english in terms}


@cache
def nouns() -> tuple[str, ...]:
    """The terms that keep their form: all but verbs, which end in 다 (and 람다, which Kiwi knows)."""
    return tuple(term for term in glossary() if not term.endswith("다"))


@cache
def dictionary() -> tuple[str, ...]:
    """Nouns for Kiwi's dictionary."""
    return tuple((FOLDER / "dictionary.txt").read_text("utf-8").splitlines())


@cache
def fingerprint() -> str:
    """Changes with the dictionary: an index made with another has other tokens."""
    return hashlib.sha256("\n".join(dictionary()).encode()).hexdigest()[:8]
