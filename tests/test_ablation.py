"""The ablation table: rows over a real index, questions with slips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.ablation.__main__ import main
from eval.ablation.rows import ROWS
from eval.ablation.slips import slipped


@pytest.mark.parametrize("question", ["What does attention weigh?", "어텐션이 뭘 계산해?", "LoRA?"])
def test_a_slip_is_the_same_for_the_same_seed(question: str) -> None:
    seeds = [str(number) for number in range(30)]
    once, again = ([slipped(question, seed) for seed in seeds] for _ in range(2))
    assert once == again
    assert all(abs(len(text) - len(question)) <= 1 for text in once)
    assert (len(set(once)) > 5) == (question != "LoRA?")  # too short to have one


def test_each_row_is_one_command(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = {
        "id": "1", "question": "What does LoRA learn?", "language": "en", "answers": ["two"], "kind": "fact",
        "gold": [{"file": "course/week3/notes.md", "quote": "저차원 행렬 두 개만 학습한다"}],
    }  # fmt: skip
    (tmp_path / "cases.jsonl").write_text(json.dumps(case), "utf-8")
    rows = ["shipped", "analyser: words as they stand", "fusion: reciprocal ranks"]
    rows += ["context: no neighbours", "chunks: 300"]
    given = ["--set", f"{corpus}={tmp_path / 'cases.jsonl'}", "--out", str(tmp_path / "out"), *rows]
    assert main(given) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == rows
    assert lines[2].endswith("| 1.000 / 1.000 / 1.000 |")


def test_rows_of_one_index_make_it_alike() -> None:
    made: dict[str, set[tuple[object, ...]]] = {}
    for row in ROWS.values():
        made.setdefault(row.making, set()).add((row.embedder, tuple(row.settings.items())))
    assert all(len(ways) == 1 for ways in made.values())
