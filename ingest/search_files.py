"""What a snapshot is searched with: written from a filled store, all in the order of chunk ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.dense import DenseIndex
from ingest.facets import FacetRows, facets_of
from ingest.index import IDS, LEXICAL
from ingest.lexical import LexicalEntry, LexicalIndex
from ingest.store import Store


def write_search_files(store: Store, folder: Path, vectors: NDArray[np.float32 | np.float16]) -> None:
    """Vectors, lexical index, facets and chunk ids. Row i of ``vectors`` belongs to the i-th chunk id."""
    np.save(folder / IDS, store.chunk_ids())
    DenseIndex.build(vectors).save(folder)
    FacetRows.build(folder, _facets(store))
    (folder / LEXICAL).mkdir()
    entries = (
        LexicalEntry(row, body, headings, facets)
        for row, ((_, body, headings), facets) in enumerate(zip(store.tokens(), _facets(store), strict=True))
    )
    LexicalIndex.build(folder / LEXICAL, entries)


def _facets(store: Store) -> Iterator[tuple[str, ...]]:
    """Of every chunk in row order. Read again for each use: a million of them would fill memory."""
    documents = {document.id: document for document in store.documents()}
    for key, headings in store.chunk_headings():
        document = documents[key]
        yield facets_of(document.path, document.kind, document.course, headings)
