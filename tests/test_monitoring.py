"""Real use over time, from the user's folder alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from app.assistant import Assistant
from app.cli import main
from app.conversations import Conversations, StoredTurn
from app.feedback import Feedback, Rated
from eval.charts import bar_chart


def test_a_day_of_use(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index, folder = tmp_path / "index", tmp_path / "index.user"
    assert main(["eval", "monitor", "--index", str(index)]) == 0
    assert "Nobody has asked" in capsys.readouterr().out
    answered, refused = assistant.ask("LoRA가 뭐야?"), assistant.ask("김치찌개는 몇 분 끓여?")
    conversations = Conversations(folder)
    kept, gone = conversations.start("LoRA가 뭐야?"), conversations.start("?")
    conversations.save(kept, [StoredTurn("LoRA가 뭐야?", answered), StoredTurn("김치찌개는?", refused)])
    conversations.save(gone, [StoredTurn("LoRA가 뭐야?", answered)])
    conversations.delete(gone)
    Feedback(folder).rate(Rated("LoRA가 뭐야?", (), answered), good=True)
    before = sorted(path.name for path in folder.iterdir())
    assert main(["eval", "monitor", "--index", str(index), "--json"]) == 0
    use = json.loads(capsys.readouterr().out)
    (day,) = use["periods"]
    assert (day["questions"], day["refused"], day["good"], day["bad"]) == (2, 1, 1, 0)
    assert day["date"] == datetime.now(UTC).date().isoformat()
    assert day["median_seconds"] == pytest.approx((answered.seconds + refused.seconds) / 2)
    assert (use["questions"], use["conversations"], use["refused"]["mean"]) == (2, 1, 0.5)
    assert main(["eval", "monitor", "--index", str(index)]) == 0
    assert "| 50% |" in " ".join(capsys.readouterr().out.split())
    assert sorted(path.name for path in folder.iterdir()) == before  # looking stores nothing


def test_use_over_weeks_as_a_report(assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weeks begin on Monday, a week without questions has its place, and no question stands in the files."""
    folder, monday = tmp_path / "비밀<script>.user", datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()
    conversations, answered = Conversations(folder), assistant.ask("LoRA가 뭐야?")
    for day in (0, 6, 14):
        key = conversations.start("LoRA가 뭐야?")
        conversations.save(key, [StoredTurn("LoRA가 뭐야?", answered)])
        with closing(sqlite3.connect(folder / "conversations.sqlite")) as db, db:
            db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (monday + day * 86400, key))
    out = tmp_path / "use.html"
    index = folder.with_suffix("")
    assert main(["eval", "monitor", "--index", str(index), "--by", "week", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    weeks = [(week["date"], week["questions"]) for week in json.loads(out.with_suffix(".json").read_text())["periods"]]
    assert weeks == [("2026-11-02", 2), ("2026-11-09", 0), ("2026-11-16", 1)]
    page, text = out.read_text("utf-8"), out.with_suffix(".md").read_text("utf-8")
    for written in (page, text):
        assert "2026-11-02" in written
        assert "LoRA" not in written
        assert "<script>" not in written
    assert "default-src &#x27;none&#x27;" in page
    assert page.count("<figure>") == 3  # nobody rated
    assert main(["eval", "monitor", "--index", str(index), "--out", "use.pdf"]) == 2


def test_nothing_asked_is_a_report_too(tmp_path: Path) -> None:
    out = tmp_path / "use.html"
    assert main(["eval", "monitor", "--index", str(tmp_path / "index"), "--out", str(out)]) == 0
    assert "Nobody has asked" in out.read_text("utf-8")


def test_bars_stand_on_each_other() -> None:
    chart = bar_chart("T", ["a", "b"], {"low": [1.0, 0.0], "high": [3.0, 2.0]})
    assert chart is not None
    bars = [(rect.get("class"), float(rect.get("y", "")), float(rect.get("height", "")))
            for rect in html.fragment_fromstring(chart).findall("svg/rect")]  # fmt: skip
    assert bars == [("bar0", 157.5, 48.5), ("bar1", 12.0, 145.5), ("bar1", 109.0, 97.0)]  # of 4 down to 206
    assert bar_chart("T", ["a"], {"low": [0.0]}) is None
