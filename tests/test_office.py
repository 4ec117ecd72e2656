"""Office files drawn by a converter that may be anything: only the indexed file, nothing of ours in its reach, an end
to it in any case."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from fake_office import make_office
from make_documents import draw_lines, make_deck, make_pdf

from app.assistant import Assistant
from app.settings import AppSettings
from app.viewing import Note, PageView, PageViewer
from ingest.child_process import WorkerLimits
from ingest.documents import Span
from ingest.office import OfficeConverter
from ingest.page_cache import PageCache
from ingest.snapshots import IndexFolder

COPY = "(folder / 'document.pdf').write_bytes(Path({pdf!r}).read_bytes())"


def hashed(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    return make_deck(tmp_path / "deck.pptx", "Dropout", [(0, "keeps half of the units")])


@pytest.fixture
def converting(tmp_path: Path) -> Iterator[Callable[..., OfficeConverter]]:
    made: list[OfficeConverter] = []

    def make(command: str, seconds: float = 20) -> OfficeConverter:
        made.append(OfficeConverter(command, PageCache(tmp_path / "kept", 100), WorkerLimits(seconds, 4096)))
        return made[-1]

    yield make
    for converter in made:
        converter.close()


def test_a_file_is_converted_once_out_of_reach_of_everything_else(
    deck: Path, tmp_path: Path, converting: Callable[..., OfficeConverter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    body = """
profile = [a for a in arguments if a.startswith("-env:UserInstallation=file://")][0].partition("file://")[2]
settings = (Path(profile) / "user" / "registrymodifications.xcu").read_text()
with log.open("a") as file:
    print("key", os.environ.get("OPENAI_API_KEY"), "macros off", "DisableMacrosExecution" in settings, file=file)
(folder / "document.pdf").write_bytes(b"%PDF made of " + document.read_bytes()[:2])
"""
    command, log = make_office(tmp_path, body)
    for _ in range(2):
        converter = converting(command)
        converter.start(deck, hashed(deck)).result(20)
        made = converter.pdf(hashed(deck))
        assert made is not None
        assert made.read_bytes() == b"%PDF made of PK"
    first, second = log.read_text("utf-8").splitlines()
    assert first.endswith("/document.pptx")
    assert str(tmp_path / "deck.pptx") not in first
    assert second == "key None macros off True"


def test_what_hangs_is_ended_with_its_children_and_not_tried_again(
    deck: Path, tmp_path: Path, converting: Callable[..., OfficeConverter]
) -> None:
    body = """
child = subprocess.Popen(["sleep", "60"])
with log.open("a") as file:
    print(child.pid, file=file)
time.sleep(60)
"""
    command, log = make_office(tmp_path, body)
    converter = converting(command, seconds=1.5)
    for _ in range(2):
        converter.start(deck, hashed(deck)).result(20)
        assert converter.pdf(hashed(deck)) is None
    _, child = log.read_text("utf-8").splitlines()
    assert not psutil.pid_exists(int(child)) or psutil.Process(int(child)).status() == psutil.STATUS_ZOMBIE


def test_only_the_indexed_file_and_only_with_a_converter(
    deck: Path, tmp_path: Path, converting: Callable[..., OfficeConverter]
) -> None:
    command, log = make_office(tmp_path, COPY.format(pdf=os.devnull))
    converter = converting(command)
    indexed = hashed(deck)
    deck.write_bytes(b"PK something else")
    converter.start(deck, indexed).result(20)
    assert converter.pdf(indexed) is None
    assert not log.exists()
    assert converter.takes("a.pptx")
    assert not converter.takes("a.pdf")
    assert not converting("").takes("a.pptx")
    assert not converting("no-such-command-here").takes("a.pptx")


def drawn(viewer: PageViewer, assistant: Assistant, path: str, number: int, span: Span | None = None) -> PageView:
    """The view once nothing is being drawn."""
    for _ in range(100):
        view = viewer.view(assistant.index, path, number, span)
        assert view is not None
        if view.note is not Note.DRAWING:
            return view
        time.sleep(0.1)
    raise AssertionError("it is still being drawn")


@pytest.fixture
def office_course(corpus: Path, tmp_path: Path) -> str:
    """A deck and a document with two sections; the command that "converts" either to a fitting PDF."""
    from docx import Document

    make_deck(corpus / "deck.pptx", "Dropout", [(0, "keeps half of the units")], notes="Ask the room first.")
    word = Document()
    for heading, text in (("Plan", "We meet on Monday."), ("Rules", "Late work loses a point a day.")):
        word.add_heading(heading, 1)
        word.add_paragraph(text)
    word.save(str(corpus / "plan.docx"))
    slide = make_pdf(tmp_path / "deck.pdf", [lambda c: draw_lines(c, ["Dropout", "keeps half", "of the units"])])
    pages = make_pdf(
        tmp_path / "plan.pdf",
        [
            lambda c: draw_lines(c, ["Plan", "We meet on Monday."]),
            lambda c: draw_lines(c, ["Rules", "Late work loses", "a point a day."], y=400),
        ],
    )
    body = f"""
