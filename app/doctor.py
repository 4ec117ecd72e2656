"""A look over the index and this machine: what is indexed, what wants attention, what is missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.embedders import named_embedder
from ingest.errors import EmbeddingError
from ingest.index import STORE
from ingest.model_fit import misfits
from ingest.snapshots import IndexFolder, Snapshot
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Findings:
    """``files``: per document pages, chunks, language and warnings. ``warnings``: everything that wants attention."""

    index: dict[str, Any]
    files: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "files": list(self.files),
            "warnings": list(self.warnings),
            "missing": list(self.missing),
        }

    def text(self) -> str:
        lines = [f"{name:10} {value}" for name, value in self.index.items()]
        lines += [
            f"{file['path']}: {file['pages']} pages, {file['chunks']} chunks, {file['kind']}, {file['language']}"
            for file in self.files
        ]
        lines += [f"warning: {warning}" for warning in self.warnings]
        lines += [f"missing: {thing}" for thing in self.missing]
        return "\n".join(lines)


def examine(index: Path) -> Findings:
    """Read the current snapshot's records; nothing is changed.

    Raises:
        NoIndexError: nothing was ingested there.
    """
    snapshot = IndexFolder(index).require()
    manifest = snapshot.manifest
    store = Store.open(snapshot.folder / STORE)
    try:
        documents, records = store.documents(), store.files().values()
    finally:
        store.close()
    warnings = [
        f"{r.path}: {r.reason}{' (stale content is searched)' if r.stale else ''}"
        for r in records
        if r.outcome == "failed"
    ]
    for document in documents:
        warnings += [f"{document.path} page {number}: {reason}" for number, reason in document.failures]
        warnings += [f"{document.path}: {warning}" for warning in document.warnings]
        if not document.chunks:
            warnings.append(f"{document.path}: no searchable text")
    if not Path(manifest.corpus).is_dir():
        warnings.append(f"{manifest.corpus}: the corpus folder is gone; originals cannot be opened")
    warnings += _about_embedder(snapshot, index)
    return Findings(
        index={
            "snapshot": snapshot.number,
            "corpus": manifest.corpus,
            "embedder": manifest.embedder,
            "analyser": manifest.analyser,
            "documents": manifest.documents,
            "chunks": manifest.chunks,
        },
        files=tuple(
            {
                "path": d.path,
                "pages": d.pages,
                "chunks": d.chunks,
                "kind": d.kind.value,
                "language": d.language,
                "week": d.course.week,
            }
            for d in documents
        ),
        warnings=tuple(warnings),
        missing=tuple(_missing()),
    )


def _about_embedder(snapshot: Snapshot, index: Path) -> list[str]:
    """Loads the model and tries it on the corpus's own headings: some seconds for a large one."""
    try:
        embedder = named_embedder(snapshot.manifest.embedder, index)
    except EmbeddingError as error:
        return [str(error)]
    if embedder.fingerprint != snapshot.manifest.embedder_fingerprint:
        return [
            f"The embedding model {embedder.name} is no longer the one the index was made with; run: seodang ingest"
        ]
    return misfits(embedder, snapshot)


def _missing() -> list[str]:
    found = []
    if not shutil.which("tesseract"):
        found.append("tesseract, for scanned pages and images: install tesseract-ocr with the Korean data")
    if not find_spec("kiwipiepy"):
        found.append("kiwipiepy: Korean is analysed by syllable pairs only; pip install kiwipiepy")
    return found
