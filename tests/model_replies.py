"""What a scripted model writes about the fixture course, and what its user gets when it fails."""

from __future__ import annotations

import json

from app.answers import Answer, Verdict
from app.assistant import Assistant
from app.phrases import phrase

QUESTION = "How are the scores scaled?"
QUOTE = "The scores are divided by the square root of the key dimension"


def claim(text: str, quote: str = QUOTE, passage: int = 1, **more: object) -> str:
    return json.dumps({"claim": text, "evidence": [{"passage": passage, "quote": quote}], **more}) + "\n"


VERDICT = '{"verdict": "answer"}\n'
GOOD = claim("They are divided by the square root of the key dimension.") + VERDICT
BAD = claim("They are multiplied by 17.") + VERDICT


def check_extractive(assistant: Assistant, answer: Answer, failure: str) -> None:
    """The answer is quotes, and one clear notice says why."""
    why = phrase(failure, "en")
    assert answer.notices == (phrase("no_answer_of_model", "en", why=why),)
    assert answer.verdict is Verdict.ANSWER
    assert answer.citations
    assert "square root of the key dimension" in answer.text
    assert "secret" not in json.dumps(answer.to_json())
