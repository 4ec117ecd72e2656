"""Study items: only sentences of the materials, each with its place, the right answer always among the choices."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.study import CHOICES, GAP, Chosen, Item, card_of, make_items, places_of
from app.study_files import to_apkg, to_csv
from app.study_guide import Guide, study_guide, to_markdown
from app.timeline import timeline
from ingest.documents import Span
from ingest.facets import Filters

WEEK = Chosen(Filters(weeks=(4,)))
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
    items = make_items(assistant.index, WEEK, 6)
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
    assert make_items(assistant.index, Chosen(), 5, 1) == make_items(assistant.index, Chosen(), 5, 1)
    assert make_items(assistant.index, Chosen(), 5, 1) != make_items(assistant.index, Chosen(), 5, 2)


def test_only_what_was_chosen_is_asked(assistant: Assistant) -> None:
    assert make_items(assistant.index, Chosen(Filters(weeks=(9,))), 5) == []
    items = make_items(assistant.index, Chosen(Filters(paths=("week4/notes.md",))), 5)
    assert {item.path for item in items} == {"week4/notes.md"}


def test_a_page_and_an_answer_can_be_studied(assistant: Assistant) -> None:
    page = make_items(assistant.index, Chosen(places=(("week4/notes.md", Span(3, 0, 0)),)), 9)
    assert page
    assert {item.span.page for item in page} == {3}
    assert make_items(assistant.index, Chosen(places=(("gone.md", Span(1, 0, 0)),)), 9) == []

    answer = assistant.ask("드롭아웃이 뭐야?")
    items = make_items(assistant.index, Chosen(places=places_of(answer)), 9)
    cited = {(citation.path, citation.span.page) for citation in answer.citations}
    assert items[0].sentence in answer.citations[0].quote
    assert {(item.path, item.span.page) for item in items} <= cited
    card = card_of(answer)
    assert card is not None
    assert (card.question, card.choices) == ("드롭아웃이 뭐야?", ())
    assert card.location == answer.citations[0].location
    assert card_of(assistant.ask("화성의 수도는 어디인가요?")) is None


def test_the_csv_holds_every_item_with_its_source(assistant: Assistant) -> None:
    items = make_items(assistant.index, WEEK, 6)
    rows = list(csv.DictReader(io.StringIO(to_csv(items))))
    assert [row["answer"] for row in rows] == [item.answer for item in items]
    assert [row["source"] for row in rows] == [item.location for item in items]


def notes_of(apkg: bytes, folder: Path) -> dict[str, list[str]]:
    """What Anki would show: fields by guid, after checking what it checks."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        assert archive.namelist() == ["collection.anki2", "media"]
        assert json.loads(archive.read("media")) == {}
        archive.extract("collection.anki2", folder)
    with closing(sqlite3.connect(folder / "collection.anki2")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        version, models, decks = database.execute("SELECT ver, models, decks FROM col").fetchone()
        notes = database.execute("SELECT id, guid, mid, flds, csum FROM notes").fetchall()
        cards = database.execute("SELECT nid, did, ord FROM cards").fetchall()
    assert version == 11
    (model,) = json.loads(models).values()
    assert {note[2] for note in notes} == {model["id"]}
    assert sorted(card[0] for card in cards) == sorted(note[0] for note in notes)
    assert {str(card[1]) for card in cards} <= set(json.loads(decks))
    found = {guid: fields.split("\x1f") for _, guid, _, fields, _ in notes}
    assert {len(fields) for fields in found.values()} == {len(model["flds"])}
    for _, guid, _, _, checksum in notes:
        shown = html.unescape(found[guid][0])
        assert checksum == int(hashlib.sha1(shown.encode()).hexdigest()[:8], 16)
    return found


def test_anki_gets_every_item_and_later_the_same_notes_again(assistant: Assistant, tmp_path: Path) -> None:
    items = make_items(assistant.index, WEEK, 6)
    notes = notes_of(to_apkg(items, "신경망", 1_800_000_000), tmp_path)
    assert sorted(html.unescape(fields[0]) for fields in notes.values()) == sorted(item.question for item in items)
    assert {html.unescape(fields[4]) for fields in notes.values()} == {item.location for item in items}
    moved = [replace(item, location="week4/notes.md › 다른 곳", span=Span(9, 0, 5)) for item in items]
    again = notes_of(to_apkg(moved, "신경망", 1_800_000_500), tmp_path)
    assert again.keys() == notes.keys()


def test_anki_gets_text_and_never_markup(tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> {{c1::a}} [sound:x.mp3] \\(x\\) \x1f & 끝"
    item = Item(hostile, hostile, "<b>", ("<b>", "[latex]"), "a.md", "a.md <i>", Span(1, 0, 9))
    (fields,) = notes_of(to_apkg([item, item], "a::b", 1_800_000_000), tmp_path).values()
    assert not any(mark in field for field in fields for mark in "<>{}[]\\")
    assert html.unescape(fields[2]) == "<b>"


def guide_of(assistant: Assistant, week: int) -> Guide:
    guide = study_guide(assistant.index, timeline(assistant.index), week, "ko")
    assert guide is not None
    return guide


def test_a_week_fits_on_a_page_with_its_places(assistant: Assistant) -> None:
    guide = to_markdown(guide_of(assistant, 4))
    assert guide.startswith("# 4주차 공부 길잡이")
    assert "- **드롭아웃**: 드롭아웃은 신경망 학습에서 첫째로 중요한 개념이다. (week4/notes.md › 드롭아웃)" in guide
    assert study_guide(assistant.index, timeline(assistant.index), 40, "ko") is None


def test_a_guide_holds_no_live_markdown_of_a_document(corpus: Path, assistant: Assistant) -> None:
    guide = to_markdown(guide_of(assistant, 3))
    assert "](" not in guide
    assert "<" not in guide.replace("\\<", "")
