"""What a snapshot is searched with: written from a filled store, all in the order of chunk ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.dense import DenseIndex
from ingest.facets import FacetWriter
from ingest.index import IDS, LEXICAL
from ingest.lexical import LexicalEntry, LexicalIndex
from ingest.store import Store
from ingest.terms.corpus_terms import save_terms
from ingest.terms.mining import resolve

Matrix = NDArray[np.float32 | np.float16]


def write_search_files(store: Store, folder: Path, ids: NDArray[np.int64], vectors: Callable[[], Matrix]) -> None:
    """Vectors, lexical index, facets, terms and chunk ids. ``vectors`` brings a row for each of the ids, which are the
    store's (``chunk_ids``); it is called beside the work on the lexical index."""
    save_terms(folder, resolve(store.mentions()))
    np.save(folder / IDS, ids)
    (folder / LEXICAL).mkdir()
    facets = FacetWriter()
    with ThreadPoolExecutor(1, thread_name_prefix="vectors") as beside:
        dense = beside.submit(lambda: DenseIndex.build(vectors()).save(folder))
        LexicalIndex.build(folder / LEXICAL, _entries(store, facets))
        dense.result()
    facets.save(folder)


def _entries(store: Store, collected: FacetWriter) -> Iterator[LexicalEntry]:
    """Every chunk in row order, one at a time: a million of them would fill memory."""
    for row, (facets, headings, body) in enumerate(store.chunks_for_search()):
        collected.add(row, facets)
        yield LexicalEntry(row, body, headings, facets)
