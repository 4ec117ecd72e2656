"""What real folders do to an ingest: names, copies, permissions, files that move under its feet, older indexes."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from fakes import HashingEmbedder
from PIL import Image

from eval.benchmarks.tree import TRASH, make_tree
from ingest.analyser import Analyser
from ingest.hashes import HashCache
from ingest.index import STORE
from ingest.pipeline import ingest
from ingest.renames import match_renames
from ingest.report import IngestReport, Renamed
from ingest.scan import scan_corpus
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.store import Store

Run = Callable[..., IngestReport]


def texts(index: Path) -> dict[str, str]:
    store = Store.open(IndexFolder(index).require().folder / STORE)
    try:
        return {d.path: "".join(page.text for page in store.pages(d.id)) for d in store.documents()}
    finally:
        store.close()


def told(report: IngestReport) -> list[str]:
    names = [*report.added, *report.changed, *report.unchanged, *(pair.new for pair in report.renamed)]
    return sorted(names + [e.path for part in (report.duplicates, report.failed, report.skipped) for e in part])


def test_two_names_that_are_one_in_unicode(run_ingest: Run, corpus: Path) -> None:
    name = "강의.md"
    for form in ("NFC", "NFD"):
        (corpus / unicodedata.normalize(form, name)).write_text(f"# {form}\n\n본문 {form}", "utf-8")
    report = run_ingest()
    assert name in report.added
    (skip,) = report.skipped
    assert skip.path == unicodedata.normalize("NFD", name)
    assert "Unicode" in skip.reason
    (corpus / name).unlink()
    again = run_ingest()
    assert again.changed == [name]
    assert again.skipped == []


def test_names_that_are_hard_to_say(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    deep = corpus / ("긴 이름" * 8) / ("b" * 60) / ("c" * 60)
    deep.mkdir(parents=True)
    names = ["따옴표 ' \" `.md", "줄\n바꿈.md", " 앞뒤 .md", "%20&#.md", "back\\slash.md"]
    for name in names:
        (corpus / name).write_text(f"# {name!r}\n\n본문", "utf-8")
    (deep / f"{'d' * 60}.md").write_text("# 깊은 곳\n\n본문", "utf-8")
    for byte in (b"\xff", b"\xfe"):
        Path(os.fsdecode(os.fsencode(corpus) + b"/bytes" + byte + b".md")).write_text(f"# {byte!r}\n\n본문", "utf-8")
    report = run_ingest()
    assert set(names) < set(report.added)
    assert {"bytes\\xff.md", "bytes\\xfe.md"} < set(report.added)
    assert len(report.added) == 2 + len(names) + 1 + 2
    assert json.loads(msgspec.json.encode(report))["failed"] == []
    assert run_ingest().unchanged == report.added


def test_swapped_files_keep_their_contents(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    one, other = corpus / "schedule.md", corpus / "week3" / "notes.md"
    one.rename(corpus / "held")
    other.rename(one)
    (corpus / "held").rename(other)
    report = run_ingest()
    assert report.changed == ["schedule.md", "week3/notes.md"]
    assert report.failed == []
    assert report.embedded == 0
    assert "민서" in texts(tmp_path / "index")["week3/notes.md"]


def test_a_folder_rename_moves_copies_too(run_ingest: Run, corpus: Path) -> None:
    for name in ("week3/a.md", "week3/a의_사본.md", "week5/a.md"):
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).write_text("# 같은 글\n\n어텐션", "utf-8")
    assert [copy.path for copy in run_ingest().duplicates] == ["week3/a의_사본.md", "week5/a.md"]
    (corpus / "week3").rename(corpus / "주차3")
    report = run_ingest()
    assert {(pair.old, pair.new) for pair in report.renamed} == {
        (f"week3/{name}", f"주차3/{name}") for name in ("a.md", "a의_사본.md", "notes.md")
    }
    assert report.removed == []
    assert told(report) == told(run_ingest())


def test_copies_follow_the_folder_that_moved() -> None:
    gone = {"a/x.md": "1", "a/n.md": "same", "b/y.md": "2", "b/n.md": "same"}
    new = {"z/x.md": "1", "z/n.md": "same", "c/y.md": "2", "c/n.md": "same"}
    assert match_renames(gone, new) == {"z/x.md": "a/x.md", "z/n.md": "a/n.md", "c/y.md": "b/y.md", "c/n.md": "b/n.md"}


def test_a_copy_survives_the_file_it_was_a_copy_of(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    (corpus / "zz.md").write_bytes((corpus / "schedule.md").read_bytes())
    run_ingest()
    (corpus / "schedule.md").write_bytes(b"\x00\x00 broken")
    report = run_ingest()
    assert [(failure.path, failure.stale) for failure in report.failed] == [("schedule.md", False)]
    assert report.unchanged == ["week3/notes.md", "zz.md"]
    assert "민서" in texts(tmp_path / "index")["zz.md"]


def test_stale_content_outlives_a_rebuild(run_ingest: Run, corpus: Path, tmp_path: Path, analyser: Analyser) -> None:
    run_ingest()
    (corpus / "schedule.md").write_bytes(b"\x00\x00 broken")
    other = HashingEmbedder("other", dimension=16)
    report = ingest(corpus, tmp_path / "index", IngestSettings(workers=1, chunk_chars=400), other, analyser)
    assert [(failure.path, failure.stale) for failure in report.failed] == [("schedule.md", True)]
    assert "민서" in texts(tmp_path / "index")["schedule.md"]


def test_a_file_that_fails_again_makes_no_snapshot(run_ingest: Run, corpus: Path) -> None:
    (corpus / "bad.pptx").write_bytes(b"not a zip archive")
    first, second = run_ingest(), run_ingest()
    assert [failure.path for failure in second.failed] == ["bad.pptx"]
    assert second.snapshot == first.snapshot


def test_an_index_of_another_format_or_damaged_is_made_anew(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    run_ingest()
    manifest = IndexFolder(tmp_path / "index").require().folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"format": 3', '"format": 1'), "utf-8")
    assert run_ingest().documents == 2
    damaged = IndexFolder(tmp_path / "index").require().folder / STORE
    damaged.write_bytes(b"no database" * 1000)
    assert run_ingest().documents == 2
    (tmp_path / "index" / "CURRENT").write_text("?", "utf-8")
    assert run_ingest(verify=True).failed == []
    assert set(texts(tmp_path / "index")) == {"schedule.md", "week3/notes.md"}


def test_a_file_is_hashed_again_only_when_it_may_have_changed(corpus: Path, tmp_path: Path) -> None:
    for path in corpus.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    cache = HashCache(tmp_path / "hashes")
    first = cache.hash_files(scan_corpus(corpus).files, verify=False)
    cache.save()
    notes = corpus / "schedule.md"
    status = notes.stat()
    notes.write_bytes(notes.read_bytes().replace("민서".encode(), "도윤".encode()))
    os.utime(notes, ns=(status.st_atime_ns, status.st_mtime_ns))  # same size, time and inode: only --verify sees it
    again = HashCache(tmp_path / "hashes")
    assert again.hash_files(scan_corpus(corpus).files, verify=False) == first
    assert again.hash_files(scan_corpus(corpus).files, verify=True) != first


def as_a_user_would() -> None:
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # without CAP_DAC_OVERRIDE and
        ctypes.CDLL(None).prctl(24, 2, 0, 0, 0)  # CAP_DAC_READ_SEARCH the superuser reads what others may


def test_what_cannot_be_read_just_now_stays_searchable(run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "real"
    command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(index), "--json"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    (corpus / "week3").chmod(0)
    (corpus / "schedule.md").write_text("# 새 일정\n\n바뀐 글", "utf-8")
    (corpus / "schedule.md").chmod(0)
    done = subprocess.run(command, capture_output=True, preexec_fn=as_a_user_would)
    report = json.loads(done.stdout)
    (corpus / "week3").chmod(0o755)
    assert done.returncode == 1
    assert {(f["path"], f["stale"]) for f in report["failed"]} == {
        ("schedule.md", True),
        ("week3", False),
        ("week3/notes.md", True),
    }
    assert report["removed"] == []
    assert set(texts(index)) == {"schedule.md", "week3/notes.md"}


def test_a_note_is_read_once_without_a_picture_that_cannot_be_read(corpus: Path, tmp_path: Path) -> None:
    def run() -> dict[str, list[str]]:
        command = [sys.executable, "-m", "app.cli", "ingest", str(corpus), "--index", str(tmp_path / "i"), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=as_a_user_would)
        assert done.returncode == 0, done.stderr
        report: dict[str, list[str]] = json.loads(done.stdout)
        return report

    picture = corpus / ".img" / "p.png"  # hidden: no file of the course for itself
    picture.parent.mkdir()
    Image.new("RGB", (90, 90), "white").save(picture)
    (corpus / "week3" / "notes.md").write_text("# Attention\n\nIt looks so: ![](../.img/p.png)\n", "utf-8")
    run()
    picture.chmod(0)
    (corpus / "schedule.md").write_text("# 새 일정\n\n바뀐 글\n", "utf-8")
    assert run()["changed"] == ["schedule.md", "week3/notes.md"]
    assert run()["unchanged"] == ["schedule.md", "week3/notes.md"]
    picture.chmod(0o644)
    assert run()["changed"] == ["week3/notes.md"]


@pytest.mark.parametrize("seed", [1])
def test_a_course_repository_renamed_folder_by_folder(
    tmp_path: Path, embedder: HashingEmbedder, analyser: Analyser, seed: int
) -> None:
    corpus, index = tmp_path / "tree", tmp_path / "index"
    make_tree(corpus, files=200, seed=seed)

    def run() -> IngestReport:
        return ingest(corpus, index, IngestSettings(workers=1), embedder, analyser)

    first = run()
    there = {
        unicodedata.normalize("NFC", path.relative_to(corpus).as_posix())
        for path in corpus.rglob("*")
        if path.is_file() and TRASH not in path.parts
    }
    assert set(told(first)) == there
    assert first.failed == []
    assert first.duplicates
    for week in sorted(path for path in corpus.iterdir() if "주차" in path.name):
        week.rename(week.with_name(f"{week.name} (보관)"))
        report = run()
        new = {path for path in told(report) if path.startswith(f"{week.name} (보관)/")}
        assert {(pair.old, pair.new) for pair in report.renamed} == {
            (path.replace(" (보관)/", "/", 1), path) for path in new
        }
        assert (report.added, report.changed, report.removed, report.failed) == ([], [], [], [])
    assert isinstance(report.renamed[0], Renamed)
    fresh = ingest(corpus, tmp_path / "fresh", IngestSettings(workers=1), embedder, analyser)
    assert texts(index) == texts(tmp_path / "fresh")
    assert fresh.documents == report.documents
