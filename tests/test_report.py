"""Reports: complete, self-contained, and deaf to whatever stands in documents, questions and answers."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lxml import html
from markdown_it import MarkdownIt

from eval.cases import Case, Gold, StaleGold
from eval.charts import count_axis, line_chart, seconds_axis, share_axis
from eval.cli import register
from eval.curves import recall_by_k, share_by_seconds
from eval.results import CitationResult, PassageResult, Result
from eval.runs import Run, execute
from eval.systems import Contender
from ingest.errors import UsageError

HOSTILE = (
    "</style></pre><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)> [a](http://evil.example)"
)
QUOTE = "the sky is blue"


class Canned:
    """Gives back what it was given, case by case."""

    def __init__(self, results: Mapping[str, Result]) -> None:
        self.results = results

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        return self.ask(case).passages[:k]

    def ask(self, case: Case) -> Result:
        if case.case_id not in self.results:
            raise RuntimeError("planted")
        return self.results[case.case_id]

    def close(self) -> None:
        """Nothing to close."""


def seodang(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    parsed = parser.parse_args(["eval", *map(str, arguments)])
    return int(parsed.handler(parsed))


def asked(case_id: str, *, known: bool = True, question: str = "What colour is the sky?") -> Case:
    gold = (Gold(file="a.md", quote=QUOTE, location="a.md › Sky"),) if known else ()
    return Case(
        case_id=case_id, question=question, language="en", kind="fact" if known else "unanswerable",
        answers=("blue",) if known else (), gold=gold,
    )  # fmt: skip


def given(case_id: str, *, found: bool = True, shown: bool = True, text: str = "Look up at noon.") -> Result:
    passage = PassageResult(path="a.md", location="a.md › Sky", text=QUOTE if found else text, score=0.5)
    citation = CitationResult(marker=1, path="a.md", location="a.md › Sky", quote=QUOTE if shown else text)
    return Result(
        case_id=case_id, passages=(passage,), verdict="answer", answer=f"{text} [1]", citations=(citation,),
        confidence=0.7, seconds=0.01, trace={"steps": [text]},
    )  # fmt: skip


def refused(case_id: str, *, found: bool) -> Result:
    passages = given(case_id, found=found).passages
    return Result(case_id=case_id, passages=passages, verdict="refuse", refused=True, answer="Not in the materials.")


def make(folder: Path, cases: Sequence[Case], systems: Mapping[str, Sequence[Result]], *, answers: bool = True) -> Path:
    canned = {name: Canned({one.case_id: one for one in results}) for name, results in systems.items()}
    run = Run(
        cases=tuple(cases),
        contenders=tuple(Contender(name, {"made": "up"}, lambda one=one: one) for name, one in canned.items()),
        k=10, answers=answers, identity={"corpus": "course"}, places={},
        stale=(StaleGold("fine", "a.md", QUOTE, "the quote is not in the file's text"),),
    )  # fmt: skip
    execute(run, folder, fresh=False, progress=lambda _: None)
    return folder


def every_fault(folder: Path) -> Path:
    cases = [
        asked("fine"), asked("crash"), asked("invented", known=False), asked("beside-found"), asked("beside"),
        asked("refused-found"), asked("refused"), asked("silent", known=False),
    ]  # fmt: skip
    results = [
        given("fine"), given("invented"), given("beside-found", shown=False),
        given("beside", found=False, shown=False), refused("refused-found", found=True),
        refused("refused", found=False), refused("silent", found=False),
    ]  # fmt: skip
    return make(folder, cases, {"seodang": results})


def test_the_three_files_say_the_same_and_every_fault_has_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every_fault(tmp_path / "run")
    assert seodang("report", tmp_path / "run", "--out", tmp_path / "r.html") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'r.html'}\n"
    made = json.loads((tmp_path / "r.json").read_text())
    assert {fault: [case["case_id"] for case in cases] for fault, cases in made["failures"].items()} == {
        "crashed": ["crash"],
        "answered, though the materials do not hold it": ["invented"],
        "answered beside the point, though the evidence was found": ["beside-found"],
        "answered beside the point; the evidence was not found": ["beside"],
        "refused, though the evidence was found": ["refused-found"],
        "refused; the evidence was not found": ["refused"],
    }
    assert made["figures"] == json.loads((tmp_path / "run" / "figures.json").read_text())
    page, text = (tmp_path / "r.html").read_text(), (tmp_path / "r.md").read_text()
    for written in (page, text):
        assert "Answered, though the materials do not hold it: 1" in written
        assert "RuntimeError" in written
        assert "Only 8 cases" in written
        assert "1 gold quotes are no longer in the files" in written
        assert "0.167" in written  # evidence_shown, 1 of 6
        assert "refused, and the materials do not hold it" in written
    rows = html.document_fromstring(page).findall(".//table[@class='outcomes']//tr")
    assert [row.findall("td")[-1].text_content() for row in rows] == ["1 (12%)"] * 8  # each case once
    assert seodang("report", tmp_path / "run", "--worst", "0", "--json") == 0
    assert json.loads(capsys.readouterr().out)["case_count"] == 8
    assert "Also: invented" in (tmp_path / "run" / "report.html").read_text()


def test_the_page_loads_nothing_and_hostile_text_stays_text(tmp_path: Path) -> None:
    cases = [asked(f"c{n}", question=f"{HOSTILE} {n}") for n in range(3)]
    cases.append(Case(case_id=HOSTILE, question="q", language=HOSTILE, kind=HOSTILE, answers=(HOSTILE,), gold=()))
    results = [given(case.case_id, found=False, shown=False, text=f"{HOSTILE}\u202e```") for case in cases]
    make(tmp_path / "run", cases, {"seodang": results})
    seodang("report", tmp_path / "run", "--compare", tmp_path / "run")
    source = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    page = html.document_fromstring(source)
    tags = {element.tag for element in page.iter()}
    assert not tags & {"script", "img", "a", "link", "iframe", "object", "form", "input", "base"}
    assert len(page.findall(".//style")) == 1
    names = {name for element in page.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name in {"href", "src", "style", "action"}}
    assert HOSTILE in page.text_content()
    assert "\u202e" not in source
    assert "url(" not in source
    assert "@import" not in source
    tokens = MarkdownIt("commonmark").enable("table").parse((tmp_path / "run" / "report.md").read_text("utf-8"))
    kinds = {token.type for block in tokens for token in (block, *(block.children or ()))}
    assert not kinds & {"html_block", "html_inline", "link_open", "image"}


def test_two_runs_are_compared_with_significance(tmp_path: Path) -> None:
    cases = [asked(f"c{number:02d}") for number in range(40)]
    make(tmp_path / "base", cases, {"seodang": [given(case.case_id) for case in cases]})
    worse = [given(case.case_id, found=number > 9) for number, case in enumerate(cases)]
    make(tmp_path / "new", cases, {"seodang": worse})
    seodang("report", tmp_path / "new", "--compare", tmp_path / "base")
    made = json.loads((tmp_path / "new" / "report.json").read_text())["versus"]
    verdicts = {change["metric"]: change["verdict"] for change in made["comparison"]["changes"]}
    assert verdicts["hit@5"] == "worse"
    assert verdicts["evidence_shown"] == "no difference shown"
    assert [one["case_id"] for one in made["moved"]] == [f"c{number:02d}" for number in range(10)]
    page = (tmp_path / "new" / "report.html").read_text()
    assert "-0.250 against the earlier run: worse" in page
    assert "10 lost something, 0 only won" in page
    assert "hit@5 1.000 → 0.000" in page


def test_neighbours_stand_beside_and_searching_alone_is_enough(tmp_path: Path) -> None:
    cases = [asked("c1"), asked("c2")]
    found, lost = [given("c1"), given("c2")], [given("c1"), given("c2", found=False)]
    make(tmp_path / "run", cases, {"seodang": lost, "bm25": found}, answers=False)
    seodang("report", tmp_path / "run")
    page = html.document_fromstring((tmp_path / "run" / "report.html").read_text())
    assert [item.text_content() for item in page.findall(".//ul[@class='legend']")[0]] == ["seodang", "bm25"]
    assert "The evidence was not found: 1" in page.text_content()
    assert "false_answer" not in page.text_content()


def test_synthetic_cases_are_called_so(tmp_path: Path) -> None:
    case = Case(
        case_id="c", question="q", language="en", kind="cloze", answers=("blue",), gold=(), extra={"synthetic": True}
    )
    make(tmp_path / "run", [case], {"seodang": [given("c")]})
    seodang("report", tmp_path / "run")
    assert "1 of 1 cases are synthetic" in (tmp_path / "run" / "report.html").read_text()


def test_without_a_name_the_last_run_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="eval run"):
        seodang("report")
    make(Path(".seodang/runs/one"), [asked("c1")], {"seodang": [given("c1")]})
    assert seodang("report") == 0
    assert Path(".seodang/runs/one/report.html").is_file()
    with pytest.raises(UsageError, match="HTML"):
        seodang("report", "--out", "report.pdf")
    with pytest.raises(UsageError, match="at least 0"):
        seodang("report", "--worst", "-1")


def test_curves_are_what_they_say() -> None:
    wrong = PassageResult(path="a.md", text="nothing")
    right = PassageResult(path="a.md", text=QUOTE)
    results = [Result(case_id="1", passages=(wrong, right)), Result(case_id="2", passages=(wrong,))]
    assert recall_by_k([asked("1"), asked("2")], results, 3) == ((1, 0.0), (2, 0.5), (3, 0.5))
    assert recall_by_k([asked("1", known=False)], results[:1], 3) == ()
    assert share_by_seconds([0.2, 0.1, 0.1]) == ((0.1, pytest.approx(2 / 3)), (0.2, 1.0))
    assert share_by_seconds([]) == ()


def test_a_chart_puts_points_where_they_belong() -> None:
    chart = line_chart("T", share_axis("x"), share_axis("y"), {"a": ((0.0, 0.0), (1.0, 1.0)), "empty": ()})
    assert chart is not None
    svg = html.fragment_fromstring(chart).find("svg")
    assert svg is not None
    path = svg.find("path")
    assert path is not None
    assert path.get("d") == "M46.0 206.0L358.0 12.0"  # lower left to upper right
    assert line_chart("T", share_axis("x"), share_axis("y"), {"a": ()}) is None
    assert [label for _, label in seconds_axis("t", [0.002, 3.0]).ticks] == ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]
    assert seconds_axis("t", []).high == 10.0
    assert [value for value, _ in count_axis("k", 25).ticks] == [1, 4, 7, 10, 13, 16, 19, 22, 25]
