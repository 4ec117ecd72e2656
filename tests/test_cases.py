"""Cases are read strictly, kept whole, and checked against the corpus they speak of."""

from pathlib import Path

import pytest

from eval.cases import Case, Gold, Selection, dump_case, load_cases, parse_case, stale_gold, write_cases
from ingest.errors import UsageError

LINE = (
    '{"id": "a", "question": "언제?", "language": "ko", "answers": ["3월"], "kind": "schedule",'
    ' "gold": [{"file": "plan.md", "quote": "**3월** 22일", "location": "plan.md › 일정"}],'
    ' "history": ["뭐야?"], "equivalent_files": ["en/plan.md"],'
    ' "standalone": true, "choices": [{"text": "x"}]}'
)


def case(case_id: str = "a", kind: str = "fact", language: str = "en", **extra: object) -> Case:
    return Case(
        case_id=case_id,
        question="Q?",
        language=language,
        kind=kind,
        answers=("A",),
        gold=(Gold(file="plan.md", quote="quoted"),),
        extra=dict(extra),
    )


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_line_is_read_whole_and_unknown_keys_are_kept() -> None:
    read = parse_case(LINE)
    assert read.gold == (Gold(file="plan.md", quote="**3월** 22일", location="plan.md › 일정"),)
    assert read.history == ("뭐야?",)
    assert read.extra == {"standalone": True, "choices": [{"text": "x"}]}
    assert parse_case(dump_case(read).decode()) == read


def test_a_file_written_is_read_back(tmp_path: Path) -> None:
    cases = (case("a"), case("b", about="plan.md"))
    write_cases(tmp_path / "c.jsonl", cases)
    assert load_cases(tmp_path / "c.jsonl") == cases


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 3"),
        ("[]", "a case is a JSON object"),
        (LINE.replace('"question": "언제?", ', ""), "question"),
        (LINE.replace('["3월"]', '"3월"'), "answers"),
        (LINE.replace('"**3월** 22일"', "7"), "quote"),
        (LINE.replace('"**3월** 22일"', '" ** "'), "quote"),
        (LINE.replace('"file": "plan.md"', '"file": ""'), "file"),
        (LINE.replace('"언제?"', '" "'), "question"),
        (LINE, "line 1"),
    ],
)
def test_a_wrong_line_is_named_by_its_number_and_its_fault(tmp_path: Path, line: str, fault: str) -> None:
    path = written(tmp_path, f"{LINE}\n\n{line}\n")
    with pytest.raises(UsageError) as error:
        load_cases(path)
    assert "line 3" in str(error.value)
    assert fault in str(error.value)


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_file_without_cases_is_wrong_use(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="no case"):
        load_cases(written(tmp_path, text))


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_cases(tmp_path / "none.jsonl")


def test_unanswerable_means_neither_answers_nor_evidence() -> None:
    assert not parse_case('{"id":"a","question":"q","language":"en","answers":[],"gold":[],"kind":"x"}').answerable
    judged = '{"id":"a","question":"q","language":"en","answers":[],"gold":[{"file":"f","quote":null}],"kind":"x"}'
    assert parse_case(judged).answerable


def test_selection_filters_by_kind_language_and_unknown_keys() -> None:
    cases = [case("a", "fact"), case("b", "week", "ko"), case("c", "week", standalone=True, level=3)]
    assert [c.case_id for c in Selection(kinds=("week",)).of(cases)] == ["b", "c"]
    assert [c.case_id for c in Selection(kinds=("week",), languages=("ko",)).of(cases)] == ["b"]
    assert [c.case_id for c in Selection(where=(("standalone", "true"), ("level", "3"))).of(cases)] == ["c"]
    assert [c.case_id for c in Selection(limit=2).of(cases)] == ["a", "b"]


def test_a_selection_that_leaves_nothing_names_what_there_is() -> None:
    with pytest.raises(UsageError, match=r"Question kinds: fact, week\. Languages: en"):
        Selection(kinds=("weak",)).of([case("a", "fact"), case("b", "week")])


def test_stale_gold_is_named_and_marks_white_space_and_page_ends_do_not_matter() -> None:
    pages = {"plan.md": ["# Plan\n**3월**", "22일 quo\nted"]}
    gold = {
        "found": Gold(file="plan.md", quote="3월 22일"),
        "whole file": Gold(file="plan.md", quote=None),
        "gone": Gold(file="plan.md", quote="4월"),
        "no file": Gold(file="old.md", quote=None),
    }
    cases = [
        Case(case_id=name, question="q", language="ko", kind="x", answers=(), gold=(one,)) for name, one in gold.items()
    ]
    found = {(stale.case_id, stale.reason) for stale in stale_gold(cases, pages)}
    assert found == {
        ("gone", "the quote is not in the file's text"),
        ("no file", "the file is not in the index"),
    }
