"""The gate: every kind of planted regression fails it, no change passes it, and the bundled course is gated by it."""

from __future__ import annotations

import argparse
import json
import random
import re
import shlex
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from fakes import HashingEmbedder
from planted import WORDS, BesideThePoint, PagesOffByOne, Replay, WithoutKorean, make_price_list

from app.assistant import Assistant
from app.settings import AppSettings
from eval.cases import Case
from eval.cli import register
from eval.comparison import load_scored
from eval.gate import check, parse_rule
from eval.product import place_texts
from eval.results import load_results
from eval.runs import Run, execute
from eval.systems import AssistantSystem, Contender, System
from ingest.analyser import Analyser
from ingest.errors import UsageError
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

RULES = ("hit@5 < -0.02", "mrr@10 < -0.02", "evidence_shown < -0.02", "citation_precision < -0.02",
         "page_exact < -0.02", "false_refusal > 0.02", "false_answer > 0.05")  # fmt: skip


def seodang(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    parsed = parser.parse_args(["eval", *map(str, arguments)])
    return int(parsed.handler(parsed))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, analyser: Analyser) -> Path:
    """A folder of runs over one course: the real core, and the same with each regression."""
    folder = tmp_path_factory.mktemp("gate")
    cases = make_price_list(folder / "course", WORDS[:12])
    _index(folder, "index", analyser)
    _run(folder, "base", cases, _assistant(folder / "index", analyser, refuse_below=0.2))
    blind = WithoutKorean()
    _index(folder, "blind", blind)
    _run(folder, "analyser", cases, _assistant(folder / "blind", blind, refuse_below=0.2), index="blind")
    results = load_results(folder / "base" / "results" / "seodang.jsonl")
    middle = median(one.confidence or 0.0 for one in results)
    _run(folder, "threshold", cases, _assistant(folder / "index", analyser, refuse_below=middle))
    found = Replay(results)
    _run(folder, "pages", cases, PagesOffByOne(found, place_texts(folder / "index")))
    _run(folder, "answerer", cases, BesideThePoint(found))
    return folder


def _index(folder: Path, name: str, analyser: Analyser) -> None:
    embedder = HashingEmbedder(dimension=4)  # almost blind: search rests on words
    ingest(folder / "course", folder / name, IngestSettings(workers=1), embedder, analyser)


def _assistant(index: Path, analyser: Analyser, *, refuse_below: float) -> System:
    settings = AppSettings(refuse_below=refuse_below)
    return AssistantSystem(Assistant(IndexFolder(index), HashingEmbedder(dimension=4), analyser, settings))


def _run(folder: Path, name: str, cases: tuple[Case, ...], system: System, index: str = "index") -> None:
    contender = Contender("seodang", {}, lambda: system)
    run = Run(cases, (contender,), 10, True, {}, {"seodang": place_texts(folder / index)})
    execute(run, folder / name, fresh=False, progress=lambda _: None)


@pytest.mark.parametrize(
    ("regression", "caught"),
    [
        ("analyser", "evidence_shown < -0.02"),  # in so small a course word vectors still find every chunk
        ("pages", "page_exact < -0.02"),
        ("answerer", "evidence_shown < -0.02"),
        ("threshold", "false_refusal > 0.02"),
    ],
)
def test_each_planted_regression_fails_the_gate(
    runs: Path, capsys: pytest.CaptureFixture[str], regression: str, caught: str
) -> None:
    rules = [part for rule in RULES for part in ("--fail-on", rule)]
    assert seodang("compare", runs / "base", runs / regression, *rules, "--json") == 1
    gate = json.loads(capsys.readouterr().out)["gate"]
    assert caught in {one["rule"]["text"] for one in gate if one["failed"]}
    assert seodang("compare", runs / "base", runs / "base", *rules) == 0
    assert f"gate: passed, {len(RULES)} rules" in capsys.readouterr().out


def test_page_numbers_alone_move_nothing_else(runs: Path) -> None:
    checked = check(load_scored(runs / "base", None), load_scored(runs / "pages", None), [*map(parse_rule, RULES)])
    assert [one.rule.metric for one in checked if one.failed] == ["page_exact"]


@pytest.mark.parametrize("other", ["analyser", "answerer", "threshold"])
def test_no_change_passes_95_times_of_100(runs: Path, other: str) -> None:
    """Two runs that differ much, swapped case by case at random, are two draws of one system: nothing changed."""
    base, new = load_scored(runs / "base", None), load_scored(runs / other, None)
    rules = [parse_rule(f"{rule.split()[0]} {rule.split()[1]} 0") for rule in RULES]
    shuffle = random.Random(20261121)
    passed = 0
    for _ in range(100):
        pairs = [(a, b) if shuffle.random() < 0.5 else (b, a) for a, b in zip(base.rows, new.rows, strict=True)]
        left, right = (tuple(rows) for rows in zip(*pairs, strict=True))
        passed += not any(one.failed for one in check(replace(base, rows=left), replace(new, rows=right), rules))
    assert passed >= 95


def test_a_loss_that_may_be_chance_is_named_but_passes(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = load_scored(runs / "base", None)
    losing = [{**row, "hit@5": 0.0} if place < 3 else row for place, row in enumerate(base.rows)]
    (one,) = check(base, replace(base, rows=tuple(losing)), [parse_rule("hit@5<-0.02")])
    assert one.crossed
    assert not one.failed
    assert one.verdict == "passed: crossed, but too few cases moved to tell it from chance"


def test_a_slice_can_be_gated(runs: Path) -> None:
    base, blind = load_scored(runs / "base", None), load_scored(runs / "analyser", None)
    (korean,) = check(base, blind, [parse_rule("evidence_shown[language=ko] < -0.02")])
    assert korean.failed
    with pytest.raises(UsageError, match="no case has this figure"):
        check(base, blind, [parse_rule("evidence_shown[language=fr] < -0.02")])


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("hit@5", "no rule"),
        ("hit@5 <= -0.02", "no rule"),
        ("hits < -0.02", "no figure 'hits'"),
        ("hit@5[week=3] < -0.02", "no slices by 'week'"),
        ("hit@5 < 0.02", "when nothing changed"),
        ("false_answer > -0.1", "when nothing changed"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(runs: Path, rule: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        seodang("compare", runs / "base", runs / "base", "--fail-on", rule)


def test_the_example_workflow_calls_commands_that_exist() -> None:
    """Each `seodang` line of it is one the parser takes, with rules that mean something."""
    text = (Path(__file__).parent.parent / "eval" / "examples" / "course-gate.yml").read_text("utf-8")
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    commands = re.findall(r"seodang (eval [^&#]*?)(?=\n {6}- |&&)", text)
    assert len(commands) == 3
    for command in commands:
        parsed = parser.parse_args(shlex.split(command))
        assert [parse_rule(rule) for rule in getattr(parsed, "fail_on", [])] or "compare" not in command
