"""What a snapshot is searched with: written from a filled store, all in the order of chunk ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.dense import DenseIndex
from ingest.facets import FacetWriter, facets_of
from ingest.index import IDS, LEXICAL
from ingest.lexical import LexicalEntry, LexicalIndex
from ingest.store import Store


def write_search_files(store: Store, folder: Path, vectors: NDArray[np.float32 | np.float16]) -> None:
    """Vectors, lexical index, facets and chunk ids. Row i of ``vectors`` belongs to the i-th chunk id."""
    np.save(folder / IDS, store.chunk_ids())
    DenseIndex.build(vectors).save(folder)
    (folder / LEXICAL).mkdir()
    facets = FacetWriter()
    LexicalIndex.build(folder / LEXICAL, _entries(store, facets))
    facets.save(folder)


def _entries(store: Store, collected: FacetWriter) -> Iterator[LexicalEntry]:
    """Every chunk in row order, one at a time: a million of them would fill memory."""
    documents = {document.id: document for document in store.documents()}
    for row, (key, headings, body, heading_tokens) in enumerate(store.chunks_for_search()):
        document = documents[key]
        facets = facets_of(document.path, document.kind, document.course, headings)
        collected.add(row, facets)
        yield LexicalEntry(row, body, heading_tokens, facets)
