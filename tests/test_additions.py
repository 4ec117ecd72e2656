"""``seodang add``: harmless names, nothing overwritten, arXiv alone on the network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from make_documents import draw_lines, make_pdf

from app.additions import add
from app.uploads import MAX_FILE_BYTES
from ingest.errors import UsageError


class Papers(BaseHTTPRequestHandler):
    """Two papers, a page that is none, one that leads away, one without end."""

    def do_GET(self) -> None:
        if self.path == "/pdf/2106.00002":
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.invalid/pdf/2106.00001")
            self.end_headers()
            return
        paper = self.server.paper  # type: ignore[attr-defined]
        bodies = {"/pdf/2106.00001v2": paper, "/pdf/hep-th/9901001": paper, "/pdf/2106.00003": b"<html>no paper</html>"}
        found = self.path in bodies or self.path == "/pdf/2106.00004"
        self.send_response(200 if found else 404)
        self.end_headers()
        if self.path == "/pdf/2106.00004":
            block = b"%PDF-1.4\n" * 100_000
            try:
                for _ in range(2 * MAX_FILE_BYTES // len(block)):
                    self.wfile.write(block)
            except OSError:  # the other side has had enough
                return
        self.wfile.write(bodies.get(self.path, b""))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def arxiv(tmp_path: Path) -> Iterator[str]:
    make_pdf(tmp_path / "paper.pdf", [lambda canvas: draw_lines(canvas, ["Low-rank adaptation"])])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Papers)
    server.paper = (tmp_path / "paper.pdf").read_bytes()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("arxiv:2106.00001v2", "arxiv-2106.00001v2.pdf"),
        ("https://arxiv.org/abs/2106.00001v2", "arxiv-2106.00001v2.pdf"),
        ("https://arxiv.org/pdf/hep-th/9901001.pdf", "arxiv-hep-th-9901001.pdf"),
    ],
)
def test_a_paper_comes_by_its_number(arxiv: str, corpus: Path, source: str, name: str) -> None:
    assert add(source, corpus, arxiv=arxiv) == name
    assert (corpus / name).read_bytes().startswith(b"%PDF")
    assert add(source, corpus, arxiv=arxiv) == name  # what is there already is not fetched into a second file
    assert not list(corpus.glob(".adding-*"))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("arxiv:2106.00002", "not on the list of hosts"),
        ("arxiv:2106.00003", "not what its name says"),
        ("arxiv:2106.00004", "larger than"),
        ("arxiv:2106.99999", "Not Found"),
        ("arxiv:../../etc/passwd", "only papers of arXiv"),
        ("https://example.org/pdf/2106.00001", "only papers of arXiv"),
        ("https://arxiv.org.example.org/pdf/2106.00001", "only papers of arXiv"),
        ("http://arxiv.org/pdf/2106.00001", "only papers of arXiv"),
        ("https://arxiv.org/list/cs.CL/recent", "only papers of arXiv"),
        ("file:///etc/passwd", "only papers of arXiv"),
        ("nowhere.md", "No such file"),
    ],
)
def test_what_is_refused_leaves_nothing(arxiv: str, corpus: Path, source: str, reason: str) -> None:
    before = sorted(corpus.rglob("*"))
    with pytest.raises(UsageError, match=reason):
        add(source, corpus, arxiv=arxiv)
    assert sorted(corpus.rglob("*")) == before


def test_a_file_never_replaces_another(corpus: Path, tmp_path: Path) -> None:
    new = tmp_path / "schedule.md"
    new.write_text("# 다른 일정\n", "utf-8")
    before = (corpus / "schedule.md").read_bytes()
    assert add(str(new), corpus) == "schedule (2).md"
    assert (corpus / "schedule.md").read_bytes() == before
    assert add(str(new), corpus) == "schedule (2).md"
    assert add(str(corpus / "week3" / "notes.md"), corpus) == "week3/notes.md"


def test_a_name_cannot_lead_out_or_hide(corpus: Path, tmp_path: Path) -> None:
    hidden = tmp_path / ".. hidden.md"
    hidden.write_text("글", "utf-8")
    assert add(str(hidden), corpus) == "hidden.md"
    program = tmp_path / "tool.exe"
    program.write_bytes(b"MZ")
    with pytest.raises(UsageError, match="no reader"):
        add(str(program), corpus)
