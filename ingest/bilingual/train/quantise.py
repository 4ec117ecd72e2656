"""Float rows -> 4 bits with one scale a row, and the weights folder with its manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer


def quantise(rows: NDArray[np.float32], bits: int = 4) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric rounding to `bits` bits: rows ~ codes * scales[:, None]. All-zero rows get scale 0."""
    top = 2 ** (bits - 1) - 1
    scales = (np.abs(rows).max(1) / top).astype(np.float32)
    codes = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    return codes, scales


def write_weights(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.float32], about: dict[str, Any]) -> None:
    """Writes model.safetensors, tokenizer.json and manifest.json (`about` and the sha256 of the other two)."""
    folder.mkdir(parents=True, exist_ok=True)
    codes, scales = quantise(rows)
    shifted = (codes + 8).astype(np.uint8)
    packed = np.ascontiguousarray(shifted[:, 0::2] | (shifted[:, 1::2] << 4))
    save_file({"codes": packed, "scales": scales}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.safetensors", "tokenizer.json")
    }
    manifest = {
        "format": 1,
        "dimension": rows.shape[1],
        "vocabulary": len(rows),
        "quantisation": "4 bits, two codes a byte (even column low, 8 added), one float32 scale a row",
        "sha256": sums,
        **about,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
