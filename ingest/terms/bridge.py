"""The term bridge: 역전파 -> backpropag, quantization -> 양자화.

A question's word is searched as it is *or* as its translations, weighted by their probability: probabilistic
structured queries (Darwish & Oard 2003), with the probabilities of IBM model 1 (Brown et al. 1993).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ingest.korean import PAIR
from ingest.terms.glossary import FOLDER

Translations = tuple[tuple[str, float], ...]
_LONGEST = 16  # syllables of a term
_AFTER = re.compile(  # particles, and the forms of 하다 and 되다; bounded, for 이나 is 이 and 나 too
    r"(?:들|은|는|이|가|을|를|의|에|에서|에게|께|로|으로|와|과|랑|이랑|하고|도|만|부터|까지|보다|처럼|같은|이나|나|라도|이라도"
    r"|라는|이라는|라고|이라고|란|이란|마다|밖에|별로|인|인가|인가요|인지|이야|야|예요|이에요|이고|고|용|적|적인|적으로|시"
    r"|[하할한해했되돼된될됐].{0,6}){0,4}"
)


class TermBridge:
    """Both directions in one table; a key is a search token, or the morphemes of a Korean word put together."""

    def __init__(self, table: Mapping[str, Translations]) -> None:
        self._table = table

    @classmethod
    @cache
    def load(cls) -> TermBridge:
        """The lexicon that ships. 0.1 s."""
        table: dict[str, Translations] = {}
        for line in (FOLDER / "lexicon.tsv").read_text("utf-8").splitlines():
            key, *pairs = line.split("\t")
            table[key] = tuple((p.rpartition("=")[0], float(p.rpartition("=")[2])) for p in pairs)
        return cls(table)

    def translations(self, word: Sequence[str], written: str = "") -> Translations:
        """Search tokens of the other language with weights in (0, 1], for the tokens of one word and the word as it is
        written, particles and all. The whole word goes before its parts."""
        parts = [token for token in word if not token.startswith(PAIR) and "=" not in token]
        for whole in ["".join(parts)] if parts else stems_of(written):  # without Kiwi there are no parts
            if whole in self._table:
                return self._table[whole]
        found: dict[str, float] = {}
        for part in parts:
            for token, weight in self._table.get(part, ()):
                found[token] = max(found.get(token, 0.0), weight)
        return tuple(found.items())


def stems_of(written: str) -> Iterator[str]:
    """What a Korean word is without particles and the forms of 하다 and 되다, longest first."""
    for end in range(min(len(written), _LONGEST), 1, -1):
        if _AFTER.fullmatch(written[end:]):
            yield written[:end]
