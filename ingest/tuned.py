"""The built-in embedding with what ``seodang tune`` made for one corpus: new rows for the word pieces it holds.

manifest.json       the built-in weights it was made for, the digest of the rows, the measurements
rows.safetensors    ``pieces``: numbers of the changed word pieces; ``rows``: their float16 rows
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from ingest.bilingual.manifest import WEIGHTS
from ingest.embedding import Vectors
from ingest.errors import EmbeddingError

if TYPE_CHECKING:  # the libraries come with the first model: most commands look only whether one is there
    from tokenizers import Tokenizer

TUNED = "tuned"
_MANIFEST, _ROWS = "manifest.json", "rows.safetensors"
_REMEDY = "Run seodang tune again, or seodang tune --revert."


class TunedManifest(msgspec.Struct, frozen=True):
    """What the rows were made for, and what they were worth."""

    base: str  # sha256 of the built-in weights
    sha256: str  # of the rows' file
    measured: dict[str, Any]


class TunedEmbedder:
    """Like the built-in model, for the corpus it was tuned on."""

    name = TUNED

    def __init__(self, folder: Path) -> None:
        """Raises EmbeddingError when the folder is missing, damaged, or made for other built-in weights."""
        from ingest.bilingual.model import StaticEmbedding

        try:
            manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=TunedManifest)
            content = (folder / _ROWS).read_bytes()
        except (OSError, msgspec.DecodeError) as error:
            raise EmbeddingError(f"{folder}: the tuned model cannot be read ({error}).", _REMEDY) from error
        if hashlib.sha256(content).hexdigest() != manifest.sha256:
            raise EmbeddingError(f"{folder / _ROWS}: not the file its manifest names.", _REMEDY)
        tokenizer, rows, base = builtin_parts()
        if base != manifest.base:
            raise EmbeddingError(f"{folder}: tuned for another version of the built-in model.", _REMEDY)
        tensors = load(content)
        rows[tensors["pieces"]] = tensors["rows"]
        self._model = StaticEmbedding(tokenizer, rows, f"{base}+{manifest.sha256}")
        self.dimension = self._model.dimension
        self.fingerprint = self._model.sha256

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)


def is_tuned(folder: Path) -> bool:
    """Whether a tuned model is kept in a folder."""
    return (folder / _MANIFEST).is_file()


def builtin_parts() -> tuple[Tokenizer, NDArray[np.float32], str]:
    """Tokenizer, rows (pieces, d) and sha256 of the built-in model."""
    from tokenizers import Tokenizer

    from ingest.bilingual.model import StaticEmbedding, read_rows

    base = StaticEmbedding.load().sha256  # checks the files
    rows = read_rows(load((WEIGHTS / "model.safetensors").read_bytes()), WEIGHTS / "model.safetensors")
    return Tokenizer.from_file(str(WEIGHTS / "tokenizer.json")), rows, base


def save_tuned(
    folder: Path, base: str, pieces: NDArray[np.int64], rows: NDArray[np.float16], measured: dict[str, Any]
) -> None:
    """Write a tuned model; the manifest last, so that a cut-off write leaves none."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MANIFEST).unlink(missing_ok=True)
    content = save({"pieces": pieces, "rows": rows})
    (folder / _ROWS).write_bytes(content)
    manifest = TunedManifest(base, hashlib.sha256(content).hexdigest(), measured)
    (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def remove_tuned(folder: Path) -> bool:
    """Forget a tuned model; False when there was none."""
    there = is_tuned(folder)
    for name in (_MANIFEST, _ROWS):
        (folder / name).unlink(missing_ok=True)
    return there
