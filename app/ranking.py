"""The second look at candidates: how well a chunk, and its best sentence, say what was asked.

A linear score of a few features in [0, 1]. ``python -m eval.fit`` fits weights to development questions (softmax
over each question's candidates, ListNet: Cao et al. 2007). What ships is fitted but for ``on_time`` and ``dated``: it
had few questions about weeks and dates, so they are above it. eval/NOTES.md has what leaving a corpus out costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

import numpy as np

from app.matching import WeighedQuestion
from ingest.documents import BlockKind
from ingest.store import StoredChunk


@dataclass(frozen=True, slots=True)
class Features:
    """All in [0, 1]."""

    dense_share: float  # cosine, as a share of the best candidate's
    cosine: float
    lexical_share: float  # BM25, as a share of the best candidate's
    said_unit: float  # what of the question the chunk's best unit says, each word by tokens or by nearness
    said_pair: float  # two units that follow each other
    said_whole: float  # the chunk with its headings
    whole: float  # coverage of the question by the tokens of the chunk with its headings
    near_unit: float  # nearness of the question's words to those of the best unit
    near_whole: float  # to those of the chunk and its headings
    similarity: float  # cosine of the best unit
    on_time: float  # how exactly a unit or the headings name the weeks and dates asked for
    dated: float  # asked when: coverage by the best unit that names a week or date, itself or by its heading


WEIGHTS = Features(2.4, 1.5, 1.7, 1.8, 1.8, 3.2, 2.1, 1.9, 3.1, 1.5, 1.5, 3.0)


_values = attrgetter(*(field.name for field in fields(Features)))  # dataclasses.astuple copies deeply and slowly
_TOTAL = sum(_values(WEIGHTS))


def features(
    question: WeighedQuestion,
    candidates: Sequence[tuple[StoredChunk, float, float]],
) -> list[Features]:
    """Features of (chunk, cosine, BM25) candidates of one question."""
    dense_top = max([cosine for _, cosine, _ in candidates], default=0.0) or 1.0
    lexical_top = max([lexical for _, _, lexical in candidates], default=0.0) or 1.0
    texts = [[_headings_of(chunk), *map(chunk.chunk.unit_text, chunk.chunk.units)] for chunk, _, _ in candidates]
    alike = iter(question.closeness([text for of_chunk in texts for text in of_chunk]))
    information = question.information
    found = []
    for chunk, cosine, lexical in candidates:
        body: frozenset[str] = frozenset().union(*chunk.unit_tokens)
        headings = next(alike)
        units = [next(alike) for _ in chunk.chunk.units]
        said = np.array([question.said(*unit) for unit in zip(chunk.unit_tokens, units, strict=True)])  # (units, q)
        pairs = np.maximum(said[:-1], said[1:]) if len(said) > 1 else said
        together = np.maximum(said.max(axis=0), question.said(chunk.heading_tokens, headings))
        found.append(
            Features(
                dense_share=cosine / dense_top,
                cosine=cosine,
                lexical_share=lexical / lexical_top,
                said_unit=float((said @ information).max()),
                said_pair=float((pairs @ information).max()),
                said_whole=float(together @ information),
                whole=question.coverage(body | chunk.heading_tokens),
                near_unit=max(question.nearness(unit) for unit in units),
                near_whole=question.nearness(headings, *units),
                similarity=max(unit.cosine for unit in units),
                on_time=max(question.on_time(tokens) for tokens in (*chunk.unit_tokens, chunk.heading_tokens)),
                dated=_dated(question, chunk),
            )
        )
    return found


def _headings_of(chunk: StoredChunk) -> str:
    return " ".join(chunk.chunk.headings)


def _dated(question: WeighedQuestion, chunk: StoredChunk) -> float:
    heading: frozenset[str] = frozenset()
    best = 0.0
    for unit, tokens in zip(chunk.chunk.units, chunk.unit_tokens, strict=True):
        if unit.kind is BlockKind.HEADING:
            heading = tokens
        best = max(best, question.dated(tokens, heading))
    return best


def score(found: Features) -> float:
    """In [0, 1]."""
    pairs = zip(_values(WEIGHTS), _values(found), strict=True)
    return float(sum(weight * value for weight, value in pairs) / _TOTAL)
