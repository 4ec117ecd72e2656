"""The project's own gate: the bundled course must not be answered worse than the committed baseline says."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main

ROOT = Path(__file__).parent.parent
DATA = ROOT / "eval" / "data"
RULES = (
    "hit@5 < -0.05", "mrr@10 < -0.05", "evidence_shown < -0.1", "citation_precision < -0.1", "page_exact < -0.03",
    "false_refusal > 0.1", "false_answer > 0.1",
)  # fmt: skip


def test_the_bundled_course_is_answered_no_worse_than_its_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When a change is meant to move these figures, renew the baseline as eval/data/README.md says."""
    monkeypatch.chdir(tmp_path)
    cases = str(DATA / "course.tune.jsonl")
    assert main(["eval", "run", str(ROOT / "corpus"), "--cases", cases, "--baselines", "none", "--out", "new"]) == 0
    capsys.readouterr()
    rules = [part for rule in RULES for part in ("--fail-on", rule)]
    status = main(["eval", "compare", str(DATA / "course.baseline"), "new", *rules])
    assert status == 0, capsys.readouterr().out
