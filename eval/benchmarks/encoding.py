"""`python -m eval.benchmarks.encoding CORPUS [--rounds 5]`: how many chunks of 200 tokens a model embeds in a second.

The corpus's own text in stretches of 200 tokens (of the built-in tokenizer), tokenised and embedded. The built-in model
remembers the words it has seen: it is loaded anew for each round, which is not counted. all-MiniLM-L6-v2 in float32 is
the baseline, over the first hundred of the same stretches.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from eval import product
from eval.tables import table
from ingest.bilingual.model import StaticEmbedding
from ingest.embedding import load_embedder

TOKENS = 200
_OF_BASELINE = 100
Encode = Callable[[Sequence[str]], object]


def stretches(text: str, model: StaticEmbedding, tokens: int = TOKENS) -> Iterator[str]:
    """The text in parts of at least ``tokens`` tokens, cut between words; what is left over is dropped."""
    words = text.split()
    first, size = 0, 0
    for number, word in enumerate(words, 1):
        size += len(model.pieces(word))
        if size >= tokens:
            yield " ".join(words[first:number])
            first, size = number, 0


def chunks_of(corpus: Path) -> list[str]:
    """All stretches of all documents, those of each after the other."""
    model = StaticEmbedding.load()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        product.bring_up_to_date(corpus, index, {"ocr": "false"})
        texts = product.page_texts(index).values()
    return [part for pages in texts for part in stretches(" ".join(pages), model)]


def chunks_a_second(load: Callable[[], Encode], texts: Sequence[str], rounds: int) -> list[float]:
    """Of each round, fastest first; loading is not counted."""
    rates = []
    for _ in range(rounds):
        encode = load()
        began = time.perf_counter()
        encode(texts)
        rates.append(len(texts) / (time.perf_counter() - began))
    return sorted(rates, reverse=True)


def encoding(corpus: Path, rounds: int) -> str:
    """The table."""
    texts = chunks_of(corpus)
    minilm = load_embedder("all-MiniLM-L6-v2")
    ours = chunks_a_second(lambda: StaticEmbedding.load().encode, texts, rounds)
    theirs = chunks_a_second(lambda: minilm.encode_documents, texts[:_OF_BASELINE], rounds)
    cells = [
        [name, str(count), f"{median(rates):,.0f} [{rates[-1]:,.0f}, {rates[0]:,.0f}]", f"{of_base:,.1f}"]
        for name, count, rates, of_base in (
            ("built-in", len(texts), ours, median(ours) / median(theirs)),
            ("all-MiniLM-L6-v2, float32 (baseline)", len(texts[:_OF_BASELINE]), theirs, 1.0),
        )
    ]
    header = ["model", "chunks", "chunks a second [least, most]", "times the baseline"]
    return f"{rounds} rounds, chunks of {TOKENS} tokens\n\n{table(header, cells)}\n"


def main() -> int:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.encoding", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    sys.stdout.write(encoding(arguments.corpus, arguments.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
