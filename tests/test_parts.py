"""Several questions at once: taken apart, answered each by itself, put together."""

from __future__ import annotations

import pytest

from app.answers import Verdict
from app.assistant import Assistant
from app.parts import split


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("LoRA가 뭐야? 그리고 QLoRA는 언제 배워?", ["LoRA가 뭐야?", "그리고 QLoRA는 언제 배워?"]),
        ("2주차는 언제고 누가 발표해?", ["2주차는 언제고", "누가 발표해?"]),
        ("What is CLIP and how does SigLIP differ?", ["What is CLIP", "how does SigLIP differ?"]),
        ("최고 정확도는 얼마고 몇 주차에 배워?", ["최고 정확도는 얼마고", "몇 주차에 배워?"]),
        ("어텐션과 LSTM은 어떻게 달라?", None),
        ("평론가들은 무엇이 좋다고 했어?", None),
        ("모델을 어떻게 학습하고 있어?", None),
        ("How and when did it start?", None),
        ("What are queries and keys?", None),
    ],
)
def test_only_what_asks_by_itself_is_taken_apart(question: str, parts: list[str] | None) -> None:
    assert split(question) == (parts or [question])


def test_both_parts_are_answered_with_one_numbering(assistant: Assistant) -> None:
    answer = assistant.ask("RAG와 에이전트는 언제 해? 그리고 LoRA는 뭘 학습해?")
    assert answer.verdict is Verdict.ANSWER
    assert [part.verdict for part in answer.parts] == [Verdict.ANSWER, Verdict.ANSWER]
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {marker for claim in answer.claims for marker in claim.markers} == {c.marker for c in answer.citations}
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "2026년 3월 21일" in quotes
    assert "저차원 행렬" in quotes
    assert [passage.rank for passage in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len(answer.to_json()["parts"]) == 2
    assert len(answer.trace["parts"]) == 2
    assert 0 < answer.trace["confidence"] <= 1


def test_a_part_that_the_materials_lack_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("LoRA는 뭘 학습해? 그리고 2026년 7월에는 뭐 해?")
    assert answer.verdict is Verdict.PARTIAL
    assert answer.citations
    assert "2026년 7월에는 뭐 해?" in answer.claims[-1].text
    assert answer.claims[-1].frame
    assert answer.nearest


def test_nothing_of_it_in_the_materials_is_a_refusal(assistant: Assistant) -> None:
    answer = assistant.ask("2026년 7월에는 뭐 해? 그리고 2026년 9월에는 뭐 해?")
    assert answer.verdict is Verdict.REFUSE
    assert answer.citations == ()


def test_a_conversation_remembers_it_as_one_turn(assistant: Assistant) -> None:
    assistant.ask("RAG와 에이전트는 언제 해? 그리고 LoRA는 뭘 학습해?", conversation="one")
    assert len(assistant.conversations.load("one")) == 1
    followed = assistant.ask("그 다음 주는?", conversation="one")
    assert followed.verdict in (Verdict.ANSWER, Verdict.REFUSE)
    assert len(assistant.conversations.load("one")) == 2
