"""Conversations that the agent remembers: resumed, kept apart, condensed, exported, forgotten."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from openai_server import Reply, serving

from app.assistant import Assistant
from app.chat_model import ChatModel
from app.cli import main
from app.memory import Turn, remembered
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.report import IngestReport
from ingest.snapshots import IndexFolder


def user_files(tmp_path: Path) -> str:
    return "\n".join(sorted(path.name for path in (tmp_path / "index.user").iterdir()))


def test_a_follow_up_leans_on_what_was_asked_before_a_restart(
    assistant: Assistant, tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> None:
    assistant.ask("LoRA는 뭘 학습해?", conversation="c1")
    again = Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, AppSettings())
    answer = again.ask("그건 파라미터를 얼마나 줄여?", conversation="c1")
    explicit = again.ask("그건 파라미터를 얼마나 줄여?", history=["LoRA는 뭘 학습해?"])
    assert answer.text == explicit.text
    assert answer.question == explicit.question
    again.close()


def test_twenty_conversations_at_once_do_not_meet(assistant: Assistant) -> None:
    questions = {
        "lora": ["LoRA는 뭘 학습해?", "그건 파라미터를 얼마나 줄여?", "LoRA가 뭐야?"],
        "scores": ["How are the scores scaled?", "How many layers does the large model have?", "What is attention?"],
        "dates": ["RAG와 에이전트는 언제 해?", "그럼 그 다음 주는?", "2026년 7월 일정 알려줘"],
    }
    alone: dict[str, list[str]] = {}
    for kind, asked in questions.items():
        alone[kind] = [assistant.ask(q, history=asked[:at]).text for at, q in enumerate(asked)]

    def converse(number: int) -> tuple[str, list[str]]:
        kind = list(questions)[number % 3]
        return kind, [assistant.ask(q, conversation=f"thread-{number}").text for q in questions[kind]]

    with ThreadPoolExecutor(20) as pool:
        for kind, answers in pool.map(converse, range(20)):
            assert answers == alone[kind]
    assert len(assistant.conversations.find()) == 20
    for number in range(20):
        asked = questions[list(questions)[number % 3]]
        assert [turn.question for turn in assistant.conversations.load(f"thread-{number}")] == asked


def test_a_checkpoint_holds_turns_in_plain_json_and_no_passages(assistant: Assistant, tmp_path: Path) -> None:
    for question in ("How are the scores scaled?", "How many layers does the large model have?"):
        assistant.ask(question, conversation="c1")
    with sqlite3.connect(tmp_path / "index.user" / "memory.sqlite") as db:
        rows = db.execute("SELECT type, checkpoint, metadata FROM checkpoints").fetchall()
        assert db.execute("SELECT COUNT(*) FROM writes").fetchone() == (0,)
    db.close()
    assert len(rows) == 1  # the latest
    ((kind, checkpoint, metadata),) = rows
    assert kind == "msgpack"
    stored = checkpoint + (metadata if isinstance(metadata, bytes) else metadata.encode())
    assert b"How are the scores scaled?" in stored
    assert b"app." not in stored  # no classes of ours
    assert b"softmax comes from" not in stored
    assert len(stored) < 4000


def test_a_long_conversation_is_condensed() -> None:
    turns: list[Turn] = []
    for number in range(100):
        turns = remembered(turns, f"question {number} " + "x" * 500, f"answer {number} " + "y" * 5000)
    assert turns[-1]["question"].startswith("question 99 ")
    assert len(turns) <= 75
    assert len(json.dumps(turns)) < 25_000
    assert turns[0]["answer"] == ""
    assert turns[-12]["answer"] != ""


def test_listed_exported_with_citations_forgotten_and_brought_back(assistant: Assistant, tmp_path: Path) -> None:
    assistant.ask("LoRA는 뭘 학습해?", conversation="c1")
    assistant.ask("How are the scores scaled?", conversation="c2")
    assert {info.title for info in assistant.conversations.find()} == {
        "LoRA는 뭘 학습해?",
        "How are the scores scaled?",
    }
    exported = assistant.conversations.export("c1")
    assert "## LoRA는 뭘 학습해?" in exported
    assert "[1] week3/notes.md" in exported
    assistant.forget("c1")
    assert [info.id for info in assistant.conversations.find()] == ["c2"]
    fresh = assistant.ask("그건 파라미터를 얼마나 줄여?", conversation="c1")
    assert fresh.question == "그건 파라미터를 얼마나 줄여?"
    assert user_files(tmp_path).splitlines()[:2] == ["conversations.sqlite", "memory.sqlite"]


def test_the_model_hears_of_the_turns_before_inside_the_fence(assistant: Assistant) -> None:
    told = '{"claim": "It is frozen.", "evidence": [{"passage": 1, "quote": "LoRA는 원래 가중치를 얼리고"}]}\n'
    with serving(Reply(told + '{"verdict": "answer"}')) as server:
        model = ChatModel.load("fake", base_url=server.url)
        assistant.ask("LoRA는 뭘 학습해?", conversation="c1", model=model)
        assistant.ask("그럼 LoRA가 뭐야?", conversation="c1", model=model)
        assert "| Asked: LoRA는 뭘 학습해?" in server.prompts()[1]
        assert "| Answered: It is frozen. [1]" in server.prompts()[1]


def test_nothing_is_written_for_a_question_outside_a_conversation(
    assistant: Assistant, tmp_path: Path, run_ingest: Callable[..., IngestReport]
) -> None:
    assistant.ask("LoRA는 뭘 학습해?")
    assert not (tmp_path / "index.user").exists()


def test_conversations_on_the_command_line(
    course_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "own"
    shutil.copytree(course_index, index)
    at = ["--index", str(index)]
    for question in ("What is attention?", "and its weights?"):
        assert main(["ask", question, "--conversation", "mine", *at]) == 0
    capsys.readouterr()
    assert main(["history", *at]) == 0
    assert capsys.readouterr().out == "mine  What is attention?\n"
    assert main(["history", "--export", "mine", *at]) == 0
    assert "## and its weights?" in capsys.readouterr().out
    assert main(["history", "--delete", "mine", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["history", "--export", "mine", *at]) == 2
