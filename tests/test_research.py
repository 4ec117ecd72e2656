"""The tool-calling mode: the model searches and reads on before it answers; what it finds is verified as always."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from model_replies import GOOD, QUESTION, VERDICT, check_extractive, claim
from openai_server import Reply, serving

from app.assistant import Assistant
from ingest.facets import Filters

Open = Callable[..., Assistant]


def call(name: str, **arguments: object) -> tuple[str, str]:
    return name, json.dumps(arguments)


def test_what_it_finds_can_be_cited(open_with: Open) -> None:
    told = [json.loads(claim("LoRA는 원래 가중치를 얼린다.", "LoRA는 원래 가중치를 얼리고"))]
    told[0]["evidence"] = [{"passage": number, "quote": "LoRA는 원래 가중치를 얼리고"} for number in range(1, 6)]
    script = [
        Reply(calls=(call("list_documents"), call("search", query="LoRA"))),
        Reply(calls=(call("open_page", path="week3/notes.md", number=1),)),
        Reply("enough"),
        Reply(json.dumps(told) + VERDICT),
    ]
    with serving(*script) as server:
        answer = open_with(server.url, tools=True, passages=1).ask(QUESTION)
        assert [tool["function"]["name"] for tool in server.requests[0]["tools"]] == [
            "search", "open_page", "list_documents",
        ]  # fmt: skip
        assert "| week3/notes.md: " in server.prompts()[1]
        assert "tools" not in server.requests[3]
    assert answer.notices == ()
    assert "얼리고" in answer.citations[0].quote
    assert answer.trace["model"]["researched"]


def test_calls_without_an_id_are_answered(open_with: Open) -> None:
    several = Reply(calls=(call("list_documents"), call("rm", path="/")), numbered=False)
    with serving(several, several, Reply("enough"), Reply(GOOD)) as server:
        answer = open_with(server.url, tools=True).ask(QUESTION)
        messages = server.requests[2]["messages"]
    assert answer.notices == ()
    asked = [asked["id"] for message in messages for asked in message.get("tool_calls", [])]
    assert asked == [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert len(set(asked)) == 4


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        (call("open_page", path="../../etc/passwd", number=1), "There is no such page."),
        (call("open_page", path="week3/notes.md"), "The arguments do not fit."),
        (call("search", query="x" * 5000), "The arguments do not fit."),
        (("search", "{not json"), "The arguments do not fit."),
        (call("rm", path="/"), "There is no such tool."),
    ],
)
def test_calls_that_make_no_sense_are_answered_and_bounded(open_with: Open, calls: tuple[str, str], told: str) -> None:
    with serving(*[Reply(calls=(calls,))] * 4, Reply(GOOD)) as server:
        answer = open_with(server.url, tools=True).ask(QUESTION)
        assert len(server.requests) == 5
        assert server.prompts()[3].count(told) == 3
    assert answer.notices == ()
    assert answer.text.startswith("They are divided")


def test_a_server_that_rejects_tools_still_answers(open_with: Open) -> None:
    with serving(Reply(status=400), Reply(GOOD)) as server:
        assert open_with(server.url, tools=True).ask(QUESTION).notices == ()


def test_it_stays_inside_what_the_question_is_confined_to(open_with: Open) -> None:
    calls = (call("search", query="RAG와 에이전트"), call("open_page", path="schedule.md", number=1))
    with serving(Reply(calls=calls), Reply("enough"), Reply(GOOD)) as server:
        open_with(server.url, tools=True).ask(QUESTION, filters=Filters(weeks=(3,)))
        assert "schedule.md" not in "".join(server.prompts())


def test_time_is_counted_over_all_rounds(open_with: Open) -> None:
    with serving(Reply(calls=(call("search", query="LoRA"),), before_seconds=0.6)) as server:
        assistant = open_with(server.url, tools=True, model_seconds=1.5)
        check_extractive(assistant, assistant.ask(QUESTION), "model_timeout")
