"""A thumb down -> a proposed case: the question again, and the place that may hold what was missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.assistant import Assistant
from eval.cases import Case, Gold
from ingest.course import language_of

_LOOKED_AT = 5


def cases_from_ratings(assistant: Assistant, ratings: Iterable[Mapping[str, Any]]) -> list[Case]:
    """One proposal for each answer that was called bad. The evidence offered is the best passage that the answer did
    not cite already; whether it is right, a person says."""
    found = []
    for rating in ratings:
        if rating["good"]:
            continue
        question = str(rating["question"])
        passages = assistant.search(question, k=_LOOKED_AT).passages
        cited = set(rating.get("citations") or ())
        best = next((passage for passage in passages if passage.location not in cited), None)
        if best is not None:
            gold = Gold(file=best.path, quote=None, location=best.location)
            found.append(
                Case(
                    case_id=f"user-{rating['id']}", question=question, language=language_of(question),
                    kind="feedback", answers=(), gold=(gold,), extra={"reason": rating.get("reason")},
                )
            )  # fmt: skip
    return found
