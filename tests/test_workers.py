"""Reading processes: a file that takes long holds up nobody else's reading."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.chunking import ChunkSettings
from ingest.drafting import Draft
from ingest.errors import LimitError, ReadError
from ingest.readers import SourceFile
from ingest.workers import Job, ReaderPool, WorkerLimits

FILES = 120
LIMITS = WorkerLimits(60.0, 2048)


def test_files_behind_a_slow_one_are_read_and_come_in_order(tmp_path: Path) -> None:
    slow, last = tmp_path / "000.md", tmp_path / f"{FILES:03}.md"
    for path in (slow, last):
        os.mkfifo(path)  # whoever reads it waits until somebody writes
    for number in range(1, FILES):
        (tmp_path / f"{number:03}.md").write_text(f"# Part {number}\n\nWhat part {number} says.\n", "utf-8")
    jobs = [Job(SourceFile(path, path.name), "0" * 64, ChunkSettings()) for path in sorted(tmp_path.iterdir())]
    with ReaderPool(2, LIMITS) as pool, ThreadPoolExecutor(1) as beside:
        results = beside.submit(lambda: list(pool.read_all(jobs)))
        _write(last, results)  # all between were read, or nobody would wait here
        while not results.done():
            _write(slow, results)
            _write(last, results)
    found = results.result()
    assert [path for path, _ in found] == [job.file.relative for job in jobs]
    assert all(isinstance(draft, Draft) and draft.document.path == path for path, draft in found)


def test_a_file_without_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("\n \n", "utf-8")
    job = Job(SourceFile(tmp_path / "a.md", "a.md"), "0" * 64, ChunkSettings())
    with ReaderPool(1, LIMITS) as pool:
        ((_, error),) = pool.read_all([job])
    assert isinstance(error, ReadError)
    assert "holds no text" in str(error)


def test_a_file_that_takes_too_long_is_told_so_whatever_status_an_ended_process_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another exit status than that of SIGKILL, which Windows does not know.
    monkeypatch.setattr(subprocess.Popen, "kill", subprocess.Popen.terminate)
    os.mkfifo(tmp_path / "a.md")  # nobody ever writes
    job = Job(SourceFile(tmp_path / "a.md", "a.md"), "0" * 64, ChunkSettings())
    with ReaderPool(1, WorkerLimits(2.0)) as pool:
        ((_, error),) = pool.read_all([job])
    assert isinstance(error, LimitError)
    assert "took longer than 2 s" in str(error)


def _write(path: Path, results: Future[list[tuple[str, Draft | ReadError]]]) -> None:
    """Text for whoever waits at the pipe; returns when somebody did or all is done."""
    until = time.monotonic() + 30
    while time.monotonic() < until and not results.done():
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody waits yet
            time.sleep(0.01)
            continue
        with suppress(BrokenPipeError), os.fdopen(pipe, "wb") as late:
            late.write(b"# Late\n\nIt came late.\n")
        return
