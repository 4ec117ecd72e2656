"""The lexical index: BM25 by terms, headings, translations, facets, ties by row; both searches under a filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.assistant import Assistant
from ingest.facets import NO_FILTERS, Filters
from ingest.lexical import LexicalBoosts, LexicalEntry, LexicalIndex, SearchWord

BOOSTS = LexicalBoosts(headings=0.4, translations=1.0)
TEXTS = [
    ("attention weights softmax", "attention", ("kind=notes", "week=1")),
    ("softmax temperature sampling", "decoding", ("kind=notes", "week=2")),
    ("어텐션 가중치 어텐션", "어텐션", ("kind=slides", "week=1")),
    ("gradient descent", "attention", ("kind=slides",)),
    ("softmax temperature sampling", "decoding", ("kind=slides", "week=2")),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    folder = tmp_path / "lexical"
    folder.mkdir()
    LexicalIndex.build(folder, (LexicalEntry(row, *entry) for row, entry in enumerate(TEXTS)))
    return LexicalIndex.load(folder)


def words(*tokens: str) -> list[SearchWord]:
    return [SearchWord((token,)) for token in tokens]


def rows(index: LexicalIndex, asked: list[SearchWord], *facets: tuple[str, ...], k: int = 10) -> list[int]:
    found, scores = index.search(asked, k, boosts=BOOSTS, facets=facets)
    assert (np.diff(scores) <= 0).all()
    return [int(row) for row in found]


def test_text_counts_more_than_headings_and_equal_chunks_come_in_row_order(index: LexicalIndex) -> None:
    assert rows(index, words("attention")) == [0, 3]
    assert rows(index, words("temperature", "sampling")) == [1, 4]


def test_a_word_counts_as_itself_or_as_its_translation(index: LexicalIndex) -> None:
    asked = [SearchWord(("attention",), (("어텐션", 1.0),))]
    assert set(rows(index, asked)) == {0, 2, 3}
    assert set(rows(index, words("attention"))) == {0, 3}


def test_a_heavier_word_decides(index: LexicalIndex) -> None:
    light, heavy = SearchWord(("gradient",), weight=0.1), SearchWord(("sampling",), weight=5.0)
    assert rows(index, [light, heavy])[-1] == 3


def test_a_chunk_must_carry_a_facet_of_every_group(index: LexicalIndex) -> None:
    assert rows(index, words("softmax"), ("week=2",)) == [1, 4]
    assert rows(index, words("softmax"), ("week=2",), ("kind=slides",)) == [4]
    assert set(rows(index, words("softmax"), ("week=1", "week=2"))) == {0, 1, 4}
    assert rows(index, words("softmax"), ("week=9",)) == []


@pytest.mark.parametrize("hostile", ['C++ "x', "a AND OR", "w3:w5", "*", "(", "body:softmax", "\\", ""])
def test_nothing_a_user_types_is_a_query_language(index: LexicalIndex, hostile: str) -> None:
    assert rows(index, words(hostile)) == []
    assert rows(index, []) == []


def test_how_often_a_token_stands(index: LexicalIndex) -> None:
    known = [index.document_frequency(token) for token in ("softmax", "어텐션", "decoding", "never")]
    assert known == [3, 1, 2, 0]  # "decoding" only stands over two chunks


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(weeks=(3,)), {"week3/notes.md"}),
        (Filters(weeks=(3, 9)), {"week3/notes.md"}),
        (Filters(paths=("schedule.md",)), {"schedule.md"}),
        (Filters(weeks=(3,), paths=("schedule.md",)), set()),
        (Filters(weeks=(9,)), set()),
    ],
)
def test_both_searches_keep_to_the_filter(assistant: Assistant, filters: Filters, paths: set[str]) -> None:
    opened = assistant.index
    allowed = opened.allowed(filters)
    assert allowed is not None
    assert (np.diff(allowed) > 0).all()
    assert {opened.document_of(chunk).path for chunk in opened.chunks(allowed.tolist())} == paths
    vector = opened.embedder.encode_queries(["softmax"])[0]
    assert set(opened.dense(vector, 50, allowed)[0].tolist()) == set(allowed.tolist())
    found, _ = opened.lexical(words("softmax", "발표"), 50, boosts=BOOSTS, filters=filters)
    assert set(found.tolist()) <= set(allowed.tolist())


def test_no_filter_leaves_everything(assistant: Assistant) -> None:
    assert assistant.index.allowed(NO_FILTERS) is None
