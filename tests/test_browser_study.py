"""Study in a real browser: from an answer, a page and a week; graded, kept, and out as files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from fake_office import make_office
from make_documents import draw_lines, make_course, make_pdf
from make_font import make_font
from openai_server import Reply
from openai_server import serving as model_serving
from playwright.sync_api import Page, expect
from test_browser import WAIT_MS, browser_page, serving

from app.places import user_folder
from app.study_results import StudyResults
from ingest.analyser import Analyser
from ingest.embedding import load_embedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

TERMS = ["드롭아웃", "배치정규화", "역전파", "경사하강법", "과적합", "활성화함수"]
NOTES = "# 4주차 노트\n" + "".join(
    f"\n## {term}\n\n{term}은 신경망 학습에서 &lt;b&gt;첫째&lt;/b&gt;로 중요한 개념이다.\n"
    f"{term}을 쓰면 결과가 달라진다고 말한다.\n"
    for term in TERMS
)
LIE = {
    "question": "꾸며 낸 것?",
    "answer": "자료",
    "wrong": ["정규분포", "이동평균", "과소표집"],
    "quote": "이런 말은 자료에 없다고 한다.",
}
MADE = [
    {
        "question": f"무엇이 으뜸인가요? ({number})",
        "answer": term,
        "wrong": ["정규분포", "이동평균", "과소표집"],
        "quote": f"{term}은 신경망 학습에서 <b>첫째</b>로 중요한 개념이다.",
    }
    for number, term in enumerate(TERMS)
]


@contextmanager
def study_course(folder: Path, analyser: Analyser, settings: str = "") -> Iterator[tuple[str, Path]]:
    """A server for a course with terms worth a question; its address and index."""
    corpus = make_course(folder / "course")
    (corpus / "week4").mkdir()
    (corpus / "week4" / "notes.md").write_text(NOTES, "utf-8")
    font = make_font(folder / "boxes.ttf")
    slide = make_pdf(folder / "slide.pdf", [lambda c: draw_lines(c, ["Quite another text"])])
    office, _ = make_office(
        folder, f"time.sleep(1.5); (folder / 'document.pdf').write_bytes(Path({str(slide)!r}).read_bytes())"
    )
    (folder / "seodang.toml").write_text(f'[app]\nfont = "{font}"\nsoffice = "{office}"\n{settings}', "utf-8")
    of_ingest = IngestSettings(workers=1)
    ingest(corpus, folder / "index", of_ingest, load_embedder(of_ingest.embedder), analyser)
    with serving(folder / "index") as address:
        yield address, folder / "index"


def answer_quiz(page: Page) -> int:
    """Checks the first choice of each question; how many were right."""
    for question in page.get_by_role("radiogroup").all():
        if question.get_by_role("radio").count() == 4:
            question.locator("label").nth(1).click()
    page.get_by_role("button", name="채점하기").click()
    expect(page.get_by_text("문제 중")).to_be_visible()
    return page.get_by_text("맞았어요", exact=True).count()


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(started.value.path()).read_bytes()


def test_from_an_answer_to_cards_a_graded_quiz_and_files(
    tmp_path: Path,
    analyser: Analyser,
    browser_page: tuple[Page, set[str]],
) -> None:
    page, _ = browser_page
    with study_course(tmp_path, analyser) as (address, index):
        page.goto(address)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("역전파가 뭐야?")
        box.press("Enter")
        page.locator("[class*='st-key-study-0'] button").first.click(timeout=WAIT_MS)
        expect(page.get_by_role("heading", level=1, name="공부")).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_role("combobox").first).to_have_value("답: 역전파가 뭐야?")

        right = answer_quiz(page)
        kept = StudyResults(user_folder(index)).last()
        assert sum(result.right for result in kept) == right < len(kept)
        missed = next(number for number, result in enumerate(kept) if not result.right)
        page.get_by_role("button", name=kept[missed].item.location).nth(missed).click()
        expect(page.locator(".card mark").first).to_contain_text(kept[missed].item.sentence)
        page.locator(".st-key-source-study button").first.click()
        expect(page.get_by_role("combobox").first).to_have_value(kept[missed].item.location)

        page.get_by_text("카드", exact=True).click()
        page.get_by_role("button", name="뒷면 보기").first.click()
        expect(page.get_by_role("button", name="앞면 보기")).to_be_visible()
        expect(page.get_by_text("<b>첫째</b>").first).to_be_visible()
        page.wait_for_timeout(500)  # a click while the page is still being redrawn finds no file

        with zipfile.ZipFile(io.BytesIO(downloaded(page, "Anki (.apkg)"))) as deck:
            assert "collection.anki2" in deck.namelist()

        page.goto(f"{address}/course")
        page.get_by_text("4주차 · ").first.click(timeout=WAIT_MS)
        page.get_by_role("button", name="4주차 공부하기").click()
        expect(page.get_by_role("button", name="PDF", exact=True)).to_be_visible(timeout=WAIT_MS)
        page.wait_for_timeout(500)
        guide = pypdf.PdfReader(io.BytesIO(downloaded(page, "PDF")))
        assert "week4/notes.md › 역전파" in guide.pages[0].extract_text()


def test_questions_of_a_model_and_a_slide_that_is_being_drawn(
    tmp_path: Path,
    analyser: Analyser,
    browser_page: tuple[Page, set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, _ = browser_page
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    reply = Reply("\n".join(json.dumps(one, ensure_ascii=False) for one in (LIE, *MADE)))
    with (
        model_serving(reply) as model,
        study_course(tmp_path, analyser, f'model = "fake"\nbase_url = "{model.url}"\n') as (address, _),
    ):
        page.goto(f"{address}/study")
        expect(page.get_by_text("고른 쪽을 언어 모델에 보냅니다")).to_be_visible(timeout=WAIT_MS)
        page.get_by_role("button", name="언어 모델로 문제 만들기").click()
        expect(page.get_by_text("무엇이 으뜸인가요?").first).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_text("꾸며 낸")).to_have_count(0)

        page.goto(address)
        page.locator("[class*='st-key-library'] summary").filter(has_text="2주차").click(timeout=WAIT_MS)
        page.get_by_role("button", name="어텐션").first.click()
        expect(page.get_by_text("쪽 그림을 만들고 있어요")).to_be_visible()
        expect(page.get_by_role("img", name="week2/attention.pptx slide 1의 그림")).to_be_visible(timeout=WAIT_MS)
        expect(page.get_by_text("쪽 그림을 만들고 있어요")).to_have_count(0)
