"""A cross-encoder that reads question and passage together and puts the best passages in its own order.

Off unless a model is named: none ships, and the built-in ranking needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.answers import Passage
from ingest.errors import EmbeddingError, RerankerError
from ingest.model_files import find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 20  # passages it reads
_REMEDY = "Give the folder of a cross-encoder downloaded elsewhere, or leave the setting reranker empty (the default)."


class Reranker:
    """Any sentence-transformers ``CrossEncoder`` by name or folder; 3 to 4 s to load, torch included."""

    def __init__(self, source: str) -> None:
        """Raises:
        RerankerError: no such model, the hub is out of reach, or it is no cross-encoder with one score.
        """
        try:
            folder = find_model(source)
        except EmbeddingError as error:
            raise RerankerError(f"reranker: {error.cause}", _REMEDY) from error
        self._model = _load(folder)

    def rerank(self, question: str, passages: Sequence[Passage]) -> list[Passage]:
        """The first 20 in the model's order, equal ones as they were, the others after them; ``rank`` is the new one,
        the scores stay those of the search."""
        read = passages[:RERANKED]
        if not read:
            return []
        pairs = [(question, f"{passage.heading}\n{passage.text}") for passage in read]
        scores = [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]
        order = sorted(range(len(read)), key=lambda at: -scores[at])
        return [
            replace(passage, rank=rank)
            for rank, passage in enumerate([*(read[at] for at in order), *passages[RERANKED:]], 1)
        ]


def _load(folder: Path) -> CrossEncoder:
    """From the folder alone: nothing is looked up anywhere, no code of the model's is run."""
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        cause = " ".join(str(error).split())[:300]
        raise RerankerError(f"{folder}: the reranker cannot be loaded ({cause}).", _REMEDY) from error
    if model.num_labels != 1:
        raise RerankerError(f"{folder}: gives {model.num_labels} scores for a pair, a reranker gives one.", _REMEDY)
    return model
