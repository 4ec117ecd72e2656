"""`seodang eval` through its parser, over a real index and the real Assistant."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from planted import make_price_list

from eval.cases import write_cases
from eval.cli import register
from ingest.errors import UsageError


def seodang(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    parsed = parser.parse_args(["eval", *map(str, arguments)])
    return int(parsed.handler(parsed))


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with its cases beside it; commands run in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEODANG_REFUSE_BELOW", "0.1")  # these tests are about measuring, not about when to refuse
    write_cases(tmp_path / "cases.jsonl", make_price_list(tmp_path / "course"))
    return tmp_path / "course"


def figures(folder: str | Path) -> dict[str, dict[str, dict[str, float]]]:
    overall: dict[str, dict[str, dict[str, float]]] = json.loads((Path(folder) / "figures.json").read_text())["overall"]
    return overall


def test_one_command_ingests_runs_and_prints_ours_beside_the_baseline(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seodang("run", course, "--cases", "cases.jsonl", "--baselines", "bm25", "--out", "a") == 0
    printed = capsys.readouterr().out
    assert "| metric" in printed
    assert "seodang" in printed
    assert "bm25" in printed
    found = figures("a")["seodang"]
    assert found["page_exact"]["mean"] == 1.0
    assert found["hit@5"]["count"] == found["place@1"]["count"] == 40
    assert found["false_answer"]["count"] == 4
    # The same again, from the index as it is, gives the same bytes; and shows no difference.
    assert (
        seodang("run", "--index", ".seodang/course", "--cases", "cases.jsonl", "--baselines", "bm25", "--out", "b") == 0
    )
    assert Path("a/figures.json").read_bytes() == Path("b/figures.json").read_bytes()
    capsys.readouterr()
    assert seodang("compare", "a", "b", "--json") == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {change["verdict"] for change in changes} == {"no difference shown"}
    assert seodang("compare", "a", "a", "--base-system", "bm25") == 0
    assert "base a:bm25, new a:seodang" in capsys.readouterr().out


def test_filters_and_a_varied_setting(course: Path) -> None:
    filters = ["--question-kind", "fact", "--language", "ko", "--where", "part=1", "--limit", "12"]
    common = ["run", course, "--cases", "cases.jsonl", "--baselines", "none", *filters]
    assert seodang(*common, "--vary", "refuse_below=0.0,1.0", "--out", "v") == 0
    found = figures("v")
    assert list(found) == ["refuse_below=0.0", "refuse_below=1.0"]
    assert found["refuse_below=0.0"]["coverage"]["mean"] == 1.0
    assert found["refuse_below=0.0"]["coverage"]["count"] == 12
    assert found["refuse_below=1.0"]["coverage"]["mean"] < 1.0
    assert seodang(*common, "--retrieval-only", "--vary", "chunk_chars=300,1000", "--out", "w") == 0
    systems = json.loads(Path("w/plan.json").read_text())["systems"]
    assert systems["chunk_chars=300"]["ingest"] != systems["chunk_chars=1000"]["ingest"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--limit", "0"], "at least 1"),
        (["--question-kind", "none"], "No case passes"),
        (["--where", "part"], "KEY=VALUE"),
        (["--baselines", "magic"], "no magic"),
        (["--vary", "magic=1,2"], "no such setting"),
        (["--vary", "passages=1"], "two different values"),
        (["--vary", "passages=1,x"], "passages"),
    ],
)
def test_wrong_use_is_named(course: Path, arguments: Sequence[str], fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        seodang("run", course, "--cases", "cases.jsonl", *arguments)


def test_cases_inside_the_index_are_refused(course: Path) -> None:
    inside = course / "cases.txt"
    inside.write_bytes(Path("cases.jsonl").read_bytes())
    with pytest.raises(UsageError, match="part of the index"):
        seodang("run", course, "--cases", inside, "--baselines", "none")


def test_stale_gold_is_named_in_the_table(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (course / "목록.md").read_text(encoding="utf-8")
    (course / "목록.md").write_text(text.replace("파란 바다의 값은 7원", "파란 바다의 값은 8원"), encoding="utf-8")
    seodang("run", course, "--cases", "cases.jsonl", "--baselines", "none", "--retrieval-only")
    assert "c01: 목록.md: the quote is not in the file's text" in capsys.readouterr().out


def test_import_then_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEODANG_REFUSE_BELOW", "0.1")
    context = "The first lighthouse stood on Pharos. It was built of white stone."
    answers = [{"text": "white stone", "answer_start": context.index("white")}]
    qas = [{"id": "1", "question": "What was the lighthouse built of?", "answers": answers}]
    data = {"data": [{"title": "Lighthouse", "paragraphs": [{"context": context, "qas": qas}]}]}
    Path("set.json").write_text(json.dumps(data))
    assert seodang("import", "squad", "set.json", "--out", "set") == 0
    assert seodang("run", "set", "--cases", "set.cases.jsonl", "--baselines", "none", "--out", "r") == 0
    found = figures("r")["seodang"]
    assert found["hit@1"]["mean"] == found["place@1"]["mean"] == 1.0
    assert "1 cases" in capsys.readouterr().out
