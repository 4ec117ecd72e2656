"""Real use over time, from what the user's folder already holds: conversations and ratings. Nothing more is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from app.answers import Verdict
from app.conversations import Conversations
from app.feedback import Feedback
from eval.tables import table

_ALL = 1_000_000  # conversations


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC). A question counts on the day its conversation was last added to, a rating on its own day."""

    date: str
    questions: int
    refused: int
    median_seconds: float | None
    good: int
    bad: int


def days(conversations: Conversations, feedback: Feedback) -> tuple[Day, ...]:
    """Every day with a question or a rating, oldest first; deleted conversations are not counted."""
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    refused: defaultdict[str, int] = defaultdict(int)
    ratings: defaultdict[str, list[bool]] = defaultdict(list)
    for info in conversations.find(limit=_ALL):
        date = _date(info.updated)
        for turn in conversations.load(info.id):
            seconds[date].append(turn.answer.seconds)
            refused[date] += turn.answer.verdict is Verdict.REFUSE
    for rating in feedback.ratings():
        ratings[_date(float(rating["time"]))].append(bool(rating["good"]))
    return tuple(
        Day(
            date=date,
            questions=len(seconds[date]),
            refused=refused[date],
            median_seconds=median(seconds[date]) if seconds[date] else None,
            good=sum(ratings[date]),
            bad=len(ratings[date]) - sum(ratings[date]),
        )
        for date in sorted({*seconds, *ratings})
    )


def days_table(found: Iterable[Day]) -> str:
    """A row a day."""
    rows = [
        [
            day.date,
            str(day.questions),
            f"{day.refused / day.questions:.0%}" if day.questions else "–",
            "–" if day.median_seconds is None else f"{day.median_seconds * 1000:,.0f} ms",
            str(day.good),
            str(day.bad),
        ]
        for day in found
    ]
    if not rows:
        return "Nobody has asked anything yet: seodang chat\n"
    return table(["day", "questions", "refused", "median time", "thumbs up", "thumbs down"], rows) + "\n"


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
