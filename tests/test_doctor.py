"""The doctor tells of every file and of the index, and its exit status says whether something wants attention."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from make_documents import draw_lines, make_pdf

from app.doctor import Findings, examine
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

Doctor = Callable[[], Findings]


@pytest.fixture
def doctor(corpus: Path, tmp_path: Path, analyser: Analyser) -> Doctor:
    """Ingest with the model that ships, then look."""

    def run() -> Findings:
        ingest(corpus, tmp_path / "index", IngestSettings(workers=1), load_embedder("builtin"), analyser)
        return examine(tmp_path / "index")

    return run


def test_a_good_index_has_no_warnings(doctor: Doctor) -> None:
    found = doctor()
    assert found.warnings == ()
    notes = {file["path"]: file for file in found.files}["week3/notes.md"]
    assert notes["language"] == "en"
    assert notes["week"] == 3
    assert (notes["empty_pages"], notes["garbled_pages"], notes["garbled"]) == ([], [], 0.0)
    assert found.index["stale"] == []


def test_what_wants_attention_is_named(doctor: Doctor, corpus: Path, tmp_path: Path) -> None:
    make_pdf(corpus / "handout.pdf", [lambda canvas: draw_lines(canvas, ["Attention"]), lambda canvas: None])
    (corpus / "secret.md").write_text("\ue000\ue001\ue002 \ue003" * 20 + " words", "utf-8")
    doctor()
    (corpus / "schedule.md").write_bytes(b"\x00\x00 broken")
    found = doctor()
    files = {file["path"]: file for file in found.files}
    assert files["handout.pdf"]["empty_pages"] or files["handout.pdf"]["failed_pages"]
    assert files["secret.md"]["garbled"] > 0.5
    assert files["secret.md"]["garbled_pages"] == [1]
    assert found.index["stale"] == ["schedule.md"]
    text = found.text()
    assert "stale content is searched" in text
    assert "garbled text on pages 1" in text


def test_leftovers_of_a_crash_are_named(doctor: Doctor, tmp_path: Path) -> None:
    doctor()
    (tmp_path / "index" / "snapshots" / "9.tmp").mkdir()
    assert "left behind" in examine(tmp_path / "index").text()
    with IndexFolder(tmp_path / "index").exclusive():
        assert "left behind" not in examine(tmp_path / "index").text()
