"""Runs: complete, resumable, repeatable, honest about crashes; and the comparison of two of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from eval.cases import Case, Gold
from eval.comparison import Comparison, compare, comparison_table, load_scored
from eval.results import CitationResult, PassageResult, Result
from eval.runs import Run, execute
from eval.systems import Contender
from ingest.errors import UsageError

PLACES = {"notes.pdf": [(f"p. {number}", f"fact number {number:03d} stands here") for number in range(1, 61)]}


def make_cases(count: int = 60) -> tuple[Case, ...]:
    """Every fourth has no answer; the others ask for the fact of one page."""
    cases = []
    for number in range(1, count + 1):
        known = number % 4 != 0
        gold = Gold(file="notes.pdf", quote=f"fact number {number:03d}", location=f"notes.pdf p. {number}")
        cases.append(
            Case(
                case_id=f"c{number:03d}",
                question=f"Where is fact {number}?",
                language="ko" if number % 2 else "en",
                kind="fact" if known else "unanswerable",
                answers=("here",) if known else (),
                gold=(gold,) if known else (),
            )
        )
    return tuple(cases)


class Scripted:
    """A system that finds every page, with faults planted where a test wants them."""

    def __init__(self, *, page_shift: int = 0, blind: frozenset[str] = frozenset(), broken: str = "") -> None:
        self.page_shift, self.blind, self.broken = page_shift, blind, broken
        self.asked: list[str] = []

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        if case.case_id == self.broken:
            raise RuntimeError("planted")
        self.asked.append(case.case_id)
        number = int(case.case_id[1:])
        wrong = PassageResult(path="notes.pdf", location="notes.pdf p. 99", text="nothing")
        right = PassageResult(
            path="notes.pdf", location=f"notes.pdf p. {number}", text=PLACES["notes.pdf"][number - 1][1]
        )
        return [wrong] * k if case.language in self.blind else [wrong, right][:k]

    def close(self) -> None:
        self.asked.append("closed")

    def ask(self, case: Case) -> Result:
        if not case.answerable:
            return Result(case_id=case.case_id, verdict="refuse", refused=True, answer="Not in the materials.")
        number = int(case.case_id[1:])
        quote = f"fact number {number:03d} stands here"
        location = f"notes.pdf p. {number + self.page_shift}"
        citation = CitationResult(marker=1, path="notes.pdf", location=location, quote=quote)
        return Result(case_id=case.case_id, verdict="answer", answer=f"{quote} [1]", citations=(citation,))


def make_run(
    systems: Mapping[str, Scripted | Callable[[], Scripted]],
    cases: tuple[Case, ...] | None = None,
    *,
    answers: bool = True,
) -> Run:
    def opener(system: Scripted | Callable[[], Scripted]) -> Callable[[], Scripted]:
        return (lambda: system) if isinstance(system, Scripted) else system

    return Run(
        cases=cases or make_cases(),
        contenders=tuple(Contender(name, {"made": "up"}, opener(system)) for name, system in systems.items()),
        k=10,
        answers=answers,
        identity={"corpus": "course"},
        places=dict.fromkeys(systems, PLACES),
    )


def do(run: Run, folder: Path, *, fresh: bool = False) -> str:
    return execute(run, folder, fresh=fresh, progress=lambda _: None)


def figures(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    overall: dict[str, dict[str, dict[str, float]]] = json.loads((folder / "figures.json").read_text())["overall"]
    return overall


def compared(tmp_path: Path, base: Scripted, new: Scripted) -> Comparison:
    do(make_run({"seodang": base}), tmp_path / "base")
    do(make_run({"seodang": new}), tmp_path / "new")
    return compare(load_scored(tmp_path / "base", None), load_scored(tmp_path / "new", None))


def verdicts(found: Comparison) -> dict[str, str]:
    return {change.metric: change.verdict for change in found.changes}


def test_a_run_prints_every_figure_with_interval_and_count(tmp_path: Path) -> None:
    text = do(make_run({"seodang": Scripted(), "other": Scripted(blind=frozenset({"ko"}))}), tmp_path / "run")
    found = figures(tmp_path / "run")["seodang"]
    assert (found["hit@1"]["mean"], found["hit@5"]["mean"], found["mrr@10"]["mean"]) == (0.0, 1.0, 0.5)
    assert found["page_exact"] == {"mean": 1.0, "low": pytest.approx(0.9213, abs=1e-4), "high": 1.0, "count": 45}
    assert (found["false_answer"]["count"], found["false_refusal"]["count"]) == (15, 45)
    assert found["evidence_shown"]["mean"] == found["citation_precision"]["mean"] == 1.0
    assert found["coverage"]["mean"] == 0.75
    line = next(line for line in text.splitlines() if line.startswith("| hit@5"))
    assert "1.000 [0.921, 1.000] 45" in line
    assert "0.333*" in line  # the neighbour differs, and is marked
    assert "cases/s" in text
    assert "MiB" in text
    assert "fewer than 30" in text  # the slice of unanswerable cases is small


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        do(make_run({"seodang": Scripted()}), tmp_path / name)
    assert (tmp_path / "a" / "figures.json").read_bytes() == (tmp_path / "b" / "figures.json").read_bytes()
    assert (tmp_path / "a" / "scores" / "seodang.jsonl").read_bytes() == (
        tmp_path / "b" / "scores" / "seodang.jsonl"
    ).read_bytes()


def test_a_killed_run_goes_on_after_the_last_whole_line(tmp_path: Path) -> None:
    do(make_run({"seodang": Scripted()}), tmp_path / "whole")
    do(make_run({"seodang": Scripted()}), tmp_path / "killed")
    results = tmp_path / "killed" / "results" / "seodang.jsonl"
    lines = results.read_bytes().splitlines(keepends=True)
    results.write_bytes(b"".join(lines[:20]) + lines[20][:30])
    (tmp_path / "killed" / "manifest.json").unlink()
    system = Scripted()
    do(make_run({"seodang": system}), tmp_path / "killed")
    assert system.asked == [*(f"c{number:03d}" for number in range(21, 61)), "closed"]
    assert (tmp_path / "killed" / "figures.json").read_bytes() == (tmp_path / "whole" / "figures.json").read_bytes()


def test_a_complete_run_is_not_made_again_unless_asked(tmp_path: Path) -> None:
    printed = do(make_run({"seodang": Scripted()}), tmp_path / "run")
    idle, again = Scripted(), Scripted()
    assert do(make_run({"seodang": idle}), tmp_path / "run") == printed
    assert not idle.asked
    do(make_run({"seodang": again}), tmp_path / "run", fresh=True)
    assert len(again.asked) == 60 + 1


def test_a_folder_with_another_run_is_refused_and_nothing_else_is_ever_removed(tmp_path: Path) -> None:
    do(make_run({"seodang": Scripted()}), tmp_path / "run")
    with pytest.raises(UsageError, match=r"another run \(different: answers\)"):
        do(make_run({"seodang": Scripted()}, answers=False), tmp_path / "run")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="holds no run"):
        do(make_run({"seodang": Scripted()}), tmp_path / "mine", fresh=True)
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_crash_scores_its_worst_and_is_listed(tmp_path: Path) -> None:
    text = do(make_run({"seodang": Scripted(broken="c001")}), tmp_path / "run")
    found = figures(tmp_path / "run")["seodang"]
    assert found["hit@5"]["mean"] == found["evidence_shown"]["mean"] == pytest.approx(44 / 45)
    assert found["false_refusal"]["mean"] == pytest.approx(1 / 45)
    assert "1 crashed, scored at their worst: c001" in text
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["crashed"] == {"seodang": ["c001"]}


def test_searching_alone_leaves_the_answer_figures_out(tmp_path: Path) -> None:
    do(make_run({"seodang": Scripted()}, answers=False), tmp_path / "run")
    found = figures(tmp_path / "run")["seodang"]
    assert "hit@5" in found
    assert not {"evidence_shown", "false_answer", "f1"} & set(found)


def test_the_manifest_says_what_made_the_figures(tmp_path: Path) -> None:
    do(make_run({"seodang": Scripted()}), tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert {"plan", "commit", "machine", "started", "finished", "crashed", "stale"} == set(manifest)
    assert {"code", "cases", "case_count", "k", "answers", "systems", "corpus"} == set(manifest["plan"])
    assert manifest["machine"]["cores"] >= 1


def test_a_search_that_lost_its_korean_is_shown_as_worse(tmp_path: Path) -> None:
    found = compared(tmp_path, Scripted(), Scripted(blind=frozenset({"ko"})))
    assert verdicts(found)["hit@5"] == verdicts(found)["mrr@10"] == "worse"
    assert found.worse["hit@5"][:2] == ("c001", "c003")
    assert "language ko" in comparison_table(found)


def test_page_numbers_off_by_one_are_shown_as_worse(tmp_path: Path) -> None:
    found = compared(tmp_path, Scripted(), Scripted(page_shift=1))
    assert verdicts(found)["page_exact"] == verdicts(found)["gold_place"] == "worse"
    assert verdicts(found)["evidence_shown"] == verdicts(found)["hit@5"] == "no difference shown"


def test_the_same_system_twice_shows_no_difference(tmp_path: Path) -> None:
    found = compared(tmp_path, Scripted(), Scripted())
    assert set(verdicts(found).values()) == {"no difference shown"}
    assert found.worse == {}


def test_only_complete_runs_over_the_same_cases_can_be_compared(tmp_path: Path) -> None:
    do(make_run({"seodang": Scripted()}), tmp_path / "all")
    do(make_run({"seodang": Scripted()}, make_cases(59)), tmp_path / "fewer")
    whole = load_scored(tmp_path / "all", None)
    with pytest.raises(UsageError, match="1 cases are in only one"):
        compare(whole, load_scored(tmp_path / "fewer", None))
    with pytest.raises(UsageError, match="no complete run"):
        load_scored(tmp_path / "none", None)
    with pytest.raises(UsageError, match="Choose one of: seodang"):
        load_scored(tmp_path / "all", "bm25")
