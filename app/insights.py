"""What a course's questions say about its materials: asked most, cited most, not answered. It stays on the machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.answers import Verdict
from app.conversations import Conversations
from app.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Insights:
    """Pairs are (what, how often), most frequent first. ``unanswered`` are questions, the newest first."""

    questions: int
    answered: int
    asked: tuple[tuple[str, int], ...]
    cited: tuple[tuple[str, int], ...]
    unanswered: tuple[str, ...]
    disliked: tuple[dict[str, Any], ...]
    cases: int


def insights(conversations: Conversations, feedback: Feedback, limit: int = 20) -> Insights:
    """Over all conversations that were not deleted. Questions that differ only in case, spaces and final marks count
    as one."""
    asked: Counter[str] = Counter()
    shown: dict[str, str] = {}
    cited: Counter[str] = Counter()
    unanswered: dict[str, None] = {}
    questions = answered = 0
    for info in conversations.find():
        for turn in conversations.load(info.id):
            questions += 1
            key = " ".join(turn.question.casefold().split()).rstrip("?？.! ")
            asked[key] += 1
            shown.setdefault(key, turn.question)
            if turn.answer.verdict is Verdict.REFUSE:
                unanswered[turn.question] = None
            else:
                answered += 1
                cited.update({citation.location for citation in turn.answer.citations})
    return Insights(
        questions=questions,
        answered=answered,
        asked=tuple((shown[key], count) for key, count in asked.most_common(limit)),
        cited=tuple(cited.most_common(limit)),
        unanswered=tuple(unanswered)[:limit],
        disliked=tuple(rating for rating in reversed(feedback.ratings()) if not rating["good"])[:limit],
        cases=len(feedback.cases()),
    )
