"""Text in pictures. The program tesseract is part of the test environment."""

from __future__ import annotations

import base64
import io
import os
import shutil
from pathlib import Path

import pytest
from make_documents import make_notebook, make_pdf
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile, read_document
from ingest.readers.ocr import with_korean
from ingest.readers.tesseract import Word

LEFT = ["Attention lets every token look", "at every other token of the", "sequence, however far away it", "stands."]
RIGHT = ["Recurrent networks pass one state", "from step to step, which makes", "long distances hard to", "learn."]


def draw(lines: list[str], other: list[str] | None = None, *, dark: bool = False) -> Image.Image:
    ground, ink = ("black", "white") if dark else ("white", "black")
    picture = Image.new("RGB", (1400, 500), ground)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(34)
    for number, line in enumerate(lines):
        pen.text((60, 60 + 46 * number), line, ink, font)
    for number, line in enumerate(other or []):
        pen.text((760, 60 + 46 * number), line, ink, font)
    return picture


def read(path: Path, ocr_seconds: float = 60.0) -> Reading:
    return read_document(SourceFile(path, path.name, ocr_seconds))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_picture_is_a_page_with_boxes(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"board{suffix}"
    draw(LEFT).save(path)
    page = read(path).pages[0]
    assert " ".join(page.text.split()) == " ".join(LEFT)
    assert page.place() == ""
    assert page.boxes is not None
    x0, y0, x1, y1 = page.boxes[page.content.source[page.text.index("however")]]
    assert 0.1 < x0 < x1 < 0.3
    assert 0.28 < y0 < y1 < 0.4


def test_light_writing_on_a_dark_ground(tmp_path: Path) -> None:
    path = tmp_path / "board.png"
    draw(LEFT, dark=True).save(path)
    assert "every other token" in " ".join(read(path).pages[0].text.split())


def test_columns_of_a_scan_are_read_one_after_the_other(tmp_path: Path) -> None:
    picture = draw(LEFT * 2, RIGHT * 2)

    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 300, 595, 212)

    reading = read(make_pdf(tmp_path / "scan.pdf", [page]))
    assert " ".join(reading.pages[0].text.split()) == " ".join([*LEFT * 2, *RIGHT * 2])
    assert reading.pages[0].place() == "p. 1"
    assert reading.pages[0].boxes is not None
    assert reading.warnings == ("1 of 1 pages were read by OCR",)


def test_without_ocr_a_scan_is_a_failure_that_says_so(tmp_path: Path) -> None:
    picture = draw(LEFT)

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 300, 595, 212)

    path = make_pdf(tmp_path / "scan.pdf", [lambda canvas: canvas.drawString(72, 700, "A page of text."), scan])
    reading = read(path, ocr_seconds=0)
    assert [page.number for page in reading.pages] == [1]
    assert [failure.number for failure in reading.failures] == [2]
    assert "OCR" in reading.failures[0].reason
    draw(LEFT).save(tmp_path / "a.png")
    with pytest.raises(ReadError, match="OCR"):
        read(tmp_path / "a.png", ocr_seconds=0)


def test_pictures_on_slides_and_in_notebooks_are_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    draw(LEFT).save(stream, "PNG")
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Attention"
    slide.shapes.add_picture(io.BytesIO(stream.getvalue()), 0, 0)
    deck.save(str(tmp_path / "a.pptx"))
    assert "every other token" in " ".join(read(tmp_path / "a.pptx").pages[0].text.split())

    encoded = base64.b64encode(stream.getvalue()).decode()
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": encoded}}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": "plot()", "outputs": [output]},
        {"cell_type": "markdown", "source": "See", "attachments": {"x.png": {"image/png": encoded}}},
    ]
    pages = read(make_notebook(tmp_path / "a.ipynb", cells)).pages
    assert all("every other token" in " ".join(page.text.split()) for page in pages)


def test_one_tesseract_reads_all_pictures_of_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Attention lets every token look", "Recurrent networks pass one state", "Layers are stacked twelve high"]
    cells = []
    for text in texts:
        stream = io.BytesIO()
        draw([text, text]).save(stream, "PNG")
        data = {"image/png": base64.b64encode(stream.getvalue()).decode()}
        output = {"output_type": "display_data", "metadata": {}, "data": data}
        cells.append({"cell_type": "code", "metadata": {}, "source": "plot()", "outputs": [output]})
    path = make_notebook(tmp_path / "a.ipynb", cells)
    _log_tesseract(tmp_path, monkeypatch, "")
    pages = read(path).pages
    assert [" ".join(page.text.split()) for page in pages] == [f"plot() {text} {text}" for text in texts]
    assert (tmp_path / "runs").read_text().count("\n") == 1
    _log_tesseract(tmp_path, monkeypatch, '[ $(wc -l < "$1") -eq 1 ] || exit 1')  # fails where there are several
    assert [page.text for page in read(path).pages] == [page.text for page in pages]
    assert (tmp_path / "runs").read_text().count("\n") == 4


def _log_tesseract(folder: Path, monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    """The program, after a line in the file ``runs`` and what else a shell is to do."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    real = shutil.which("tesseract", path=os.environ["PATH"].replace(str(tools), ""))
    script = f'#!/bin/sh\ncase "$1" in --*) ;; *) echo >> {folder}/runs; {before or ":"};; esac\nexec {real} "$@"\n'
    (folder / "runs").write_text("")
    (tools / "tesseract").write_text(script)
    (tools / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    with pytest.raises(ReadError, match="damaged"):
        read(path)


def test_a_word_is_taken_from_the_reading_that_is_surer_of_it() -> None:
    def word(text: str, x: float, confidence: float) -> Word:
        return Word(text, (x, 0.1, x + 0.1, 0.2), 0, confidence)

    both = [word("SEO!", 0.1, 60), word("BERT", 0.3, 96), word("모델", 0.5, 90)]
    korean = [word("것을", 0.1, 91), word("비트", 0.3, 40), word("모델", 0.5, 92)]
    assert [found.text for found in with_korean(both, korean)] == ["것을", "BERT", "모델"]
