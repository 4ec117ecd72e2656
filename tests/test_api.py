"""The documented ways in work as documented: the example of the package, and the graph that LangGraph Studio opens."""

from __future__ import annotations

import doctest
import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from app import studio
from app.assistant import Assistant
from app.graph import AgentGraph
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

ROOT = Path(__file__).parent.parent


def test_the_example_of_the_package_runs(
    corpus: Path, tmp_path: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = IngestSettings(workers=1)
    example = tmp_path / "example"
    example.mkdir()
    ingest(corpus, example / "index", settings, load_embedder(settings.embedder), assistant.index.analyser)
    monkeypatch.chdir(example)
    assert doctest.testmod(app, optionflags=doctest.NORMALIZE_WHITESPACE) == (0, 17)


def test_langgraph_json_names_a_graph_that_answers(
    course_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (named,) = json.loads((ROOT / "langgraph.json").read_text("utf-8"))["graphs"].values()
    path, function = named.split(":")
    module = importlib.import_module(".".join(Path(path).with_suffix("").parts))
    assert module is studio
    (tmp_path / ".seodang").mkdir()
    (tmp_path / ".seodang" / "course").symlink_to(course_index)
    monkeypatch.chdir(tmp_path)
    make: Callable[[], AgentGraph] = getattr(module, function)
    graph = make()
    assert set(graph.get_input_jsonschema()["required"]) == {"question", "history"}
    state = graph.invoke({"question": "What is attention?", "history": []})
    assert state["answer"].text
    assert "judge" in graph.get_graph().draw_mermaid()
    studio.shared_assistant().close()
