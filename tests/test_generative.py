"""The answer in a model's words: verified, repaired, streamed, in the style that was asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from model_replies import BAD, GOOD, QUESTION, QUOTE, VERDICT, check_extractive, claim
from openai_server import Reply, serving

from app.answers import Verdict
from app.assistant import AnswerEvent, Assistant, ClaimEvent
from app.cli import main
from app.phrases import phrase
from app.prompts import Style
from ingest.facets import Filters

Open = Callable[..., Assistant]


def test_a_claim_comes_with_the_true_place_of_its_quote(open_with: Open) -> None:
    with serving(Reply(GOOD)) as server:
        assistant = open_with(server.url, input_price=2.0, output_price=10.0)
        answer = assistant.ask(QUESTION)
    assert answer.text == "They are divided by the square root of the key dimension. [1]"
    (citation,) = answer.citations
    assert citation.quote == QUOTE
    assert citation.score == 1.0
    page = assistant.page(citation.path, citation.span.page)
    assert page is not None
    assert page.text[citation.span.start : citation.span.end] == QUOTE
    assert answer.notices == ()
    used = answer.trace["model"]
    assert (used["calls"], used["input_tokens"], used["output_tokens"]) == (1, 1000, 50)
    assert used["cost_usd"] == pytest.approx(1000 * 2e-6 + 50 * 10e-6)
    assert used["name"] == "openai:fake"


def test_claims_are_streamed_while_the_model_writes(open_with: Open) -> None:
    second = claim("The softmax stays useful.", "keeps the softmax out of its flat region")
    slow = Reply(GOOD.replace(VERDICT, "") + second + VERDICT, between_seconds=0.02)
    with serving(slow) as server:
        times: list[tuple[str, float]] = []
        for event in open_with(server.url).stream(QUESTION):
            if isinstance(event, ClaimEvent):
                times.append((event.claim.text, time.monotonic()))
            if isinstance(event, AnswerEvent):
                times.append(("end", time.monotonic()))
                assert [c.text for c in event.answer.claims] == [text for text, _ in times[:-1]]
    assert len(times) == 3
    assert times[1][1] - times[0][1] > 0.05
    assert times[2][1] >= times[1][1]


def test_an_unsupported_claim_gets_one_repair_round(open_with: Open) -> None:
    mended = claim("The scores are divided by a square root.", number=1) + VERDICT
    with serving(Reply(BAD), Reply(mended)) as server:
        answer = open_with(server.url).ask(QUESTION)
        assert len(server.requests) == 2
        assert "not in its quotes: 17" in server.prompts()[1]
    assert [c.text for c in answer.claims] == ["The scores are divided by a square root."]
    assert answer.trace["model"]["repaired"] == 1


def test_what_cannot_be_repaired_is_left_out(open_with: Open) -> None:
    script = GOOD.replace(VERDICT, "") + claim("Invented.", "This sentence stands nowhere at all.") + VERDICT
    with serving(Reply(script), Reply(VERDICT)) as server:
        answer = open_with(server.url).ask(QUESTION)
        assert len(server.requests) == 2
    assert len(answer.claims) == 1
    assert answer.trace["model"]["unsupported"] == ["Invented."]
    assert answer.notices == (phrase("claims_dropped", "en", count=1),)


@pytest.mark.parametrize(
    "forged",
    [
        claim("They are scaled by 12.", passage=1),  # a number that the quote lacks
        claim("They are scaled.", passage=99),  # a passage that does not exist
        claim("They are scaled.", "The scores are multiplied by the cube of the key dimension, always"),
        claim("They are scaled, says Hinton.", QUOTE),  # a name that is nowhere
        claim("They are scaled on March 3.", QUOTE),
        json.dumps({"claim": "They are scaled.", "evidence": []}) + "\n",
        json.dumps({"claim": "They are scaled [1]."}) + "\n",
        claim("They are scaled.", ""),
    ],
)
def test_forged_evidence_never_gets_through(open_with: Open, forged: str) -> None:
    with serving(Reply(forged + VERDICT)) as server:
        assistant = open_with(server.url)
        answer = assistant.ask(QUESTION)
    check_extractive(assistant, answer, "model_unverified")


def test_a_near_quote_is_shown_as_it_stands_with_its_score(open_with: Open) -> None:
    near = claim("They are divided.", "The scores are divided by a square root of the key dimension")
    with serving(Reply(near + VERDICT)) as server:
        (citation,) = open_with(server.url).ask(QUESTION).citations
    assert QUOTE in citation.quote
    assert 0.9 <= citation.score < 1.0


def test_a_model_that_finds_nothing_gets_more_passages_once_and_is_believed(open_with: Open) -> None:
    with serving(Reply('{"verdict": "none"}')) as server:
        answer = open_with(server.url, passages=1).ask(QUESTION)
        assert len(server.requests) == 3  # the answer, a rewriting, the answer again
        assert server.prompts()[2].count("passage 2>") == 1
    assert answer.verdict is Verdict.REFUSE
    assert answer.nearest


def test_a_part_of_an_answer_says_so(open_with: Open) -> None:
    with serving(Reply(GOOD.replace('"answer"', '"partial"'))) as server:
        assert open_with(server.url).ask(QUESTION).verdict is Verdict.PARTIAL


def test_styles_reach_the_model_and_without_one_are_explained(open_with: Open, assistant: Assistant) -> None:
    with serving(Reply(GOOD)) as server:
        open_with(server.url).ask(QUESTION, style=Style.HINT)
        assert "do not solve" in server.prompts()[0]
    assert assistant.ask(QUESTION, style=Style.BRIEF).notices == (phrase("style_needs_model", "en"),)


def test_the_prompt_keeps_its_budget_in_the_models_tokens(open_with: Open) -> None:
    with serving(Reply(GOOD)) as server:
        assistant = open_with(server.url, prompt_tokens=700)
        assert assistant.ask(QUESTION).trace["model"]["passages_shown"] == 1
        wide = open_with(server.url)
        assert wide.ask(QUESTION).trace["model"]["passages_shown"] > 1


def test_lines_may_be_wrapped_as_models_do(open_with: Open) -> None:
    listed = json.dumps({"claims": [json.loads(GOOD.splitlines()[0])], "verdict": "answer"}, indent=1)
    for text in (f"```json\n{GOOD}```", f"Here you are:\n[{GOOD.splitlines()[0]},\n{VERDICT}]", listed):
        with serving(Reply(text)) as server:
            answer = open_with(server.url).ask(QUESTION)
        assert [c.markers for c in answer.claims] == [(1,)]
        assert answer.notices == ()


def test_the_command_line_asks_a_model_and_says_on_standard_error_when_it_cannot(
    course_index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    command = ["ask", "What is attention?", "--index", str(course_index), "--model", "openai:fake", "--base-url"]
    with serving(Reply(status=503)) as server:
        assert main([*command, server.url]) == 0
    shown = capsys.readouterr()
    assert phrase("model_server", "en") in shown.err
    assert "[1]" in shown.out
    assert "Traceback" not in shown.err
    with serving(Reply('{"verdict": "none"}')) as server:
        assert main([*command, server.url, "--style", "hint", "--json"]) == 0
        assert "do not solve" in server.prompts()[0]
    result = json.loads(capsys.readouterr().out)
    assert result["verdict"] == "refuse"
    assert result["trace"]["model"]["name"] == "openai:fake"


def test_the_trace_says_why_these_pages(open_with: Open) -> None:
    with serving(Reply(GOOD)) as server:
        trace = open_with(server.url).ask(QUESTION, filters=Filters(weeks=(3,))).trace
    assert trace["filters"] == [["week=3"]]
    assert set(trace["passages"][0]) >= {"location", "score", "dense", "lexical"}
    assert {"understand_question", "retrieve", "judge_evidence", "answer_question", "verify_citations"} <= set(
        trace["milliseconds"]
    )
    json.dumps(trace)
