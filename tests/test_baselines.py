"""The neighbours: a plain BM25 anyone can recompute, and what it shows when asked."""

import math
from pathlib import Path

import pytest

from eval.baselines import bm25_contender, langchain_contender
from eval.cases import Case


def question(text: str) -> Case:
    return Case(case_id="a", question=text, language="ko", kind="fact", answers=("x",), gold=())


def places(corpus: Path) -> dict[str, list[tuple[str, str]]]:
    """What the index would hold: the files that are course material, and their text by place."""
    return {
        path.name: [("slide 1", "alpha slide")] if path.suffix == ".pptx" else [("", path.read_text(encoding="utf-8"))]
        for path in corpus.iterdir()
        if path.suffix in (".md", ".pptx")
    }


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("alpha beta beta", encoding="utf-8")
    (tmp_path / "b.md").write_text("alpha gamma", encoding="utf-8")
    (tmp_path / "c.md").write_text("역전파를 배운다", encoding="utf-8")
    (tmp_path / "ignored.bin").write_bytes(b"\xff")
    return tmp_path


def test_bm25_by_hand(corpus: Path) -> None:
    found = bm25_contender(corpus, places(corpus), korean=False).open().search(question("beta"), 5)
    # 3 chunks of 3, 2 and 2 words; "beta" stands in one, twice.
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / (7 / 3)))
    assert [(passage.path, passage.score) for passage in found] == [("a.md", pytest.approx(expected))]


def test_morphemes_find_what_spaces_do_not(corpus: Path) -> None:
    assert [p.path for p in bm25_contender(corpus, places(corpus)).open().search(question("역전파가 뭐야"), 5)] == [
        "c.md"
    ]
    assert bm25_contender(corpus, places(corpus), korean=False).open().search(question("역전파가 뭐야"), 5) == ()


def test_equal_scores_keep_reading_order_and_k_is_kept(corpus: Path) -> None:
    (corpus / "d.md").write_text("alpha gamma", encoding="utf-8")
    system = bm25_contender(corpus, places(corpus), korean=False).open()
    assert [p.path for p in system.search(question("gamma"), 5)] == ["b.md", "d.md"]
    assert len(system.search(question("alpha"), 1)) == 1


def test_asked_it_shows_six_quotes_of_what_it_found_and_refuses_only_without_any(corpus: Path) -> None:
    paragraphs = [f"delta {number} " + "x" * 880 for number in range(4)]
    (corpus / "long.md").write_text("\n\n".join(paragraphs), encoding="utf-8")
    system = bm25_contender(corpus, places(corpus), korean=False).open()
    answer = system.ask(question("delta"))
    assert [len(citation.quote) for citation in answer.citations] == [300, 300, 288, 300, 300, 288]
    assert not answer.refused
    assert system.ask(question("nothing of this")).refused


def test_the_langchain_way_finds_by_meaning_and_cuts_at_a_thousand_characters(tmp_path: Path) -> None:
    (tmp_path / "cats.md").write_text("Cats sleep most of the day. " * 60, encoding="utf-8")
    (tmp_path / "stocks.md").write_text("Share prices fell sharply on Monday.", encoding="utf-8")
    system = langchain_contender(tmp_path, places(tmp_path)).open()
    found = system.search(question("Which animal is often tired?"), 3)
    assert [passage.path for passage in found] == ["cats.md", "cats.md", "stocks.md"]
    assert all(len(passage.text) <= 1000 for passage in found)
    assert found[0].score >= found[1].score >= found[2].score


def test_what_stock_parts_cannot_read_they_get_as_our_text(corpus: Path) -> None:
    (corpus / "deck.pptx").write_bytes(b"not text")
    found = bm25_contender(corpus, places(corpus), korean=False).open().search(question("slide"), 5)
    assert [(passage.location, passage.text) for passage in found] == [("deck.pptx slide 1", "alpha slide")]
