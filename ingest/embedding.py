"""Text -> unit vectors, behind one small interface; and the cache that spares embedding a text twice.

``load_embedder("builtin")`` is the model that ships; any other name is a sentence-transformers model name or folder.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbeddingError
from ingest.model_files import computes_bfloat16, find_model, identity_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUILTIN = "builtin"
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index needs of an embedding model. Vectors are float32 (n, ``dimension``) with rows of length one, so
    that an inner product is the cosine."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may get another vector: weights, pooling, prompts, length, dtype."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors: ...
    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str) -> Embedder:
    """The built-in model or a sentence-transformers one.

    Raises:
        EmbeddingError: the model is not there, or its weights are not the expected ones.
    """
    return BuiltinEmbedder() if name == BUILTIN else SentenceTransformerEmbedder(name)


class BuiltinEmbedder:
    """The bilingual static embedding that ships with the project (``ingest/bilingual``): no torch, no download."""

    name = BUILTIN

    def __init__(self) -> None:
        from ingest.bilingual.model import WeightsError, shipped

        try:
            self._model = shipped()
        except WeightsError as error:
            raise EmbeddingError(f"The built-in embedding cannot be loaded: {error}.") from error
        self.dimension = self._model.dimension
        self.fingerprint = self._model.sha256

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prompts and the length of its own configuration.

    Computes in bfloat16 where the processor does so in hardware, else in float32. Vectors are brought to length one
    whatever the model does: the index compares by cosine.
    """

    def __init__(self, source: str) -> None:
        folder = find_model(source)
        model = _load(folder)
        import torch
        from sentence_transformers.sentence_transformer.modules import Transformer

        deep = any(isinstance(module, Transformer) for module in model)
        dtype = torch.bfloat16 if deep and computes_bfloat16() else torch.float32
        self._model = model.to(dtype)
        self.name = str(folder) if Path(source).expanduser().is_dir() else source
        self.dimension = int(model.get_embedding_dimension() or 0)
        kind = str(dtype).removeprefix("torch.")
        making = f"{identity_of(folder)}:{sorted(model.prompts.items())}:{model.default_prompt_name}"
        self.fingerprint = f"{kind}-{model.max_seq_length}-{hashlib.sha256(making.encode()).hexdigest()}"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(self._model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(self._model.encode_query, texts)

    def _vectors(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        found = encode(list(texts), convert_to_tensor=True, show_progress_bar=False)
        vectors = np.asarray(found.float().cpu().numpy(), np.float32)  # numpy knows no bfloat16
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def _load(folder: Path) -> SentenceTransformer:
    """From the folder alone: nothing is looked up anywhere, no code of the model's is run."""
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        cause = " ".join(str(error).split())[:300]
        raise EmbeddingError(
            f"{folder}: the embedding model cannot be loaded ({cause}).",
            "Download it again, or choose another model; embedder = 'builtin' needs none.",
        ) from error


class EmbeddingCache:
    """Document vectors by embedded text, for one embedder; lives outside the snapshots and survives all of them."""

    def __init__(self, path: Path, embedder: Embedder) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._embedder = embedder
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def encode(self, texts: Sequence[str]) -> tuple[Vectors, int]:
        """Vectors in the order of ``texts``, and how many had to be computed."""
        keys = [self._key(text) for text in texts]
        known = dict(self._lookup(keys))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            computed = self._embedder.encode_documents(list(missing.values()))
            known.update(zip(missing, computed, strict=True))
            with self._db:
                self._db.executemany(
                    "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
                    ((key, vector.astype("<f4").tobytes()) for key, vector in zip(missing, computed, strict=True)),
                )
        if not texts:
            return np.zeros((0, self._embedder.dimension), np.float32), 0
        return np.stack([known[key] for key in keys]), len(missing)

    def close(self) -> None:
        self._db.close()

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._embedder.fingerprint}\n{text}".encode()).digest()

    def _lookup(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Vectors]]:
        with closing(self._db.cursor()) as cursor:
            for start in range(0, len(keys), 500):  # below SQLite's limit on parameters
                part = keys[start : start + 500]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608 (only question marks)
                for key, vector in cursor.execute(query, part):
                    yield key, np.frombuffer(vector, "<f4")
