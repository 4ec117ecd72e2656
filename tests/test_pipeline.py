"""Re-ingest does what it says: added, changed, renamed, removed, copies, failures, undo, crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from ingest.analyser import Analyser
from ingest.errors import BusyError, MismatchError, UsageError
from ingest.index import STORE, Index
from ingest.pipeline import ingest
from ingest.report import Duplicate, IngestReport, Renamed
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.store import Store

Run = Callable[..., IngestReport]


def contents(index: Path) -> dict[str, list[tuple[int, str, str]]]:
    """Per document: chunk ids, heading paths and texts, in order."""
    store = Store.open(IndexFolder(index).require().folder / STORE)
    try:
        return {
            document.path: [
                (found.chunk.chunk_id, " › ".join(found.chunk.headings), found.chunk.text)
                for found in store.document_chunks(document.id)
            ]
            for document in store.documents()
        }
    finally:
        store.close()


def test_the_first_ingest_reads_everything(run_ingest: Run, tmp_path: Path) -> None:
    report = run_ingest()
    assert report.added == ["schedule.md", "week3/notes.md"]
    assert report.documents == 2
    assert report.chunks == report.embedded == sum(len(chunks) for chunks in contents(tmp_path / "index").values())


def test_the_second_embeds_nothing_and_makes_no_snapshot(run_ingest: Run, embedder: HashingEmbedder) -> None:
    first = run_ingest()
    embedder.embedded.clear()
    second = run_ingest()
    assert second.unchanged == ["schedule.md", "week3/notes.md"]
    assert second.embedded == 0
    assert embedder.embedded == []
    assert second.snapshot == first.snapshot


def test_an_edit_embeds_only_its_changed_chunks(run_ingest: Run, corpus: Path, embedder: HashingEmbedder) -> None:
    run_ingest()
    notes = corpus / "week3" / "notes.md"
    notes.write_text(
        notes.read_text("utf-8") + "\n## 새 절\n\n" + "양자화는 가중치를 8비트 정수로 줄인다. " * 10, "utf-8"
    )
    embedder.embedded.clear()
    report = run_ingest()
    assert report.changed == ["week3/notes.md"]
    assert report.embedded == len(embedder.embedded) == 1
    assert "양자화" in embedder.embedded[0]


def test_a_rename_keeps_the_content_and_takes_the_new_week(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    (corpus / "week3" / "notes.md").rename(corpus / "week4.md")
    report = run_ingest()
    assert report.renamed == [Renamed("week3/notes.md", "week4.md")]
    assert report.added == report.removed == []
    store = Store.open(IndexFolder(tmp_path / "index").require().folder / STORE)
    (document,) = [document for document in store.documents() if document.path == "week4.md"]
    store.close()
    assert document.course.week == 4


def test_copies_are_indexed_once_and_known(
    run_ingest: Run, corpus: Path, tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> None:
    run_ingest()
    (corpus / "일정의 사본.md").write_bytes((corpus / "schedule.md").read_bytes())
    report = run_ingest()
    assert report.duplicates == [Duplicate("일정의 사본.md", "schedule.md")]
    assert report.embedded == 0
    index = Index(IndexFolder(tmp_path / "index").require(), embedder, analyser)
    assert index.copies_of("schedule.md") == ["일정의 사본.md"]
    index.close()
    (corpus / "schedule.md").unlink()
    run_ingest()
    assert "일정의 사본.md" in contents(tmp_path / "index")


def test_a_removed_file_is_gone(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    (corpus / "schedule.md").unlink()
    assert run_ingest().removed == ["schedule.md"]
    assert list(contents(tmp_path / "index")) == ["week3/notes.md"]


def test_a_broken_file_is_reported_and_tried_again(run_ingest: Run, corpus: Path) -> None:
    (corpus / "bad.pptx").write_bytes(b"not a zip archive")
    for _ in range(2):
        report = run_ingest()
        (failure,) = report.failed
        assert failure.path == "bad.pptx"
        assert not failure.stale
        assert "bad.pptx" in failure.reason
    (corpus / "bad.pptx").unlink()
    (corpus / "bad.md").write_text("이제 읽힌다", "utf-8")
    assert run_ingest().failed == []


def test_a_file_that_breaks_keeps_its_old_content(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    before = contents(tmp_path / "index")
    (corpus / "schedule.md").write_bytes(b"\x00\x00\x00 broken")
    (failure,) = run_ingest().failed
    assert failure.stale
    assert contents(tmp_path / "index") == before


def test_undo_brings_the_old_content_back(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    before = contents(tmp_path / "index")
    (corpus / "schedule.md").write_text("# 새 일정\n\n모두 취소\n", "utf-8")
    run_ingest()
    folder = IndexFolder(tmp_path / "index")
    with folder.exclusive():
        folder.undo()
    assert contents(tmp_path / "index") == before
    assert run_ingest().changed == ["schedule.md"]


def test_a_dry_run_says_and_does_nothing(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    before = contents(tmp_path / "index")
    (corpus / "new.md").write_text("새 글", "utf-8")
    report = run_ingest(dry_run=True)
    assert report.added == ["new.md"]
    assert report.snapshot is None
    assert contents(tmp_path / "index") == before


def test_an_empty_folder_deletes_nothing(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    before = contents(tmp_path / "index")
    for path in [*corpus.rglob("*.md")]:
        path.unlink()
    (corpus / "week3").rmdir()
    with pytest.raises(UsageError, match="empty"):
        run_ingest()
    assert contents(tmp_path / "index") == before


def test_another_corpus_is_refused(
    run_ingest: Run, tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> None:
    run_ingest()
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("글", "utf-8")
    with pytest.raises(MismatchError, match="belongs to"):
        ingest(other, tmp_path / "index", IngestSettings(workers=1), embedder, analyser)


def test_another_model_is_refused_until_the_corpus_is_ingested_with_it(
    run_ingest: Run, corpus: Path, tmp_path: Path, analyser: Analyser
) -> None:
    run_ingest()
    other = HashingEmbedder("other", dimension=16)
    with pytest.raises(MismatchError, match="Run seodang ingest with this model"):
        Index(IndexFolder(tmp_path / "index").require(), other, analyser)
    ingest(corpus, tmp_path / "index", IngestSettings(workers=1), other, analyser)
    Index(IndexFolder(tmp_path / "index").require(), other, analyser).close()


def test_a_second_ingest_at_the_same_time_is_told_so(run_ingest: Run, tmp_path: Path) -> None:
    with IndexFolder(tmp_path / "index").exclusive(), pytest.raises(BusyError, match="another ingest"):
        run_ingest()


def test_a_reader_keeps_its_snapshot(
    run_ingest: Run, corpus: Path, tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser
) -> None:
    run_ingest()
    reader = Index(IndexFolder(tmp_path / "index").require(), embedder, analyser)
    for number in range(6):
        (corpus / "schedule.md").write_text(f"# 일정 {number}\n", "utf-8")
        run_ingest()
    assert "민서" in "".join(page.text for page in reader.pages(reader.documents()[0]))
    assert len(reader.dense(embedder.encode_queries(["attention"])[0], 1)[0]) == 1
    reader.close()
    run_ingest()


def test_files_are_ignored_as_asked(run_ingest: Run, corpus: Path) -> None:
    (corpus / ".seodangignore").write_text("drafts/\n*.tmp.md\n", "utf-8")
    for name in ("drafts/a.md", "b.tmp.md", ".git/c.md", "node_modules/d.md", "~$e.md", ".ipynb_checkpoints/f.md"):
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_text("x", "utf-8")
    (corpus / "picture.xyz").write_bytes(b"?")
    report = run_ingest()
    assert report.added == ["schedule.md", "week3/notes.md"]
    assert [(skip.path, skip.reason) for skip in report.skipped] == [("picture.xyz", "no reader for .xyz")]


def test_names_are_nfc_whatever_the_disk_holds(run_ingest: Run, corpus: Path) -> None:
    import unicodedata

    (corpus / unicodedata.normalize("NFD", "강의 '노트' (1).md")).write_text("# 강의\n\n본문", "utf-8")
    assert "강의 '노트' (1).md" in run_ingest().added


def test_links_out_of_the_corpus_are_not_followed(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("비밀", "utf-8")
    (corpus / "link.md").symlink_to(tmp_path / "secret.md")
    (corpus / "loop").symlink_to(corpus)
    report = run_ingest()
    assert report.added == ["schedule.md", "week3/notes.md"]
    assert {skip.path for skip in report.skipped} == {"link.md", "loop"}


def test_kill_in_the_middle_leaves_the_old_index(tmp_path: Path) -> None:
    corpus, index = tmp_path / "course", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 하나\n\n어텐션을 배운다\n", "utf-8")
    command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(index), "--json"]
    first = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    before = contents(index)
    for number in range(300):
        (corpus / f"n{number}.md").write_text(f"# 글 {number}\n\n" + f"문장 {number}이다. " * 40, "utf-8")
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((index / "snapshots").glob("*.tmp")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert running.poll() is None
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert IndexFolder(index).require().number == first["snapshot"]
    assert contents(index) == before
    done = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert done["documents"] == 301
    assert not list((index / "snapshots").glob("*.tmp"))
