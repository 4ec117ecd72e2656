"""Question -> cited answer through the one door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from app.answers import Verdict
from app.assistant import Assistant, StepEvent
from app.settings import AppSettings
from ingest.analyser import Analyser
from ingest.documents import Kind
from ingest.errors import NoIndexError, UsageError
from ingest.facets import Filters
from ingest.pipeline import ingest
from ingest.report import IngestReport
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder


def test_a_date_question_gets_date_and_topic(assistant: Assistant) -> None:
    answer = assistant.ask("RAG와 에이전트는 언제 해?")
    assert answer.verdict is Verdict.ANSWER
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "2026년 3월 21일" in quotes
    assert "RAG" in quotes


def test_every_claim_is_cited_and_every_quote_stands_on_its_page(assistant: Assistant) -> None:
    for question in ("LoRA는 뭘 학습해?", "How are the scores scaled?", "How many layers does the large model have?"):
        answer = assistant.ask(question)
        assert answer.verdict is Verdict.ANSWER
        markers = {citation.marker for citation in answer.citations}
        assert all(claim.frame or (set(claim.markers) <= markers and claim.markers) for claim in answer.claims)
        for citation in answer.citations:
            page = assistant.page(citation.path, citation.span.page)
            assert page is not None
            assert page.text[citation.span.start : citation.span.end] == citation.quote
            assert len(citation.quote) <= 300
            assert citation.location.startswith(citation.path)


def test_a_date_that_is_nowhere_is_refused_in_the_askers_language(assistant: Assistant) -> None:
    korean = assistant.ask("2026년 7월 일정 알려줘")
    english = assistant.ask("What happens in week 40?")
    assert korean.verdict is english.verdict is Verdict.REFUSE
    assert korean.citations == ()
    assert korean.nearest
    assert korean.text != english.text
    assert korean.to_json()["refused"] is True


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    first, second = (assistant.ask("LoRA는 뭘 학습해?").to_json() for _ in range(2))
    for result in (first, second):
        del result["seconds"], result["trace"]["milliseconds"]
    assert first == second


def test_the_stream_ends_with_the_answer_and_shows_its_steps(assistant: Assistant) -> None:
    *steps, last = assistant.stream("LoRA가 뭐야?")
    assert [step.node for step in steps if isinstance(step, StepEvent)] == [
        "understand",
        "retrieve",
        "judge",
        "answer_question",
        "verify",
        "respond",
    ]
    assert not isinstance(last, StepEvent)


def test_filters(assistant: Assistant) -> None:
    found = assistant.search("어텐션", filters=Filters(weeks=(3,)))
    assert {passage.path for passage in found.passages} == {"week3/notes.md"}
    assert assistant.search("어텐션", filters=Filters(kinds=(Kind.SLIDES,))).passages == ()


def test_a_new_snapshot_is_taken_up_on_refresh(
    assistant: Assistant, corpus: Path, run_ingest: Callable[..., IngestReport]
) -> None:
    assert not assistant.refresh()
    (corpus / "dpo.md").write_text("# DPO\n\nDPO는 보상 모델 없이 선호 데이터로 바로 학습한다.\n", "utf-8")
    run_ingest()
    held = assistant.index
    assert assistant.refresh()
    assert "보상 모델" in assistant.ask("DPO는 뭐 없이 학습해?").text
    held.close()


def test_an_empty_question_and_a_missing_index_say_what_to_do(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        assistant.ask("  ")
    with pytest.raises(NoIndexError, match="seodang ingest"):
        Assistant.open(tmp_path / "nowhere")


@pytest.mark.parametrize("question", ["\ud800 뭐야?", "What is attention?\udcff"])
def test_half_a_character_is_named(assistant: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match=r"U\+D[8C]\w\w.*UTF-8"):
        assistant.ask(question)
    with pytest.raises(UsageError, match="half a character"):
        assistant.search(question)
    with pytest.raises(UsageError, match="half a character"):
        assistant.ask("그럼 다음은?", history=[question])
    with pytest.raises(UsageError, match="half a character"):
        assistant.search("그럼 다음은?", history=[question])
    with pytest.raises(UsageError, match="half a character"):
        assistant.ask("What is attention?", conversation=question)


def test_text_that_looks_like_a_query_language_is_text(assistant: Assistant) -> None:
    for question in ('C++ "x', "a AND OR (", "w3:w5", "title:[a TO b]", "\\", "?" * 50):
        assistant.search(question)


def test_a_quote_over_several_places_names_the_first_and_the_last(tmp_path: Path, analyser: Analyser) -> None:
    corpus = tmp_path / "talks"
    corpus.mkdir()
    cues = ["LoRA는 저차원 행렬 두 개만", "학습합니다.", "그래서 메모리가 줄어듭니다."]
    lines = [f"00:00:{10 * i:02d}.000 --> 00:00:{10 * i + 9:02d}.000\n{cue}\n" for i, cue in enumerate(cues, 1)]
    (corpus / "talk.vtt").write_text("WEBVTT\n\n" + "\n".join(lines), "utf-8")
    embedder = HashingEmbedder()
    ingest(corpus, tmp_path / "i", IngestSettings(workers=1), embedder, analyser)
    opened = Assistant(IndexFolder(tmp_path / "i"), embedder, analyser, AppSettings())
    answer = opened.ask("LoRA는 무엇을 학습해?")
    for citation in answer.citations:
        page = opened.page(citation.path, citation.span.page)
        assert page is not None
        assert citation.location == page.location(citation.path, citation.span.start, citation.span.end)
    assert any("–" in citation.location for citation in answer.citations)
    opened.index.close()


def test_a_passage_is_filled_up_and_is_what_stands_on_its_pages(tmp_path: Path, analyser: Analyser) -> None:
    (tmp_path / "course").mkdir()
    sentences = [f"Fact number {n} says that module {n} reads {n * 7} records in a second." for n in range(120)]
    (tmp_path / "course" / "facts.md").write_text("# Facts\n\n" + "\n\n".join(sentences), "utf-8")
    embedder = HashingEmbedder()
    ingest(tmp_path / "course", tmp_path / "index", IngestSettings(workers=1), embedder, analyser)
    opened = Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, AppSettings())
    found = opened.search("How many records does module 60 read?", k=3).passages
    assert "420 records" in found[0].text
    for passage in found:
        assert 1100 <= len(passage.text) <= 1200
        pages = {span.page: opened.page(passage.path, span.page) for span in passage.spans}
        said = [pages[span.page].text[span.start : span.end] for span in passage.spans]  # type: ignore[union-attr]
        assert passage.text == "\n".join(said)
        assert passage.text.endswith("second.")  # whole sentences
    whole = [part.chunk.chunk_id for passage in found for part in passage.chunks if part.whole]
    assert len(whole) == len(set(whole))  # nothing is shown twice
    opened.close()


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_passage_reaches_to_the_side_that_says_what_is_asked(place: str, tmp_path: Path, analyser: Analyser) -> None:
    (tmp_path / "course").mkdir()
    filler = [f"Lamp {n} burns with a steady yellow flame in harbour {n}." for n in range(12)]
    reason = "The comet returns because the orbit of the comet is closed."
    found = [f"The comet was seen from tower {n} by an old keeper." for n in range(13)]
    beside = [*filler, reason] if place == "before" else [reason, *filler]
    parts = [beside, found, filler] if place == "before" else [filler, found, beside]
    text = "# Log\n\n" + "\n\n".join(" ".join(part) for part in parts)
    (tmp_path / "course" / "log.md").write_text(text, "utf-8")
    embedder = HashingEmbedder()
    ingest(tmp_path / "course", tmp_path / "index", IngestSettings(workers=1), embedder, analyser)
    opened = Assistant(IndexFolder(tmp_path / "index"), embedder, analyser, AppSettings())
    passage = opened.search("Why was the comet seen from the tower by the keeper?", k=1).passages[0]
    assert found[0] in passage.text
    assert reason in passage.text
    opened.close()


def test_a_question_about_a_name_stands_by_itself_in_a_conversation(assistant: Assistant) -> None:
    before = ["RAG와 에이전트는 언제 해?"]
    alone, after = assistant.search("LoRA가 뭐야?", k=3), assistant.search("LoRA가 뭐야?", k=3, history=before)
    assert after.question == "LoRA가 뭐야?"
    assert [passage.chunk_id for passage in after.passages] == [passage.chunk_id for passage in alone.passages]
    assert assistant.search("LoRA는?", k=3, history=before).question != "LoRA는?"  # "when", as before


@pytest.mark.parametrize(
    "question",
    [
        "어떤 자료에서 LoRA를 언급해?",
        "LoRA가 뭔지 설명해 줘",
        "Which documents cover LoRA?",
        "What do I need LoRA for?",
    ],
)
def test_what_frames_a_question_is_not_searched(assistant: Assistant, question: str) -> None:
    ((token, *_),) = assistant.ask(question).trace["words"]
    assert token == "lora"


def test_a_subject_that_looks_like_a_frame_is_searched(assistant: Assistant) -> None:
    assert len(assistant.ask("언어 이해 벤치마크가 뭐야?").trace["words"]) == 3
