"""One file's pages -> a draft: all of a document that needs neither Kiwi nor the embedding model.

Cutting, packing and splitting into words cost more than everything else of an ingest; they depend on the one file
alone, so that the reading processes do them, side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.chunking import ChunkSettings, chunk_document
from ingest.course import course_of, kind_of, language_of, title_of
from ingest.documents import Chunk, Document, Reading
from ingest.facets import facets_of
from ingest.readers import FORMATS, identity
from ingest.stored import ChunkRow, DocumentRow, PageRow, chunk_row, document_row, page_row
from ingest.terms.pairs import written_pairs
from ingest.terms.twins import written_outline
from ingest.text_for_search import embedded_text, heading_text
from ingest.words import split_words


@dataclass(frozen=True, slots=True)
class Draft:
    """The rows of a document for the store. In ``chunks`` words stand where their tokens will (``ingest.words``).

    ``texts``: what of each chunk is embedded. ``pairs``: what the document sets beside each other. ``outline``:
    depths and texts of its headings, where it may have a twin in the other language.
    """

    document: DocumentRow
    pages: tuple[PageRow, ...]
    chunks: tuple[ChunkRow, ...]
    texts: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    outline: tuple[tuple[int, str], ...]


def draft_of(path: str, sha256: str, reading: Reading, settings: ChunkSettings) -> Draft:
    """The same file and settings give the same draft, whichever process makes it."""
    row = FORMATS[Path(path).suffix.lower()]
    title = title_of(path, reading.title)
    document = Document(
        path=path,
        sha256=sha256,
        title=title,
        kind=kind_of(path, row.kind, reading.kind),
        language=language_of("".join(page.text[:2000] for page in reading.pages[:50])),
        course=course_of(path, title, reading.pages),
        pages=reading.pages,
    )
    chunks = chunk_document(identity(path, sha256), reading.pages, settings)
    return Draft(
        document_row(document, reading),
        tuple(page_row(page) for page in reading.pages),
        tuple(_chunk_row(document, chunk) for chunk in chunks),
        tuple(embedded_text(document, chunk) for chunk in chunks),
        tuple(written_pairs(document)),
        written_outline(document),
    )


def _chunk_row(document: Document, chunk: Chunk) -> ChunkRow:
    facets = facets_of(document.path, document.kind, document.course, chunk.headings)
    units = "\n".join(" ".join(split_words(chunk.unit_text(unit))) for unit in chunk.units)
    return chunk_row(chunk, facets, " ".join(split_words(heading_text(document, chunk))), units)
