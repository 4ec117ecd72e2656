"""The source panel's content: the quote marked to the character, and never an original that was not indexed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.settings import AppSettings
from app.viewing import Note, PageViewer
from ingest.documents import Span


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[PageViewer]:
    viewer = PageViewer(tmp_path / "cache", AppSettings(soffice=""))
    yield viewer
    viewer.close()


@pytest.fixture(scope="module")
def own_course(course_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Path]]:
    """An assistant over the browser course, and its corpus."""
    assistant = Assistant.open(course_index)
    yield assistant, assistant.index.corpus
    assistant.index.close()


def test_the_marked_segments_are_the_quote(viewer: PageViewer, own_course: tuple[Assistant, Path]) -> None:
    assistant, _ = own_course
    citation = assistant.ask("드롭아웃이 뭐야?").citations[0]
    view = viewer.view(assistant.index, citation.path, citation.span.page, citation.span)
    assert view is not None
    assert "".join(segment.text for segment in view.segments if segment.marked) == citation.quote
    page = assistant.page(citation.path, citation.span.page)
    assert page is not None
    assert "".join(segment.text for segment in view.segments) == page.text


def test_a_pdf_page_shows_its_image_and_a_box(viewer: PageViewer, own_course: tuple[Assistant, Path]) -> None:
    assistant, _ = own_course
    view = viewer.view(assistant.index, "week1/optimisers.pdf", 2, Span(2, 0, 8))
    assert view is not None
    assert view.image is not None
    assert view.image.startswith(b"\x89PNG")
    assert len(view.boxes) == 1
    assert (view.previous, view.next, view.count) == (1, None, 2)


def test_a_changed_original_is_not_opened(viewer: PageViewer, own_course: tuple[Assistant, Path]) -> None:
    assistant, corpus = own_course
    file, kept = corpus / "week1" / "optimisers.pdf", corpus.parent / "kept.pdf"
    shutil.copy2(file, kept)
    try:
        file.write_bytes(b"%PDF-1.7 something else")
        view = viewer.view(assistant.index, "week1/optimisers.pdf", 1)
        assert view is not None
        assert (view.image, view.note) == (None, Note.CHANGED)
        assert "Gradient descent" in "".join(segment.text for segment in view.segments)
        file.unlink()
        view = viewer.view(assistant.index, "week1/optimisers.pdf", 1)
        assert view is not None
        assert view.note is Note.GONE
    finally:
        shutil.copy2(kept, file)


def test_there_is_no_page_of_an_unknown_document(viewer: PageViewer, own_course: tuple[Assistant, Path]) -> None:
    assistant, _ = own_course
    assert viewer.view(assistant.index, "../../etc/passwd", 1) is None
    assert viewer.view(assistant.index, "week1/optimisers.pdf", 99) is None
