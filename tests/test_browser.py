"""One walk in a real browser: open, ask, click a citation, see the marked page; no request leaves the machine."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from app.ui.server import serve_command

CHROMIUM = "/usr/bin/chromium"
WAIT_MS = 60_000  # the first page loads the models


@pytest.fixture(scope="module")
def address(course_index: Path) -> Iterator[str]:
    """Where a server for the small course listens."""
    with closing(socket.socket()) as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(serve_command(course_index, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


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
