"""What a question asks for, and which of its words say it."""

from __future__ import annotations

import pytest

from app.question_kinds import QuestionKind, kind_of_question
from app.understanding import without_frame


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When is assignment 4 due?", QuestionKind.WHEN),
        ("The old mill was built when?", QuestionKind.WHEN),
        ("Tell me when the exam takes place", QuestionKind.WHEN),
        ("7월 스터디 일정 알려줘", QuestionKind.WHEN),
        ("모임은 몇 시에 시작해?", QuestionKind.WHEN),
        ("When I resize a picture, which filter should I take?", QuestionKind.OTHER),
        ("What happens when the buffer is full?", QuestionKind.OTHER),
        ("How large is the buffer when nothing is read?", QuestionKind.NUMBER),
        ("Which learning rate schedule does it use?", QuestionKind.OTHER),
        ("세션은 최대 몇 시간까지 유지돼?", QuestionKind.NUMBER),
        ("공사하는 데 며칠이나 걸렸어?", QuestionKind.NUMBER),
        ("발표회는 며칠에 해?", QuestionKind.WHEN),
        ("What win rate did the second team reach?", QuestionKind.NUMBER),
        ("What is a learning rate?", QuestionKind.DEFINITION),
        ("검증 정확도는?", QuestionKind.NUMBER),
        ("정확도가 뭐야?", QuestionKind.DEFINITION),
        ("값이 일정 범위를 넘으면 어떻게 돼?", QuestionKind.HOWTO),
        ("기울기를 일정 구간으로 자르는 이유가 뭐야?", QuestionKind.WHY),
        ("서버 점검 때문에 장소가 바뀐 이유는?", QuestionKind.WHY),
        ("두 방법이 왜 차이 나?", QuestionKind.WHY),
        ("Why is the queue compared with a stack?", QuestionKind.WHY),
        ("Which reasoning models are covered?", QuestionKind.OTHER),
        ("사진의 왜곡을 어떻게 고쳐?", QuestionKind.HOWTO),
        ("발표자는 몇 명이야?", QuestionKind.WHO),
        ("발표자료는 어떻게 올려?", QuestionKind.HOWTO),
        ("How do I turn a tuple into a list?", QuestionKind.HOWTO),
        ("List all sessions on sorting", QuestionKind.LIST),
        ("쉬는 날 전부 알려줘", QuestionKind.LIST),
        ("필터 출력이 전부 0이면 무슨 문제야?", QuestionKind.OTHER),
        ("파일 올리는 코드 알려줘", QuestionKind.CODE),
        ("Show me code that sorts a list", QuestionKind.CODE),
        ("두 방식이 어떻게 다른지 궁금해요", QuestionKind.COMPARISON),
    ],
)
def test_kinds(question: str, kind: QuestionKind) -> None:
    assert kind_of_question(question) is kind


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("첫모임 발표 누구누구 했어?", "첫모임 발표"),
        ("원래 발표자 누구였음?", "원래 발표자"),
        ("신청은 언제까지고 상금은 얼마쯤이야?", "신청은 상금은"),
        ("그거 말고 게임 다음 보고서는 뭐임?", "게임 다음 보고서는"),
        ("그건 누가 만들었어?", "만들었어?"),
        ("if 안에 if 또 쓰면 왜 안 돼?", "if 안에 if 또 쓰면 안"),
        ("what is the rank 뜻이 뭐야?", "rank 뜻이"),
        ("What is the rank for?", "rank"),
        ("Why doesn’t it stop and why can't I?", "stop"),
    ],
)
def test_words_that_ask_are_not_searched_for(question: str, said: str) -> None:
    assert without_frame(question) == said
