"""A shared server in a real browser: the password, conversations apart, rights, and the login after a reload."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from oidc_provider import provider
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_browser import CHROMIUM, WAIT_MS, free_port, serving


@pytest.fixture
def address(course_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    shutil.copytree(course_index, tmp_path / "index")
    monkeypatch.setenv("SEODANG_PASSWORD", "열려라 참깨")
    monkeypatch.setenv("SEODANG_OWNER_PASSWORD", "주인장")
    with serving(tmp_path / "index") as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def enter(page: Page, password: str) -> None:
    page.get_by_label("비밀번호", exact=True).fill(password, timeout=WAIT_MS)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()


def visitor(browser: Browser, address: str) -> Page:
    page = browser.new_context(locale="ko-KR").new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    return page


def test_visitors_of_a_shared_server_are_kept_apart(address: str, browser: Browser) -> None:
    page = visitor(browser, f"{address}/library")
    enter(page, "guess")
    expect(page.get_by_text("비밀번호가 달라요.")).to_be_visible()
    assert page.get_by_text("자료실").count() == 0
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    enter(page, "열려라 참깨")
    page.get_by_role("link", name="대화").click()
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill("드롭아웃이 뭐야?")
    box.press("Enter")
    expect(page.locator(".chip").first).to_be_visible(timeout=WAIT_MS)
    page.wait_for_url("**/*c=*")
    link = page.url

    page.reload()  # known again without the password
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("드롭아웃이 뭐야?", timeout=WAIT_MS)
    expect(page.get_by_role("link", name="돌아보기")).to_have_count(0)
    page.get_by_role("link", name="자료실").click()
    expect(page.get_by_role("heading", name="자료실")).to_be_visible()
    assert page.get_by_text("자료 올리기").count() == 0
    page.get_by_role("link", name="설정").click()
    expect(page.get_by_text("서버를 맡은 사람이 모델을 정합니다")).to_be_visible()
    assert page.get_by_text("다른 모델").count() == 0

    owner = visitor(browser, link)
    enter(owner, "주인장")
    expect(owner.get_by_text("이 주소의 대화는 없어요.")).to_be_visible()
    expect(owner.get_by_text("아직 대화가 없어요.")).to_be_visible()
    owner.get_by_role("link", name="돌아보기").click()
    expect(owner.get_by_text("많이 물은 것").first).to_be_visible()
    owner.get_by_role("link", name="자료실").click()
    expect(owner.get_by_text("자료 올리기")).to_be_visible()

    page.get_by_role("button", name="나가기").click()
    expect(page.get_by_label("비밀번호", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("비밀번호", exact=True)).to_be_visible()


def test_accounts_of_a_provider_come_in_with_their_own_rights(
    course_index: Path, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(course_index, tmp_path / "index")
    port = free_port()
    with provider() as accounts:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(accounts.secrets_for(f"http://localhost:{port}"), "utf-8")
        monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
        monkeypatch.setenv("SEODANG_OWNERS", "prof@example.edu")
        with serving(tmp_path / "index", port) as address:
            for email, owner in (("student@example.edu", False), ("prof@example.edu", True)):
                accounts.user = {"sub": email, "email": email, "email_verified": True}
                page = visitor(browser, address)
                assert page.get_by_text("자료실").count() == 0
                page.get_by_role("button", name="계정으로 들어가기").click()
                expect(page.get_by_text("이렇게 물어볼 수 있어요")).to_be_visible(timeout=WAIT_MS)
                expect(page.get_by_role("link", name="돌아보기")).to_have_count(int(owner))
