"""Uploads are hostile: names, bytes, sizes; nothing lands outside the corpus and every change can be undone."""

from __future__ import annotations

import resource
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from make_documents import draw_lines, make_deck, make_pdf
from test_reports import waited
from test_ui import opened, session

from app import uploads
from app.assistant import Assistant
from app.corpus_changes import Change, CorpusFolder
from app.ui.plain import visible
from app.ui.resources import open_job
from app.uploads import Planned, Refusal, Upload, Verdict, plan_uploads, refusal_of, safe_folder, safe_name
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.errors import UsageError
from ingest.pipeline import ingest
from ingest.settings import IngestSettings


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\Windows\\notes.md", "notes.md"),
        (".htaccess", "htaccess"),
        ("a\u202efdp.md", "afdp.md"),
        ("con.md", "file-con.md"),
        ("  3주차  노트 .md", "3주차 노트 .md"),
        ("a\x00b\n.md", "ab.md"),
        ("..", "file"),
        ("3주차 강의.pdf", "3주차 강의.pdf"),
    ],
)
def test_a_name_becomes_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("가" * 300 + ".pdf") == "가" * 116 + ".pdf"


def test_a_folder_never_leads_out() -> None:
    assert safe_folder("../../week1/./..") == "week1"
    assert safe_folder("/etc/cron.d") == "etc/cron.d"


def test_the_kind_is_read_from_the_bytes(tmp_path: Path) -> None:
    pdf = make_pdf(tmp_path / "a.pdf", [lambda c: draw_lines(c, ["Hello"])]).read_bytes()
    deck = make_deck(tmp_path / "a.pptx", "제목", [(0, "글")]).read_bytes()
    assert refusal_of(Upload("a.pdf", pdf)) is None
    assert refusal_of(Upload("a.pptx", deck)) is None
    assert refusal_of(Upload("a.md", "# 글".encode())) is None
    assert refusal_of(Upload("a.ipynb", b'{"cells": []}')) is None
    for name, data in (
        ("a.pdf", deck),
        ("a.docx", deck),
        ("a.pptx", pdf),
        ("a.ipynb", b"[1]"),
        ("a.md", b"MZ\x00\x01"),
        ("a.png", pdf),
    ):
        assert refusal_of(Upload(name, data)) is Refusal.NOT_ITS_KIND
    assert refusal_of(Upload("a.exe", b"MZ")) is Refusal.NO_READER
    assert refusal_of(Upload("a.md", b"")) is Refusal.EMPTY


def test_the_plan_says_new_replaces_known_and_refused(assistant: Assistant) -> None:
    notes = (assistant.index.corpus / "week3" / "notes.md").read_bytes()
    files = [
        Upload("new.md", b"# New"), Upload("notes.md", b"# Other"), Upload("copy.md", notes), Upload("x.exe", b"MZ"),
        Upload("new.md", b"# Second"),
    ]  # fmt: skip
    planned = plan_uploads(files, "week3", assistant.index)
    assert [plan.verdict for plan in planned] == [
        Verdict.NEW, Verdict.REPLACES, Verdict.KNOWN, Verdict.REFUSED, Verdict.NEW
    ]  # fmt: skip
    assert planned[2].known_as == "week3/notes.md"
    assert planned[4].path == "week3/new (2).md"


def test_too_many_files_are_refused(assistant: Assistant) -> None:
    files = [Upload(f"{number}.md", f"{number}".encode()) for number in range(uploads.MAX_FILES + 2)]
    refused = [plan for plan in plan_uploads(files, "", assistant.index) if plan.refusal is Refusal.TOO_MANY]
    assert len(refused) == 2


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    (tmp_path / "course" / "week1").mkdir(parents=True)
    (tmp_path / "course" / "week1" / "a.md").write_text("old", "utf-8")
    return CorpusFolder(tmp_path / "course", tmp_path / "removed")


def test_putting_and_removing_can_be_undone(folder: CorpusFolder, tmp_path: Path) -> None:
    file, other = tmp_path / "course" / "week1" / "a.md", tmp_path / "course" / "week2" / "b.md"
    planned = [
        Planned(Upload("a.md", b"new"), "week1/a.md", Verdict.REPLACES),
        Planned(Upload("b.md", b"b"), "week2/b.md", Verdict.NEW),
        Planned(Upload("c.exe", b"c"), "week2/c.exe", Verdict.REFUSED, Refusal.NO_READER),
    ]
    change = Change()
    folder.put(planned, change)
    assert (file.read_text(), other.read_text()) == ("new", "b")
    assert not (tmp_path / "course" / "week2" / "c.exe").exists()
    folder.undo(change)
    assert file.read_text() == "old"
    assert not other.exists()
    change = Change()
    folder.remove(["week1/a.md"], change)
    assert not file.exists()
    folder.undo(change)
    assert file.read_text() == "old"


