"""The reader table: which reader takes which file."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_documents import draw_lines, make_deck, make_pdf, read

from ingest.documents import Kind
from ingest.errors import ReadError
from ingest.readers import FORMATS


def test_every_row_has_a_reader() -> None:
    assert all(callable(row.reader()) for row in FORMATS.values())


def test_a_renamed_file_is_read_as_what_it_is(tmp_path: Path) -> None:
    deck = make_deck(tmp_path / "a.pptx", "Tokens", [(0, "Byte pairs")]).rename(tmp_path / "a.docx")
    reading = read(deck)
    assert reading.kind is Kind.SLIDES
    assert reading.pages[0].place() == "slide 1"
    assert reading.warnings == ("named .docx, but it is .pptx by its content",)
    notes = make_pdf(tmp_path / "a.pdf", [lambda canvas: draw_lines(canvas, ["Some text."])]).rename(tmp_path / "a.txt")
    assert read(notes).pages[0].text == "Some text."


def test_files_without_a_reader_say_what_helps(tmp_path: Path) -> None:
    path = tmp_path / "old.doc"
    path.write_bytes(b"anything")
    with pytest.raises(ReadError, match=r"no reader for \.doc: save it as \.docx"):
        read(path)


@pytest.mark.parametrize("suffix", sorted(FORMATS))
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"\xff\xfe\xfa" * 300, b"(" * 3000, b"<" * 3000, b"PK\x03\x04" * 50]
)
def test_strange_bytes_never_crash_a_reader(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    try:
        reading = read(path)
    except ReadError as error:
        assert f"a{suffix}" in str(error)  # noqa: PT017
    else:
        assert all(page.text == page.content.text for page in reading.pages)
