"""Real use over time, from what the user's folder already holds: conversations and ratings. Nothing more is kept.

Only counts and times come out of here, no question and no answer: a report can be passed on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import numpy as np

from app.answers import Verdict
from app.conversations import Conversations
from app.feedback import Feedback
from eval.statistics import Estimate, estimate
from eval.tables import table

_ALL = 1_000_000  # conversations


class By(StrEnum):
    """What a row of the report is."""

    DAY = "day"
    WEEK = "week"  # from its Monday on


@dataclass(frozen=True, slots=True)
class Period:
    """A day or week (UTC). A question counts on the day its conversation was last added to, a rating on its own day."""

    date: str  # the first day
    questions: int
    partial: int
    refused: int
    median_seconds: float | None
    p95_seconds: float | None
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class Use:
    """All periods from the first with a question or rating to the last, also those without one.

    ``refused`` and ``liked`` are shares with their intervals, of all questions and of all ratings.
    """

    course: str
    by: By
    periods: tuple[Period, ...]
    questions: int
    conversations: int
    refused: Estimate | None
    liked: Estimate | None
    median_seconds: float | None
    p95_seconds: float | None
    reasons: dict[str, int]  # what was wrong with disliked answers


@dataclass(slots=True)
class _Gathered:
    verdicts: list[Verdict] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    ratings: list[bool] = field(default_factory=list)


def use_of(conversations: Conversations, feedback: Feedback, course: str, by: By) -> Use:
    """Count; deleted conversations are left out."""
    gathered: defaultdict[date, _Gathered] = defaultdict(_Gathered)
    reasons: Counter[str] = Counter()
    infos = conversations.find(limit=_ALL)
    for info in infos:
        when = gathered[_start(info.updated, by)]
        for turn in conversations.load(info.id):
            when.verdicts.append(turn.answer.verdict)
            when.seconds.append(turn.answer.seconds)
    for rating in feedback.ratings():
        gathered[_start(float(rating["time"]), by)].ratings.append(bool(rating["good"]))
        if not rating["good"]:
            reasons[rating.get("reason") or "no reason given"] += 1
    verdicts = [verdict for one in gathered.values() for verdict in one.verdicts]
    seconds = [value for one in gathered.values() for value in one.seconds]
    ratings = [good for one in gathered.values() for good in one.ratings]
    return Use(
        course=course,
        by=by,
        periods=tuple(_period(start, gathered.get(start, _Gathered())) for start in _every(gathered, by)),
        questions=len(verdicts),
        conversations=len(infos),
        refused=estimate([float(verdict is Verdict.REFUSE) for verdict in verdicts]) if verdicts else None,
        liked=estimate([float(good) for good in ratings]) if ratings else None,
        median_seconds=_quantile(seconds, 0.5),
        p95_seconds=_quantile(seconds, 0.95),
        reasons=dict(reasons.most_common()),
    )


def use_table(use: Use) -> str:
    """A row for each period with something in it."""
    rows = [row_of(period) for period in use.periods if period.questions or period.good or period.bad]
    return table(header_of(use), rows) + "\n" if rows else "Nobody has asked anything yet: seodang chat\n"


def header_of(use: Use) -> list[str]:
    """The columns of ``row_of``."""
    return [use.by.value, "questions", "partly", "refused", "median time", "95 % below", "thumbs up", "thumbs down"]


def row_of(period: Period) -> list[str]:
    """A period in words."""
    share = f"{period.refused / period.questions:.0%}" if period.questions else "–"
    return [
        period.date, str(period.questions), str(period.partial), share, milliseconds(period.median_seconds),
        milliseconds(period.p95_seconds), str(period.good), str(period.bad),
    ]  # fmt: skip


def milliseconds(seconds: float | None) -> str:
    """Whole milliseconds, or a dash."""
    return "–" if seconds is None else f"{seconds * 1000:,.0f} ms"


def _start(seconds: float, by: By) -> date:
    day = datetime.fromtimestamp(seconds, UTC).date()
    return day if by is By.DAY else day - timedelta(days=day.weekday())


def _every(found: Iterable[date], by: By) -> list[date]:
    """No gaps: a day on which nobody asked is part of the picture."""
    days = sorted(found)
    step = timedelta(days=1 if by is By.DAY else 7)
    return [days[0] + step * n for n in range((days[-1] - days[0]) // step + 1)] if days else []


def _period(start: date, found: _Gathered) -> Period:
    return Period(
        date=start.isoformat(),
        questions=len(found.verdicts),
        partial=found.verdicts.count(Verdict.PARTIAL),
        refused=found.verdicts.count(Verdict.REFUSE),
        median_seconds=_quantile(found.seconds, 0.5),
        p95_seconds=_quantile(found.seconds, 0.95),
        good=sum(found.ratings),
        bad=len(found.ratings) - sum(found.ratings),
    )


def _quantile(seconds: Sequence[float], share: float) -> float | None:
    return float(np.quantile(seconds, share)) if seconds else None
