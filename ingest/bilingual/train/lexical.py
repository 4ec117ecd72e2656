"""A plain BM25 over Kiwi morphemes, only to see what the embedding adds to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray
from scipy import sparse

LATIN = re.compile(r"[a-z0-9]+")


class Lexical:
    """BM25 (k1 = 1.2, b = 0.75); tokens are lower-cased Latin words and content morphemes of Korean."""

    def __init__(self) -> None:
        self._kiwi = Kiwi(num_workers=2, load_multi_dict=False)

    def tokens(self, texts: Sequence[str]) -> list[list[str]]:
        """Search tokens of each text."""
        korean = [re.sub(r"[^가-힣\s.?!]", " ", text) for text in texts]
        analysed = self._kiwi.tokenize(korean)
        return [
            LATIN.findall(text.lower()) + [t.form for t in morphemes if t.tag[0] in "NVMX" and t.tag != "VCP"]
            for text, morphemes in zip(texts, analysed, strict=True)
        ]

    def scores(self, queries: Sequence[str], pool: Sequence[str]) -> NDArray[np.float32]:
        """(queries, pool) BM25 scores."""
        place: dict[str, int] = {}
        documents = self._counts(self.tokens(pool), place, grow=True)
        asked = self._counts(self.tokens(queries), place, grow=False)
        asked.data[:] = 1
        length = np.asarray(documents.sum(1)).ravel()
        spread = 1.2 * (1 - 0.75 + 0.75 * length / length.mean())
        frequency = np.asarray((documents > 0).sum(0)).ravel()
        rarity = np.log(1 + (len(pool) - frequency + 0.5) / (frequency + 0.5))
        entries = documents.tocoo()
        weights = rarity[entries.col] * entries.data * 2.2 / (entries.data + spread[entries.row])
        scored = sparse.csr_matrix((weights, (entries.row, entries.col)), documents.shape)
        return np.asarray((asked @ scored.T).todense(), np.float32)

    @staticmethod
    def _counts(tokens: list[list[str]], place: dict[str, int], *, grow: bool) -> sparse.csr_matrix:
        rows, columns = [], []
        for row, words in enumerate(tokens):
            for word in words:
                column = place.setdefault(word, len(place)) if grow else place.get(word)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
        return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (len(tokens), len(place)))
