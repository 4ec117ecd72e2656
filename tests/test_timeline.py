"""The course view: weeks and days as the files give them, with the place, and disagreement shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.timeline import Timeline, timeline

PLAN = """# 일정

| 주차 | 날짜 | 주제 |
| --- | --- | --- |
| 1주차 | 2026-03-07 | 퍼셉트론 |
| 2주차 | 2026-03-14 | 어텐션 |
| 3주차 | 2026-03-21 | 트랜스포머 |

- 2026-03-10: 2주차 발표자가 바뀌었다.
"""
OTHER = "# 안내\n\n- 2주차: 3월 15일로 연기\n- 보고서 마감: 2026년 3월 30일\n- 발표회: 2026년 4월 4일\n"
OLD = (
    "# 작년\n\n| 주차 | 날짜 |\n| --- | --- |\n| 1주차 | 2025-03-08 |\n| 2주차 | 2025-03-15 |\n| 3주차 | 2025-03-22 |\n"
)


@pytest.fixture
def corpus(corpus: Path) -> Path:
    (corpus / "schedule.md").write_text(PLAN, "utf-8")
    (corpus / "guide.md").write_text(OTHER, "utf-8")
    (corpus / "old.md").write_text(OLD, "utf-8")
    return corpus


@pytest.fixture
def course(assistant: Assistant) -> Timeline:
    return timeline(assistant.index)


def test_weeks_have_their_day_and_their_files(course: Timeline) -> None:
    assert course.year == 2026
    assert [(week.number, week.day) for week in course.weeks] == [
        (1, date(2026, 3, 7)), (2, date(2026, 3, 14)), (3, date(2026, 3, 21))
    ]  # fmt: skip
    assert [document.path for document in course.weeks[2].documents] == ["week3/notes.md"]
    assert course.weeks[0].events[0].text == "1주차 · 2026-03-07 · 퍼셉트론"


def test_a_week_is_called_what_its_slides_or_notes_are_called(course: Timeline) -> None:
    (third,) = (week for week in course.weeks if week.number == 3)
    assert third.topic == "Week 3 Attention"
    (first,) = (week for week in course.weeks if week.number == 1)
    assert first.topic == ""


def test_another_day_in_another_file_is_shown_as_disputed(course: Timeline) -> None:
    (other,) = course.weeks[1].disputed
    assert (other.day, other.path, other.revision) == (date(2026, 3, 15), "guide.md", True)


def test_a_line_that_mentions_a_week_does_not_date_it(course: Timeline) -> None:
    change = next(event for event in course.events if event.day == date(2026, 3, 10))
    assert (change.week, change.revision) == (None, True)


def test_earlier_years_stand_apart(course: Timeline) -> None:
    assert {event.path for event in course.earlier} == {"old.md"}


def test_the_week_at_hand_and_what_comes_next(course: Timeline) -> None:
    current = course.current(date(2026, 3, 18))
    assert current is not None
    assert current.number == 2
    assert course.current(date(2026, 1, 1)) is None
    assert course.current(date(2027, 1, 1)) is None
    assert [event.day for event in course.upcoming(date(2026, 3, 22))] == [date(2026, 3, 30), date(2026, 4, 4)]


def test_an_event_leads_to_its_words(course: Timeline, assistant: Assistant) -> None:
    event = course.weeks[0].events[0]
    page = assistant.page(event.path, event.span.page)
    assert page is not None
    assert "퍼셉트론" in page.text[event.span.start : event.span.end]
