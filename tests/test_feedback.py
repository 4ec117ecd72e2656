"""Ratings are kept, and a bad answer becomes a case that the evaluation reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.feedback import Feedback, Rated, Reason
from eval.cases import load_cases


@pytest.fixture
def rated(assistant: Assistant) -> Rated:
    return Rated("LoRA가 뭐야?", ("어텐션이 뭐야?",), assistant.ask("LoRA가 뭐야?"))


def test_the_last_rating_counts(rated: Rated, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "index.user")
    feedback.rate(rated, good=True)
    feedback.rate(rated, good=False, reason=Reason.CITATION)
    (line,) = Feedback(tmp_path / "index.user").ratings()
    assert (line["good"], line["reason"], line["question"]) == (False, "citation", "LoRA가 뭐야?")


def test_a_bad_answer_becomes_a_case_once(rated: Rated, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "index.user")
    feedback.add_case(rated, rated.answer.passages[0])
    feedback.add_case(rated, rated.answer.passages[0])
    (case,) = load_cases(tmp_path / "index.user" / "cases.jsonl")
    assert case.question == "LoRA가 뭐야?"
    assert case.history == ("어텐션이 뭐야?",)
    assert case.gold[0].file == rated.answer.passages[0].path
    assert case.gold[0].location == rated.answer.passages[0].location


def test_a_line_cut_short_is_left_out(rated: Rated, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    feedback.rate(rated, good=True)
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "x"})[:5])
    assert len(feedback.ratings()) == 1
