"""What rewriting is worth: with an ideal reader, paired, on recorded rewritings."""

from __future__ import annotations

import json
from pathlib import Path

from app.assistant import Assistant
from eval.cases import Case, Gold, load_cases
from eval.rewriting import calls, compare, report

DATA = Path(__file__).parent.parent / "eval" / "data"
LORA = Gold(file="week3/notes.md", quote="LoRA는 원래 가중치를 얼리고 저차원 행렬 두 개만 학습한다.")


def case(question: str, *gold: Gold) -> Case:
    return Case(case_id=question, question=question, language="en", kind="fact", answers=(), gold=gold)


def test_with_and_without_a_recording(assistant: Assistant) -> None:
    odd, plain, absent = (
        case("Which tiny pieces get updated when adapting cheaply?", LORA),
        case("LoRA는 뭘 학습해?", LORA),
        case("What is the tuition fee?"),
    )
    rewriting = json.dumps({"phrasings": ["LoRA는 무엇을 학습해"]}, ensure_ascii=False)
    recorded = {one.case_id: rewriting for one in (odd, plain)} | {absent.case_id: '{"phrasings": ["tuition fee"]}'}
    pairs = compare(assistant, [odd, plain], recorded)
    assert [(without.shown, along.shown) for without, along in pairs] == [(0, 1), (1, 1)]
    assert [along.rewritten for _, along in pairs] == [True, False]
    assert [(without.calls, along.calls) for without, along in pairs] == [(0, 2), (1, 1)]
    assert "| shown      |   0.500 | 1.000 |" in report("two", pairs)
    assert calls("absent", compare(assistant, [absent], recorded)) == "absent 1: rewritten 1, calls 0 -> 1\n"


def test_the_recording_of_the_bundled_course_fits_its_cases() -> None:
    lines = [json.loads(line) for line in (DATA / "course.rewrites.jsonl").read_text("utf-8").splitlines()]
    cases = {one.case_id: one for one in load_cases(DATA / "course.tune.jsonl")}
    assert {line["id"] for line in lines} == set(cases)
    for line in lines:
        assert all(0 < len(text) <= 200 for text in line["phrasings"])
        assert len(line["phrasings"]) <= 2
        assert (line["question"] != cases[line["id"]].question) == bool(cases[line["id"]].history)
