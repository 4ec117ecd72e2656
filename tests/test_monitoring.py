"""Real use over time, from the user's folder alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.cli import main
from app.conversations import Conversations, StoredTurn
from app.feedback import Feedback, Rated


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
    (day,) = json.loads(capsys.readouterr().out)
    assert (day["questions"], day["refused"], day["good"], day["bad"]) == (2, 1, 1, 0)
    assert day["date"] == datetime.now(UTC).date().isoformat()
    assert day["median_seconds"] == pytest.approx((answered.seconds + refused.seconds) / 2)
    assert main(["eval", "monitor", "--index", str(index)]) == 0
    assert "| 50% |" in " ".join(capsys.readouterr().out.split())
    assert sorted(path.name for path in folder.iterdir()) == before  # looking stores nothing
