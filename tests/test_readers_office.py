"""Word, HWPX, HWP and Excel files."""

from __future__ import annotations

import datetime
import struct
import zipfile
import zlib
from pathlib import Path

import docx
import openpyxl
import pytest
from make_documents import blocks_of, read

from ingest.documents import BlockKind
from ingest.errors import EncryptedError, ReadError
from ingest.readers.hwp import CTRL_HEADER, LIST_HEADER, PARA_HEADER, PARA_TEXT
from ingest.readers.hwp_records import read_records

HP = 'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"'


def test_word_sections_lists_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("들어가는 말")
    document.add_heading("3주차", 1)
    document.add_heading("준비물", 2)
    document.add_paragraph("노트북", style="List Bullet")
    table = document.add_table(3, 2)
    for row, (week, topic) in enumerate([("주차", "주제"), ("3", "어텐션"), ("4", "사전학습")]):
        table.cell(row, 0).text, table.cell(row, 1).text = week, topic
    path = tmp_path / "plan.docx"
    document.save(str(path))

    reading = read(path)
    assert reading.title in ("3주차", "Word Document")
    assert [page.place() for page in reading.pages] == ["", "› 준비물"]
    page = reading.pages[1]
    assert page.headings == ("3주차", "준비물")
    assert page.text == "3주차\n\n준비물\n\n노트북\n\n주차 | 주제\n3 | 어텐션\n4 | 사전학습"
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["주차 | 주제"]
    assert blocks_of(page, BlockKind.LIST_ITEM) == ["노트북"]


