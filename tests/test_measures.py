"""What a question for a number measures, and the words beside a text's numbers."""

from __future__ import annotations

import pytest

from app.measures import measured_words, number_windows


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many stone steps lead to the tower?", ("stone", "steps", "lead")),
        ("How many of the doors are locked?", ("doors",)),
        ("What is the total length of the wall?", ("total", "length")),
        ("What entry fee does the museum ask?", ("entry", "fee")),
        ("지붕 높이는 보통 얼마야?", ("지붕", "높이는")),
        ("탑에는 계단이 총 몇 개 있어?", ("계단이",)),
        ("입장 요금 알려줘", ("입장", "요금")),
        ("얼마야?", ()),
        ("Who built the tower?", ()),
    ],
)
def test_the_words_that_name_what_is_measured(question: str, words: tuple[str, ...]) -> None:
    assert measured_words(question) == words


def test_the_words_beside_each_number_that_the_question_does_not_name() -> None:
    text = "In hall 3 one reads a sign that says 250 visitors may stand on the old wooden bridge at once, not 300."
    found = number_windows(text, "How many visitors may stand in hall 3?")
    assert len(found) == 2
    assert found[0] == "one reads a sign that says 250 visitors may stand on the old"
    assert found[1].endswith("not 300.")
    assert number_windows("No number here.", "How many?") == []
