"""Kill, full disk, read-only folder, two at once: the index before keeps serving and the next ingest finishes."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eval.benchmarks.crash import crash_trials
from ingest.snapshots import IndexFolder

_CAP_DAC_OVERRIDE, _PR_CAPBSET_DROP = 1, 24
_SYNCS_AS_ON_WINDOWS = """
import errno, fcntl, os, stat, sys

sync = os.fsync

def fsync(descriptor):
    read_only = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    if read_only and stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.EBADF, "Bad file descriptor")
    sync(descriptor)

os.fsync = fsync
from app.cli import main
sys.exit(main())
"""


def seodang(*arguments: object, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", preexec_fn=before)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """An ingested course of one file, and many more waiting to be read."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "first.md").write_text("# 하나\n\n퍼셉트론을 배운다.\n", "utf-8")
    assert seodang("ingest", folder, "--index", tmp_path / "index").returncode == 0
    for number in range(60):
        text = f"# Part {number}\n\n" + f"Sentence {number} about attention. " * 100
        (folder / f"n{number}.md").write_text(text, "utf-8")
    return folder


def test_twenty_kills_break_lose_and_orphan_nothing(tmp_path: Path) -> None:
    tally = crash_trials(tmp_path, range(20))
    assert (tally.broken, tally.lost, tally.orphans) == ([], [], [])
    assert tally.while_writing >= 5


@pytest.mark.parametrize("kilobytes", [1, 40, 150])
def test_a_full_disk_is_said_and_survived(course: Path, tmp_path: Path, kilobytes: int) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    index = tmp_path / "index"
    full = seodang("ingest", course, "--index", index, before=small_files)
    assert full.returncode == 2
    assert "disk has room" in full.stderr
    assert "Traceback" not in full.stderr
    assert IndexFolder(index).require().number == 1
    assert IndexFolder(index).half_made() == []
    assert "퍼셉트론" in seodang("search", "퍼셉트론", "--index", index).stdout
    done = seodang("ingest", course, "--index", index, "--json")
    assert json.loads(done.stdout)["documents"] == 61


@pytest.fixture
def read_only(course: Path, tmp_path: Path) -> Iterator[Path]:
    index = tmp_path / "index"
    folders = [index, *(path for path in index.rglob("*") if path.is_dir())]
    for path in [*folders, *(path for path in index.rglob("*") if path.is_file())]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield index
    for path in folders:
        path.chmod(0o755)


def as_a_user_would() -> None:
    """The superuser writes where nobody may; without that right a read-only folder is one."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


def test_a_read_only_index_is_searched_and_the_ingest_says_why_not(course: Path, read_only: Path) -> None:
    found = seodang("search", "퍼셉트론", "--index", read_only, before=as_a_user_would)
    assert "first.md" in found.stdout, found.stderr
    refused = seodang("ingest", course, "--index", read_only, before=as_a_user_would)
    assert refused.returncode == 2
    assert "Permission denied" in refused.stderr
    assert "Traceback" not in refused.stderr
    planned = seodang("ingest", course, "--index", read_only, "--dry-run", "--json", before=as_a_user_would)
    assert len(json.loads(planned.stdout)["added"]) == 60


def test_damaged_caches_that_cannot_be_removed_are_done_without(course: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    caches = list((index / "cache").glob("*.sqlite"))
    assert caches
    for path in caches:
        path.write_bytes(b"no database " * 1_000)
        path.chmod(0o444)
    (index / "cache").chmod(0o555)
    done = seodang("ingest", course, "--index", index, "--json", before=as_a_user_would)
    (index / "cache").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == 61


def test_the_second_of_two_ingests_is_told_so(course: Path, tmp_path: Path) -> None:
    with IndexFolder(tmp_path / "index").exclusive():
        second = seodang("ingest", course, "--index", tmp_path / "index")
    assert second.returncode == 2
    assert "another ingest" in second.stderr


def test_an_ingest_gets_through_where_only_a_file_open_for_writing_can_be_forced_to_disk(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "first.md").write_text("# 하나\n\n퍼셉트론을 배운다.\n", "utf-8")
    command = [sys.executable, "-c", _SYNCS_AS_ON_WINDOWS, "ingest", str(tmp_path / "course"), "--index"]
    done = subprocess.run([*command, str(tmp_path / "index")], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert IndexFolder(tmp_path / "index").require().manifest.documents == 1
