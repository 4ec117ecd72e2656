"""What a course's questions say about its materials: asked most, cited most, not answered. It stays on the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
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


def insights(folders: Sequence[Path], limit: int = 20) -> Insights:
    """Over all conversations in these folders that were not deleted. Questions that differ only in case, spaces and
    final marks count as one."""
    asked: Counter[str] = Counter()
    shown: dict[str, str] = {}
    cited: Counter[str] = Counter()
    unanswered: dict[str, None] = {}
    questions = answered = 0
    feedback = [Feedback(folder) for folder in folders]
    stores = [Conversations(folder) for folder in folders]
    for store, info in [(kept, info) for kept in stores for info in kept.find()]:
        for turn in store.load(info.id):
            questions += 1
            key = " ".join(turn.question.casefold().split()).rstrip("?？.! ")
            asked[key] += 1
            shown.setdefault(key, turn.question)
            if turn.answer.verdict is Verdict.REFUSE:
                unanswered[turn.question] = None
            else:
                answered += 1
                cited.update({citation.location for citation in turn.answer.citations})
    disliked = [rating for one in feedback for rating in reversed(one.ratings()) if not rating["good"]]
    return Insights(
        questions=questions,
        answered=answered,
        asked=tuple((shown[key], count) for key, count in asked.most_common(limit)),
        cited=tuple(cited.most_common(limit)),
        unanswered=tuple(unanswered)[:limit],
        disliked=tuple(disliked)[:limit],
        cases=sum(len(one.cases()) for one in feedback),
    )
