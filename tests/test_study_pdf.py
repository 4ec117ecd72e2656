"""The study guide as PDF: its words, its places, its own font, one page where they fit."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from make_font import make_font

from app.study_guide import Guide, Point
from app.study_pdf import to_pdf
from ingest.errors import UsageError

POINT = Point("어텐션", "가중치의 합은 1이다. Weights sum to one.", "week3/notes.md › 어텐션")


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_font(tmp_path_factory.mktemp("font") / "boxes.ttf"))


def guide(points: int) -> Guide:
    dates = (("3주차 · 2026-03-21 <b>\x00", "schedule.md"),)
    return Guide("3주차 공부 길잡이", dates, (("3주차 노트", (POINT,) * points),))


def text_of(pdf: bytes, folder: Path) -> list[str]:
    (folder / "guide.pdf").write_bytes(pdf)
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(folder / "guide.pdf").pages]


def test_a_guide_is_one_page_with_every_place(font: str, tmp_path: Path) -> None:
    (page,) = text_of(to_pdf(guide(12), font), tmp_path)
    assert page.startswith("3주차 공부 길잡이 3주차 · 2026-03-21 <b> (schedule.md)")
    assert page.count("어텐션 가중치의 합은 1이다. Weights sum to one. week3/notes.md › 어텐션") == 12
    fonts = pypdf.PdfReader(tmp_path / "guide.pdf").pages[0]["/Resources"]["/Font"].values()
    (descendant,) = next(iter(fonts)).get_object()["/DescendantFonts"]
    assert "/FontFile2" in descendant.get_object()["/FontDescriptor"].get_object()


def test_what_does_not_fit_goes_on_and_nothing_is_lost(font: str, tmp_path: Path) -> None:
    small = text_of(to_pdf(guide(17), font), tmp_path)
    assert len(small) == 1  # in smaller letters
    pages = text_of(to_pdf(guide(60), font), tmp_path)
    assert len(pages) > 1
    assert sum(page.count("week3/notes.md") for page in pages) == 60


def test_without_a_font_that_has_the_letters_it_says_what_to_do(font: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fonts-noto-cjk"):
        to_pdf(guide(1), str(tmp_path / "gone.ttf"))
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(UsageError, match=r"broken\.ttf: not a font"):
        to_pdf(guide(1), str(tmp_path / "broken.ttf"))
    with pytest.raises(UsageError):
        to_pdf(Guide("कखगघङ", (), (("चछजझञ", ()),)), font)
