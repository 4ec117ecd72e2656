from __future__ import annotations

import pytest

from ingest.readers.korean_breaks import Vocabulary, is_word_boundary

LINES = [
    "이 데이터셋은 질문과 답변의 쌍으로 이루어져 있으며 우리는 데이터셋을 공개한다 끝",
    "모델은 지문을 읽고 답변을 찾으며 기계독해 모델은 사람의 성능과 비교하여 평가한다 끝",
]


@pytest.mark.parametrize(
    ("before", "after", "apart"),
    [
        ("데이", "터셋은", False),
        ("데이터셋", "을", False),
        ("답변을", "찾으며", True),
        ("비교하", "였다.", False),
        ("할", "수", True),
        ("쓸", "수", True),
        ("2026", "년", False),
        ("KorQuAD", "데이터셋", True),
        ("모델", "에서는", False),
        ("한다.", "모델은", True),
        ("답변(", "정답)", False),
    ],
)
def test_words_are_told_from_halves(before: str, after: str, apart: bool) -> None:
    assert is_word_boundary(before, after, Vocabulary(LINES)) is apart
