"""The lexical index: BM25 over the analyser's tokens, with tantivy.

tantivy's deletes keep counting in its statistics and several writer threads give another order each time, so the
index is built anew from the stored tokens by one thread (about 2 s per 100,000 chunks). Queries are built from terms:
nothing a user types is parsed as a query language.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

_HEAP_BYTES = 128_000_000
_TOKENIZER = "spaces"


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """One chunk: its tokens, its headings' tokens, and what filters may ask for (``kind=slides``, ``week=3``)."""

    row: int
    body: str
    headings: str
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One word of a question: its tokens, what it may be in the other language, how much it counts, whether it
    names something (a proper name, an identifier, a number), how it is written, and what the term it belongs to is
    also called in this corpus."""

    tokens: tuple[str, ...]
    translations: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0
    name: bool = False
    written: str = ""
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LexicalBoosts:
    """What a token is worth in the headings, and as a translation, beside one in the text (1.0)."""

    headings: float
    translations: float


class LexicalIndex:
    """Read side. ``schema`` and tokenizer are fixed; a custom tokenizer must be registered at every opening."""

    def __init__(self, index: tantivy.Index) -> None:
        index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, entries: Iterable[LexicalEntry]) -> None:
        """Write a new index into an existing, empty folder."""
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("row", entry.row)
            document.add_text("body", entry.body)
            document.add_text("headings", entry.headings)
            for facet in entry.facets:
                document.add_text("facet", facet)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        if os.access(folder, os.W_OK):
            return cls(tantivy.Index(_schema(), path=str(folder)))
        # tantivy takes a lock file even to read: where the folder is read-only, it gets links to the files elsewhere.
        with tempfile.TemporaryDirectory(prefix="seodang-") as linked:
            for file in folder.iterdir():
                if file.suffix != ".lock":
                    (Path(linked) / file.name).symlink_to(file.resolve())
            return cls(tantivy.Index(_schema(), path=linked))  # what it mapped outlives the links

    def document_frequency(self, token: str) -> int:
        """In how many chunks' texts the token stands; of a token in none, over how many it stands (a file's name)."""
        return int(self._searcher.doc_freq("body", token) or self._searcher.doc_freq("headings", token))

    def similar(self, token: str, slips: int, k: int) -> NDArray[np.int64]:
        """At most ``k`` rows, rising, of chunks with a token at most ``slips`` letters away: wrong, missing, too many
        or two in each other's place."""
        query = tantivy.Query.fuzzy_term_query(self._schema, "body", token, slips, transposition_cost_one=True)
        hits = self._searcher.search(query, limit=k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.sort(np.array(rows, np.int64))

    def search(
        self,
        words: Sequence[SearchWord],
        k: int,
        *,
        boosts: LexicalBoosts,
        facets: tuple[tuple[str, ...], ...] = (),
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and BM25 scores of the best ``k`` chunks with any of the words, best first, equal ones by row.

        A word counts as it is or as its translations, whichever scores more. A chunk must carry one facet of every
        group in ``facets``.
        """
        if not words or k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = _any([self._word(word, boosts) for word in words])
        if facets:
            groups = [_any([self._term("facet", facet, "basic") for facet in group]) for group in facets]
            unscored = [tantivy.Query.const_score_query(group, 0.0) for group in groups]
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (query, *unscored)])
        hits = self._searcher.search(query, limit=k, count=False).hits
        rows = np.array(self._searcher.fast_field_values("row", [address for _, address in hits]), np.int64)
        scores = np.array([score for score, _ in hits], np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _word(self, word: SearchWord, boosts: LexicalBoosts) -> tantivy.Query:
        own = self._weighted([(token, word.weight) for token in word.tokens], boosts)
        # A Korean word has several tokens (morphemes, syllable pairs), its translation mostly one: both weigh alike.
        scale = word.weight * boosts.translations * len(word.tokens)
        others = [[(token, weight * scale) for token, weight in word.translations]]
        others += [[(token, scale / len(phrase)) for token in phrase] for phrase in word.phrases]
        ways = [self._weighted(weighted, boosts) for weighted in others if weighted and scale]
        return tantivy.Query.disjunction_max_query([own, *ways]) if ways else own

    def _weighted(self, tokens: Sequence[tuple[str, float]], boosts: LexicalBoosts) -> tantivy.Query:
        return _any(
            [
                tantivy.Query.boost_query(self._term(field, token, "freq"), weight * boost)
                for token, weight in tokens
                for field, boost in (("body", 1.0), ("headings", boosts.headings))
                if boost
            ]
        )

    def _term(self, field: str, token: str, option: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token, option)


def _any(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("body", "headings"):
        builder.add_text_field(field, stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field("facet", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", fast=True, stored=False, indexed=False)
    return builder.build()
