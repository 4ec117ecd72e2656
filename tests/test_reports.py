"""Evaluation as the browser does it: commands in a child process, questions reviewed, runs compared, use shown."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from openai_server import serving
from streamlit.testing.v1 import AppTest
from test_judge import grades
from test_report import asked, given, make
from test_ui import opened, shown

from app.cli import main
from app.feedback import Feedback
from app.reports import Edit, Evaluation, EvaluationJob
from eval.cases import write_cases
from eval.review import ReviewList, State
from ingest.errors import SeodangError


@pytest.fixture
def index(course_index: Path, tmp_path: Path) -> Path:
    """The small course, with a folder of runs and a user folder of its own."""
    return Path(shutil.copytree(course_index, tmp_path / "index"))


def waited(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not holds():
        assert time.monotonic() < end, "It takes too long."
        time.sleep(0.2)


def test_from_no_questions_to_a_report_on_the_page(index: Path) -> None:
    def settled() -> AppTest:
        waited(lambda: app.run().button("questions-make").disabled is False)
        assert not app.exception
        return app

    app = opened(index, "reports")
    assert app.button("run-start").disabled
    app.button("questions-make").click().run()
    assert "새 문제" in settled().success[0].value
    app.segmented_control("reports-view").set_value("questions").run()
    first, second = ReviewList(index.with_name("index.user")).proposals()[:2]
    app.text_input(f"proposal-{first.case_id}-question").set_value("고친 질문은 무엇이야?")
    app.segmented_control(f"proposal-{first.case_id}-decision").set_value("accepted")
    app.segmented_control(f"proposal-{second.case_id}-decision").set_value("rejected")
    next(button for button in app.button if button.label == "저장").click().run()
    assert not app.exception
    review = ReviewList(index.with_name("index.user"))
    assert [case.question for case in review.accepted()] == ["고친 질문은 무엇이야?"]
    assert [case.case_id for case in review.proposals(State.REJECTED)] == [second.case_id]
    app.segmented_control("reports-view").set_value("runs").run()
    assert "받아들인 문제 1개" in shown(app)
    app.button("run-start").click().run()
    assert "평가를 마쳤어요" in settled().success[0].value
    assert list(app.dataframe[0].value["문제"]) == [1]
    app.button("run-read").click().run()
    assert not app.exception
    assert not app.error
    (run,) = Evaluation(index).runs()
    assert (Path(run.folder) / "report.html").is_file()


def test_two_runs_and_what_changed(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [asked(f"c{number}") for number in range(12)]
    runs = index.with_name("runs")
    make(runs / "old", cases, {"seodang": [given(case.case_id) for case in cases]})
    make(runs / "new", cases, {"seodang": [given(case.case_id, found=False) for case in cases]})
    (runs / "damaged").mkdir()
    (runs / "damaged" / "manifest.json").write_text("{}")
    assert main(["eval", "list", "--index", str(index)]) == 0
    listed = [line.split("|")[1].strip() for line in capsys.readouterr().out.splitlines()[2:]]
    assert sorted(listed) == ["new", "old"]
    found = Evaluation(index).compare(str(runs / "old"), str(runs / "new"))
    lost = next(change for change in found.changes if change.metric == "hit@5")
    assert (lost.base, lost.new, lost.verdict, lost.significant) == (1.0, 0.0, "worse", True)
    app = opened(index, "reports")
    app.selectbox("run-open").set_value(str(runs / "new")).run()
    app.selectbox("run-earlier").set_value(str(runs / "old"))
    app.button("run-read").click().run()
    assert not app.exception
    moved = app.dataframe[1].value
    assert "나빠짐" in set(moved["판정"])
    assert "page_exact" not in set(moved["지표"])  # it did not move
    assert "우연이라고 보기 어려울" in shown(app)
    page = Evaluation(index).report(str(runs / "new"), str(runs / "old"))
    assert "Against the earlier run" in page
    assert not (runs / "new" / "report.html").exists()  # a comparison is no run's own report
    with pytest.raises(SeodangError, match="no complete run"):
        Evaluation(index).compare(str(runs / "old"), str(runs / "none"))


def test_a_job_says_how_far_it_is_and_can_be_stopped(index: Path) -> None:
    review = ReviewList(index.with_name("index.user"))
    review.cases_file.parent.mkdir()
    write_cases(review.cases_file, [asked(f"c{number}") for number in range(4000)])
    job = EvaluationJob()
    assert job.start("run", "--index", str(index), "--baselines", "none", "--json")
    assert not job.start("make", "--index", str(index), "--json")
    waited(lambda: job.state.total == 4000)
    assert 0 < job.state.done < 4000
    job.stop()
    waited(lambda: not job.state.running)
    assert "stopped" in str(job.state.error)
    assert job.start("judge", "nowhere", "--index", str(index), "--model", "openai:x")
    waited(lambda: not job.state.running)
    assert "nowhere" in str(job.state.error)


def test_a_child_that_crashes_or_is_ended_by_another_leaves_the_next_one_room(index: Path) -> None:
    review = ReviewList(index.with_name("index.user"))
    review.cases_file.parent.mkdir()
    write_cases(review.cases_file, [asked(f"c{number}") for number in range(4000)])
    index.with_name("runs").write_text("in the way", "utf-8")
    job = EvaluationJob()
    command = ("run", "--index", str(index), "--baselines", "none", "--json")
    assert job.start(*command)
    waited(lambda: not job.state.running)
    assert "ended with status 1: NotADirectoryError" in str(job.state.error)
    index.with_name("runs").unlink()
    assert job.start(*command)
    waited(lambda: job.state.total == 4000)
    (child,) = [one for one in psutil.Process().children() if str(index) in one.cmdline()]
    child.kill()
    waited(lambda: not job.state.running)
    assert "ended with status -9" in str(job.state.error)
    assert job.start("judge", "nowhere", "--index", str(index), "--model", "openai:x")
    waited(lambda: not job.state.running)


def test_a_model_judges_only_where_one_is_set(index: Path) -> None:
    """What is sent where is said before it is sent."""
    make(index.with_name("runs") / "run", [asked("c")], {"seodang": [given("c")]})
    assert "judge-start" not in [button.key for button in opened(index, "reports").button]
    with serving(grades(1, 2, 2)) as server:
        settings = f'[app]\nmodel = "openai:fake"\nbase_url = "{server.url}"\n'
        index.with_name("seodang.toml").write_text(settings)
        app = opened(index, "reports")
        assert f"openai:fake {server.url}" in shown(app).replace("\\", "")
        app.button("judge-start").click().run()
        waited(lambda: bool(app.run().success))
        assert not app.exception
    assert list(app.dataframe[0].value["심사 모델"]) == [f"openai:fake at {server.url}"]


def test_an_edit_reaches_the_file_that_is_run(index: Path) -> None:
    evaluation, review = Evaluation(index), ReviewList(index.with_name("index.user"))
    review.propose([asked("a"), asked("b")])
    evaluation.review(["a"], [], [])
    found = evaluation.review([], [], [Edit("a", "Is it blue?", ("yes", "no --really"))])
    assert next(one for one in found if one.id == "a").question == "Is it blue?"
    assert [(case.question, case.answers) for case in review.accepted()] == [("Is it blue?", ("yes", "no --really"))]
    with pytest.raises(SeodangError, match="needs words"):
        evaluation.review([], [], [Edit("a", " ", ())])
    assert Feedback(index.with_name("index.user")).cases()[0]["question"] == "Is it blue?"
