"""Pictures that Markdown shows: their text is searched with the document, and follows every change of the pictures."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from PIL import Image, ImageDraw, ImageFont

from ingest.analyser import Analyser
from ingest.index import STORE
from ingest.pipeline import ingest
from ingest.readers import SourceFile, read_document
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder
from ingest.store import Store


def draw(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(picture).text((40, 60), words, "black", ImageFont.load_default(34))
    picture.save(path)


def pages(path: Path, relative: str) -> list[str]:
    return [page.text for page in read_document(SourceFile(path, relative, 60.0)).pages]


def test_a_section_ends_with_the_text_of_its_pictures(tmp_path: Path) -> None:
    draw(tmp_path / "img" / "그림 1.png", "Gradient descent takes small steps")
    draw(tmp_path / "week1" / "b.png", "Momentum remembers the last step")
    note = tmp_path / "week1" / "note.md"
    raw = (
        '# One\n\nText ![loss](../img/%EA%B7%B8%EB%A6%BC%201.png "t") goes on.\n\n# Two\n\n<img width=3 src="b.png">\n'
    )
    note.write_text(raw, "utf-8")
    reading = read_document(SourceFile(note, "week1/note.md", 60.0))
    one, two = reading.pages
    assert one.text == "# One\n\nText loss goes on.\n\n\n\nGradient descent takes small steps"
    assert (one.content.source[0], one.content.source[-1]) == (0, -1)
    assert two.text.endswith("Momentum remembers the last step")
    assert [path for path, _ in reading.pictures] == ["img/그림 1.png", "week1/b.png"]
    assert pages(note, "week1/note.md")[0] == one.text
    assert "Gradient" not in read_document(SourceFile(note, "week1/note.md")).pages[0].text


@pytest.mark.parametrize(
    "target", ["../../secret.png", "/../secret.png", "link.png", "http://localhost/secret.png", "file:///secret.png"]
)
def test_no_picture_outside_the_corpus_is_opened(tmp_path: Path, target: str) -> None:
    draw(tmp_path / "secret.png", "The secret word is swordfish")
    note = tmp_path / "course" / "week1" / "note.md"
    note.parent.mkdir(parents=True)
    (note.parent / "link.png").symlink_to(tmp_path / "secret.png")
    note.write_text(f"# One\n\nText ![plot of loss]({target})\n", "utf-8")
    reading = read_document(SourceFile(note, "week1/note.md", 60.0))
    assert reading.pages[0].text == "# One\n\nText plot of loss\n"
    assert all(digest == "" for _, digest in reading.pictures)


@pytest.fixture
def update(tmp_path: Path, analyser: Analyser) -> Callable[[], tuple[IngestReport, dict[str, str]]]:
    """Ingest, and the text of every Markdown document now."""

    def run() -> tuple[IngestReport, dict[str, str]]:
        settings = IngestSettings(workers=1)
        report = ingest(tmp_path / "course", tmp_path / "index", settings, HashingEmbedder(), analyser)
        store = Store.open(IndexFolder(tmp_path / "index").require().folder / STORE)
        found = {
            document.path: " ".join(page.text for page in store.pages(document.id))
            for document in store.documents()
            if document.path.endswith(".md")
        }
        store.close()
        return report, found

    return run


def test_a_document_follows_its_pictures(
    tmp_path: Path, update: Callable[[], tuple[IngestReport, dict[str, str]]]
) -> None:
    course = tmp_path / "course"
    draw(course / "a" / "p.png", "Alpha is the first letter")
    (course / "a" / "note.md").write_text("# Note\n\n![plot of loss](p.png)\n", "utf-8")
    _, texts = update()
    assert "Alpha is the first letter" in texts["a/note.md"]
    assert update()[0].unchanged == ["a/note.md", "a/p.png"]

    draw(course / "a" / "p.png", "Omega is the last letter")
    report, texts = update()
    assert report.changed == ["a/note.md", "a/p.png"]
    assert "Omega is the last letter" in texts["a/note.md"]

    (course / "a" / "p.png").unlink()
    report, texts = update()
    assert (report.changed, report.removed) == (["a/note.md"], ["a/p.png"])
    assert "Omega" not in texts["a/note.md"]

    draw(course / "a" / "p.png", "Omega is the last letter")
    assert "Omega" in update()[1]["a/note.md"]

    (course / "b").mkdir()
    (course / "a" / "note.md").rename(course / "b" / "note.md")
    report, texts = update()  # another folder, where the picture is not
    assert [(pair.old, pair.new) for pair in report.renamed] == [("a/note.md", "b/note.md")]
    assert "Omega" not in texts["b/note.md"]
    (course / "a" / "p.png").rename(course / "b" / unicodedata.normalize("NFD", "p.png"))
    assert "Omega" in update()[1]["b/note.md"]
    assert update()[0].unchanged == ["b/note.md", "b/p.png"]
