"""One walk in a real browser: open, ask, click a citation, see the marked page; no request leaves the machine."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from make_documents import make_course
from playwright.sync_api import Page, expect, sync_playwright
from test_report import HOSTILE as HOSTILE_REPORT
from test_report import asked, given, make

from app.ui.server import serve_command
from eval.review import ReviewList
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

CHROMIUM = "/usr/bin/chromium"
WAIT_MS = 60_000  # the first page loads the models


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(index: Path, port: int | None = None) -> Iterator[str]:
    """A server for an index; its address."""
    port = port or free_port()
    server = subprocess.Popen(serve_command(index, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def address(course_index: Path) -> Iterator[str]:
    """Where a server for the small course listens."""
    with serving(course_index) as address:
        yield address


HOSTILE_NAME = "<img src=x onerror=alert(1)> ![p](https:example.com) \u202e :red[a].md"
HOSTILE_TEXT = """# <script>alert(1)</script> 해로운 제목 ![p](https://example.com/p.png) $x$ :material/home:

## [여기](javascript:alert(1)) 눌러

```
함정 <img src=https://example.com/x.png onerror=alert(1)> ![q](https://example.com/q.png) 함정이다.
```
"""


@pytest.fixture
def own_address(tmp_path: Path, analyser: Analyser) -> Iterator[tuple[str, Path]]:
    """A server for a course that the test may change, with a file that would like to be more than text."""
    corpus = make_course(tmp_path / "course")
    (corpus / HOSTILE_NAME).write_text(HOSTILE_TEXT, "utf-8")
    settings = IngestSettings(workers=1)
    ingest(corpus, tmp_path / "index", settings, load_embedder(settings.embedder), analyser)
    with serving(tmp_path / "index") as address:
        yield address, corpus


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "The server ended."
        with suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def browser_page() -> Iterator[tuple[Page, set[str]]]:
    """A page, and the hosts it has asked for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 860}).new_page()
        page.set_default_timeout(WAIT_MS)
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
        yield page, hosts
        browser.close()


def _ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_from_the_first_page_to_the_marked_source(address: str, browser_page: tuple[Page, set[str]]) -> None:
    page, hosts = browser_page
    page.goto(address)
    expect(page.get_by_role("heading", name="서당").first).to_be_visible(timeout=WAIT_MS)

    _ask(page, "How much of the previous step does momentum keep?")
    chip = page.get_by_role("button", name="출처 1: week1/optimisers.pdf p. 2")
    expect(chip).to_be_visible(timeout=WAIT_MS)
    chip.hover()
    expect(page.get_by_role("tooltip").filter(has_text="nine tenths")).to_be_visible()
    chip.click()
    image = page.get_by_role("img", name="week1/optimisers.pdf p. 2의 그림")
    expect(image).to_be_visible()
    box, sheet = page.locator(".box").first.bounding_box(), image.bounding_box()
    assert box is not None
    assert sheet is not None
    # "Momentum keeps …" is the second line of a page that begins 122 points below its upper edge of 842.
    assert 0.13 < (box["y"] + box["height"] / 2 - sheet["y"]) / sheet["height"] < 0.19

    page.get_by_role("button", name="앞 쪽").click()
    expect(page.get_by_role("img", name="week1/optimisers.pdf p. 1의 그림")).to_be_visible()
    expect(page.locator(".box")).to_have_count(0)

    _ask(page, "해로운 글은 어떻게 생겼어?")
    page.get_by_role("button", name="week2/hostile.pptx").first.click()
    expect(page.locator(".card mark")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img[src='x'], img[src*='example.com']").count() == 0
    assert {host for host in hosts if host} == {urlsplit(address).netloc}


def test_an_uploaded_file_answers_questions_and_can_be_taken_back(
    own_address: tuple[str, Path], browser_page: tuple[Page, set[str]]
) -> None:
    (address, corpus), (page, hosts) = own_address, browser_page
    page.goto(f"{address}/library")
    page.get_by_text("자료 올리기").click()
    note = "# 증류\n\n지식 증류는 큰 모델의 출력을 작은 모델이 흉내 내게 한다.\n"
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "distil.md", "mimeType": "text/markdown", "buffer": note.encode()},
            {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"MZ"},
        ]
    )
    page.get_by_role("button", name="파일 1개 넣고 색인하기").click()
    expect(page.get_by_text("색인을 마쳤어요")).to_be_visible(timeout=WAIT_MS)
    assert (corpus / "distil.md").read_text("utf-8") == note
    assert not list(corpus.rglob("bad*"))

    page.get_by_role("link", name="대화").click()
    _ask(page, "지식 증류가 뭐야?")
    expect(page.get_by_role("button", name="출처 1: distil.md")).to_be_visible(timeout=WAIT_MS)

    page.get_by_role("link", name="자료실").click()
    page.get_by_role("button", name="방금 한 변경 되돌리기").click()
    expect(page.get_by_text("색인을 마쳤어요: 자료 5개")).to_be_visible(timeout=WAIT_MS)
    assert not (corpus / "distil.md").exists()
    assert {host for host in hosts if host} == {urlsplit(address).netloc}


