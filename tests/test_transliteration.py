"""Foreign names asked for by their sound find what the files write in Latin letters."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import Verdict
from app.assistant import Assistant
from app.settings import AppSettings
from app.transliteration import spellings
from ingest.analyser import Analyser
from ingest.embedding import BuiltinEmbedder
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> Iterator[Assistant]:
    """Over notes on things that no dictionary has."""
    folder = tmp_path_factory.mktemp("names")
    notes = {
        "zentrix.md": "# Zentrix\n\nZentrix keeps its weights in eight bits. The cluster needs 40 GB of disk.\n",
        "morphelen.md": "# Morphelen\n\nMorphelen was released by a laboratory in Busan. It reads tables well.\n",
        "asonami.md": "# Asonami\n\nAsonami taught rhetoric at the harbour school for nine years.\n",
        "design.md": "# Design\n\nA good design begins with the people who use it. Nobody designs alone.\n",
    }
    for name, text in notes.items():
        (folder / "course").mkdir(exist_ok=True)
        (folder / "course" / name).write_text(text, "utf-8")
    embedder = BuiltinEmbedder()
    ingest(folder / "course", folder / "index", IngestSettings(workers=1), embedder, analyser)
    with closing(Assistant(IndexFolder(folder / "index"), embedder, analyser, AppSettings())) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("젠트릭스는 가중치를 몇 비트로 저장해?", "zentrix.md"),
        ("모르펠렌은 표를 잘 읽나요?", "morphelen.md"),
        ("아소나미는 학교에서 몇 년 가르쳤어?", "asonami.md"),  # looks like any Korean word
    ],
)
def test_a_name_is_found_by_its_sound(assistant: Assistant, question: str, path: str) -> None:
    assert assistant.search(question).passages[0].path == path
    answer = assistant.ask(question)
    assert answer.verdict is Verdict.ANSWER
    assert answer.citations[0].path == path


def test_a_korean_word_that_sounds_alike_is_another_word(assistant: Assistant) -> None:
    assert assistant.ask("대전까지 기차로 몇 시간이나 걸려?").verdict is Verdict.REFUSE  # not "design"


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("너프", "nerf"),
        ("덴스넷", "densenet"),
        ("텍스트", "text"),
        ("배치", "batch"),
        ("어텐션", "attention"),
        ("올라마", "ollama"),
        ("라퍼", "laffer"),
        ("로렌츠", "lorenz"),
    ],
)
def test_the_spelling_is_among_the_first(name: str, spelling: str) -> None:
    assert spelling in {found for found, _ in spellings(name, 500)}


@given(st.text(st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣")), min_size=1, max_size=10))
def test_spellings_are_distinct_and_grow_unlikelier(name: str) -> None:
    found = list(spellings(name, 60))
    assert 1 <= len(found) <= 60
    assert len({spelling for spelling, _ in found}) == len(found)
    assert [cost for _, cost in found] == sorted(cost for _, cost in found)
    assert all(spelling.isascii() for spelling, _ in found)
