"""Sentence ends in both languages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("어텐션을 배운다. 다음 주는 쉰다!", ["어텐션을 배운다.", "다음 주는 쉰다!"]),
        ("It scores 3.5 points. Good.", ["It scores 3.5 points.", "Good."]),
        ("See Fig. 2 for details. Then stop.", ["See Fig. 2 for details.", "Then stop."]),
        ("CH6. RAG And Agents", ["CH6. RAG And Agents"]),
        ("1. 첫째 항목이다. 2. 둘째 항목이다.", ["1. 첫째 항목이다.", "2. 둘째 항목이다."]),
        ("끝난다.그리고 시작한다.", ["끝난다.", "그리고 시작한다."]),
        ("첫 문단\n\n둘째 문단", ["첫 문단", "둘째 문단"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in sentence_spans(text)] == sentences


@given(st.text(alphabet="ab가다요.!? \n1", max_size=80))
def test_nothing_visible_is_lost(text: str) -> None:
    spans = sentence_spans(text)
    inside = {i for a, b in spans for i in range(a, b)}
    assert all(i in inside for i, character in enumerate(text) if not character.isspace())
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
