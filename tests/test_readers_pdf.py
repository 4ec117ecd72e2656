from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from make_documents import KOREAN, block_at, blocks_of, draw_lines, make_pdf, read
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import BlockKind, Kind, Page
from ingest.errors import EncryptedError, ReadError

LEFT = [
    "Attention lets every token look at",
    "every other token of the sequence,",
    "however far away it stands.",
]
RIGHT = [
    "Recurrent networks pass one state",
    "from step to step, which makes long",
    "distances hard to learn.",
]


def pdfium_characters(path: Path, page: Page) -> str:
    """What pdfium itself counts on this page, one character an index."""
    document = pdfium.PdfDocument(path)
    text_page = document[page.number - 1].get_textpage()
    characters = [chr(pdfium.raw.FPDFText_GetUnicode(text_page, index)) for index in range(text_page.count_chars())]
    text_page.close()
    document.close()
    return "".join(characters)


def test_lines_of_a_paragraph_are_joined_and_paragraphs_kept_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, LEFT)
        draw_lines(canvas, RIGHT, y=640)

    page = read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0]
    assert page.text == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"
    assert page.place() == "p. 1"


def test_columns_are_read_one_after_the_other_even_when_drawn_line_by_line(tmp_path: Path) -> None:
    left, right = LEFT * 4, RIGHT * 4

    def draw(canvas: Canvas) -> None:
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            draw_lines(canvas, [one], x=60, y=700 - 13 * number)
            draw_lines(canvas, [other], x=320, y=700 - 13 * number)

    text = read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0].text
    assert " ".join(text.split()) == " ".join(left + right)


def test_a_hyphen_at_a_line_end_goes_unless_it_belongs_to_the_word(tmp_path: Path) -> None:
    lines = [
        "A well-known method of natural language process-",
        "ing splits the text into pieces, and this is well-",
        "known to everyone who has read the introduction.",
    ]
    text = read(make_pdf(tmp_path / "a.pdf", [lambda canvas: draw_lines(canvas, lines)])).pages[0].text
    assert "language processing splits" in text
    assert "this is well-known to everyone" in text


def test_korean_lines_that_break_inside_words_are_joined(tmp_path: Path) -> None:
    text = (
        "기계독해는 주어진 지문을 이해하고 질문에 답하는 과제이다. 이 데이터셋은 질문과 답변의 "
        "쌍으로 이루어져 있으며 누구나 이 데이터셋을 쓸 수 있다. 모델은 지문을 읽고 답변을 찾으며, "
        "사람의 성능과 비교하였다. 이 데이터셋은 위키백과 문서를 바탕으로 만들었으며 질문에 답하는 "
        "과제를 평가한다. 지문을 이해하고 나면 모델은 답을 고르게 된다."
    )
    lines = [text[start : start + 34].strip() for start in range(0, len(text), 34)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont(KOREAN, 10)
        for number, line in enumerate(lines):
            width = canvas.stringWidth(line, KOREAN, 10)
            canvas.drawString(72, 700 - 14 * number, line, charSpace=(330 - width) / len(line))

    assert read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0].text == text


