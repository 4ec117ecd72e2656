"""Dates and weeks as people write them."""

import pytest

from ingest.dates import calendar_tokens, find_dates, find_units


@pytest.mark.parametrize(
    "text",
    [
        "2025년 3월 22일",
        "2025-03-22",
        "2025.03.22",
        "2025. 3. 22",
        "2025/3/22",
        "March 22, 2025",
        "Mar. 22 2025",
        "22nd of March 2025",
    ],
)
def test_one_date_in_many_spellings(text: str) -> None:
    assert [date.iso for date in find_dates(f"on {text}: CH6")] == ["2025-03-22"]


def test_a_date_without_a_year_meets_the_one_with_it() -> None:
    assert "date=03-22" in set(calendar_tokens("3월 22일에 뭐 해?")) & set(calendar_tokens("2025-03-22"))
    assert "date=01-04" in set(calendar_tokens("(1/4 쉬는 날)"))


@pytest.mark.parametrize(
    ("text", "unit", "numbers"),
    [
        ("7주차 과제", "week", [7]),
        ("Week 7-8: 프로젝트", "week", [7, 8]),
        ("1~8주차", "week", list(range(1, 9))),
        ("week03_notes", "week", [3]),
        ("AI 강의 6차에서는", "lecture", [6]),
        ("Lecture 12", "lecture", [12]),
    ],
)
def test_weeks_and_lectures(text: str, unit: str, numbers: list[int]) -> None:
    (mention,) = find_units(text)
    assert (mention.unit, list(mention.numbers())) == (unit, numbers)


@pytest.mark.parametrize("text", ["2차원 배열", "GPT-3.5", "3.14", "1차 세계", "192.168.0.1", "정확도 97%"])
def test_what_only_looks_like_one(text: str) -> None:
    assert find_dates(text) == []
    assert [mention for mention in find_units(text) if "차원" in text or "." in text] == []
