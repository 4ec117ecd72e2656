"""Filters from plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.scoping import scope_of
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.documents import Kind
from ingest.embedding import load_embedder
from ingest.facets import Filters
from ingest.index import STORE
from ingest.report import IngestReport
from ingest.snapshots import IndexFolder
from ingest.store import Store


@pytest.fixture(scope="module")
def opened(course_index: Path, analyser: Analyser) -> Iterator[Assistant]:
    assistant = Assistant(IndexFolder(course_index), load_embedder("builtin"), analyser, AppSettings())
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "filters", "rest"),
    [
        ("슬라이드에서 어텐션은 뭐야?", Filters(kinds=(Kind.SLIDES,)), "어텐션은 뭐야?"),
        ("2주차 노트에서 드롭아웃은?", Filters(paths=("week2/notes.md",)), "드롭아웃은?"),
        ("What do the notes of week 2 say?", Filters(), None),
        ("In the week 2 slides, what is attention?", Filters(kinds=(Kind.SLIDES,), weeks=(2,)), ", what is attention?"),
        ("optimisers.pdf에서 momentum은?", Filters(paths=("week1/optimisers.pdf",)), "momentum은?"),
        ("어텐션은 몇 주차에 배워?", Filters(), None),
        ("슬라이드랑 노트에서 각각 뭐라고 해?", Filters(), None),
        ("녹취록에서 뭐라고 했어?", Filters(), None),  # the course has none
        ("attention이 뭐야?", Filters(), None),
    ],
)
def test_places_named_as_places_confine(opened: Assistant, question: str, filters: Filters, rest: str | None) -> None:
    scope = scope_of(question, opened.documents())
    assert scope.filters == filters
    assert scope.rest == (rest or question)


def test_the_answer_keeps_to_the_place_and_the_trace_says_so(opened: Assistant) -> None:
    found = opened.search("슬라이드에서 가중치는 어떻게 정해?")
    assert {Path(passage.path).suffix for passage in found.passages} == {".pptx"}
    answer = opened.ask("슬라이드에서 어텐션 가중치는 무엇으로 정해?")
    assert {citation.path for citation in answer.citations} == {"week2/attention.pptx"}
    assert answer.trace["filters"] == [["kind=slides"]]


def test_what_is_not_there_is_looked_for_everywhere(opened: Assistant) -> None:
    answer = opened.ask("슬라이드에서 드롭아웃은 뉴런의 절반을 어떻게 꺼?")
    assert {citation.path for citation in answer.citations} == {"week2/notes.md"}


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("노트북에서 에폭은 몇 번이야?", (Kind.NOTEBOOK,)),
        ("In the notebook, how many epochs are there?", (Kind.NOTEBOOK,)),
        ("주피터 노트북에서 셀은 어떻게 실행해?", ()),
        ("How do I run a cell in a Jupyter notebook?", ()),
    ],
)
def test_a_notebook_by_its_programs_name_is_no_place(
    corpus: Path, run_ingest: Callable[..., IngestReport], question: str, kinds: tuple[Kind, ...], tmp_path: Path
) -> None:
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "epochs = 3"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (corpus / "train.ipynb").write_text(json.dumps(notebook), "utf-8")
    run_ingest()
    snapshot = IndexFolder(tmp_path / "index").current()
    assert snapshot is not None
    with closing(Store.open(snapshot.folder / STORE)) as store:
        assert scope_of(question, store.documents()).filters.kinds == kinds
