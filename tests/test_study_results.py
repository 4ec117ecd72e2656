"""Quiz results: kept beside the index, the last one counts, what was wrong comes back with its place as it is now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.study import Chosen, make_items
from app.study_results import StudyResults

TERMS = ["드롭아웃", "배치정규화", "역전파", "경사하강법", "과적합"]
NOTES = "# 신경망\n" + "".join(
    f"\n## {term}\n\n{term}은 신경망 학습에서 첫째로 중요한 개념이다.\n{term}을 쓰면 학습 결과가 달라진다고 말한다.\n"
    for term in TERMS
)


@pytest.fixture
def corpus(corpus: Path) -> Path:
    (corpus / "notes.md").write_text(NOTES, "utf-8")
    return corpus


def test_the_last_result_counts_and_a_cut_line_costs_only_itself(assistant: Assistant, tmp_path: Path) -> None:
    first, second, third = make_items(assistant.index, Chosen(), 3)
    results = StudyResults(tmp_path / "index.user")
    assert results.last() == []
    results.note([(first, first.answer), (second, second.choices[0] + "?"), (third, None)])
    assert [result.right for result in results.last()] == [True, False, False]
    assert results.wrong(assistant.index) == [third, second]
    results.note([(third, third.answer)])
    with (tmp_path / "index.user" / "study.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "x", "item": {"question"')
    assert StudyResults(tmp_path / "index.user").wrong(assistant.index) == [second]


def test_what_moved_is_found_again_and_what_is_gone_is_not_asked(
    corpus: Path, assistant: Assistant, run_ingest: Callable[..., object], tmp_path: Path
) -> None:
    items = make_items(assistant.index, Chosen(), 4)
    results = StudyResults(tmp_path / "index.user")
    results.note([(item, None) for item in items])
    gone = items[0]
    text = NOTES.replace(gone.sentence, "")
    (corpus / "notes.md").write_text(f"# 새 머리말\n\n앞에 글이 늘었다.\n\n{text}", "utf-8")
    run_ingest()
    before = assistant.index
    assistant.refresh()
    before.close()
    found = results.wrong(assistant.index)
    assert {item.key for item in found} == {item.key for item in items[1:]}
    for item in found:
        page = assistant.page(item.path, item.span.page)
        assert page is not None
        assert " ".join(page.text[item.span.start : item.span.end].split()) == item.sentence
