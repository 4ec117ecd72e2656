"""Adapting the built-in embedding to one corpus: contrastive training of the rows that stand in it, on a CPU.

A query is pulled towards its own text and away from the other texts of its batch (InfoNCE, both directions: Oord et al.
2018). Only a residual on the rows is learned and it is kept small, so that words keep the neighbours they had. The
number of rounds is chosen on validation pairs; the verdict falls on test pairs that neither training nor choice saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ingest.bilingual.model import StaticEmbedding
from ingest.errors import UsageError
from ingest.tuning_pairs import Pair

_SEED = 20261121
_BATCH, _ROUNDS, _PATIENCE = 256, 30, 4
_TEMPERATURE = 0.05
_RATE, _DECAY = 0.02, 0.02  # of the rows' own spread; how hard the residual is held back
_THREADS = 2
_FEWEST = 40  # test pairs; with fewer a difference says nothing
_SAMPLES = 2_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Tuned:
    """New rows of some word pieces, and reciprocal ranks of the test pairs' own texts with the old and new rows."""

    pieces: NDArray[np.int64]
    rows: NDArray[np.float16]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    rounds: int

    def difference(self) -> tuple[float, float, float]:
        """Mean gain of the reciprocal rank and its 95 % interval (bootstrap over pairs)."""
        gains = self.after - self.before
        drawn = np.random.default_rng(_SEED).integers(0, len(gains), (_SAMPLES, len(gains)))
        low, high = np.percentile(gains[drawn].mean(axis=1), [2.5, 97.5])
        return float(gains.mean()), float(low), float(high)


def tune_rows(tokenizer: Tokenizer, rows: NDArray[np.float32], pairs: Sequence[Pair]) -> Tuned:
    """Train on the pairs.

    Raises:
        UsageError: there are too few of them.
    """
    parts = {part: [pair for pair in pairs if pair.part == part] for part in ("train", "validate", "test")}
    if len(parts["test"]) < _FEWEST or not parts["validate"]:
        raise UsageError(
            f"Too little text to tune on: {len(pairs)} pairs, {len(parts['test'])} to measure with.",
            f"At least {_FEWEST} are needed to measure with; the built-in model stays.",
        )
    before = reciprocal_ranks(StaticEmbedding(tokenizer, rows, ""), parts["test"], pairs)
    best, kept, rounds = -1.0, rows, 0
    trainer = _Trainer(tokenizer, rows, parts["train"])
    for number in range(_ROUNDS + 1):
        changed = trainer.rows()
        reached = float(reciprocal_ranks(StaticEmbedding(tokenizer, changed, ""), parts["validate"], pairs).mean())
        if reached > best:
            best, kept, rounds = reached, changed, number
        elif number - rounds >= _PATIENCE:
            break
        trainer.round()
    new = kept[trainer.pieces].astype(np.float16)
    final = rows.copy()
    final[trainer.pieces] = new
    after = reciprocal_ranks(StaticEmbedding(tokenizer, final, ""), parts["test"], pairs)
    return Tuned(trainer.pieces, new, before, after, rounds)


def reciprocal_ranks(model: StaticEmbedding, asked: Sequence[Pair], pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """One over the rank of each query's own text among the texts of all pairs of its kind: a first sentence's section
    would else lose to itself, there under its heading with the sentence in it."""
    ranks = np.ones(len(asked), np.float64)
    for kind in sorted({pair.kind for pair in asked}):
        pool = list(dict.fromkeys(pair.text for pair in pairs if pair.kind == kind))
        places = {text: place for place, text in enumerate(pool)}
        own = [i for i, pair in enumerate(asked) if pair.kind == kind]
        scores = model.encode([asked[i].query for i in own]) @ model.encode(pool).T
        reached = scores[np.arange(len(own)), [places[asked[i].text] for i in own]]
        ranks[own] = 1.0 / (1 + (scores > reached[:, None]).sum(axis=1))
    return ranks


class _Trainer:
    """A residual on the rows of the training pairs' word pieces, one round over the pairs at a time."""

    def __init__(self, tokenizer: Tokenizer, rows: NDArray[np.float32], pairs: Sequence[Pair]) -> None:
        import torch

        torch.manual_seed(_SEED)
        torch.set_num_threads(_THREADS)
        self._random = np.random.default_rng(_SEED)
        self._kinds = np.array([pair.kind for pair in pairs])
        self._rows = rows
        tokens = [
            [np.asarray(encoding.ids, np.int64) for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]
            for texts in ([pair.query for pair in pairs], [pair.text for pair in pairs])
        ]
        self.pieces = np.unique(np.concatenate([ids for side in tokens for ids in side]))
        self._sides = [[np.searchsorted(self.pieces, ids) for ids in side] for side in tokens]
        self._frozen = torch.from_numpy(rows[self.pieces])
        self._residual = torch.zeros_like(self._frozen, requires_grad=True)
        rate = _RATE * float(self._frozen.std())
        self._optimiser = torch.optim.AdamW([self._residual], lr=rate, weight_decay=_DECAY / _RATE)

    def rows(self) -> NDArray[np.float32]:
        """All rows as they are now."""
        changed = self._rows.copy()
        changed[self.pieces] += self._residual.detach().numpy()
        return changed

    def round(self) -> None:
        import torch
        from torch.nn.functional import cross_entropy, embedding_bag, normalize

        order = self._random.permutation(len(self._kinds))
        order = order[np.argsort(self._kinds[order], kind="stable")]  # one kind a batch: no section against itself
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            if len(batch) < 2:
                continue
            table = self._frozen + self._residual
            vectors = []
            for side in self._sides:
                chosen = [side[i] for i in batch]
                offsets = np.concatenate([[0], np.cumsum([len(ids) for ids in chosen])[:-1]])
                ids = torch.from_numpy(np.concatenate(chosen))
                vectors.append(normalize(embedding_bag(ids, table, torch.from_numpy(offsets), mode="sum")))
            scores = vectors[0] @ vectors[1].T / _TEMPERATURE
            own = torch.arange(len(batch))
            loss = (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2
            self._optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
