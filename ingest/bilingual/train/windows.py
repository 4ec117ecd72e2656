"""Training batches cut out of running text: tokenised once, windows and crops are slices of one flat array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ints = NDArray[np.int64]
HalfVectors = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Bags:
    """Token ids of several texts one after the other; `offsets` says where each begins (no end mark)."""

    ids: Ints
    offsets: Ints


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries and their passages, row by row; `taught`: the teacher's vectors of both, where it read them."""

    queries: Bags
    passages: Bags
    taught: tuple[HalfVectors, HalfVectors] | None = None


class FlatText:
    """Texts as one array of token ids; text i is ids[starts[i]:starts[i + 1]]."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str], *, most: int = 320) -> None:
        parts = []
        for begin in range(0, len(texts), 8192):
            encodings = tokenizer.encode_batch_fast(list(texts[begin : begin + 8192]), add_special_tokens=False)
            parts += [np.asarray(encoding.ids[:most], np.int32) for encoding in encodings]
        self.starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
        self.ids = np.concatenate(parts) if parts else np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def slices(
        self,
        begins: Ints,
        ends: Ints,
        generator: np.random.Generator | None = None,
        drop: float = 0.0,
        holes: tuple[Ints, Ints] | None = None,
    ) -> Bags:
        """Bags of the token ranges [begin, end); each token is dropped with chance `drop`, those in `holes`
        surely. A bag that would be empty keeps its first token, so that every bag has a direction."""
        lengths = np.maximum(ends - begins, 1)
        owner = np.repeat(np.arange(len(begins)), lengths)
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        place = np.arange(len(owner)) - offsets[owner] + begins[owner]
        keep = np.ones(len(owner), bool)
        if generator is not None and drop > 0:
            keep &= generator.random(len(owner)) >= drop
        if holes is not None:
            keep &= (place < holes[0][owner]) | (place >= holes[1][owner])
        lost = np.bincount(owner[keep], minlength=len(begins)) == 0
        keep[offsets[lost]] = True
        place = np.minimum(place[keep], len(self.ids) - 1)
        kept = np.bincount(owner[keep], minlength=len(begins))
        return Bags(self.ids[place].astype(np.int64), np.concatenate([[0], np.cumsum(kept)[:-1]]).astype(np.int64))


def join(parts: Sequence[tuple[NDArray[np.bool_], Bags]]) -> Bags:
    """Interleaves bags: part k holds, in order, the rows where its mask is true; masks partition the batch."""
    size = len(parts[0][0])
    lengths = np.zeros(size, np.int64)
    for mask, bags in parts:
        lengths[mask] = np.diff(np.append(bags.offsets, len(bags.ids)))
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    ids = np.empty(int(lengths.sum()), np.int64)
    for mask, bags in parts:
        inner = np.repeat(offsets[mask] - bags.offsets, lengths[mask])
        ids[np.arange(len(bags.ids)) + inner] = bags.ids
    return Bags(ids, offsets)


@dataclass(frozen=True, slots=True)
class Passages:
    """Aligned running text: sentence i in both languages, `group[i]` the source it runs on in."""

    english: FlatText
    korean: FlatText
    group: Ints

    def sample(
        self,
        generator: np.random.Generator,
        size: int,
        *,
        cluster: int = 8,
        widest: int = 4,
        removed: float = 0.0,
        drop: float = 0.1,
    ) -> Batch:
        """`size` queries and passages, each side in either language.

        A passage is 1 to `widest` sentences in a row; its query is a crop of one of them, which is taken out of
        the passage with chance `removed` (inverse cloze, Lee et al. 2019). Anchors come in clusters of neighbours,
        at least `widest` apart: the neighbours' passages are the hard negatives.
        """
        count = len(self.group)
        heads = generator.integers(0, count, (size + cluster - 1) // cluster)
        first = (heads[:, None] + np.arange(cluster) * widest).ravel()[:size] % count
        width = generator.integers(1, widest + 1, size)
        last = np.minimum(first + width, count)
        last = np.where(self.group[last - 1] == self.group[first], last, first + 1)
        picked = first + (generator.random(size) * (last - first)).astype(np.int64)
        query_english, passage_english = generator.random(size) < 0.5, generator.random(size) < 0.5
        taken = (generator.random(size) < removed) & (last - first > 1)
        queries, passages = [], []
        for mask, text in ((query_english, self.english), (~query_english, self.korean)):
            begin, end = text.starts[picked[mask]], text.starts[picked[mask] + 1]
            share = generator.uniform(0.25, 1.0, mask.sum())
            length = np.maximum(((end - begin) * share).astype(np.int64), np.minimum(4, end - begin))
            begin = begin + (generator.random(mask.sum()) * (end - begin - length + 1)).astype(np.int64)
            queries.append((mask, text.slices(begin, begin + length, generator, drop)))
        for mask, text in ((passage_english, self.english), (~passage_english, self.korean)):
            hole_begin = text.starts[picked[mask]]
            hole_end = np.where(taken[mask], text.starts[picked[mask] + 1], hole_begin)
            passages.append(
                (
                    mask,
                    text.slices(
                        text.starts[first[mask]],
                        text.starts[last[mask]],
                        generator,
                        drop,
                        (hole_begin, hole_end),
                    ),
                )
            )
        return Batch(join(queries), join(passages))


def stack(parts: Sequence[Bags]) -> Bags:
    """The rows of all parts below each other."""
    shifts = np.cumsum([0] + [len(part.ids) for part in parts[:-1]])
    offsets = [part.offsets + shift for part, shift in zip(parts, shifts, strict=True)]
    return Bags(np.concatenate([part.ids for part in parts]), np.concatenate(offsets))


def append(bags: Bags, tails: Bags) -> Bags:
    """Row i of `bags` followed by row i of `tails`."""
    head, tail = (np.diff(np.append(b.offsets, len(b.ids))) for b in (bags, tails))
    offsets = np.concatenate([[0], np.cumsum(head + tail)[:-1]]).astype(np.int64)
    ids = np.empty(len(bags.ids) + len(tails.ids), np.int64)
    ids[np.arange(len(bags.ids)) + np.repeat(offsets - bags.offsets, head)] = bags.ids
    ids[np.arange(len(tails.ids)) + np.repeat(offsets + head - tails.offsets, tail)] = tails.ids
    return Bags(ids, offsets)


def frame(bags: Bags, frames: FlatText, generator: np.random.Generator, chance: float) -> Bags:
    """Adds a random frame (`what is`, `알려줘`) to each row with probability `chance`."""
    picked = generator.integers(0, len(frames), len(bags.offsets))
    begins = frames.starts[picked]
    ends = np.where(generator.random(len(picked)) < chance, frames.starts[picked + 1], begins)
    lengths = ends - begins
    owner = np.repeat(np.arange(len(picked)), lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    ids = frames.ids[np.arange(len(owner)) - offsets[owner] + begins[owner]].astype(np.int64)
    return append(bags, Bags(ids, offsets))
