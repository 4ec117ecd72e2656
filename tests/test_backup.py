"""Backup and restore: everything comes back, nothing that was there is lost, no path escapes."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from app.backup import backup, restore
from app.cli import main
from app.places import user_folder
from ingest.analyser import Analyser
from ingest.errors import DamagedError, MismatchError, UsageError
from ingest.index import Index
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

Run = Callable[..., IngestReport]


@pytest.fixture
def index(run_ingest: Run, tmp_path: Path) -> Path:
    """An index, and conversations beside it that are still being written."""
    run_ingest()
    folder = user_folder(tmp_path / "index")
    folder.mkdir()
    (folder / "cases.jsonl").write_text('{"id": "가"}\n', "utf-8")
    with closing(sqlite3.connect(folder / "talks.sqlite")) as talks:
        talks.execute("PRAGMA journal_mode=WAL")
        talks.execute("CREATE TABLE talks (text TEXT)")
        talks.execute("INSERT INTO talks VALUES ('어텐션이 뭐야?')")
        talks.commit()
    return tmp_path / "index"


def texts(index: Path) -> list[str]:
    opened = Index(IndexFolder(index).require(), HashingEmbedder(), Analyser())
    found = [chunk.chunk.text for chunk in opened.chunks(range(len(opened)))]
    opened.close()
    return found


def test_everything_comes_back_elsewhere(index: Path, tmp_path: Path) -> None:
    assert backup(index, tmp_path / "all.zip") == (tmp_path / "all.zip").stat().st_size
    done = restore(tmp_path / "all.zip", tmp_path / "other" / "place")
    assert texts(done.index) == texts(index)
    assert done.set_aside is None
    folder = user_folder(done.index)
    assert (folder / "cases.jsonl").read_text("utf-8") == '{"id": "가"}\n'
    with closing(sqlite3.connect(folder / "talks.sqlite")) as talks:
        assert talks.execute("SELECT text FROM talks").fetchall() == [("어텐션이 뭐야?",)]


def test_restoring_over_an_index_loses_nothing(index: Path, run_ingest: Run, corpus: Path, tmp_path: Path) -> None:
    backup(index, tmp_path / "all.zip")
    then = texts(index)
    (corpus / "schedule.md").unlink()
    run_ingest()
    now = texts(index)
    (user_folder(index) / "cases.jsonl").write_text("later\n", "utf-8")
    done = restore(tmp_path / "all.zip", index)
    assert texts(index) == then
    assert done.set_aside is not None
    assert (done.set_aside / "cases.jsonl").read_text("utf-8") == "later\n"
    folder = IndexFolder(index)
    with folder.exclusive():
        folder.undo()
    assert texts(index) == now
    assert run_ingest().removed == []


def test_a_course_that_lies_elsewhere_goes_on_there(
    index: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> tuple[int, str, str]:
        status = main([*arguments, "--json"])
        return status, *capsys.readouterr()

    backup(index, tmp_path / "all.zip")
    place, moved = str(tmp_path / "other" / "index"), tmp_path / "elsewhere" / "강의"
    moved.parent.mkdir()
    corpus.rename(moved)
    _, _, warning = command("restore", str(tmp_path / "all.zip"), "--index", place)
    assert "--corpus DIR" in warning
    status, printed, warning = command("restore", str(tmp_path / "all.zip"), "--index", place, "--corpus", str(moved))
    assert (status, json.loads(printed)["corpus"], warning) == (0, str(moved), "")
    report = ingest(moved, Path(place), IngestSettings(workers=1), HashingEmbedder(), Analyser())
    assert (report.added, report.changed, report.removed, report.embedded) == ([], [], [], 0)

    with pytest.raises(UsageError, match="no such folder"):
        restore(tmp_path / "all.zip", None, tmp_path / "nowhere")
    other = tmp_path / "another"
    other.mkdir()
    (other / "a.md").write_text("# A\n\nText.\n", "utf-8")
    ingest(other, tmp_path / "taken", IngestSettings(workers=1), HashingEmbedder(), Analyser())
    with pytest.raises(MismatchError, match="belongs to"):
        restore(tmp_path / "all.zip", tmp_path / "taken", moved)


def test_a_backup_never_replaces_a_file(index: Path, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        backup(index, tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["user/../../escape", "/etc/escape", "user\\..\\escape", "C:/escape", "other/escape"])
def test_no_name_escapes(index: Path, tmp_path: Path, name: str) -> None:
    backup(index, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip", "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(UsageError, match="no part of a backup"):
        restore(tmp_path / "all.zip", tmp_path / "target" / "index")
    assert not list(tmp_path.rglob("escape*"))
    assert not (tmp_path / "target").exists()


def test_a_damaged_backup_changes_nothing(index: Path, tmp_path: Path) -> None:
    backup(index, tmp_path / "all.zip")
    before, number = texts(index), IndexFolder(index).require().number
    whole = (tmp_path / "all.zip").read_bytes()
    for at, content in enumerate((whole[: len(whole) // 2], b"no archive", whole[:2000] + b"\xff" * 50 + whole[2050:])):
        broken = tmp_path / f"broken{at}.zip"
        broken.write_bytes(content)
        with pytest.raises((UsageError, DamagedError), match="damaged"):
            restore(broken, index)
    with zipfile.ZipFile(tmp_path / "all.zip") as source, zipfile.ZipFile(tmp_path / "less.zip", "w") as target:
        for info in source.infolist():
            if "ids.npy" not in info.filename:
                target.writestr(info.filename, source.read(info))
    with pytest.raises(DamagedError):
        restore(tmp_path / "less.zip", index)
    assert (texts(index), IndexFolder(index).require().number) == (before, number)
    assert IndexFolder(index).half_made() == []


def test_a_damaged_user_file_changes_nothing(index: Path, tmp_path: Path) -> None:
    backup(index, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        info = archive.getinfo("user/cases.jsonl")
    content = bytearray((tmp_path / "all.zip").read_bytes())
    content[info.header_offset + 30 + len(info.filename) + 3] ^= 1  # after its header of 30 bytes and its name
    (tmp_path / "broken.zip").write_bytes(content)
    before, number = texts(index), IndexFolder(index).require().number
    with pytest.raises(UsageError, match="Nothing was changed"):
        restore(tmp_path / "broken.zip", index)
    assert (texts(index), IndexFolder(index).require().number) == (before, number)
    assert IndexFolder(index).half_made() == []
    assert sorted(path.name for path in tmp_path.glob("index*")) == ["index", "index.user"]
    with pytest.raises(UsageError, match="Nothing was changed"):
        restore(tmp_path / "broken.zip", tmp_path / "other" / "index")
    assert IndexFolder(tmp_path / "other" / "index").current() is None
