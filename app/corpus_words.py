"""A question in the words of one corpus: foreign names as it spells them, slips of the keyboard mended, other names of
its terms beside them."""

from __future__ import annotations

from dataclasses import replace

from app.spelling import corrected
from app.transliteration import back_transliterated
from app.understanding import Query
from ingest.index import Index


def suited(query: Query, index: Index) -> Query:
    """The query as this corpus would put it."""
    query = corrected(back_transliterated(query, index), index)
    phrases = index.terms.phrases([word.tokens for word in query.words])
    words = tuple(replace(word, phrases=found) for word, found in zip(query.words, phrases, strict=True))
    return replace(query, words=words)
