"""Text -> unit vectors, behind one small interface; and the cache that spares embedding a text twice.

``load_embedder("builtin")`` is the model that ships; any other name is a sentence-transformers model name or folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.disk_cache import DiskCache
from ingest.errors import EmbeddingError
from ingest.model_files import computes_bfloat16, find_model, identity_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from ingest.bilingual.model import StaticEmbedding

BUILTIN = "builtin"
_MOST_MIB = 4096  # of cached vectors: more than two million of the built-in model
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
        from ingest.bilingual.manifest import WeightsError, read_manifest

        try:
            manifest = read_manifest()
        except WeightsError as error:
            raise _unloadable(error) from error
        self.dimension = int(manifest["dimension"])
        self.fingerprint = str(manifest["sha256"]["model.safetensors"])

    @cached_property
    def _model(self) -> StaticEmbedding:
        """Loaded and checked when the first text comes: an ingest that finds nothing new needs no weights."""
        from ingest.bilingual.manifest import WeightsError
        from ingest.bilingual.model import shipped

        try:
            return shipped()
        except WeightsError as error:
            raise _unloadable(error) from error

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.encode(texts)


def _unloadable(error: Exception) -> EmbeddingError:
    return EmbeddingError(f"The built-in embedding cannot be loaded: {error}.")


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
        self._embedder = embedder
        self._cache = DiskCache(path, embedder.fingerprint, _MOST_MIB)

    def encode(self, texts: Sequence[str]) -> tuple[Vectors, int]:
        """Vectors in the order of ``texts``, and how many had to be computed."""
        known = {text: np.frombuffer(vector, "<f4") for text, vector in self._cache.get(texts).items()}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            computed = self._embedder.encode_documents(missing)
            known.update(zip(missing, computed, strict=True))
            self._cache.put(
                {text: vector.astype("<f4").tobytes() for text, vector in zip(missing, computed, strict=True)}
            )
        if not texts:
            return np.zeros((0, self._embedder.dimension), np.float32), 0
        return np.stack([known[text] for text in texts]), len(missing)

    def close(self) -> None:
        self._cache.close()