def test_hostile_text_stays_text_on_every_page(
    own_address: tuple[str, Path], browser_page: tuple[Page, set[str]]
) -> None:
    (address, corpus), (page, hosts) = own_address, browser_page
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))

    def nothing_came_alive() -> None:
        page.wait_for_timeout(500)
        assert page.locator("img[src='x'], img[src*='example.com'], a[href^='javascript']").count() == 0

    page.goto(address)
    _ask(page, "함정 <img src=x onerror=alert(1)> ![p](https://example.com/a.png) [a](javascript:alert(1)) 함정이다?")
    page.locator(".chip").first.click()
    expect(page.locator(".card")).to_contain_text("[여기](javascript:alert(1)) 눌러")
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("![p](https://example.com/a.png)")
    nothing_came_alive()
    page.get_by_text("어떻게 찾았나요?").first.click()
    nothing_came_alive()
    for path in ("library", "course", "study"):
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT_MS)
        nothing_came_alive()

    _draw_hostile_report(corpus.parent)
    page.goto(f"{address}/reports")
    page.get_by_role("button", name="보고서 보기").click()
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "", timeout=WAIT_MS)
    report = page.frame_locator("iframe")
    expect(report.get_by_role("heading", name="course: evaluation")).to_be_visible()
    expect(report.locator("body")).to_contain_text("<script>alert(1)</script><img src=http://evil.example")
    assert report.locator("img, script, a, form").count() == 0
    assert frame.evaluate("frame => frame.contentDocument") is None  # an origin of its own
    assert _serious(page) == []
    nothing_came_alive()
    page.get_by_role("radio", name="평가 문제").click()
    expect(page.get_by_label("질문")).to_have_value(re.compile(r"</style></pre><script>alert\(1\)"))
    nothing_came_alive()
    assert alerts == []
    assert {host for host in hosts if host} == {urlsplit(address).netloc}


def _draw_hostile_report(home: Path) -> None:
    """A run and a proposed question that would like to be more than text."""
    case = asked("c", question=HOSTILE_REPORT)
    make(home / "runs" / "run", [case], {"seodang": [given("c", shown=False, text=HOSTILE_REPORT)]})
    ReviewList(home / "index.user").propose([case])


def test_a_conversation_comes_back_after_a_reload(address: str, browser_page: tuple[Page, set[str]]) -> None:
    page, _ = browser_page
    page.goto(address)
    _ask(page, "드롭아웃이 뭐야?")
    expect(page.locator(".chip").first).to_be_visible(timeout=WAIT_MS)
    page.wait_for_url("**/*c=*")
    page.reload()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("드롭아웃이 뭐야?", timeout=WAIT_MS)
    expect(page.locator(".chip").first).to_be_visible()


def test_the_keyboard_alone_opens_a_source(address: str, browser_page: tuple[Page, set[str]]) -> None:
    page, _ = browser_page
    page.goto(address)
    _ask(page, "드롭아웃이 뭐야?")
    chip = page.locator(".chip").first
    expect(chip).to_be_visible(timeout=WAIT_MS)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(
            "[...document.querySelectorAll('*')].some(e => e.shadowRoot?.activeElement?.className === 'chip')"
        ):
            break
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".card mark").first).to_be_visible()


def test_no_page_has_a_serious_accessibility_violation(address: str, browser_page: tuple[Page, set[str]]) -> None:
    page, _ = browser_page
    for path in ("", "library", "course", "study", "insights", "reports"):
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT_MS)
        if not path:
            _ask(page, "드롭아웃이 뭐야?")
            page.locator(".chip").first.click()
            expect(page.locator(".card mark").first).to_be_visible()
        assert _serious(page) == [], path


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]
