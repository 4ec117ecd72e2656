"""Writes the shipped weights as an ordinary sentence-transformers folder with float32 rows.

python -m ingest.bilingual.train.export OUT [--weights FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize
from sentence_transformers.sentence_transformer.modules import StaticEmbedding as StaticModule
from tokenizers import Tokenizer

from ingest.bilingual.manifest import WEIGHTS
from ingest.bilingual.model import read_rows


def export(out: Path, weights: Path = WEIGHTS) -> None:
    """`out` becomes a folder that SentenceTransformer(out) loads: static embedding, then unit length."""
    path = weights / "model.safetensors"
    rows = read_rows(load_file(path), path)
    module = StaticModule(Tokenizer.from_file(str(weights / "tokenizer.json")), embedding_weights=rows)
    SentenceTransformer(modules=[module, Normalize()], device="cpu").save(str(out))


def main() -> None:
    """Command line of the export."""
    parser = argparse.ArgumentParser(description="Exports the weights as a sentence-transformers folder.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    export(chosen.out, chosen.weights)


if __name__ == "__main__":
    main()
