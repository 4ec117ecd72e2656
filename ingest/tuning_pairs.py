"""Pairs mined from a corpus: what a person may ask for, and the text that holds it. No labels, no questions needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.documents import BlockKind, Chunk
from ingest.sentences import sentence_spans
from ingest.store import Store, StoredDocument
from ingest.text_for_search import heading_path_of

_MOST = 20_000  # pairs; keeps a large corpus within minutes
_LEAST_QUERY, _LEAST_TEXT = 8, 100  # characters
_DOCUMENTS_TO_SPLIT = 10  # a corpus of fewer is split by section


@dataclass(frozen=True, slots=True)
class Pair:
    """``kind``: heading or sentence. ``part``: train, validate or test; pairs of one document (of a small corpus: of
    one section) share a part."""

    query: str
    text: str
    kind: str
    part: str


def mine(store: Store) -> list[Pair]:
    """Heading -> the text under it, and first sentence -> the rest under its headings, in the order of paths."""
    documents = store.documents()
    by_document = len(documents) >= _DOCUMENTS_TO_SPLIT
    found = list(dict.fromkeys(pair for document in documents for pair in _pairs(store, document, by_document)))
    step = -(-len(found) // _MOST) or 1
    return found[::step]


def _pairs(store: Store, document: StoredDocument, by_document: bool) -> Iterator[Pair]:
    seen: set[str] = set()
    for chunk in store.texts(document.id):
        headings, body = chunk.headings, _body(chunk)
        part = _part(document.sha256 if by_document else f"{document.sha256} {headings}")
        if headings and headings[-1] not in seen and len(headings[-1]) >= _LEAST_QUERY and len(body) >= _LEAST_TEXT:
            seen.add(headings[-1])
            yield Pair(headings[-1], body, "heading", part)
        sentences = sentence_spans(body)
        if len(sentences) >= 3:
            first, rest = body[slice(*sentences[0])], body[sentences[1][0] :]
            if len(first) >= _LEAST_QUERY and len(rest) >= _LEAST_TEXT:
                yield Pair(first, f"{heading_path_of(document.title, headings)}\n{rest}", "sentence", part)


def _part(key: str) -> str:
    number = hashlib.sha256(key.encode()).digest()[0] % 10
    return {0: "test", 1: "test", 2: "validate"}.get(number, "train")


def _body(chunk: Chunk) -> str:
    units = (unit for unit in chunk.units if unit.kind != BlockKind.HEADING)
    return "\n".join(chunk.unit_text(unit) for unit in units)
