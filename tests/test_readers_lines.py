"""Formats whose places are lines, rows and times: delimited tables, subtitles, source code."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_documents import blocks_of, read

from ingest.documents import BlockKind, Kind
from ingest.errors import ReadError
from ingest.readers import FORMATS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'week,topic\n1,"tokens,\nand bytes"\n2,vectors\n'),
        ("b.csv", 'week;topic\n1;"tokens,\nand bytes"\n2;vectors\n'),
        ("c.tsv", 'week\ttopic\n1\t"tokens,\nand bytes"\n2\tvectors\n'),
    ],
)
def test_delimited_rows_have_places(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    page = read(path).pages[0]
    assert page.text == "week | topic\n1 | tokens, and bytes\n2 | vectors"
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["week | topic"]
    assert page.place(page.text.index("vectors")) == "row 3"


def test_a_korean_table_in_its_old_encoding(tmp_path: Path) -> None:
    path = tmp_path / "명단.csv"
    path.write_bytes("이름,조,역할\n김하늘,1조,발표\n이바다,2조,기록\n박나무,3조,사회\n".encode("cp949"))
    assert "김하늘 | 1조 | 발표" in read(path).pages[0].text


def test_cues_are_sentences_with_times(tmp_path: Path) -> None:
    path = tmp_path / "lecture.vtt"
    path.write_text(
        "WEBVTT\n\nNOTE made by hand\n\n1\n00:00:01.000 --> 00:00:03.000\n<v 김선생>오늘은 <b>어텐션</b>을\n\n"
        "00:00:03.000 --> 00:00:05.000 align:start\n<v 김선생>봅니다.\n\n"
        "01:02:03.500 --> 01:02:06.000\n<v 학생>질문 있어요 &amp; 하나 더요.\n",
        encoding="utf-8",
    )
    page = read(path).pages[0]
    assert page.text == "김선생: 오늘은 어텐션을 봅니다.\n학생: 질문 있어요 & 하나 더요."
    assert page.place(page.text.index("봅니다")) == "00:03"
    assert page.place(page.text.index("질문")) == "1:02:03"


def test_rolling_captions_are_said_once(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nso today\n\n2\n00:00:02,000 --> 00:00:03,000\nso today we look at\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nwe look at\n\n4\n00:00:04,000 --> 00:00:05,000\nattention.\n"
    )
    assert read(path).pages[0].text == "so today we look at attention."


def test_text_that_holds_no_cues_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("nothing of the kind")
    with pytest.raises(ReadError, match="no subtitles"):
        read(path)


def test_every_line_of_code_has_its_place_and_definitions_stay_whole(tmp_path: Path) -> None:
    body = "\n".join(f"    step_{number} = {number}" for number in range(100))
    path = tmp_path / "train.py"
    path.write_text(f"import os\n\n\ndef first():\n{body}\n\n\ndef second():\n{body}\n")
    pages = read(path).pages
    assert len(pages) == 2
    assert pages[1].text.startswith("def second")
    assert pages[0].place(pages[0].text.index("step_7 ")) == "line 12"
    assert pages[1].place() == "line 107"
    assert "".join(page.text for page in pages) == path.read_text()


def test_packed_code_is_left_out_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.min.js"
    path.write_text("x=1;" * 5000)
    reading = read(path)
    assert reading.pages == ()
    assert "too long" in reading.failures[0].reason


def test_the_table_knows_every_kind_of_course_file() -> None:
    assert FORMATS[".py"].kind is Kind.CODE
    assert FORMATS[".tex"].kind is Kind.NOTES
    assert FORMATS[".xlsx"].kind is Kind.TABLE