def test_running_headers_and_page_numbers_go_but_recurring_slide_titles_stay(tmp_path: Path) -> None:
    def chapter(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            draw_lines(canvas, ["Deep Learning, spring term"], y=810)
            draw_lines(canvas, [f"Sentence number {number} says something.", f"And goes on, {number} times over."])
            draw_lines(canvas, [str(number)], x=290, y=30)

        return draw

    pages = read(make_pdf(tmp_path / "a.pdf", [chapter(n) for n in range(1, 7)])).pages
    assert ["spring term" in page.text for page in pages] == [True] + 5 * [False]  # said nowhere else: once
    assert pages[3].text == "Sentence number 4 says something. And goes on, 4 times over."

    def slide(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica-Bold", 28)
            draw_lines(canvas, ["Self-Attention"], y=540)
            canvas.setFont("Helvetica", 16)
            draw_lines(canvas, [f"Queries, keys and values of head {number}"], y=480)

        return draw

    deck = read(make_pdf(tmp_path / "b.pdf", [slide(n) for n in range(1, 6)], landscape(A4)))
    assert deck.kind is Kind.SLIDES
    assert all(blocks_of(page, BlockKind.HEADING) == ["Self-Attention"] for page in deck.pages)


def test_outline_gives_headings_and_the_path_of_the_pages_below(tmp_path: Path) -> None:
    def first(canvas: Canvas) -> None:
        for key, title, level in (("1", "Basics", 0), ("1.1", "Tokens", 1), ("1.2", "Vectors", 1)):
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(title, key, level)
        draw_lines(canvas, ["1 Basics"], y=720)
        draw_lines(canvas, ["1.1 Tokens"], y=690)
        draw_lines(canvas, LEFT, y=660)
        draw_lines(canvas, ["1.2 Vectors"], y=600)
        draw_lines(canvas, RIGHT, y=570)

    pages = read(make_pdf(tmp_path / "a.pdf", [first, lambda canvas: draw_lines(canvas, LEFT)])).pages
    assert blocks_of(pages[0], BlockKind.HEADING) == ["1 Basics", "1.1 Tokens", "1.2 Vectors"]
    assert block_at(pages[0], "1.1 Tokens").level == 2
    assert pages[0].headings == ()
    assert pages[1].headings == ("1 Basics", "1.2 Vectors")


def test_headings_without_outline_are_told_by_size(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        draw_lines(canvas, ["A Study of Attention"], y=760)
        canvas.setFont("Helvetica-Bold", 14)
        draw_lines(canvas, ["Introduction"], y=720)
        canvas.setFont("Helvetica", 10)
        draw_lines(canvas, LEFT * 3, y=690)

    reading = read(make_pdf(tmp_path / "a.pdf", [draw]))
    assert reading.title == "A Study of Attention"
    assert block_at(reading.pages[0], "A Study").level == 1
    assert block_at(reading.pages[0], "Introduction").level == 2


def test_rows_of_a_table_keep_their_cells_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, ["The schedule of the course follows here."], y=740)
        for number, row in enumerate([("Week", "Topic", "Room"), ("1", "Tokens", "301"), ("2", "Vectors", "302")]):
            for column, cell in enumerate(row):
                draw_lines(canvas, [cell], x=72 + 120 * column, y=700 - 14 * number)

    page = read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0]
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["Week | Topic | Room"]
    assert blocks_of(page, BlockKind.TABLE_ROW) == ["1 | Tokens | 301", "2 | Vectors | 302"]


def test_cells_that_run_over_several_lines_are_put_together(tmp_path: Path) -> None:
    rows = [
        [["Source"], ["Example"], ["Main risk"]],
        [["Converted", "benchmarks"], ["FLAN"], ["Stiff answers"]],
        [["Human written"], ["LIMA"], ["Slow and", "expensive"]],
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                draw_lines(canvas, cell, x=72 + 110 * column, y=700 - 36 * number)

    page = read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0]
    assert blocks_of(page, BlockKind.TABLE_HEADER) == ["Source | Example | Main risk"]
    assert blocks_of(page, BlockKind.TABLE_ROW) == [
        "Converted benchmarks | FLAN | Stiff answers",
        "Human written | LIMA | Slow and expensive",
    ]


def test_superscripts_stay_in_their_line(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, ["The inverse f"], y=700)
        canvas.setFont("Helvetica", 7)
        width = canvas.stringWidth("The inverse f", "Helvetica", 10)
        draw_lines(canvas, ["-1"], x=72 + width, y=704)
        canvas.setFont("Helvetica", 10)
        draw_lines(canvas, ["(U) is open."], x=72 + width + canvas.stringWidth("-1", "Helvetica", 7), y=700)

    assert read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0].text == "The inverse f-1(U) is open."


def test_rotated_pages_read_like_upright_ones(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(500, 100)
        canvas.rotate(90)
        draw_lines(canvas, LEFT, x=0, y=0)

    assert read(make_pdf(tmp_path / "a.pdf", [draw])).pages[0].text == " ".join(LEFT)


def test_a_page_without_text_is_a_warning(tmp_path: Path) -> None:
    reading = read(make_pdf(tmp_path / "a.pdf", [lambda canvas: draw_lines(canvas, LEFT), lambda canvas: None]))
    assert reading.warnings == ("1 of 2 pages have no text",)
    assert [page.number for page in reading.pages] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing of the kind", b"plain text"])
def test_what_is_no_pdf_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"broken\.pdf"):
        read(path)


def test_encryption_is_named_and_an_empty_password_is_no_obstacle(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(canvas, LEFT)

    locked = make_pdf(tmp_path / "locked.pdf", [draw], encrypt=StandardEncryption("secret", "owner"))
    with pytest.raises(EncryptedError, match="password"):
        read(locked)
    guarded = make_pdf(tmp_path / "guarded.pdf", [draw], encrypt=StandardEncryption("", "owner"))
    assert read(guarded).pages[0].text == " ".join(LEFT)


words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


@given(st.lists(st.lists(words, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_character_knows_its_pdfium_index(tmp_path: Path, lines: list[str]) -> None:
    path = make_pdf(tmp_path / "a.pdf", [lambda canvas: draw_lines(canvas, lines)])
    for page in read(path).pages:
        raw = pdfium_characters(path, page)
        for character, source in zip(page.text, page.content.source.tolist(), strict=True):
            if source >= 0:  # pdfium writes U+0002 for a hyphen at a line's end
                assert character == raw[source].replace("\x02", "-")
            else:
                assert character in " \n|"


def test_sources_lead_to_the_boxes_of_a_quote(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [lambda canvas: draw_lines(canvas, LEFT, x=100, y=500)])
    page = read(path).pages[0]
    source = int(page.content.source[page.text.index("however")])
    document = pdfium.PdfDocument(path)
    text_page = document[0].get_textpage()
    left, bottom, _, top = text_page.get_charbox(source)
    text_page.close()
    document.close()
    assert left == pytest.approx(100, abs=2)
    assert bottom < 500 - 2 * 13 + 6 < top + 4


def test_a_space_that_the_font_does_not_name_is_a_space(tmp_path: Path) -> None:
    names = "\n".join(f"<{code:02x}> <{0 if code == 32 else code:04x}>" for code in range(32, 127))
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /C def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n95 beginbfchar\n{names}\nendbfchar\nendcmap end end"
    )
    content = "BT /F 14 Tf 72 700 Td (Every node keeps a distance) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        f"<< /Length {len(to_unicode)} >>\nstream\n{to_unicode}\nendstream",
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    path = tmp_path / "a.pdf"
    path.write_text(f"%PDF-1.4\n{body}trailer << /Root 1 0 R /Size 7 >>\n%%EOF\n")
    assert read(path).pages[0].text == "Every node keeps a distance"
