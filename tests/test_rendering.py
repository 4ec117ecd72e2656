"""Page images and quote boxes: right place, right file, and no hostile file that takes the process along."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from make_documents import draw_lines, make_pdf, read

from ingest.child_process import WorkerLimits
from ingest.errors import ChangedError, LimitError, ReadError
from ingest.page_cache import PageCache
from ingest.rendering import MAX_SIDE, PageRenderer, merge_lines


@pytest.fixture
def renderer(tmp_path: Path) -> Iterator[PageRenderer]:
    renderer = PageRenderer(PageCache(tmp_path / "cache", 100))
    yield renderer
    renderer.close()


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def size_of(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


def test_a_page_is_drawn_at_its_scale_and_kept(renderer: PageRenderer, tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "a.pdf", [lambda c: draw_lines(c, ["Hello"])], size=(200, 100))
    hashed = sha256(file)
    image = renderer.image(file, hashed, 1, scale=2.0)
    assert size_of(image) == (400, 200)
    file.unlink()
    assert renderer.image(file, hashed, 1, scale=2.0) == image


def test_a_page_as_large_as_a_wall_is_drawn_smaller(renderer: PageRenderer, tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "a.pdf", [lambda c: draw_lines(c, ["Hello"])], size=(14_000, 7_000))
    assert max(size_of(renderer.image(file, sha256(file), 1))) <= MAX_SIDE


def test_boxes_stand_where_the_words_stand(renderer: PageRenderer, tmp_path: Path) -> None:
    file = make_pdf(
        tmp_path / "a.pdf", [lambda c: draw_lines(c, ["first line", "second line"], x=50, y=900)], (500, 1000)
    )
    page = read(file).pages[0]
    at = page.text.index("second")
    (box,) = renderer.boxes(file, sha256(file), 1, page.content.source[at : at + 6].tolist())
    assert box.x0 == pytest.approx(50 / 500, abs=0.005)
    assert box.y0 < 1 - 887 / 1000 < box.y1
    assert box.x1 - box.x0 == pytest.approx(30 / 500, abs=0.02)


def test_another_file_under_the_same_name_is_not_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "a.pdf", [lambda c: draw_lines(c, ["Hello"])])
    indexed = sha256(file)
    make_pdf(file, [lambda c: draw_lines(c, ["Another"])])
    with pytest.raises(ChangedError):
        renderer.image(file, indexed, 1)


def test_what_cannot_be_drawn_says_so_and_the_next_page_is_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 50)
    good = make_pdf(tmp_path / "good.pdf", [lambda c: draw_lines(c, ["Hello"])])
    with pytest.raises(ReadError, match=r"damaged\.pdf p\. 1"):
        renderer.image(damaged, sha256(damaged), 1)
    with pytest.raises(ReadError, match=r"p\. 9"):
        renderer.image(good, sha256(good), 9)
    assert renderer.image(good, sha256(good), 1)


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    file = make_pdf(tmp_path / "a.pdf", [lambda c: draw_lines(c, ["Hello"])])
    hurried = PageRenderer(PageCache(tmp_path / "cache", 100), WorkerLimits(seconds=0.001, memory_mb=2048))
    with pytest.raises(LimitError):
        hurried.image(file, sha256(file), 1)
    hurried.close()


def test_characters_of_a_line_become_one_box_and_columns_stay_apart() -> None:
    rows = np.array(
        [[0.1, 0.1, 0.12, 0.12], [0.12, 0.101, 0.14, 0.121], [0.6, 0.1, 0.62, 0.12], [0.1, 0.2, 0.1, 0.2]], np.float32
    )
    first, second = merge_lines(rows)
    assert astuple(first) == pytest.approx((0.1, 0.1, 0.14, 0.121))
    assert second.x0 == pytest.approx(0.6)
