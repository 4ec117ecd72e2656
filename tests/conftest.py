"""Shared fixtures: a clean environment, one analyser for the whole run, a small course and its index."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from make_documents import make_course

from app.assistant import Assistant
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

SCHEDULE = """# 스터디 일정

## 2026년 3월 14일
- 발표: 민서
- CH5. 어텐션과 트랜스포머

## 2026년 3월 21일
- 발표: 도윤
- CH6. RAG와 에이전트

## 2026년 3월 28일
쉬는 날입니다.
"""
NOTES = """# Week 3 Attention

Attention lets the decoder look at every encoder state. The weights come from a softmax over scores.

## Scaled dot product

The scores are divided by the square root of the key dimension, which keeps the softmax out of its flat region.

| model | layers | heads |
| --- | --- | --- |
| small | 6 | 8 |
| large | 24 | 16 |

## LoRA

LoRA는 원래 가중치를 얼리고 저차원 행렬 두 개만 학습한다. 학습 파라미터가 10,000배 줄어든다.
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in [name for name in os.environ if name.startswith("SEODANG_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def same_main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's tester leaves its script as ``__main__``, which every process started later would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A schedule in Korean and notes in both languages."""
    folder = tmp_path / "course"
    (folder / "week3").mkdir(parents=True)
    (folder / "schedule.md").write_text(SCHEDULE, "utf-8")
    (folder / "week3" / "notes.md").write_text(NOTES, "utf-8")
    return folder


@pytest.fixture
def run_ingest(
    corpus: Path, tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> Callable[..., IngestReport]:
    """Ingest the corpus into ``tmp_path / "index"``."""

    def run(**options: bool) -> IngestReport:
        settings = IngestSettings(workers=1)
        return ingest(corpus, tmp_path / "index", settings, embedder, analyser, **options)

    return run


@pytest.fixture
def assistant(
    run_ingest: Callable[..., IngestReport], tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> Iterator[Assistant]:
    """An assistant over the ingested course."""
    run_ingest()
    opened = Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, AppSettings())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def course_index(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> Path:
    """An index with the built-in model over notes, a deck and a paper: what a browser test asks."""
    folder = tmp_path_factory.mktemp("browser")
    make_course(folder / "course")
    # The same pages wherever the tests run: as text, also where LibreOffice is installed.
    (folder / "seodang.toml").write_text('[app]\nsoffice = ""\n', "utf-8")
    settings = IngestSettings(workers=1)
    ingest(folder / "course", folder / "index", settings, load_embedder(settings.embedder), analyser)
    return folder / "index"


@pytest.fixture
def open_with(
    run_ingest: Callable[..., IngestReport],
    tmp_path: Path,
    embedder: HashingEmbedder,
    analyser: Analyser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Assistant]]:
    """An assistant whose model stands behind a base URL."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    run_ingest()
    opened: list[Assistant] = []

    def make(base_url: str, model: str = "openai:fake", **settings: object) -> Assistant:
        made = AppSettings(model=model, base_url=base_url, **{"model_seconds": 20.0, **settings})  # type: ignore[arg-type]
        opened.append(Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, made))
        return opened[-1]

    yield make
    for assistant in opened:
        assistant.close()
