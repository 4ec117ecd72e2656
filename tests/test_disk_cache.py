"""What is kept between ingests: found again, bounded, and never a reason to fail."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.disk_cache import DiskCache


def test_values_come_back_for_their_maker_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cache.sqlite"
    one = DiskCache(path, "v1", 1)
    one.put({str(number): b"x%d" % number for number in range(1_200)})
    one.close()
    assert len(DiskCache(path, "v1", 1).get([str(number) for number in range(2_000)])) == 1_200
    assert DiskCache(path, "v1", 1).get(["7", "7", "none"]) == {"7": b"x7"}
    assert DiskCache(path, "v2", 1).get(["7"]) == {}


def test_it_stays_below_its_size_and_forgets_the_oldest(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache.sqlite", "v", 1)
    for number in range(60):
        cache.put({f"{number} {part}": os.urandom(4_000) for part in range(10)})
    assert not cache.get(["0 0"])
    assert cache.get(["59 9"])
    cache.close()
    assert (tmp_path / "cache.sqlite").stat().st_size < 1.5 * 2**20


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"no database " * 1_000)
    cache = DiskCache(path, "v", 1)
    cache.put({"a": b"1"})
    assert cache.get(["a"]) == {"a": b"1"}
    cache.put({f"{number}": bytes(3_000) for number in range(200)})
    cache.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4_096] + os.urandom(len(whole) - 8_192) + whole[-4_096:])
    torn = DiskCache(path, "v", 1)
    torn.get([f"{number}" for number in range(200)])
    torn.put({"b": b"2"})
    again = DiskCache(path, "v", 1)
    again.put({"c": b"3"})
    assert again.get(["c"]) == {"c": b"3"}


@pytest.mark.parametrize("spoil", [lambda path: path.mkdir(parents=True), lambda path: path.parent.write_bytes(b"")])
def test_where_it_cannot_be_written_it_is_done_without(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "cache" / "cache.sqlite"
    spoil(path)
    cache = DiskCache(path, "v", 1)
    cache.put({"a": b"1"})
    assert cache.get(["a"]) == {}
    cache.close()


def _write_for_ever(path: str, name: str) -> None:
    cache = DiskCache(Path(path), "v", 64)
    for number in range(1_000_000):
        cache.put({f"{name} {number}": f"{name} {number}".encode()})


def test_two_writers_and_a_kill_leave_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_for_ever, args=(str(path), name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    until = time.monotonic() + 20
    cache = DiskCache(path, "v", 64)
    while len(cache.get(["a 20", "b 20"])) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    for writer in writers:
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    found = cache.get([f"{name} {number}" for name in "ab" for number in range(20)])
    assert len(found) == 40
    assert all(value == key.encode() for key, value in found.items())


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of a picture and a Korean note."""
    folder = tmp_path_factory.mktemp("board") / "course"
    folder.mkdir()
    picture = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(picture).text((40, 80), "Attention lets every token look", "black", ImageFont.load_default(34))
    picture.save(folder / "board.png")
    (folder / "노트.md").write_text("# 양자화\n\n가중치를 여덟 비트로 줄인다.\n", "utf-8")
    return folder


def _ingest(corpus: Path, index: Path, path: str | None = None) -> tuple[dict[str, object], set[str]]:
    """The command's report, and which modules it had loaded when it ended or ran in a process of their own."""
    program = (
        "import sys; from app.cli import main; begun = [];"
        " sys.addaudithook(lambda event, data: event == 'subprocess.Popen' and begun.extend(f'{a}!' for a in data[1]));"
        " status = main(); print(*sys.modules, *begun, file=sys.stderr); sys.exit(status)"
    )
    command = [sys.executable, "-c", program, "ingest", str(corpus), "--index", str(index), "--json"]
    environment = {**os.environ, "SEODANG_WORKERS": "1", **({"PATH": path} if path else {})}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return json.loads(done.stdout), set(done.stderr.split())


def test_a_rebuild_reads_no_picture_and_analyses_no_word_again(board: Path, tmp_path: Path) -> None:
    index, tools = tmp_path / "index", tmp_path / "tools"
    first, loaded = _ingest(board, index)
    assert first["failed"] == []
    assert "ingest.korean!" in loaded
    # A tesseract that says which version it is and fails on every picture.
    tools.mkdir()
    real = shutil.which("tesseract")
    script = f'#!/bin/sh\ncase "$1" in --*) exec {real} "$@";; esac\nexit 1\n'
    (tools / "tesseract").write_text(script)
    (tools / "tesseract").chmod(0o755)
    shutil.rmtree(index / "snapshots")
    (index / "CURRENT").unlink()
    again, loaded = _ingest(board, index, f"{tools}:{os.environ['PATH']}")
    assert (again["failed"], again["chunks"], again["embedded"]) == ([], first["chunks"], 0)
    assert not {"ingest.korean!", "kiwipiepy", "torch"} & loaded


def test_when_nothing_changed_no_model_is_loaded(board: Path, tmp_path: Path) -> None:
    _ingest(board, tmp_path / "index")
    report, loaded = _ingest(board, tmp_path / "index")
    assert report["unchanged"] == ["board.png", "노트.md"]
    assert not {"ingest.korean!", "kiwipiepy", "ingest.bilingual.model", "tokenizers", "torch"} & loaded
