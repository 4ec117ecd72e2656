"""Drafts -> their tokens and vectors; what an earlier ingest worked out comes from the caches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path

from ingest.analyser import Analyser
from ingest.disk_cache import DiskCache
from ingest.drafting import Draft
from ingest.embedding import Embedder, EmbeddingCache, Vectors
from ingest.stored import ChunkRow

_MOST_TOKENS = 50_000  # words whose tokens are at hand


class Enricher:
    """Analyses in the calling thread and embeds beside it."""

    def __init__(
        self, analyser: Analyser, words: DiskCache, vectors: EmbeddingCache, beside: ThreadPoolExecutor
    ) -> None:
        self._analyser, self._words, self._vectors, self._beside = analyser, words, vectors, beside
        self._tokens_of = lru_cache(_MOST_TOKENS)(self._spaced_tokens)

    def embed(self, batch: Sequence[Draft]) -> Future[tuple[Vectors, int]]:
        """The vectors of all chunks in order, and how many of them had to be computed."""
        return self._beside.submit(self._vectors.encode, [text for draft in batch for text in draft.texts])

    def analyse(self, batch: Sequence[Draft]) -> list[list[ChunkRow]]:
        """The chunks of each document with tokens in the places of their words."""
        lines = ((chunk.heading_tokens, chunk.body_tokens) for draft in batch for chunk in draft.chunks)
        self._analyser.prepare({word for both in lines for line in both for word in line.split()}, self._words)
        return [
            [
                chunk._replace(
                    heading_tokens=self._filled(chunk.heading_tokens), body_tokens=self._filled(chunk.body_tokens)
                )
                for chunk in draft.chunks
            ]
            for draft in batch
        ]

    def _filled(self, lines: str) -> str:
        return "\n".join(["".join(map(self._tokens_of, line.split(" ")))[1:] for line in lines.split("\n")])

    def _spaced_tokens(self, word: str) -> str:
        """Each after a space; a line without any word is split into one that is empty."""
        return "".join([f" {token}" for token in self._analyser.tokens_of(word)]) if word else ""


@contextmanager
def enricher(caches: Path, embedder: Embedder, analyser: Analyser, *, anew: bool) -> Iterator[Enricher]:
    """With the caches in a folder, closed at the end. ``anew``: the whole index is made, so that Kiwi is loaded at
    once, unless the words are known from an earlier one."""
    words = analyser.word_cache(caches)
    kiwi = analyser.kiwi_beside() if anew and words.is_empty() else nullcontext()
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as beside, kiwi:
        # The thread that embeds owns the cache's connection.
        vectors = beside.submit(EmbeddingCache, caches / "embeddings.sqlite", embedder).result()
        try:
            yield Enricher(analyser, words, vectors, beside)
        finally:
            beside.submit(vectors.close).result()
            words.close()
