"""Conversations come back after a restart as they were, are found again, and a deletion can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answers import Answer, Citation, Claim, Verdict
from app.conversations import Conversations, StoredTurn
from ingest.documents import Span
from ingest.facets import Filters


def answer(text: str) -> Answer:
    citation = Citation(1, "week1/a.pdf", "week1/a.pdf p. 2", text, Span(2, 0, len(text)))
    part = Answer("부분", Verdict.REFUSE, (), (), ())
    return Answer("질문", Verdict.ANSWER, (Claim(text, (1,)),), (citation,), (), parts=(part,), trace={"a": [1, 2.5]})


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index.user")


def test_turns_come_back_as_they_were(kept: Conversations, tmp_path: Path) -> None:
    key = kept.start("어텐션이 뭐야?")
    turns = [
        StoredTurn("어텐션이 뭐야?", answer("가중치를 정한다."), Filters(weeks=(3,))),
        StoredTurn("더?", answer("끝.")),
    ]
    kept.save(key, turns)
    assert Conversations(tmp_path / "index.user").load(key) == turns


def test_saving_fewer_turns_forgets_the_rest(kept: Conversations) -> None:
    key = kept.start("a")
    kept.save(key, [StoredTurn("a", answer("1")), StoredTurn("b", answer("2"))])
    kept.save(key, [StoredTurn("c", answer("3"))])
    assert [turn.question for turn in kept.load(key)] == ["c"]


def test_the_list_is_newest_first_and_can_be_searched(kept: Conversations) -> None:
    first, second = kept.start("드롭아웃이 뭐야?"), kept.start("100% 맞아?")
    kept.save(second, [StoredTurn("100% 맞아?", answer("그렇다."))])
    kept.save(first, [StoredTurn("드롭아웃이 뭐야?", answer("뉴런을 끈다."))])
    assert [info.id for info in kept.find()] == [first, second]
    assert [info.id for info in kept.find("뉴런")] == [first]
    assert [info.id for info in kept.find("0%")] == [second]
    assert kept.find("없는 말") == []


def test_a_search_finds_what_was_written_not_how_it_is_kept(kept: Conversations) -> None:
    key = kept.start("질문")
    first = StoredTurn("질문", answer(r'순전파를 "forward"라 한다. a\b'))
    kept.save(key, [first, StoredTurn("다음?", answer("둘째."))])
    other = kept.start("다른 질문")
    kept.save(other, [StoredTurn("다른 질문", answer("답."))])
    for found in ('"', '"Forward"', "\\", r"a\b", "둘째", "다음?"):
        assert [info.id for info in kept.find(found)] == [key], found
    for kept_only in ("verdict", "claims", "[{", ":["):
        assert kept.find(kept_only) == [], kept_only


def test_a_deletion_can_be_undone(kept: Conversations) -> None:
    key = kept.start("질문")
    kept.save(key, [StoredTurn("질문", answer("답."))])
    kept.delete(key)
    assert kept.find() == []
    assert kept.info(key) is None
    kept.restore(key)
    assert [info.id for info in kept.find()] == [key]


def test_a_title_is_one_line_and_can_be_changed(kept: Conversations) -> None:
    key = kept.start("긴 질문 " * 40)
    info = kept.info(key)
    assert info is not None
    assert len(info.title) == 60
    kept.rename(key, "  새\n이름 ")
    kept.rename(key, " ")
    info = kept.info(key)
    assert info is not None
    assert info.title == "새 이름"


def test_an_export_names_the_sources(kept: Conversations) -> None:
    key = kept.start("질문")
    kept.save(key, [StoredTurn("질문", answer("답이다."))])
    text = kept.export(key)
    assert "답이다. [1]" in text
    assert "- [1] week1/a.pdf p. 2: “답이다.”" in text


def test_nothing_is_written_before_the_first_conversation(kept: Conversations, tmp_path: Path) -> None:
    assert (kept.find(), kept.load("x"), kept.info("x")) == ([], [], None)
    assert not (tmp_path / "index.user").exists()


def test_a_conversation_without_an_answer_is_listed_only_while_it_is_open(kept: Conversations) -> None:
    key = kept.start("질문")
    assert kept.find() == []
    assert [info.id for info in kept.find(current=key)] == [key]
