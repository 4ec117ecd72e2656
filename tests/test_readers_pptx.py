from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from make_documents import add_table, block_at, blocks_of, make_deck, png, read
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.documents import BlockKind
from ingest.errors import EncryptedError, LimitError, ReadError


def test_a_slide_is_title_bullets_with_levels_and_notes(tmp_path: Path) -> None:
    path = make_deck(
        tmp_path / "3주차.pptx",
        "어텐션",
        [(0, "질의와 키"), (1, "내적으로 비교"), (0, "값")],
        "여기서 질문을 받는다.",
    )
    reading = read(path)
    page = reading.pages[0]
    assert reading.title == "어텐션"
    assert page.text == "어텐션\n\n질의와 키\n내적으로 비교\n값\n\n여기서 질문을 받는다."
    assert page.place() == "slide 1"
    assert blocks_of(page, BlockKind.HEADING) == ["어텐션"]
    assert [block.level for block in page.blocks if block.kind is BlockKind.LIST_ITEM] == [0, 1, 0]
    assert blocks_of(page, BlockKind.SPEAKER_NOTES) == ["여기서 질문을 받는다."]


def test_tables_groups_charts_and_alternative_texts_are_read(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    add_table(deck, [("Week", "Topic"), ("1", "Tokens"), ("2", "Vectors")])
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "inside a group"
    picture = slide.shapes.add_picture(png(), 0, 0)
    picture._element.nvPicPr.cNvPr.set("descr", "A diagram of the encoder")
    unnamed = slide.shapes.add_picture(png(), 0, 0)
    unnamed._element.nvPicPr.cNvPr.set("descr", "image7.png")
    data = CategoryChartData()
    data.categories = ["spring", "autumn"]
    data.add_series("students", (41, 58))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(3), Inches(3), data)
    path = tmp_path / "a.pptx"
    deck.save(str(path))

    page = read(path).pages[0]
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["Week | Topic", "| students"]
    assert "1 | Tokens\n2 | Vectors" in page.text
    assert "spring | 41\nautumn | 58" in page.text
    assert "inside a group" in page.text
    assert "A diagram of the encoder" in page.text
    assert "image7" not in page.text


def test_macro_decks_are_read_too(tmp_path: Path) -> None:
    path = make_deck(tmp_path / "a.pptm", "Tokens", [(0, "Byte pairs")])
    assert block_at(read(path).pages[0], "Byte pairs").kind is BlockKind.LIST_ITEM


def test_one_damaged_slide_costs_one_slide(tmp_path: Path) -> None:
    deck = Presentation()
    for text in ("first", "second", "third"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = text
    deck.save(str(tmp_path / "whole.pptx"))
    path = tmp_path / "a.pptx"
    with zipfile.ZipFile(tmp_path / "whole.pptx") as whole, zipfile.ZipFile(path, "w") as damaged:
        for name in whole.namelist():
            damaged.writestr(name, b"" if name.endswith("slide2.xml") else whole.read(name))

    reading = read(path)
    assert [(page.number, page.text) for page in reading.pages] == [(1, "first"), (3, "third")]
    assert [failure.number for failure in reading.failures] == [2]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", ReadError),
        (b"no archive", ReadError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), EncryptedError),
    ],
)
def test_what_is_no_deck_is_refused(tmp_path: Path, content: bytes, error: type[ReadError]) -> None:
    path = tmp_path / "a.pptx"
    path.write_bytes(content)
    with pytest.raises(error, match=r"a\.pptx"):
        read(path)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = make_deck(tmp_path / "a.pptx", "Tokens", [(0, "Byte pairs")])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ppt/bomb.xml", "w") as bomb,
    ):
        for _ in range(1100):
            bomb.write(bytes(1 << 20))
    with pytest.raises(LimitError, match="unpacks to more"):
        read(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    whole = make_deck(tmp_path / "whole.pptx", "Tokens", [(0, "Byte pairs")])
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    path = tmp_path / "a.pptx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("slide1.xml"):
                head, _, body = data.partition(b"?>")
                entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
                data = head + b"?>" + entity + body.replace(b"Byte pairs", b"Byte &e; pairs")
            target.writestr(name, data)
    assert "secret" not in read(path).pages[0].text


@pytest.mark.parametrize("made_up", ["PowerPoint 프레젠테이션", "PowerPoint Presentation", "프레젠테이션1"])
def test_a_title_that_the_program_made_up_is_none(tmp_path: Path, made_up: str) -> None:
    path = make_deck(tmp_path / "a.pptx", "어텐션", [(0, "질의와 키")])
    deck = Presentation(str(path))
    deck.core_properties.title = made_up
    deck.save(str(path))
    assert read(path).title == "어텐션"
