"""Chunks -> their tokens, facets and vectors; what an earlier ingest worked out comes from the caches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from ingest.analyser import Analyser
from ingest.disk_cache import DiskCache
from ingest.documents import Chunk
from ingest.drafts import Draft
from ingest.embedding import Embedder, EmbeddingCache, Vectors
from ingest.facets import facets_of
from ingest.text_for_search import embedded_text, heading_text

ChunkRow = tuple[Chunk, Sequence[str], str, str]
"""A chunk with its facets, the tokens of its headings and of its body: what the store takes."""


class Enricher:
    """Analyses in the calling thread and embeds beside it."""

    def __init__(
        self, analyser: Analyser, words: DiskCache, vectors: EmbeddingCache, beside: ThreadPoolExecutor
    ) -> None:
        self._analyser, self._words, self._vectors, self._beside = analyser, words, vectors, beside

    def embed(self, batch: Sequence[Draft]) -> Future[tuple[Vectors, int]]:
        """The vectors of all chunks in order, and how many of them had to be computed."""
        texts = [embedded_text(draft.document, chunk) for draft in batch for chunk in draft.chunks]
        return self._beside.submit(self._vectors.encode, texts)

    def analyse(self, batch: Sequence[Draft]) -> list[list[ChunkRow]]:
        """The rows of each document."""
        pairs = ((draft.document, chunk) for draft in batch for chunk in draft.chunks)
        self._analyser.prepare(
            chain.from_iterable((heading_text(document, chunk), chunk.text) for document, chunk in pairs), self._words
        )
        return [self._rows(draft) for draft in batch]

    def _rows(self, draft: Draft) -> list[ChunkRow]:
        document, tokens = draft.document, self._analyser.tokens
        return [
            (
                chunk,
                facets_of(document.path, document.kind, document.course, chunk.headings),
                " ".join(tokens(heading_text(document, chunk))),
                "\n".join(" ".join(tokens(chunk.unit_text(unit))) for unit in chunk.units),
            )
            for chunk in draft.chunks
        ]


@contextmanager
def enricher(caches: Path, embedder: Embedder, analyser: Analyser) -> Iterator[Enricher]:
    """With the caches in a folder, closed at the end."""
    words = analyser.word_cache(caches)
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as beside:
        # The thread that embeds owns the cache's connection.
        vectors = beside.submit(EmbeddingCache, caches / "embeddings.sqlite", embedder).result()
        try:
            yield Enricher(analyser, words, vectors, beside)
        finally:
            beside.submit(vectors.close).result()
            words.close()
