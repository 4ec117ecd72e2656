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

LICENCES = {
    "cheatsheets": "CC0/MIT",
    "elixir-school": "Apache-2.0",
    "fastapi": "MIT",
    "hf-agents-course": "Apache-2.0",
    "hf-audio-course": "Apache-2.0",
    "hf-diffusers": "Apache-2.0",
    "hf-smol-course": "Apache-2.0",
    "hf-smolagents": "Apache-2.0",
    "hf-transformers": "Apache-2.0",
    "jhe": "CC BY-SA 3.0",
    "jupyterlab": "BSD-3",
    "keras": "Apache-2.0",
    "klaytn": "Apache/MIT",
    "korsts": "CC BY-SA 4.0",
    "learnxiny": "CC BY-SA 3.0",
    "minseye": "CC BY",
    "ms-agents0": "MIT",
    "ms-coop": "MIT",
    "ms-cpp": "CC BY 4.0",
    "ms-edgeai": "MIT",
    "ms-foundry": "MIT",
    "ms-genai": "MIT",
    "ms-kusto": "CC BY 4.0",
    "ms-powershell": "CC BY 4.0",
    "ms-security": "MIT",
    "nk-news": "CC BY-SA 3.0",
    "p5js": "MIT/CC0",
    "park-news": "CC BY-SA 3.0",
    "prompt-guide": "MIT",
    "python-docs": "PSF",
    "pytorch-tutorials": "BSD-3",
    "react": "CC BY 4.0",
    "rust-book": "Apache/MIT",
    "rust-compr": "Apache/CC BY",
    "tatoeba-anki": "CC BY 2.0",
    "tf-docs": "CC BY 4.0",
    "vite": "MIT",
    "vue": "CC BY 4.0",
}
"""Licence of each source as its repository states it."""

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
