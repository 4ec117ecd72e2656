"""Code switching: English words of a bag become Korean ones, so that text without a translation teaches both languages.

A static model does not see the order of words, so a word-by-word translation reads to it as a good one. The words
come from the lexicon that search uses, which is mined from the same parallel corpus.
"""

from __future__ import annotations

import re

import numpy as np
from snowballstemmer import stemmer
from tokenizers import Tokenizer

from ingest.bilingual.train.windows import Bags, FlatText
from ingest.terms.bridge import TermBridge
from ingest.terms.glossary import glossary

REPLACED, LOST = 0.9, 0.6
"""Chances that a word with a translation is replaced, and that one without (the, of) is left out, as Korean does."""


class Switch:
    """Translations of each piece that is a whole English word; terms of several words are left out."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        vocabulary, bridge = tokenizer.get_vocab(), TermBridge.load()
        stem = stemmer("english").stemWord
        longer = {korean for korean, english in glossary().items() if len(re.findall("[a-z]+", " ".join(english))) > 1}
        self._continues = np.zeros(len(vocabulary), bool)
        self._is_word = np.zeros(len(vocabulary), bool)
        found: list[tuple[int, str, float]] = []
        for piece, number in sorted(vocabulary.items(), key=lambda item: item[1]):
            self._continues[number] = piece.startswith("##")
            if re.fullmatch("[a-z]{2,}", piece):
                self._is_word[number] = True
                found += [
                    (number, korean, weight)
                    for korean, weight in bridge.translations([stem(piece)])
                    if re.fullmatch("[가-힣]+", korean) and korean not in longer
                ]
        self._korean = FlatText(tokenizer, [korean for _, korean, _ in found])
        owner, weights = np.array([number for number, _, _ in found]), np.array([weight for *_, weight in found])
        numbers = np.arange(len(vocabulary))
        first, last = np.searchsorted(owner, numbers), np.searchsorted(owner, numbers + 1)
        self._has = last > first
        totals = np.bincount(owner, weights, minlength=len(vocabulary))
        before = np.concatenate([[0.0], np.cumsum(weights)])
        # Rises by one from word to word: one search in it draws a translation by its weight.
        self._ladder = owner + np.minimum((before[1:] - before[first[owner]]) / totals[owner], 1 - 1e-9)

    def __call__(self, bags: Bags, generator: np.random.Generator, chance: float) -> Bags:
        """Each bag is switched with chance `chance`; a bag that would be empty stays as it was."""
        ids, lengths = bags.ids, np.diff(np.append(bags.offsets, len(bags.ids)))
        owner = np.repeat(np.arange(len(lengths)), lengths)
        chosen = (generator.random(len(lengths)) < chance)[owner]
        whole = chosen & self._is_word[ids] & ~np.append(self._continues[ids[1:]], False)
        replaced = whole & self._has[ids] & (generator.random(len(ids)) < REPLACED)
        lost = whole & ~self._has[ids] & (generator.random(len(ids)) < LOST)
        drawn = np.zeros(len(ids), np.int64)
        drawn[replaced] = np.searchsorted(self._ladder, ids[replaced] + generator.random(replaced.sum()) * (1 - 2e-9))
        drawn = np.minimum(drawn, len(self._korean) - 1)
        counts = np.where(replaced, np.diff(self._korean.starts)[drawn], np.where(lost, 0, 1))
        empty = np.bincount(owner, counts, minlength=len(lengths)) == 0
        counts[empty[owner]], replaced[empty[owner]] = 1, False
        place = np.repeat(np.arange(len(ids)), counts)
        switched, korean = ids[place], replaced[place]
        within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        switched[korean] = self._korean.ids[self._korean.starts[drawn[place[korean]]] + within[korean]]
        sizes = np.bincount(owner, counts, minlength=len(lengths)).astype(np.int64)
        return Bags(switched, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64))
