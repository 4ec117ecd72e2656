"""Whether a snapshot is whole: nothing missing, nothing left over."""

from __future__ import annotations

import numpy as np

from ingest.dense import DenseIndex
from ingest.index import STORE, read_ids
from ingest.snapshots import IndexFolder, Snapshot
from ingest.store import Store


def orphans(folder: IndexFolder, snapshot: Snapshot) -> list[str]:
    """What belongs to nothing: half-made snapshots on the disk; vectors, chunks and pages without a document."""
    store = Store.open(snapshot.folder / STORE)
    try:
        documents, ids = store.documents(), store.chunk_ids()
        found = [f"{what} of no document: {count}" for what, count in store.strays().items() if count]
        if len(documents) != snapshot.manifest.documents:
            found.append(f"{len(documents)} documents, {snapshot.manifest.documents} in the manifest")
    finally:
        store.close()
    vectors = len(DenseIndex.load(snapshot.folder))
    if not len(ids) == vectors == snapshot.manifest.chunks or not np.array_equal(ids, read_ids(snapshot.folder)):
        found.append(f"{vectors} vectors for {len(ids)} chunks, {snapshot.manifest.chunks} in the manifest")
    return [*found, *(f"{path}: half-made" for path in folder.half_made())]
