"""Study items: only sentences of the materials, each with its place, the right answer always among the choices."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.study import CHOICES, GAP, make_items, to_anki, to_csv
from app.study_guide import study_guide
from app.timeline import timeline
from ingest.facets import NO_FILTERS, Filters

TERMS = ["드롭아웃", "배치정규화", "역전파", "경사하강법", "과적합", "활성화함수"]
NOTES = "# 신경망\n" + "".join(
    f"\n## {term}\n\n{term}은 신경망 학습에서 첫째로 중요한 개념이다.\n{term}을 쓰면 학습 결과가 달라진다고 말한다.\n"
    for term in TERMS
)


@pytest.fixture
def corpus(corpus: Path) -> Path:
    (corpus / "week4").mkdir()
    (corpus / "week4" / "notes.md").write_text(NOTES, "utf-8")
    return corpus


def test_items_are_sentences_of_their_page(assistant: Assistant) -> None:
    items = make_items(assistant.index, Filters(weeks=(4,)), 6)
    assert {item.answer for item in items} == set(TERMS)
    for item in items:
        page = assistant.page(item.path, item.span.page)
        assert page is not None
        assert item.sentence == " ".join(page.text[item.span.start : item.span.end].split())
        assert item.question.replace(GAP, item.answer) == item.sentence
        assert item.answer in item.choices
        assert len(set(item.choices)) == CHOICES
        assert not any(choice in item.sentence for choice in item.choices if choice != item.answer)


def test_the_same_seed_gives_the_same_items(assistant: Assistant) -> None:
    assert make_items(assistant.index, NO_FILTERS, 5, 1) == make_items(assistant.index, NO_FILTERS, 5, 1)
    assert make_items(assistant.index, NO_FILTERS, 5, 1) != make_items(assistant.index, NO_FILTERS, 5, 2)


def test_only_what_was_chosen_is_asked(assistant: Assistant) -> None:
    assert make_items(assistant.index, Filters(weeks=(9,)), 5) == []
    items = make_items(assistant.index, Filters(paths=("week4/notes.md",)), 5)
    assert {item.path for item in items} == {"week4/notes.md"}


def test_exports_hold_every_item_with_its_source(assistant: Assistant) -> None:
    items = make_items(assistant.index, Filters(weeks=(4,)), 6)
    rows = list(csv.DictReader(io.StringIO(to_csv(items))))
    assert [row["answer"] for row in rows] == [item.answer for item in items]
    cards = [line.split("\t") for line in to_anki(items).splitlines() if not line.startswith("#")]
    assert [card[2] for card in cards] == [item.location for item in items]
    assert {len(card) for card in cards} == {4}


def test_a_week_fits_on_a_page_with_its_places(assistant: Assistant) -> None:
    guide = study_guide(assistant.index, timeline(assistant.index), 4, "ko")
    assert guide.startswith("# 4주차 공부 길잡이")
    assert "- **드롭아웃**: 드롭아웃은 신경망 학습에서 첫째로 중요한 개념이다. (week4/notes.md › 드롭아웃)" in guide
    assert study_guide(assistant.index, timeline(assistant.index), 40, "ko") == ""


def test_a_guide_holds_no_live_markdown_of_a_document(corpus: Path, assistant: Assistant) -> None:
    guide = study_guide(assistant.index, timeline(assistant.index), 3, "en")
    assert "](" not in guide
    assert "<" not in guide.replace("\\<", "")
