"""A look over the index and this machine: what is indexed, what wants attention, what is missing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.embedders import named_embedder
from ingest.errors import EmbeddingError
from ingest.health import orphans
from ingest.index import STORE, damage_told
from ingest.model_fit import misfits
from ingest.readers import VERSION as READERS
from ingest.readers.tesseract import missing as missing_for_ocr
from ingest.readers.text_quality import is_garbled, unseen_share
from ingest.snapshots import IndexFolder, Snapshot
from ingest.store import Store, StoredDocument


@dataclass(frozen=True, slots=True)
class Findings:
    """``files``: per document pages, chunks, language and what is wrong with its text. ``warnings``: everything that
    wants attention. ``missing``: what the machine lacks."""

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
        lines += [_line(file) for file in self.files]
        lines += [f"warning: {warning}" for warning in self.warnings]
        lines += [f"missing: {thing}" for thing in self.missing]
        return "\n".join(lines)


def examine(index: Path) -> Findings:
    """Read the current snapshot; nothing is changed.

    Raises:
        NoIndexError: nothing was ingested there.
        DamagedError: a file of the snapshot is missing or cannot be read.
    """
    folder = IndexFolder(index)
    snapshot = folder.require()
    manifest = snapshot.manifest
    with damage_told(snapshot.folder):
        wrong = orphans(snapshot.folder, manifest)
        with closing(Store.open(snapshot.folder / STORE)) as store:
            documents, records = store.documents(), sorted(store.files().values(), key=lambda record: record.path)
            files = tuple(_about_file(store, document) for document in documents)
    stale = [record.path for record in records if record.stale]
    warnings = [
        f"{r.path}: {r.reason.removeprefix(f'{r.path}: ')}{' (stale content is searched)' if r.stale else ''}"
        for r in records
        if r.outcome == "failed"
    ]
    for document, file in zip(documents, files, strict=True):
        warnings += [f"{document.path} page {number}: {reason}" for number, reason in document.failures]
        warnings += [f"{document.path}: {warning}" for warning in document.warnings]
        if file["garbled_pages"]:
            warnings.append(f"{document.path}: garbled text on pages {', '.join(map(str, file['garbled_pages']))}")
        if not document.chunks:
            warnings.append(f"{document.path}: no searchable text")
    if not Path(manifest.corpus).is_dir():
        warnings.append(f"{manifest.corpus}: the corpus folder is gone; originals cannot be opened")
    warnings += [f"the index is not whole: {reason}; run: seodang ingest" for reason in wrong]
    warnings += _about_snapshots(folder, snapshot)
    warnings += _about_embedder(snapshot, index)
    return Findings(
        index={
            "snapshot": snapshot.number,
            "kept": folder.numbers(),
            "format": manifest.format,
            "corpus": manifest.corpus,
            "embedder": manifest.embedder,
            "analyser": manifest.analyser,
            "settings": manifest.settings,
            "documents": manifest.documents,
            "chunks": manifest.chunks,
            "stale": stale,
            "failed": sum(record.outcome == "failed" for record in records),
            "skipped": sum(record.outcome == "skipped" for record in records),
            "copies": sum(record.outcome == "duplicate" for record in records),
        },
        files=files,
        warnings=tuple(warnings),
        missing=tuple(_missing()),
    )


def _about_file(store: Store, document: StoredDocument) -> dict[str, Any]:
    """``garbled``: the highest share, of any page, of characters that stand for nothing. ``scanned``: pages whose text
    was recognised in a picture."""
    empty, scanned, garbled, worst = [], [], [], 0.0
    for page in store.pages(document.id):
        visible = "".join(page.text.split())
        if not visible:
            empty.append(page.number)
        if page.boxes is not None:
            scanned.append(page.number)
        if is_garbled(page.text):
            garbled.append(page.number)
        worst = max(worst, unseen_share(visible))
    return {
        "path": document.path,
        "pages": document.pages,
        "empty_pages": empty,
        "scanned_pages": scanned,
        "failed_pages": [number for number, _ in document.failures],
        "garbled_pages": garbled,
        "garbled": round(worst, 3),
        "chunks": document.chunks,
        "kind": document.kind.value,
        "language": document.language,
        "week": document.course.week,
        "warnings": list(document.warnings),
    }


def _line(file: dict[str, Any]) -> str:
    parts = [f"{file['pages']} pages", f"{file['chunks']} chunks", file["kind"], file["language"]]
    for what in ("empty", "scanned", "failed", "garbled"):
        if count := len(file[f"{what}_pages"]):
            parts.append(f"{count} {what}")
    return f"{file['path']}: {', '.join(parts)}"


def _about_snapshots(folder: IndexFolder, snapshot: Snapshot) -> list[str]:
    found = []
    if snapshot.manifest.settings.get("readers") != READERS:
        found.append("the files were read by another version; run: seodang ingest")
    if not folder.is_busy():
        found += [
            f"{path}: left behind by an ingest that was ended; the next one clears it" for path in folder.half_made()
        ]
    return found


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
    if reason := missing_for_ocr():
        found.append(reason)
    if not find_spec("kiwipiepy"):
        found.append("kiwipiepy: Korean is analysed by syllable pairs only; pip install kiwipiepy")
    return found
