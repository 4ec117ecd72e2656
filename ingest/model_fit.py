"""Does the embedding model understand the corpus's languages? Measured on the corpus's own headings and sections.

For each language some dozens of sections are embedded without their headings, and each heading has to find its own
section among them. all-MiniLM-L6-v2 finds it among the first five for most English headings and for one Korean heading
in five, where its vectors of unrelated Korean sections are nearly alike (eval/NOTES.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ingest.documents import BlockKind, Chunk
from ingest.embedding import Embedder
from ingest.index import STORE
from ingest.snapshots import Snapshot
from ingest.store import Store, StoredDocument

_PAIRS = 40  # for each language; a slow model takes some seconds for them
_FEWEST = 20  # with fewer nothing is said
_FIRST = 5
_ENOUGH = 0.45  # share of headings that must find their section among the first five
_LEAST_CHARS = 150  # of a section
_NAMES = {"ko": "Korean", "en": "English"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model does in one language of a corpus."""

    language: str
    pairs: int
    found: float  # share of headings whose own section is among the first five
    unrelated: float  # mean cosine of two different sections

    def warning(self, model: str) -> str | None:
        """A sentence for people when the model does not fit."""
        if self.found >= _ENOUGH:
            return None
        language = _NAMES.get(self.language, self.language)
        return (
            f"The embedding model {model} does not fit the {language} of this corpus: {self.found:.0%} of"
            f" {self.pairs} headings find their own section among the first five (unrelated sections have a cosine of"
            f" {self.unrelated:.2f}). Choose a multilingual model, or embedder = 'builtin'."
        )


def sections_of(store: Store, most_documents: int | None = None) -> dict[str, dict[str, str]]:
    """By language, heading -> the text under it; a heading that stands over several sections counts once.

    Args:
        most_documents: for each language, evenly spread over their paths.
    """
    by_language: dict[str, list[StoredDocument]] = {}
    for document in store.documents():
        by_language.setdefault(document.language, []).append(document)
    return {
        language: _sections(store, _spread(documents, most_documents)) for language, documents in by_language.items()
    }


def measure_fit(embedder: Embedder, store: Store) -> list[Fit]:
    """One result for each language with enough sections."""
    fits = []
    for language, everything in sorted(sections_of(store, _PAIRS).items()):
        sections = dict(_spread(list(everything.items()), _PAIRS))
        if len(sections) < _FEWEST:
            continue
        texts = embedder.encode_documents(list(sections.values()))
        cosines = embedder.encode_queries(list(sections)) @ texts.T
        better = (cosines > np.diag(cosines)[:, None]).sum(axis=1)
        among = texts @ texts.T
        others = ~np.eye(len(texts), dtype=np.bool_)
        fits.append(Fit(language, len(texts), float((better < _FIRST).mean()), float(among[others].mean())))
    return fits


def misfits(embedder: Embedder, snapshot: Snapshot) -> list[str]:
    """A sentence for each language of the corpus the model does not fit."""
    store = Store.open(snapshot.folder / STORE)
    try:
        warnings = [fit.warning(embedder.name) for fit in measure_fit(embedder, store)]
    finally:
        store.close()
    return [warning for warning in warnings if warning]


def _sections(store: Store, documents: Iterable[StoredDocument]) -> dict[str, str]:
    found: dict[str, str] = {}
    for document in documents:
        for chunk in store.texts(document.id):
            text = _body(chunk)
            if chunk.headings and len(text) >= _LEAST_CHARS:
                found.setdefault(chunk.headings[-1], text)
    return found


def _body(chunk: Chunk) -> str:
    units = (unit for unit in chunk.units if unit.kind != BlockKind.HEADING)
    return "\n".join(chunk.unit_text(unit) for unit in units)


def _spread(everything: list[T], most: int | None) -> list[T]:
    if most is None or len(everything) <= most:
        return everything
    return [everything[i * len(everything) // most] for i in range(most)]
