"""Every fixed phrase of the answers, in both languages. They claim nothing about the course."""

from __future__ import annotations

from typing import Literal

Language = Literal["ko", "en"]

_PHRASES: dict[str, dict[Language, str]] = {
    "refuse": {"ko": "자료에서 답을 찾지 못했어요.", "en": "The materials do not answer this."},
    "partial": {
        "ko": "자료에는 이 부분만 나와요.",
        "en": "The materials answer only a part of this.",
    },
    "no_week": {
        "ko": "자료에는 {week}주차가 없어요.",
        "en": "The materials have no week {week}.",
    },
}


def phrase(name: str, language: Language, **values: object) -> str:
    """A phrase in the asker's language."""
    return _PHRASES[name][language].format(**values)
