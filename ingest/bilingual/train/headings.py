"""Batches of heading -> section and sentence -> section from documentation, within and across languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from tokenizers import Tokenizer

from ingest.bilingual.train.documents import Example
from ingest.bilingual.train.windows import Batch, FlatText, Ints


class Headings:
    """Examples tokenised once. `usable` are the places to draw from; twins allow queries across languages."""

    def __init__(self, tokenizer: Tokenizer, examples: Sequence[Example]) -> None:
        self._passages = FlatText(tokenizer, [example.passage for example in examples])
        self._queries = FlatText(tokenizer, [query for example in examples for query in example.queries])
        counts = np.array([len(example.queries) for example in examples])
        self._first: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._twin: Ints = np.array([example.twin for example in examples], np.int64)
        korean = np.array([example.language == "ko" for example in examples])
        # Korean text is scarcer and twins scarcer still: drawn more often than their share.
        weight = np.where(self._twin >= 0, 3.0, np.where(korean, 1.5, 1.0))
        self._chance = weight / weight.sum()

    def sample(
        self,
        generator: np.random.Generator,
        size: int,
        *,
        cluster: int = 4,
        drop: float = 0.1,
        across: float = 0.7,
    ) -> Batch:
        """`size` queries and passages in clusters of neighbouring chunks, the hard negatives of each other.
        Where a twin exists, the query comes from it with chance `across`."""
        heads = generator.choice(len(self._chance), (size + cluster - 1) // cluster, p=self._chance)
        places = ((heads[:, None] + np.arange(cluster)).ravel()[:size]) % len(self._chance)
        asked = np.where((self._twin[places] >= 0) & (generator.random(size) < across), self._twin[places], places)
        count = self._first[asked + 1] - self._first[asked]
        query = self._first[asked] + (generator.random(size) * count).astype(np.int64)
        return Batch(
            self._queries.slices(self._queries.starts[query], self._queries.starts[query + 1], generator, drop),
            self._passages.slices(self._passages.starts[places], self._passages.starts[places + 1], generator, drop),
        )
