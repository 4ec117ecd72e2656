"""The term bridge: 역전파 -> backpropag, quantization -> 양자화.

A question's word is searched as it is *or* as its translations, weighted by their probability: probabilistic
structured queries (Darwish & Oard 2003), with the probabilities of IBM model 1 (Brown et al. 1993).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ingest.korean import PAIR

Translations = tuple[tuple[str, float], ...]
_FOLDER = Path(__file__).parent


class TermBridge:
    """Both directions in one table; a key is a search token, or the morphemes of a Korean word put together."""

    def __init__(self, table: Mapping[str, Translations]) -> None:
        self._table = table

    @classmethod
    @cache
    def load(cls) -> TermBridge:
        """The lexicon that ships. 0.1 s."""
        table: dict[str, Translations] = {}
        for line in (_FOLDER / "lexicon.tsv").read_text("utf-8").splitlines():
            key, *pairs = line.split("\t")
            table[key] = tuple((p.rpartition("=")[0], float(p.rpartition("=")[2])) for p in pairs)
        return cls(table)

    def translations(self, word: Sequence[str]) -> Translations:
        """Search tokens of the other language with weights in (0, 1], for the tokens of one word. The whole word goes
        before its parts."""
        parts = [token for token in word if not token.startswith(PAIR) and "=" not in token]
        whole = self._table.get("".join(parts))
        if whole is not None:
            return whole
        found: dict[str, float] = {}
        for part in parts:
            for token, weight in self._table.get(part, ()):
                found[token] = max(found.get(token, 0.0), weight)
        return tuple(found.items())
