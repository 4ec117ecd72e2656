"""Cases for somebody who has none: made from the files, reviewed by a person, run, reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openai_server import Reply, serving

from app.assistant import Assistant
from app.cli import main
from app.feedback import Feedback, Rated, Reason
from app.places import user_folder
from eval.cases import Case, load_cases, stale_gold
from eval.from_feedback import cases_from_ratings
from eval.making import make_cases
from eval.product import page_texts
from eval.review import ReviewList, State
from ingest.errors import UsageError
from ingest.report import IngestReport

NOTES = """# Gradient descent

Gradient descent is a method that moves the weights against the slope of the loss.
The learning rate says how large a step is. A momentum term is a share of the step before that is taken again.

# Backpropagation

Backpropagation is the way to compute every slope in one pass. It reuses what later layers found.

# 3. 정규화

정규화는 가중치가 너무 커지지 않게 벌을 주는 방법이다. 과적합을 줄인다.

# Summary

This is the end of the notes. It is one of the shortest.
"""


@pytest.fixture
def notes(corpus: Path) -> Path:
    """The small course with a page of definitions."""
    (corpus / "notes.md").write_text(NOTES, "utf-8")
    return corpus


@pytest.fixture
def made(notes: Path, assistant: Assistant) -> list[Case]:
    return make_cases(assistant.index, 60)


def test_definitions_and_headings_become_questions(made: list[Case], tmp_path: Path) -> None:
    asked = {case.question: case for case in made}
    definition = asked["What is Gradient descent?"]
    assert definition.kind == "definition"
    assert definition.gold[0].location == "notes.md › Gradient descent"
    assert definition.gold[0].quote is not None
    assert definition.gold[0].quote.startswith("Gradient descent is a method")
    assert "What is a momentum term?" in asked
    assert asked["정규화, 무슨 뜻이야?"].language == "ko"
    titles = [case.question for case in made if case.kind == "title"]
    assert any("“정규화”" in question for question in titles)  # its number is gone
    assert not any("Summary" in question for question in titles)
    assert not any("This" in question for question in asked)
    assert all(case.extra["synthetic"] is True for case in made)
    assert len({case.case_id for case in made}) == len(made)


def test_all_evidence_stands_in_the_files_and_what_is_absent_does_not(made: list[Case], tmp_path: Path) -> None:
    texts = page_texts(tmp_path / "index")
    assert list(stale_gold(made, texts)) == []
    absent = [case for case in made if not case.answerable]
    assert absent
    assert all(case.kind == "unanswerable" for case in absent)


def test_a_question_of_everyday_life_is_not_absent_when_the_files_speak_of_it(
    corpus: Path, run_ingest: Callable[..., IngestReport], assistant: Assistant
) -> None:
    def absent() -> set[str]:
        return {case.question for case in make_cases(assistant.index, 100) if not case.answerable}

    assert "How do I renew my passport?" in absent()
    (corpus / "travel.md").write_text("# Travel\n\nRenew your passport at the town hall.\n", "utf-8")
    run_ingest()
    before = assistant.index
    assistant.refresh()
    before.close()
    assert "How do I renew my passport?" not in absent()


def test_the_same_index_gives_the_same_cases_of_all_sorts_first(made: list[Case], assistant: Assistant) -> None:
    assert make_cases(assistant.index, 60) == made
    few = make_cases(assistant.index, 4)
    assert len(few) == 4
    assert len({case.kind for case in few}) >= 3


def test_accepting_and_rejecting(made: list[Case], tmp_path: Path) -> None:
    review = ReviewList(tmp_path / "index.user")
    assert len(review.propose(made)) == len(made)
    assert review.propose(made) == []
    first, second, third = (case.case_id for case in made[:3])
    review.decide([first, second], State.ACCEPTED)
    review.decide([second, third], State.REJECTED)  # changed their mind about the second
    assert [case.case_id for case in load_cases(review.cases_file)] == [first]
    assert "state" not in load_cases(review.cases_file)[0].extra
    assert [case.case_id for case in review.proposals(State.REJECTED)] == [second, third]
    assert review.propose(made) == []  # what was rejected does not come back
    with pytest.raises(UsageError, match="No proposal nobody"):
        review.decide([first, "nobody"], State.REJECTED)
    assert [case.case_id for case in review.accepted()] == [first]


def test_a_bad_rating_becomes_a_proposal_with_a_place_that_was_not_cited(assistant: Assistant, tmp_path: Path) -> None:
    answer = assistant.ask("LoRA가 뭐야?")
    feedback = Feedback(tmp_path / "index.user")
    feedback.rate(Rated("LoRA가 뭐야?", (), answer), good=False, reason=Reason.CITATION)
    feedback.rate(Rated("What is attention?", (), answer), good=True)
    (case,) = cases_from_ratings(assistant, feedback.ratings())
    assert case.question == "LoRA가 뭐야?"
    assert case.gold[0].location not in {citation.location for citation in answer.citations}
    assert case.extra == {"reason": "citation"}


def test_a_question_kept_with_two_right_places_has_both_as_evidence(assistant: Assistant, tmp_path: Path) -> None:
    answer = assistant.ask("LoRA가 뭐야?")
    feedback = Feedback(tmp_path / "index.user")
    for passage in answer.passages[:2]:
        feedback.add_case(Rated("LoRA가 뭐야?", (), answer), passage)
    (case,) = ReviewList(tmp_path / "index.user").accepted()
    assert len(case.gold) == 2


def test_from_a_folder_of_notes_to_a_report_in_three_commands(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The session of the README, word for word."""
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    session = [line[2:].split("#")[0].split() for line in readme.splitlines() if line.startswith("$ seodang eval ")]
    assert [command[2] for command in session] == ["make", "run", "report"]
    monkeypatch.chdir(tmp_path)
    for command in session:
        capsys.readouterr()
        assert main([str(notes) if word.startswith("~") else word for word in command[1:]]) == 0
    report = Path(capsys.readouterr().out.strip())
    assert "synthetic" in report.read_text("utf-8")
    # Reviewed afterwards, the accepted cases alone are run.
    index = Path(".seodang") / notes.name
    proposals = ReviewList(user_folder(index)).proposals()
    assert main(["eval", "review", "--accept", proposals[0].case_id, "--reject", proposals[1].case_id]) == 0
    assert "accepted" in capsys.readouterr().out
    assert main(["eval", "run", str(notes), "--baselines", "none", "--retrieval-only", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 1
    assert main(["eval", "review", "--reject", "all", "--json"]) == 0
    states = [case["state"] for case in json.loads(capsys.readouterr().out)]
    assert states.count("accepted") == 1
    assert "open" not in states


def test_without_any_cases_the_remedy_is_named(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["eval", "run", str(notes)]) == 2
    assert "seodang eval make" in capsys.readouterr().err


def test_a_configured_model_proposes_questions_whose_quotes_stand_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("course").mkdir()
    quote = "slopes reach the first layers unharmed"
    page = f"# Residual\n\n{f'Residual connections add the input to the output, so that {quote}. ' * 3}\n"
    Path("course/residual.md").write_text(page, "utf-8")
    right = {"question": "왜 깊은 망도 학습되지?", "answer": "건너뛰는 길", "quote": quote}
    script = [
        Reply(f"```json\n{json.dumps(right, ensure_ascii=False)}\n```"),
        Reply(json.dumps({**right, "question": "invented?", "quote": "this stands nowhere at all"})),
        Reply("no JSON"),
        Reply(status=401),
    ]
    with serving(*script) as server:
        monkeypatch.setenv("SEODANG_MODEL", "fake")
        monkeypatch.setenv("SEODANG_BASE_URL", server.url)
        for _ in script:
            assert main(["eval", "make", "course", "--count", "2"]) == 0
        assert all("| Residual connections" in prompt for prompt in server.prompts())
    captured = capsys.readouterr()
    assert f"to fake at {server.url}" in captured.err
    assert "proposed all the same" in captured.err
    written = [case for case in load_cases(Path(".seodang/course.user/proposals.jsonl")) if case.kind == "model"]
    assert [case.question for case in written] == ["왜 깊은 망도 학습되지?"]
    assert written[0].gold[0].location == "residual.md › Residual"
    assert written[0].extra["synthetic"] is True