def test_a_cell_merged_downwards_is_said_in_every_row(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, texts in enumerate([("주차", "주제"), ("1주차", "토큰"), ("", "벡터")]):
        table.cell(row, 0).text, table.cell(row, 1).text = texts
    table.cell(1, 0).merge(table.cell(2, 0))
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert read(path).pages[0].text == "주차 | 주제\n1주차 | 토큰\n1주차 | 벡터"


def test_bold_lines_are_headings_where_no_style_says_so(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph().add_run("일정").bold = True
    document.add_paragraph("첫 모임은 3월 7일이다.")
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert [(page.place(), page.text) for page in read(path).pages] == [("› 일정", "일정\n\n첫 모임은 3월 7일이다.")]


def test_deleted_text_of_tracked_changes_is_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("kept")
    path = tmp_path / "whole.docx"
    document.save(str(path))
    changed = tmp_path / "a.docx"
    tracked = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> added</w:t></w:r></w:ins></w:p>"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                data = data.replace("</w:p>", tracked, 1)
            target.writestr(name, data.encode("utf-8", "surrogateescape"))
    assert read(changed).pages[0].text == "kept added"


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def test_word_charts_and_diagrams_are_read(tmp_path: Path) -> None:
    def drawn(mark: str) -> str:
        return f"<w:p><w:r><w:drawing><a:graphicData>{mark}</a:graphicData></w:drawing></w:r></w:p>"

    def series(kind: str, value: str) -> str:
        return f'<c:{kind}><c:strCache><c:pt idx="0"><c:v>{value}</c:v></c:pt></c:strCache></c:{kind}>'

    spaces = f'xmlns:w="http://w" xmlns:a="{DRAWING}/main" xmlns:c="{DRAWING}/chart" xmlns:r="{OFFICE}" xmlns:d="d"'
    chart, diagram = drawn('<c:chart r:id="rId1"/>'), drawn('<d:relIds r:dm="rId2"/>')
    cell = f"<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>{diagram}</w:tc></w:tr></w:tbl>"
    ser = series("tx", "Loss") + series("cat", "epoch 1") + series("val", "0.25")
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, types in (
            ("_rels/.rels", {"rId1": ("officeDocument", "word/document.xml")}),
            (
                "word/_rels/document.xml.rels",
                {"rId1": ("chart", "charts/chart1.xml"), "rId2": ("diagramData", "diagrams/data1.xml")},
            ),
        ):
            relations = "".join(
                f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
                for key, (kind, target) in types.items()
            )
            archive.writestr(name, f"<Relationships>{relations}</Relationships>")
        archive.writestr("word/document.xml", f"<w:document {spaces}><w:body>{chart}{cell}</w:body></w:document>")
        archive.writestr("word/charts/chart1.xml", f"<c:chart {spaces}><c:ser>{ser}</c:ser></c:chart>")
        points = "".join(f"<d:pt><a:t>{text}</a:t></d:pt>" for text in ("Collect", "Train"))
        archive.writestr("word/diagrams/data1.xml", f"<d:dataModel {spaces}>{points}</d:dataModel>")
    (page,) = read(path).pages
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["| Loss"]
    assert blocks_of(page, BlockKind.TABLE_ROW) == ["epoch 1 | 0.25"]
    assert blocks_of(page, BlockKind.LIST_ITEM) == ["Collect", "Train"]


def test_workbook_rows_have_places_and_keep_their_header(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "일정"
    sheet.append(["주차", "날짜", "주제", "비율"])
    for week in range(1, 61):
        day = datetime.datetime(2026, 3, 7) + datetime.timedelta(weeks=week)
        sheet.append([week, day, f"주제 {week}", 0.25])
        sheet.cell(sheet.max_row, 4).number_format = "0%"
    path = tmp_path / "plan.xlsx"
    workbook.save(path)

    pages = read(path).pages
    assert len(pages) == 2
    assert all(page.text.startswith("주차 | 날짜 | 주제 | 비율\n") for page in pages)
    at = pages[1].text.index("50 | 2027-02-20 | 주제 50 | 25%")
    assert pages[1].place(at) == "일정 row 51"
    assert pages[1].headings == ("일정",)


def make_hwpx(path: Path, body: str, manifest: str = "<manifest/>") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("Contents/section0.xml", f"<hs:sec {HP}>{body}</hs:sec>")
    return path


def hwpx_paragraph(text: str) -> str:
    return f"<hp:p><hp:run><hp:t>{text}</hp:t></hp:run></hp:p>"


def test_hwpx_follows_korean_headings_and_repeats_merged_cells(tmp_path: Path) -> None:
    def cell(row: int, column: int, text: str, span: int = 1) -> str:
        address = f'<hp:cellAddr colAddr="{column}" rowAddr="{row}"/><hp:cellSpan colSpan="1" rowSpan="{span}"/>'
        return f"<hp:tc><hp:subList>{hwpx_paragraph(text)}</hp:subList>{address}</hp:tc>"

    rows = [
        cell(0, 0, "주차") + cell(0, 1, "주제"),
        cell(1, 0, "1주차", 2) + cell(1, 1, "토큰"),
        cell(2, 1, "벡터"),
    ]
    table = "".join(f"<hp:tr>{row}</hp:tr>" for row in rows)
    path = make_hwpx(
        tmp_path / "plan.hwpx",
        hwpx_paragraph("Ⅰ. 과정 개요")
        + hwpx_paragraph("□ 매주 토요일<hp:lineBreak/>오전에 모인다.")
        + hwpx_paragraph("Ⅱ. 일정")
        + f"<hp:p><hp:run><hp:tbl>{table}</hp:tbl></hp:run></hp:p>",
    )
    pages = read(path).pages
    assert [page.place() for page in pages] == ["› Ⅰ. 과정 개요", "› Ⅱ. 일정"]
    assert blocks_of(pages[0], BlockKind.LIST_ITEM) == ["□ 매주 토요일\n오전에 모인다."]
    assert pages[1].text == "Ⅱ. 일정\n\n주차 | 주제\n1주차 | 토큰\n1주차 | 벡터"


def test_hwpx_deletions_are_left_out_and_encryption_is_named(tmp_path: Path) -> None:
    tracked = hwpx_paragraph('남은 <hp:deleteBegin Id="1"/>지운 <hp:deleteEnd Id="1"/>글')
    assert read(make_hwpx(tmp_path / "a.hwpx", tracked)).pages[0].text == "남은 글"
    locked = make_hwpx(tmp_path / "b.hwpx", "", "<manifest><encryption-data/></manifest>")
    with pytest.raises(EncryptedError, match="password"):
        read(locked)


def test_hwpx_equations_ruby_text_and_form_fields_are_read(tmp_path: Path) -> None:
    body = (
        "<hp:p><hp:run><hp:t>식은</hp:t><hp:equation><hp:script>y = ax + b</hp:script></hp:equation>"
        "<hp:t>이다.</hp:t><hp:dutmal><hp:mainText>注意</hp:mainText><hp:subText>주의</hp:subText></hp:dutmal>"
        '<hp:textart text="환영"/><hp:checkBtn caption="동의함"/></hp:run></hp:p>'
    )
    (page,) = read(make_hwpx(tmp_path / "a.hwpx", body)).pages
    assert page.text == "식은 y = ax + b 이다. 注意 주의 환영동의함"


def hwp_record(tag: int, level: int, data: bytes = b"") -> bytes:
    return (
        struct.pack("<I", tag | level << 10 | min(len(data), 0xFFF) << 20)
        + (struct.pack("<I", len(data)) if len(data) >= 0xFFF else b"")
        + data
    )


def test_hwp_records_nest_by_level_and_long_ones_state_their_size() -> None:
    stream = (
        hwp_record(PARA_HEADER, 0, bytes(24))
        + hwp_record(PARA_TEXT, 1, "가".encode("utf-16-le") * 3000)
        + hwp_record(CTRL_HEADER, 1, b" lbt")
        + hwp_record(LIST_HEADER, 2)
        + hwp_record(PARA_HEADER, 0)
    )
    first, second = read_records(stream)
    assert [child.tag for child in first.children] == [PARA_TEXT, CTRL_HEADER]
    assert len(first.children[0].data) == 6000
    assert [child.tag for child in first.children[1].children] == [LIST_HEADER]
    assert second.children == []
    assert [record.tag for record in read_records(stream[:-3])] == [PARA_HEADER]


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.hwpx", "a.hwp", "a.epub"])
@pytest.mark.parametrize("content", [b"", b"neither zip nor ole", b"PK\x05\x06" + bytes(18), zlib.compress(b"x")])
def test_what_is_no_office_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=name):
        read(path)


def test_hwp_3_is_told_from_damage(tmp_path: Path) -> None:
    path = tmp_path / "old.hwp"
    path.write_bytes(b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05" + bytes(100))
    with pytest.raises(ReadError, match="HWP 3"):
        read(path)
