"""Screenshots of every page in Korean and English, light and dark, wide and narrow, to be looked at by a person.

python tests/screenshots.py INDEX FOLDER
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from test_browser import CHROMIUM, WAIT_MS, serving

PAGES = ("chat", "library", "course", "study", "insights", "reports", "settings")
SIZES = ((1280, 860), (390, 844))
LOCALES = {"ko": "ko-KR", "en": "en-US"}
SETTLE_MS = 2500  # drawing of tables and images after the page is there


def main(index: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(index) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for (language, locale), (width, height), scheme in product(LOCALES.items(), SIZES, ("light", "dark")):
            context = browser.new_context(
                locale=locale, viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page = context.new_page()
            page.set_default_timeout(WAIT_MS)
            for name in PAGES:
                page.goto(f"{address}/{'' if name == 'chat' else name}")
                page.get_by_role("heading", level=1).wait_for()
                _shoot(page, folder / f"{name}-{language}-{width}-{scheme}.png")
                if name == "chat":
                    _ask_and_open(page)
                    _shoot(page, folder / f"answer-{language}-{width}-{scheme}.png")
            context.close()
        browser.close()


def _ask_and_open(page: Page) -> None:
    """The first example, and the source of its first chip."""
    page.locator("[class*='st-key-example-'] button").first.click()
    page.locator(".stChatMessage [class*='st-key-actions-']").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)  # a refusal has no chips: there is nothing to wait for
    chips = page.locator(".chip")
    if chips.count():
        chips.first.click()
        page.locator(".page").first.wait_for()


def _shoot(page: Page, file: Path) -> None:
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
