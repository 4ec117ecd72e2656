"""Reading the parallel corpus: `english <TAB> korean <TAB> source`, one aligned pair a line, order kept."""

from __future__ import annotations

import gzip
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SHARE_ALIKE = frozenset({"korsts", "jhe", "park-news", "nk-news", "learnxiny"})
"""CC BY-SA sources: never in shipped weights; `--share-alike` adds them to measure what they would bring."""

CAPS = {
    "python-docs": 30_000,
    "ms-powershell": 10_000,
    "ms-cpp": 8_000,
    "ms-kusto": 6_000,
    "klaytn": 5_000,
    "react": 10_000,
}
"""Reference manuals repeat themselves; beyond these counts they only drown the rest (teacher time is dear)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One aligned sentence or paragraph; `order` is its line number, neighbours in one source stay neighbours."""

    english: str
    korean: str
    source: str
    order: int


def read_pairs(path: Path, *, share_alike: bool = False) -> list[Pair]:
    """All pairs of the file in file order, NFC. ValueError names the first malformed line."""
    pairs = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for order, line in enumerate(lines):
            fields = unicodedata.normalize("NFC", line.rstrip("\n")).split("\t")
            if len(fields) != 3:
                raise ValueError(f"{path} line {order + 1}: {len(fields)} fields, expected english, korean, source")
            if fields[2] in SHARE_ALIKE and not share_alike:
                continue
            pairs.append(Pair(fields[0], fields[1], fields[2], order))
    return pairs


def teacher_order(pairs: list[Pair], seed: int) -> list[Pair]:
    """The pairs the teacher reads, shuffled, with the manuals capped, so that any prefix is a fair sample."""
    generator = np.random.default_rng(seed)
    taken: Counter[str] = Counter()
    chosen = []
    for i in generator.permutation(len(pairs)):
        pair = pairs[int(i)]
        taken[pair.source] += 1
        if taken[pair.source] <= CAPS.get(pair.source, len(pairs)):
            chosen.append(pair)
    return chosen
