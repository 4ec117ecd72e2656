"""The command line as scripts depend on it: one JSON value, exit status, a result line a case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with an ingested course."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "course").mkdir()
    (folder / "course" / "plan.md").write_text(
        "# 계획\n\n## 1주차\n\n퍼셉트론을 배운다.\n\n## 2주차\n\n어텐션을 배운다.\n", "utf-8"
    )
    (folder / "cases.jsonl").write_text('{"id": "a", "question": "어텐션은 언제 배워?"}\n', "utf-8")
    assert seodang(folder, "ingest", "course").returncode == 0
    return folder


def seodang(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEODANG_")}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def test_ask_finds_the_index_last_ingested_here(course: Path) -> None:
    done = seodang(course, "ask", "어텐션은 몇 주차에 배워?")
    assert done.returncode == 0
    assert "2주차" in done.stdout
    assert "plan.md › 2주차" in done.stdout


def test_an_ingest_that_finds_nothing_new_counts_as_the_last(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.md").write_text(f"# {name}\n\nAttention in course {name}.\n", "utf-8")
        assert seodang(tmp_path, "ingest", name).returncode == 0
    assert "b.md" in seodang(tmp_path, "search", "attention").stdout
    assert seodang(tmp_path, "ingest", "a", "--dry-run").returncode == 0
    assert "b.md" in seodang(tmp_path, "search", "attention").stdout
    assert seodang(tmp_path, "ingest", "a").returncode == 0
    assert "a.md" in seodang(tmp_path, "search", "attention").stdout


def test_json_is_one_value_and_nothing_else(course: Path) -> None:
    for arguments in (["ingest"], ["ask", "어텐션"], ["search", "어텐션"], ["doctor"]):
        done = seodang(course, *arguments, "--json")
        assert isinstance(json.loads(done.stdout), dict), done.stderr


def test_cases_give_a_line_each(course: Path, tmp_path: Path) -> None:
    cases = [
        {"id": "a", "question": "퍼셉트론은 언제 배워?", "extra": "a line\u2028of its own to some"},
        {"id": "b", "question": "그럼 어텐션은?", "history": ["퍼셉트론은 언제 배워?"]},
        {"id": "c", "question": " "},
    ]
    file, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    file.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), "utf-8")
    done = seodang(course, "ask", "--cases", str(file), "--out", str(out))
    results = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert done.returncode == 1
    assert [result["id"] for result in results] == ["a", "b", "c"]
    assert {"passages", "verdict", "refused", "answer", "citations", "nearest", "parts", "trace", "seconds"} <= set(
        results[0]
    )
    assert "error" in results[2]
    assert seodang(course, "search", "--cases", str(file), "--out", str(out)).returncode == 1
    assert set(json.loads(out.read_text("utf-8").splitlines()[0])) == {"id", "passages", "trace", "seconds"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "nowhere"],
        ["ask", "x", "--index", "nowhere"],
        ["ask"],
        ["ask", os.fsdecode("어텐션".encode("cp949"))],
        ["search", os.fsdecode("어텐션".encode("cp949"))],
        ["ask", "--cases", "nowhere.jsonl", "--out", "o"],
        ["ask", "--cases", "cases.jsonl", "--out", "course"],
        ["frobnicate"],
        ["undo"],
    ],
)
def test_wrong_use_is_two_with_a_remedy_and_no_traceback(course: Path, arguments: list[str]) -> None:
    done = seodang(course, *arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [None, b"no database " * 1000])
def test_a_damaged_store_is_told_and_mended_by_an_ingest(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "plan.md").write_text("# 계획\n\n어텐션을 배운다.\n", "utf-8")
    assert seodang(tmp_path, "ingest", "c").returncode == 0
    store = tmp_path / ".seodang" / "c" / "snapshots" / "1" / "store.sqlite"
    store.unlink()
    if content:
        store.write_bytes(content)
    for arguments in (["search", "어텐션"], ["ask", "어텐션은 언제 배워?"], ["doctor"]):
        done = seodang(tmp_path, *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("seodang: .seodang/c/snapshots/1/store.sqlite: ")
        assert "Run: seodang ingest" in done.stderr
        assert "Traceback" not in done.stderr
    assert seodang(tmp_path, "ingest", "c").returncode == 0
    assert "plan.md" in seodang(tmp_path, "search", "어텐션").stdout


def test_vectors_that_are_missing_are_told(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "plan.md").write_text("# 계획\n\n어텐션을 배운다.\n", "utf-8")
    assert seodang(tmp_path, "ingest", "c").returncode == 0
    (tmp_path / ".seodang" / "c" / "snapshots" / "1" / "vectors.faiss").unlink()
    for arguments in (["search", "어텐션"], ["doctor"]):
        done = seodang(tmp_path, *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("seodang: .seodang/c/snapshots/1: ")


def test_a_failed_file_is_status_one(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "good.md").write_text("# 글\n\n본문", "utf-8")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    done = seodang(tmp_path, "ingest", "c", "--json")
    assert done.returncode == 1
    assert [failure["path"] for failure in json.loads(done.stdout)["failed"]] == ["bad.pdf"]


def test_a_reader_that_has_seen_enough_gets_no_stack_trace(course: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "search", "어텐션"]
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_question_to_no_index_leaves_nothing_behind(tmp_path: Path) -> None:
    assert seodang(tmp_path, "ask", "역전파가 뭐야?", "--index", "nowhere").returncode == 2
    assert not (tmp_path / "nowhere").exists()
