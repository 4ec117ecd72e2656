"""An ingest in the background: questions go on being answered, the result is taken up, a failure is told."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.ingest_job import IngestJob
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder


@pytest.fixture
def course(corpus: Path, tmp_path: Path, analyser: Analyser) -> Path:
    """An index with the built-in model, as a job makes it."""
    settings = IngestSettings(workers=1)
    ingest(corpus, tmp_path / "index", settings, load_embedder(settings.embedder), analyser)
    return tmp_path / "index"


def wait(job: IngestJob) -> None:
    for _ in range(600):
        if not job.state.running:
            return
        time.sleep(0.1)
    raise AssertionError("The ingest does not end.")


def test_twenty_sessions_ask_while_an_ingest_runs(course: Path, corpus: Path) -> None:
    assistant, job = Assistant.open(course), IngestJob(course)
    before = assistant.index
    for number in range(8):
        (corpus / f"more-{number}.md").write_text(
            f"# 자료 {number}\n\n증류 {number}번은 작은 모델을 가르친다.\n", "utf-8"
        )
    assert job.start(assistant.index)
    with ThreadPoolExecutor(20) as sessions:
        answers = list(sessions.map(lambda _: assistant.ask("LoRA가 뭐야?"), range(20)))
    assert len({answer.text for answer in answers}) == 1
    wait(job)
    assert job.state.error is None
    assert job.state.report is not None
    assert len(job.state.report.added) == 8
    assert assistant.refresh()
    assert assistant.index.document("more-3.md") is not None
    before.close()
    assistant.index.close()


def test_a_second_ingest_waits_for_nobody(course: Path) -> None:
    assistant, job = Assistant.open(course), IngestJob(course)
    with IndexFolder(course).exclusive():
        assert job.start(assistant.index)
        wait(job)
    assert job.state.error is not None
    assert "another ingest" in str(job.state.error)
    assistant.index.close()


def test_a_preview_changes_nothing(course: Path, corpus: Path) -> None:
    assistant, job = Assistant.open(course), IngestJob(course)
    (corpus / "new.md").write_text("# 새 글\n\n글.\n", "utf-8")
    assert job.preview(assistant.index).added == ["new.md"]
    assert not assistant.refresh()
    assistant.index.close()