def test_nothing_is_written_or_taken_outside(folder: CorpusFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret", "utf-8")
    (tmp_path / "course" / "link").symlink_to(tmp_path, target_is_directory=True)
    for path in ("../secret.md", "link/secret.md", "/etc/hosts", ""):
        with pytest.raises(UsageError):
            folder.put([Planned(Upload("x.md", b"x"), path, Verdict.NEW)], Change())
        with pytest.raises(UsageError):
            folder.remove([path], Change())
    assert secret.read_text() == "secret"


def test_a_name_written_in_letters_taken_apart_is_the_same_name(
    corpus: Path, assistant: Assistant, tmp_path: Path
) -> None:
    """As macOS puts Korean names into its archives."""
    apart = corpus / unicodedata.normalize("NFD", "1주차") / unicodedata.normalize("NFD", "노트.md")
    apart.parent.mkdir()
    apart.write_text("# 옛글", "utf-8")
    upload = Upload("노트.md", "# 새 글".encode())
    planned = plan_uploads([upload, Upload("새것.md", b"# New")], apart.parent.name, assistant.index)
    assert [(plan.path, plan.verdict) for plan in planned] == [
        ("1주차/노트.md", Verdict.REPLACES), ("1주차/새것.md", Verdict.NEW)
    ]  # fmt: skip
    folder, change = CorpusFolder(corpus, tmp_path / "removed"), Change()
    folder.put(planned, change)
    assert apart.read_text("utf-8") == "# 새 글"
    assert sorted(path.name for path in apart.parent.iterdir()) == [apart.name, "새것.md"]
    folder.undo(change)
    change = Change()
    folder.remove(["1주차/노트.md"], change)
    assert list(apart.parent.iterdir()) == []
    folder.undo(change)
    assert [path.name for path in apart.parent.iterdir()] == [apart.name]
    assert apart.read_text("utf-8") == "# 옛글"
    assert sorted(path.name for path in corpus.iterdir()) == sorted([apart.parent.name, "schedule.md", "week3"])


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond a mebibyte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_takes_no_file_and_what_was_put_before_can_be_undone(folder: CorpusFolder, tmp_path: Path) -> None:
    course, change = tmp_path / "course", Change()
    planned = [
        Planned(Upload("b.md", b"b"), "week1/b.md", Verdict.NEW),
        Planned(Upload("a.md", b"a" * (2 << 20)), "week1/a.md", Verdict.REPLACES),
    ]
    with full_disk(), pytest.raises(UsageError, match=r"week1/a\.md: File too large\. .*has room"):
        folder.put(planned, change)
    assert (course / "week1" / "a.md").read_text() == "old"
    assert sorted(path.name for path in (course / "week1").iterdir()) == ["a.md", "b.md"]
    folder.undo(change)
    assert [path.name for path in (course / "week1").iterdir()] == ["a.md"]


def test_a_folder_in_the_way_stays_where_it_is(folder: CorpusFolder, tmp_path: Path) -> None:
    change = Change()
    (tmp_path / "course" / "b.md").mkdir()
    (tmp_path / "course" / "b.md" / "inside.md").write_text("inside", "utf-8")
    with pytest.raises(UsageError, match=r"b\.md: Is a directory"):
        folder.put([Planned(Upload("b.md", b"b"), "b.md", Verdict.REPLACES)], change)
    assert (tmp_path / "course" / "b.md" / "inside.md").read_text() == "inside"
    assert change == Change()


def test_the_page_says_what_stopped_an_upload_and_still_offers_undo(
    corpus: Path, tmp_path: Path, analyser: Analyser
) -> None:
    settings = IngestSettings(workers=1)
    ingest(corpus, tmp_path / "index", settings, load_embedder(settings.embedder), analyser)
    (corpus / "b.md").mkdir()
    app = opened(tmp_path / "index", "library")
    files = [("a.md", b"# A", "text/markdown"), ("b.md", b"# B", "text/markdown")]
    app.file_uploader[0].set_value(files).run()
    app.button("upload-add").click().run()
    assert not app.exception
    assert "b.md: Is a directory." in visible(app.error[0].value.replace("\\", ""))
    assert (corpus / "a.md").read_text() == "# A"
    app.button("ingest-undo").click().run()
    assert not app.exception
    assert not app.error
    assert not (corpus / "a.md").exists()
    (tmp_path / "index.user" / "removed").rename(tmp_path / "elsewhere")
    (tmp_path / "index.user" / "removed").write_text("in the way", "utf-8")
    session(app).change = Change(put=["schedule.md"])
    app.run().button("ingest-undo").click().run()
    assert not app.exception
    assert "schedule.md: Not a directory." in visible(app.error[0].value.replace("\\", ""))
    assert (corpus / "schedule.md").is_file()
    waited(lambda: not open_job(tmp_path / "index").state.running)