made = {str(slide)!r} if document.suffix == ".pptx" else {str(pages)!r}
{COPY.format(pdf="made").replace("'made'", "made")}
"""
    return make_office(tmp_path, body)[0]


def test_the_panel_shows_slides_and_sections_as_drawn_with_the_quote_boxed(
    office_course: str, assistant: Assistant, tmp_path: Path
) -> None:
    viewer = PageViewer(IndexFolder(tmp_path / "index").cache, AppSettings(soffice=office_course))
    page = assistant.page("deck.pptx", 1)
    assert page is not None
    at = page.text.index("keeps")
    slide = drawn(viewer, assistant, "deck.pptx", 1, Span(1, at, at + len("keeps half of the units")))
    assert slide.image is not None
    assert len(slide.boxes) == 2  # two lines

    at = page.text.index("Ask the room")  # of the speaker's notes: not drawn, so shown as text
    assert drawn(viewer, assistant, "deck.pptx", 1, Span(1, at, at + 12)).image is None

    section = next(n for n in (1, 2) if (p := assistant.page("plan.docx", n)) and "Late work" in p.text)
    rules = assistant.page("plan.docx", section)
    assert rules is not None
    at = rules.text.index("Late")
    view = drawn(viewer, assistant, "plan.docx", section, Span(section, at, at + 30))
    assert view.image is not None
    assert 400 / 842 < view.boxes[0].y0 < 1  # on the second page, where it stands lower
    assert drawn(viewer, assistant, "plan.docx", section).image == view.image
    assert drawn(viewer, assistant, "plan.docx", section).boxes == ()
    viewer.close()


def test_what_the_converter_made_of_something_else_is_not_shown(
    office_course: str, assistant: Assistant, tmp_path: Path
) -> None:
    other = make_pdf(tmp_path / "other.pdf", [lambda c: draw_lines(c, ["Quite another text"])])
    command, _ = make_office(tmp_path, COPY.format(pdf=str(other)))
    viewer = PageViewer(tmp_path / "cache", AppSettings(soffice=command))
    view = drawn(viewer, assistant, "plan.docx", 1)
    assert (view.image, view.note) == (None, None)
    assert "Monday" in "".join(segment.text for segment in view.segments)
    viewer.close()


def test_the_cache_stays_small_and_keeps_what_is_used(tmp_path: Path) -> None:
    cache = PageCache(tmp_path, 1)
    for number in range(30):
        cache.put(f"{number:02}.png", bytes(100_000))
        os.utime(tmp_path / f"{number:02}" / f"{number:02}.png", (number, number))
        assert cache.path("00.png") is not None  # looked at all the time
    kept = {path.name for path in tmp_path.glob("*/*")}
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 1024 * 1024
    assert {"00.png", "29.png"} <= kept
    assert "01.png" not in kept
    assert PageCache(tmp_path, 1).path("29.png") is not None
