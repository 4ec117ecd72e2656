"""Questions by a model: what its quote does not prove is left out; a page is data and nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from openai_server import Reply, serving

from app.assistant import Assistant
from app.model_failures import FailedModelError
from app.model_run import Run
from app.study import CHOICES, Chosen, Item
from app.study_model import model_items
from ingest.documents import Span

LORA = "LoRA는 원래 가중치를 얼리고 저차원 행렬 두 개만 학습한다."
HERE = Chosen(places=(("week3/notes.md", Span(3, 0, 0)),))
GOOD = {
    "question": "LoRA는 원래 가중치를 어떻게 하나요?",
    "answer": "얼리고",
    "wrong": ["지우고", "늘리고", "섞고"],
    "quote": LORA,
}


def made(open_with: Callable[..., Assistant], *replies: Reply, chosen: Chosen = HERE) -> list[Item]:
    with serving(*replies) as server:
        assistant = open_with(server.url)
        model = assistant.own_model()
        assert model is not None
        items = model_items(model, assistant.index, chosen, 4, Run())
        assert all("data-" in prompt for prompt in server.prompts())
    return items


def test_a_question_with_its_quote_becomes_an_item(open_with: Callable[..., Assistant]) -> None:
    (item,) = made(open_with, Reply(f"Here you are:\n```\n{json.dumps(GOOD, ensure_ascii=False)}\n```"))
    assert (item.question, item.answer, item.sentence) == (GOOD["question"], "얼리고", LORA)
    assert sorted(item.choices) == sorted(["얼리고", "지우고", "늘리고", "섞고"])
    assert item.location == "week3/notes.md › LoRA"


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "LoRA는 모든 가중치를 새로 학습한다고 한다."},  # not on the page
        {"quote": ""},
        {"answer": "녹이고"},  # not in the quote
        {"wrong": ["지우고", "늘리고"]},
        {"wrong": ["지우고", "늘리고", "얼리고"]},
        {"wrong": ["지우고", "늘리고", "저차원 행렬"]},  # also in the quote
        {"question": "LoRA는 가중치를 얼리고 무엇을 하나요?"},  # gives the answer away
        {"question": 7},
        {"wrong": "지우고"},
    ],
)
def test_what_does_not_hold_is_left_out(change: dict[str, object], open_with: Callable[..., Assistant]) -> None:
    lines = [GOOD | change, GOOD]
    items = made(open_with, Reply("\n".join(json.dumps(line, ensure_ascii=False) for line in lines)))
    assert [item.question for item in items] == [GOOD["question"]]


def test_a_reply_without_questions_gives_none_and_a_failure_is_said(open_with: Callable[..., Assistant]) -> None:
    assert made(open_with, Reply("I cannot do that. {")) == []
    with pytest.raises(FailedModelError):
        made(open_with, Reply(status=401))


def test_what_was_made_before_a_failure_stands(open_with: Callable[..., Assistant]) -> None:
    everything = Chosen(places=tuple(("week3/notes.md", Span(number, 0, 0)) for number in (1, 2, 3)))
    good = Reply(json.dumps(GOOD, ensure_ascii=False))
    items = made(open_with, good, good, good, Reply(status=401), chosen=everything)
    assert len(items) == 1
    assert len(items[0].choices) == CHOICES
