"""Formulas and code in answers and on the source card: drawn, copied as written, harmless."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from test_browser import WAIT_MS, browser_page, serving

from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

NOTES = r"""# 손실 함수

## 교차 엔트로피

교차 엔트로피 손실은 $L = -\sum_i y_i \log p_i$ 로 계산하고 `F.cross_entropy` 를 쓴다.

## 함정

함정 수식은 $\href{javascript:alert(1)}{x_1}$ 와 $\includegraphics{https://example.com/a.png}$ 와 $\frac{1$ 이다.

## 요금

요금은 $5에서 $10 사이다.
"""


def test_formulas_are_drawn_and_harmless(
    tmp_path: Path,
    analyser: Analyser,
    browser_page: tuple[Page, set[str]],
) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "loss.md").write_text(NOTES, "utf-8")
    settings = IngestSettings(workers=1)
    ingest(tmp_path / "course", tmp_path / "index", settings, load_embedder(settings.embedder), analyser)
    page, hosts = browser_page
    failed: list[str] = []
    page.on("dialog", lambda dialog: failed.append(dialog.message))
    page.on("pageerror", lambda error: failed.append(str(error)))

    def ask(question: str) -> None:
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(question)
        box.press("Enter")

    with serving(tmp_path / "index") as address:
        page.goto(address)
        ask("교차 엔트로피 손실은 어떻게 계산해?")
        formula = page.locator(".claim .formula").first
        expect(formula.locator(".katex")).to_be_visible(timeout=WAIT_MS)
        assert formula.locator(".katex-html").evaluate("e => getComputedStyle(e).fontFamily").startswith("KaTeX")
        expect(page.locator(".claim code").first).to_have_text("F.cross_entropy")
        assert r"$L = -\sum_i y_i \log p_i$" in str(formula.get_attribute("data-source"))
        page.locator(".chip").first.click()
        expect(page.locator(".card .katex").first).to_be_visible()

        ask("함정 수식은 무엇이야?")
        answer = page.get_by_test_id("stChatMessage").nth(3)
        expect(answer).to_contain_text(r"\frac{1", timeout=WAIT_MS)
        expect(answer.locator(".chip").first).to_be_visible()
        page.wait_for_timeout(500)
        assert page.locator("a[href^='javascript'], img[src*='example.com']").count() == 0

        ask("요금은 얼마야?")
        expect(page.get_by_test_id("stChatMessage").nth(5)).to_contain_text("$5에서 $10 사이", timeout=WAIT_MS)
    assert failed == []
    assert {host for host in hosts if host} == {urlsplit(address).netloc}
