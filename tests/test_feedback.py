"""Ratings are kept, and a bad answer becomes a case that the evaluation reads."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import pytest

from app.assistant import Assistant
from app.feedback import Feedback, Rated, Reason
from eval.cases import load_cases, write_cases


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


def test_a_second_right_place_joins_the_case(rated: Rated, tmp_path: Path) -> None:
    """An id stands once in the file, however often and from wherever a question is kept."""
    feedback = Feedback(tmp_path)
    first, second = rated.answer.passages[:2]
    rated = replace(rated, question=f"{rated.question}\u2028?")  # a line break to Python, not to JSON
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(feedback.add_case, rated), [first, second] * 8))
    (case,) = load_cases(tmp_path / "cases.jsonl")
    assert {gold.location for gold in case.gold} == {first.location, second.location}


def test_what_a_person_wrote_into_a_kept_case_stays(rated: Rated, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    feedback.add_case(rated, rated.answer.passages[0])
    (kept,) = load_cases(tmp_path / "cases.jsonl")
    other = msgspec.structs.replace(kept, case_id="mine", answers=("42",), extra={"week": 3})
    write_cases(tmp_path / "cases.jsonl", [other, msgspec.structs.replace(kept, answers=("rank",))])
    feedback.add_case(rated, rated.answer.passages[1])
    mine, again = load_cases(tmp_path / "cases.jsonl")
    assert (mine, again.answers, len(again.gold)) == (other, ("rank",), 2)


def test_a_line_cut_short_is_left_out(rated: Rated, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    feedback.rate(rated, good=True)
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "x"})[:5])
    assert len(feedback.ratings()) == 1
