"""The settings page in a real browser: a model for this window, its answer as it comes, stop, light and dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from openai_server import OpenAIServer, Reply
from openai_server import serving as model_serving
from playwright.sync_api import Page, expect
from test_browser import WAIT_MS, browser_page, serving

NAME = "![p](https://example.com/p.png) <img src=x onerror=alert(1)> :red[fake]"
KEY = "sk-typed-by-hand-0123456789"
QUOTE = "드롭아웃은 학습할 때 뉴런의 절반을 무작위로 끈다."
FIRST = "드롭아웃은 뉴런의 절반을 무작위로 끈다 <뉴런> [드롭아웃](뉴런)."
SECOND = "드롭아웃은 학습할 때 쓴다."
HELLO = Reply("ok")


def claim(text: str) -> str:
    return json.dumps({"claim": text, "evidence": [{"passage": 1, "quote": QUOTE}]}, ensure_ascii=False) + "\n"


VERDICT = '{"verdict": "answer"}\n'


@pytest.fixture(scope="module")
def address(course_index: Path) -> Iterator[str]:
    with serving(course_index) as address:
        yield address


def connect(page: Page, address: str, model: OpenAIServer) -> None:
    """Names the model on the settings page and comes back to the chat."""
    page.goto(f"{address}/settings")
    page.get_by_text("다른 모델", exact=True).click(timeout=WAIT_MS)
    page.get_by_role("textbox", name="모델 이름").fill(NAME)
    page.get_by_role("textbox", name="서버 주소").fill(model.url)
    page.get_by_label("키", exact=True).fill(KEY)
    page.get_by_role("button", name="연결해 보고 쓰기").click()


def ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")


def test_a_models_claims_come_one_by_one_and_its_key_is_kept_nowhere(
    address: str,
    course_index: Path,
    browser_page: tuple[Page, set[str]],
) -> None:
    page, hosts = browser_page
    slow = Reply(claim(FIRST) + claim(SECOND) + VERDICT, between_seconds=0.12)
    with model_serving(HELLO, slow) as model:
        connect(page, address, model)
        expect(page.get_by_text("연결됐어요")).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_text(f"이 컴퓨터에 있는 모델({NAME})")).to_be_visible()
        page.get_by_role("link", name="대화").click()
        expect(page.get_by_text(f"이 컴퓨터에 있는 모델({NAME})")).to_be_visible()
        ask(page, "드롭아웃이 뭐야?")
        expect(page.get_by_text(FIRST)).to_be_visible(timeout=WAIT_MS)
        assert page.get_by_text(SECOND).count() == 0
        expect(page.get_by_role("button", name="멈추기")).to_be_visible()
        expect(page.get_by_text(SECOND)).to_be_visible()
        expect(page.get_by_role("button", name="복사")).to_be_visible()
        assert page.get_by_role("button", name="멈추기").count() == 0
    assert page.locator("img[src='x'], img[src*='example.com']").count() == 0
    assert set(model.keys) == {f"Bearer {KEY}"}
    kept = [file for file in course_index.parent.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]
    assert kept == []
    assert KEY not in page.content()
    assert {host for host in hosts if host} == {urlsplit(address).netloc}


def test_stop_ends_the_model_and_keeps_what_was_verified(
    address: str,
    browser_page: tuple[Page, set[str]],
) -> None:
    page, _ = browser_page
    endless = Reply(claim(FIRST) + claim(SECOND) * 50 + VERDICT, between_seconds=0.2)
    with model_serving(HELLO, endless) as model:
        connect(page, address, model)
        expect(page.get_by_text("연결됐어요")).to_be_visible(timeout=WAIT_MS)
        page.get_by_role("link", name="대화").click()
        ask(page, "드롭아웃이 뭐야?")
        expect(page.get_by_text(FIRST)).to_be_visible(timeout=WAIT_MS)
        page.keyboard.press("Escape")
        expect(page.get_by_text("멈췄어요. 그때까지 자료에서 확인된 문장만 남겼습니다.")).to_be_visible()
        expect(page.get_by_text(FIRST)).to_be_visible()
        asked = len(model.requests)
        page.wait_for_timeout(1000)
        assert len(model.requests) == asked == 2
        page.locator(".chip").first.click()
        expect(page.locator(".card mark").first).to_be_visible()


def test_a_model_that_fails_leaves_the_offline_answer_and_says_so(
    address: str,
    browser_page: tuple[Page, set[str]],
) -> None:
    page, _ = browser_page
    with model_serving(HELLO, Reply(status=500)) as model:
        connect(page, address, model)
        expect(page.get_by_text("연결됐어요")).to_be_visible(timeout=WAIT_MS)
        page.get_by_role("link", name="대화").click()
        ask(page, "드롭아웃이 뭐야?")
        expect(page.get_by_text("언어 모델 서버에 오류가 났어요.")).to_be_visible(timeout=WAIT_MS)
        expect(page.locator(".claim").filter(has_text="절반을")).to_be_visible()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=401), "모델 이름과 키를 확인해 주세요"),
        (Reply(raw="<html>hello</html>"), "OpenAI 방식으로 답하는지"),
    ],
    ids=["refused", "no such protocol"],
)
def test_a_failed_connection_names_cause_and_remedy_and_is_not_used(
    address: str,
    browser_page: tuple[Page, set[str]],
    reply: Reply,
    said: str,
) -> None:
    page, _ = browser_page
    with model_serving(reply) as model:
        connect(page, address, model)
        expect(page.get_by_test_id("stAlert")).to_contain_text(said, timeout=WAIT_MS)
        expect(page.get_by_text("모델 없이 답합니다.")).to_be_visible()
        assert KEY not in page.inner_text("body")


def test_light_dark_and_language_hold_at_once_and_after_a_reload(
    address: str,
    browser_page: tuple[Page, set[str]],
) -> None:
    page, _ = browser_page
    page.goto(f"{address}/settings")
    page.get_by_text("어둡게").wait_for(timeout=WAIT_MS)
    page.evaluate("window.sameVisit = true")
    page.get_by_text("어둡게").click()
    dark = "rgb(23, 26, 24)"
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", dark)
    assert page.evaluate("window.sameVisit")  # nothing typed or asked is lost
    page.get_by_text("English").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    page.get_by_text("Another model").click()
    page.get_by_role("textbox", name="Base URL").wait_for()
    for _ in range(20):  # what fades in has its colours only then
        found = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        if not found:
            break
        page.wait_for_timeout(250)
    assert found == []
    for path in ("library", "settings"):
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", dark)
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
