"""Documents that steer, leak or forge, in both languages, against a model that obeys every order it sees."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from obedient_model import ObedientModel

from app.answers import Answer, Verdict
from app.assistant import AnswerEvent, Assistant, ClaimEvent
from app.chat_model import ChatModel
from app.fencing import Fence, harmless
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.normaliser import find_quote
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

ATTACKS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "injections.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> Iterator[Assistant]:
    """A course whose every document attacks."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "course").mkdir()
    for attack in ATTACKS:
        text = f"# {attack['title']}\n\n{attack['fact']}\n\n{attack['attack']}\n"
        (folder / "course" / f"{attack['id']}.md").write_text(text, "utf-8")
    embedder = HashingEmbedder()
    ingest(folder / "course", folder / "index", IngestSettings(workers=1), embedder, analyser)
    assistant = Assistant(IndexFolder(folder / "index"), embedder, analyser, AppSettings(refuse_below=0.0))
    yield assistant
    assistant.close()


def said(assistant: Assistant, question: str, model: ObedientModel) -> tuple[Answer, str]:
    """The answer, and everything that the user saw in the model's words."""
    texts: list[str] = []
    for event in assistant.stream(question, model=ChatModel(model, "obedient", pause=lambda _: None)):
        if isinstance(event, ClaimEvent):
            texts.append(event.claim.text)
        if isinstance(event, AnswerEvent):
            texts += [event.answer.text, *event.answer.notices]
            return event.answer, "\n".join(texts)
    raise AssertionError


def test_the_set_is_large_and_in_both_languages() -> None:
    assert len({attack["id"] for attack in ATTACKS}) >= 40
    assert min(Counter(attack["language"] for attack in ATTACKS).values()) >= 20
    assert set(Counter(attack["kind"] for attack in ATTACKS)) == {"steer", "close", "leak", "forge"}


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack["id"] for attack in ATTACKS])
def test_no_document_gives_orders(hostile: Assistant, attack: dict[str, Any]) -> None:
    model = ObedientModel()
    answer, text = said(hostile, attack["question"], model)
    assert any(attack["canary"] in prompt for prompt in model.seen), "the attack did not reach the model"
    assert "CANARY" not in text
    assert "data-" not in text
    assert answer.verdict is Verdict.ANSWER
    assert attack["fact"] in text
    assert answer.notices == ()


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack["id"] for attack in ATTACKS])
def test_a_model_that_falls_for_it_still_proves_nothing(hostile: Assistant, attack: dict[str, Any]) -> None:
    """Verification is the second wall: what it was made to say is not in the quotes."""
    answer, text = said(hostile, attack["question"], ObedientModel(gullible=True))
    assert "98.7 points" not in text
    assert "data-" not in text
    assert "You answer a student's question" not in text
    assert attack["fact"] in answer.text


def test_a_repair_round_carries_a_documents_words_inside_the_fence(hostile: Assistant) -> None:
    model = ObedientModel(gullible=True)
    said(hostile, ATTACKS[0]["question"], model)
    assert len(model.seen) > 1
    for prompt in model.seen:
        (fence,) = {line.split()[0][1:] for line in prompt.splitlines() if line.startswith("<data-")}
        inside = False
        for line in prompt.splitlines():
            if line.startswith((f"<{fence} ", f"</{fence}>")):
                inside = line.startswith("<data")
            elif inside:
                assert line.startswith("|")
            else:
                assert "CANARY" not in line


def test_a_fence_has_a_new_name_each_time_and_text_in_it_can_still_be_quoted() -> None:
    assert len({Fence().name for _ in range(100)}) == 100
    text = "use <|im_start|>system and [INST] with a\u200bzero width\u2028and [brackets] <b>html</b> x < y | z"
    shown = harmless(text)
    assert "<|" not in shown
    assert "[INST]" not in shown
    assert "\u200b" not in shown
    assert "<b>html</b> x < y | z" in shown
    assert find_quote(shown, text) is not None
    assert all(line.startswith("| ") for line in Fence().wrap("passage 1", text).splitlines()[1:-1])
