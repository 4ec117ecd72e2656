"""Whether a snapshot is whole: nothing missing, nothing left over."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ingest.dense import DenseIndex
from ingest.index import STORE, read_ids
from ingest.snapshots import Manifest
from ingest.store import Store


def orphans(snapshot: Path, manifest: Manifest) -> list[str]:
    """What of a snapshot's folder belongs to nothing or is missing: vectors, chunks and pages, documents."""
    store = Store.open(snapshot / STORE)
    try:
        documents, ids = store.documents(), store.chunk_ids()
        found = [f"{what} of no document: {count}" for what, count in store.strays().items() if count]
        if len(documents) != manifest.documents:
            found.append(f"{len(documents)} documents, {manifest.documents} in the manifest")
    finally:
        store.close()
    vectors = len(DenseIndex.load(snapshot))
    if not len(ids) == vectors == manifest.chunks or not np.array_equal(ids, read_ids(snapshot)):
        found.append(f"{vectors} vectors for {len(ids)} chunks, {manifest.chunks} in the manifest")
    return found
