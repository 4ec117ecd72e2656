"""The bundled course and its cases: small, rebuildable to the byte, every quote where its case says."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from eval.cases import NO_ANSWER, Case, load_cases
from ingest.normaliser import strip_marks
from ingest.readers import FORMATS, SourceFile

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
SOURCE = CORPUS / "_source"
PARTS = ("tune", "report")
KINDS = {
    "code", "comparison", "compound", "contradiction", "crosslingual", "definition", "fact", "followup", "howto",
    "multi_doc", "number", "partial", "schedule", "unanswerable", "week",
}  # fmt: skip


def cases(part: str) -> tuple[Case, ...]:
    return load_cases(ROOT / "eval" / "data" / f"course.{part}.jsonl")


def everything() -> list[Case]:
    return [case for part in PARTS for case in cases(part)]


@cache
def places(file: str) -> tuple[tuple[str, str], ...]:
    """What the product reads of a course file: each place with the text that stands there."""
    pages = FORMATS[Path(file).suffix].reader()(SourceFile(CORPUS / file, file)).pages
    found = []
    for page in pages:
        ends = [offset for offset, _ in page.places[1:]] + [len(page.text)]
        found += [(place, page.text[start:end]) for (start, place), end in zip(page.places, ends, strict=True)]
    return tuple((place, strip_marks(text)) for place, text in found)


def test_the_course_is_small() -> None:
    files = [file for file in CORPUS.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert sum(file.stat().st_size for file in files) < 12 * 2**20


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SOURCE))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from builder import targets

    names = list(targets.build(SOURCE, tmp_path / "first"))
    assert names == list(targets.TARGETS)
    committed = json.loads((SOURCE / "built-with.json").read_text(encoding="utf-8"))
    if targets.tools() == committed:
        other = CORPUS
    else:  # other versions compress and order differently, but they too must repeat themselves
        other = tmp_path / "second"
        list(targets.build(SOURCE, other))
    assert [name for name in names if (tmp_path / "first" / name).read_bytes() != (other / name).read_bytes()] == []


def test_the_planted_list_names_files_of_the_course() -> None:
    text = (SOURCE / "PLANTED.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`]+\.(?:md|pdf|pptx|hwpx|xlsx|vtt|html|ipynb))`", text))
    assert len(named) >= 10
    assert sorted(name for name in named if not (CORPUS / name).is_file()) == []


def test_there_are_enough_cases_of_every_kind() -> None:
    kinds = Counter(case.kind for case in everything())
    assert set(kinds) == KINDS
    assert kinds.total() >= 150
    assert kinds[NO_ANSWER] >= 30
    for part in PARTS:
        assert {case.kind for case in cases(part)} == KINDS
        assert {case.language for case in cases(part)} == {"ko", "en"}


def test_ids_and_questions_are_unique_over_both_parts() -> None:
    assert [i for i, n in Counter(case.case_id for case in everything()).items() if n > 1] == []
    asked = Counter((case.history, case.question) for case in everything())
    assert [question for question, count in asked.items() if count > 1] == []


def test_refusals_have_no_gold_and_answers_have_some() -> None:
    for case in everything():
        assert bool(case.answers) == bool(case.gold) == (case.kind != NO_ANSWER), case.case_id
        assert bool(case.history) == (case.kind == "followup"), case.case_id


def test_gold_files_exist() -> None:
    missing = {gold.file for case in everything() for gold in case.gold if not (CORPUS / gold.file).is_file()}
    assert missing == set()


@pytest.mark.parametrize("part", PARTS)
def test_every_quote_stands_where_its_case_says(part: str) -> None:
    wrong = []
    for case in cases(part):
        for gold in case.gold:
            assert gold.quote is not None, case.case_id
            assert gold.location is not None, case.case_id
            found = [place for place, text in places(gold.file) if strip_marks(gold.quote) in text]
            if gold.location.removeprefix(gold.file).strip() not in found:
                wrong.append((case.case_id, gold.location, found))
    assert wrong == []
