"""The terms of one corpus, as its snapshot holds them, looked up for the words of a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ingest.terms.candidates import phrase_tokens
from ingest.terms.mining import Term

TERMS = "terms.json"  # file of a snapshot
_LONGEST = 8  # words of a question that are one term
Phrases = tuple[tuple[str, ...], ...]


def save_terms(folder: Path, terms: Sequence[Term]) -> None:
    (folder / TERMS).write_bytes(msgspec.json.format(msgspec.json.encode(terms)))


class CorpusTerms:
    """Both directions. A term is known by its tokens put together: spacing does not matter."""

    def __init__(self, terms: Iterable[Term]) -> None:
        found: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
        for term in terms:
            for own, other in ((term.one_tokens, term.other_tokens), (term.other_tokens, term.one_tokens)):
                if own != other:
                    found["".join(own)][other] = None
        self._phrases = {key: tuple(phrases) for key, phrases in found.items()}

    @classmethod
    def load(cls, folder: Path) -> CorpusTerms:
        return cls(msgspec.json.decode((folder / TERMS).read_bytes(), type=list[Term]))

    def phrases(self, words: Sequence[Sequence[str]]) -> list[Phrases]:
        """For each word of a question, given by its tokens: what the terms it is part of are also called here."""
        found: list[dict[tuple[str, ...], None]] = [{} for _ in words]
        keys = ["".join(phrase_tokens(tokens)) for tokens in words]
        for first in range(len(words)):
            for end in range(first + 1, min(first + _LONGEST, len(words)) + 1):
                for phrase in self._phrases.get("".join(keys[first:end]), ()):
                    for at in range(first, end):
                        found[at][phrase] = None
        return [tuple(phrases) for phrases in found]
