"""How an index is made: what of it is good for another ingest, and what is made again."""

from __future__ import annotations

import shutil
from dataclasses import asdict

from ingest import readers, units
from ingest.analyser import Analyser
from ingest.embedding import Embedder
from ingest.settings import IngestSettings
from ingest.snapshots import Manifest


def making(settings: IngestSettings) -> dict[str, object]:
    """The settings that change what is indexed; the others (workers, limits) do not."""
    return {
        "chunks": asdict(settings.chunks()),
        "units": units.VERSION,
        "identity": "sha256:reader",
        **_reading(settings),
    }


def same_making(made: Manifest, settings: IngestSettings, embedder: Embedder, analyser: Analyser) -> bool:
    """Whether documents of the snapshot can stay as they are."""
    now = (embedder.fingerprint, analyser.name, making(settings))
    return (made.embedder_fingerprint, made.analyser, made.settings) == now


def same_reading(made: Manifest, settings: IngestSettings) -> bool:
    """Whether the snapshot's pages are what the readers would give now: then only the rest is made again."""
    return all(made.settings.get(key) == value for key, value in _reading(settings).items())


def _reading(settings: IngestSettings) -> dict[str, object]:
    return {"readers": readers.VERSION, "ocr": settings.ocr and shutil.which("tesseract") is not None}
