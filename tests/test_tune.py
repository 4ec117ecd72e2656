"""Tuning: pairs from the corpus, kept only when better, reversible, recorded by the index like any other model."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.embedders import chosen_name, named_embedder, tuned_folder
from app.tune import TuneReport, revert, tune
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.errors import EmbeddingError, UsageError
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.tuned import TUNED

SOUNDS = ["ka", "ro", "mi", "ten", "zu", "la", "vo", "shi", "ne", "pra", "du", "gol"]


def write_course(folder: Path, documents: int) -> None:
    """Sections in a jargon no model knows: each thing has two names, one in headings and first sentences, another in
    the rest of the text. Which belong together can be learned from other documents."""
    chance = random.Random(5)
    names = ["".join(chance.choices(SOUNDS, k=3)) for _ in range(80)]
    things = list(zip(names[:40], names[40:], strict=True))
    folder.mkdir()
    for number in range(documents):
        parts = [f"# Course notes {number}\n"]
        for one, other in chance.sample(things, 4):
            rest = " ".join(f"Whenever {other} appears, look at {other} again." for _ in range(4))
            parts.append(f"## About the {one}\n\nHere we ask what {one} is. {rest}\n")
        (folder / f"notes{number:02}.md").write_text("\n".join(parts), "utf-8")


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> tuple[Path, TuneReport]:
    folder = tmp_path_factory.mktemp("tuned")
    write_course(folder / "course", 60)
    index = folder / "index"
    ingest(folder / "course", index, IngestSettings(workers=1), load_embedder("builtin"), analyser)
    cases = folder / "cases.jsonl"
    gold = [{"file": "notes00.md", "quote": None}]
    case = {"id": "1", "question": "Course notes 0", "gold": gold, "from": "a line\u2028of its own to some"}
    cases.write_text(json.dumps(case, ensure_ascii=False) + "\n", "utf-8")
    return index, tune(index, cases)


def test_what_the_course_teaches_is_learned_and_kept(tuned: tuple[Path, TuneReport]) -> None:
    index, report = tuned
    assert report.kept
    assert report.gain[1] > 0
    assert report.after["mrr"] > report.before["mrr"]
    assert report.cases is not None
    assert report.cases["after"] >= report.cases["before"]
    manifest = IndexFolder(index).require().manifest
    assert manifest.embedder == TUNED
    assert manifest.embedder_fingerprint == named_embedder(TUNED, index).fingerprint
    assert tuned_folder(index).parent.parent == index.parent  # beside the index, with what its user made
    assert "→" in report.text()


def test_the_next_ingest_and_the_next_question_use_it(tuned: tuple[Path, TuneReport], analyser: Analyser) -> None:
    index, _ = tuned
    assert chosen_name("builtin", index) == TUNED
    assert chosen_name("another", index) == "another"
    again = ingest(index.parent / "course", index, IngestSettings(workers=1), named_embedder(TUNED, index), analyser)
    assert (again.embedded, len(again.unchanged)) == (0, 60)
    assistant = Assistant.open(index)
    assert assistant.search("Course notes 3").passages
    assistant.index.close()


def test_two_tunings_of_one_course_agree(tuned: tuple[Path, TuneReport]) -> None:
    index, report = tuned
    before = named_embedder(TUNED, index).fingerprint
    assert tune(index).after == report.after
    assert named_embedder(TUNED, index).fingerprint == before


def test_changed_weights_are_refused_and_the_way_back_works(tuned: tuple[Path, TuneReport]) -> None:
    index, _ = tuned
    open_before = Assistant.open(index)  # as a server would be
    rows = tuned_folder(index) / "rows.safetensors"
    content = bytearray(rows.read_bytes())
    content[-1] ^= 1
    rows.write_bytes(content)
    with pytest.raises(EmbeddingError, match="revert"):
        named_embedder(TUNED, index)
    assert revert(index)
    assert not revert(index)
    old = open_before.index
    assert open_before.refresh()
    old.close()
    assert open_before.search("Course notes 3").passages
    open_before.index.close()
    assert IndexFolder(index).require().manifest.embedder == "builtin"
    assert chosen_name("builtin", index) == "builtin"


def test_too_little_text_changes_nothing(tmp_path: Path, analyser: Analyser) -> None:
    write_course(tmp_path / "course", 3)
    index = tmp_path / "index"
    ingest(tmp_path / "course", index, IngestSettings(workers=1), load_embedder("builtin"), analyser)
    with pytest.raises(UsageError, match="Too little text"):
        tune(index)
    assert chosen_name("builtin", index) == "builtin"


def test_cases_that_cannot_be_read_are_named(tuned: tuple[Path, TuneReport], tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("not json\n", "utf-8")
    with pytest.raises(UsageError, match=r"cases\.jsonl"):
        tune(tuned[0], tmp_path / "cases.jsonl")
