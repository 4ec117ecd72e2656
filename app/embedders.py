"""Which embedding model an index uses: the one it was made with, and the one its next ingest takes."""

from __future__ import annotations

from pathlib import Path

from app.places import user_folder
from ingest.embedding import BUILTIN, Embedder, load_embedder
from ingest.tuned import TUNED, TunedEmbedder, is_tuned


def tuned_folder(index: Path) -> Path:
    """Where the model tuned for an index lives: with what else its user made."""
    return user_folder(index) / "embedding"


def chosen_name(setting: str, index: Path) -> str:
    """What the setting means for an index: the built-in model is the tuned one where there is one."""
    return TUNED if setting == BUILTIN and is_tuned(tuned_folder(index)) else setting


def named_embedder(name: str, index: Path) -> Embedder:
    """The model of that name, as an index's manifest has it.

    Raises:
        EmbeddingError: it is not there, or not what it was.
    """
    return TunedEmbedder(tuned_folder(index)) if name == TUNED else load_embedder(name)
