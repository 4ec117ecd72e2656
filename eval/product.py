"""Our own system for a run: index the corpus, open the Assistant, read the index's texts back for the checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

from app.assistant import Assistant
from app.embedders import chosen_name, named_embedder
from app.settings import AppSettings
from eval.evidence import PlaceTexts
from eval.systems import AssistantSystem, Contender
from ingest.analyser import Analyser
from ingest.documents import Page
from ingest.errors import UsageError
from ingest.index import STORE
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings, load_settings
from ingest.snapshots import IndexFolder
from ingest.store import Store

Flags = Mapping[str, str]


def bring_up_to_date(corpus: Path, index: Path, flags: Flags) -> IngestReport:
    """Ingest, so that figures are about the files as they are now."""
    settings = load_settings(IngestSettings, "ingest", index, flags)
    embedder = named_embedder(chosen_name(settings.embedder, index), index)
    return ingest(corpus, index, settings, embedder, Analyser())


def contender(name: str, index: Path, flags: Flags) -> Contender:
    """Ours over one index. Its description is what its figures depend on: weights, analyser, settings,
    documents.
    """
    settings = load_settings(AppSettings, "app", index, flags)
    made = IndexFolder(index).require().manifest
    description = {
        "content": made.content,
        "embedder": made.embedder,
        "weights": made.embedder_fingerprint,
        "analyser": made.analyser,
        "ingest": made.settings,
        "app": asdict(settings),
    }
    return Contender(name, description, lambda: AssistantSystem(Assistant.open(index, settings)))


def page_texts(index: Path) -> Mapping[str, Sequence[str]]:
    """Path of each indexed document -> its page texts in order."""
    with _store(index) as store:
        return {path: [page.text for page in pages] for path, pages in _documents(store)}


def place_texts(index: Path) -> PlaceTexts:
    """Path of each indexed document -> (place, the text found there) in order."""
    with _store(index) as store:
        return {path: [part for page in pages for part in _parts(page)] for path, pages in _documents(store)}


def is_setting(key: str) -> bool:
    """Whether a key can be varied: it belongs to the settings of ingesting or of answering."""
    return key in setting_names()


def is_ingest_setting(key: str) -> bool:
    """Whether another value needs another index."""
    return key in {field.name for field in fields(IngestSettings)}


def setting_names() -> list[str]:
    """Every key that can be varied."""
    return sorted(field.name for kind in (IngestSettings, AppSettings) for field in fields(kind))


def parse_variation(text: str) -> tuple[str, tuple[str, ...]]:
    """``key=a,b,c`` -> the key and its values."""
    key, equals, values = text.partition("=")
    found = tuple(value.strip() for value in values.split(",") if value.strip())
    if not equals or len(found) < 2 or len(set(found)) != len(found):
        raise UsageError(f"--vary {text}: give a key and at least two different values, as in key=a,b.")
    if not is_setting(key):
        raise UsageError(f"--vary {key}: no such setting.", f"Settings: {', '.join(setting_names())}.")
    return key, found


@contextmanager
def _store(index: Path) -> Iterator[Store]:
    store = Store.open(IndexFolder(index).require().folder / STORE)
    try:
        yield store
    finally:
        store.close()


def _documents(store: Store) -> Iterator[tuple[str, list[Page]]]:
    for document in store.documents():
        yield document.path, store.pages(document.id)


def _parts(page: Page) -> Iterator[tuple[str, str]]:
    offsets = [offset for offset, _ in page.places]
    for (start, place), end in zip(page.places, [*offsets[1:], len(page.text)], strict=True):
        yield place, page.text[start:end]
