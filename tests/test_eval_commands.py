"""`seodang eval` through its parser, over a real index and the real Assistant; regressions planted in the real core."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fakes import HashingEmbedder

from app.assistant import Assistant
from app.settings import AppSettings
from eval.cases import Case, Gold, write_cases
from eval.cli import register
from eval.comparison import Comparison, compare, load_scored
from eval.evidence import PlaceTexts
from eval.product import place_texts
from eval.results import Result
from eval.runs import Run, execute
from eval.systems import AssistantSystem, Contender
from ingest.analyser import Analyser
from ingest.errors import UsageError
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.snapshots import IndexFolder

WORDS = (
    *("바다", "구름", "나무", "시계", "연필", "의자", "창문", "지도", "사진", "우산"),
    *("거울", "열쇠", "가방", "모자", "신발", "장갑", "안경", "편지", "그릇", "수건"),
)
COLOURS = ("파란", "빨간")


def seodang(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    parsed = parser.parse_args(["eval", *map(str, arguments)])
    return int(parsed.handler(parsed))


def make_course(folder: Path) -> tuple[Case, ...]:
    """Forty sections, each with a fact of its own; a question for each, and four without an answer."""
    folder.mkdir()
    cases: list[Case] = []
    text = ["# 물건 목록"]
    for number, (colour, word) in enumerate(((c, w) for c in COLOURS for w in WORDS), start=1):
        fact = f"{colour} {word}의 값은 {number * 7}원이고 {word}에는 {colour} 표시가 붙어 있다."
        filler = f"이 항목은 {number}번째이며 자세한 설명은 다음 시간에 이어진다. " * 6
        text.append(f"## 항목 {number}\n\n{fact} {filler}")
        gold = Gold(file="목록.md", quote=fact, location=f"목록.md › 항목 {number}")
        cases.append(
            Case(
                case_id=f"c{number:02d}", question=f"{colour} {word}는 값이 얼마야?", language="ko", kind="fact",
                answers=(f"{number * 7}원",), gold=(gold,), extra={"part": number % 2},
            )
        )  # fmt: skip
    for number, question in enumerate(("Who won the match?", "Where is the exit?", "Is it raining?", "What is jazz?")):
        cases.append(
            Case(case_id=f"n{number}", question=question, language="en", kind="unanswerable", answers=(), gold=())
        )
    (folder / "목록.md").write_text("\n\n".join(text), encoding="utf-8")
    return tuple(cases)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with its cases beside it; commands run in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEODANG_REFUSE_BELOW", "0.1")  # these tests are about measuring, not about when to refuse
    write_cases(tmp_path / "cases.jsonl", make_course(tmp_path / "course"))
    return tmp_path / "course"


def figures(folder: str | Path) -> dict[str, dict[str, dict[str, float]]]:
    overall: dict[str, dict[str, dict[str, float]]] = json.loads((Path(folder) / "figures.json").read_text())["overall"]
    return overall


def test_one_command_ingests_runs_and_prints_ours_beside_the_baseline(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seodang("run", course, "--cases", "cases.jsonl", "--baselines", "bm25", "--out", "a") == 0
    printed = capsys.readouterr().out
    assert "| metric" in printed
    assert "seodang" in printed
    assert "bm25" in printed
    found = figures("a")["seodang"]
    assert found["page_exact"]["mean"] == 1.0
    assert found["hit@5"]["count"] == found["place@1"]["count"] == 40
    assert found["false_answer"]["count"] == 4
    # The same again, from the index as it is, gives the same bytes; and shows no difference.
    assert (
        seodang("run", "--index", ".seodang/course", "--cases", "cases.jsonl", "--baselines", "bm25", "--out", "b") == 0
    )
    assert Path("a/figures.json").read_bytes() == Path("b/figures.json").read_bytes()
    capsys.readouterr()
    assert seodang("compare", "a", "b", "--json") == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {change["verdict"] for change in changes} == {"no difference shown"}
    assert seodang("compare", "a", "a", "--base-system", "bm25") == 0
    assert "base a:bm25, new a:seodang" in capsys.readouterr().out


def test_filters_and_a_varied_setting(course: Path) -> None:
    filters = ["--question-kind", "fact", "--language", "ko", "--where", "part=1", "--limit", "12"]
    common = ["run", course, "--cases", "cases.jsonl", "--baselines", "none", *filters]
    assert seodang(*common, "--vary", "refuse_below=0.0,1.0", "--out", "v") == 0
    found = figures("v")
    assert list(found) == ["refuse_below=0.0", "refuse_below=1.0"]
    assert found["refuse_below=0.0"]["coverage"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "count": 12}
    assert found["refuse_below=1.0"]["coverage"]["mean"] < 1.0
    assert seodang(*common, "--retrieval-only", "--vary", "chunk_chars=300,1000", "--out", "w") == 0
    systems = json.loads(Path("w/plan.json").read_text())["systems"]
    assert systems["chunk_chars=300"]["ingest"] != systems["chunk_chars=1000"]["ingest"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--limit", "0"], "at least 1"),
        (["--question-kind", "none"], "No case passes"),
        (["--where", "part"], "KEY=VALUE"),
        (["--baselines", "magic"], "no magic"),
        (["--vary", "magic=1,2"], "no such setting"),
        (["--vary", "passages=1"], "two different values"),
        (["--vary", "passages=1,x"], "passages"),
    ],
)
def test_wrong_use_is_named(course: Path, arguments: Sequence[str], fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        seodang("run", course, "--cases", "cases.jsonl", *arguments)


def test_cases_inside_the_index_are_refused(course: Path) -> None:
    inside = course / "cases.txt"
    inside.write_bytes(Path("cases.jsonl").read_bytes())
    with pytest.raises(UsageError, match="part of the index"):
        seodang("run", course, "--cases", inside, "--baselines", "none")


def test_stale_gold_is_named_in_the_table(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (course / "목록.md").read_text(encoding="utf-8")
    (course / "목록.md").write_text(text.replace("파란 바다의 값은 7원", "파란 바다의 값은 8원"), encoding="utf-8")
    seodang("run", course, "--cases", "cases.jsonl", "--baselines", "none", "--retrieval-only")
    assert "c01: 목록.md: the quote is not in the file's text" in capsys.readouterr().out


def test_import_then_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEODANG_REFUSE_BELOW", "0.1")
    context = "The first lighthouse stood on Pharos. It was built of white stone."
    answers = [{"text": "white stone", "answer_start": context.index("white")}]
    qas = [{"id": "1", "question": "What was the lighthouse built of?", "answers": answers}]
    data = {"data": [{"title": "Lighthouse", "paragraphs": [{"context": context, "qas": qas}]}]}
    Path("set.json").write_text(json.dumps(data))
    assert seodang("import", "squad", "set.json", "--out", "set") == 0
    assert seodang("run", "set", "--cases", "set.cases.jsonl", "--baselines", "none", "--out", "r") == 0
    found = figures("r")["seodang"]
    assert found["hit@1"]["mean"] == found["place@1"]["mean"] == 1.0
    assert "1 cases" in capsys.readouterr().out


class WithoutKorean(Analyser):
    """The regression: Hangul is thrown away, as an analyser made for English does."""

    @property
    def name(self) -> str:
        return "planted"

    def tokens(self, text: str) -> list[str]:
        return super().tokens("".join(" " if "가" <= character <= "힣" else character for character in text))


class PagesOffByOne:
    """The regression: every citation names the place after the right one."""

    def __init__(self, system: AssistantSystem, places: PlaceTexts) -> None:
        self.system = system
        self.order = {path: [place for place, _ in parts] for path, parts in places.items()}
        self.search, self.close = system.search, system.close

    def ask(self, case: Case) -> Result:
        result = self.system.ask(case)
        return Result(
            **{field: getattr(result, field) for field in result.__struct_fields__ if field != "citations"},
            citations=tuple(
                type(one)(
                    marker=one.marker, path=one.path, quote=one.quote, score=one.score,
                    location=f"{one.path} {self._after(one.path, one.location.removeprefix(one.path).strip())}",
                )
                for one in result.citations
            ),
        )  # fmt: skip

    def _after(self, path: str, place: str) -> str:
        order = self.order[path]
        return order[(order.index(place) + 1) % len(order)]


def planted(
    tmp_path: Path,
    cases: tuple[Case, ...],
    regression: Callable[[AssistantSystem, PlaceTexts], object] | None,
    analyser: Analyser,
) -> Comparison:
    """The real core against itself with a fault."""
    runs = []
    for name, own, wrap in (("base", Analyser(), None), ("new", analyser, regression)):
        index = tmp_path / f"index-{name}"
        embedder = HashingEmbedder(dimension=4)  # almost blind: search rests on words
        ingest(tmp_path / "course", index, IngestSettings(workers=1), embedder, own)
        places = place_texts(index)

        def opened(
            index: Path = index, own: Analyser = own, wrap: object = wrap, places: PlaceTexts = places
        ) -> object:
            settings = AppSettings(refuse_below=0.2)
            system = AssistantSystem(Assistant(IndexFolder(index), HashingEmbedder(dimension=4), own, settings))
            return wrap(system, places) if callable(wrap) else system

        run = Run(cases, (Contender("seodang", {}, opened),), 10, True, {}, {"seodang": places})  # type: ignore[arg-type]
        execute(run, tmp_path / name, fresh=False, progress=lambda _: None)
        runs.append(load_scored(tmp_path / name, None))
    return compare(*runs)


def test_an_analyser_without_korean_is_shown_as_significantly_worse(tmp_path: Path) -> None:
    found = planted(tmp_path, make_course(tmp_path / "course"), None, WithoutKorean())
    verdicts = {change.metric: change.verdict for change in found.changes}
    assert verdicts["hit@1"] == verdicts["mrr@10"] == "worse"


def test_page_numbers_off_by_one_are_shown_as_significantly_worse(tmp_path: Path) -> None:
    found = planted(tmp_path, make_course(tmp_path / "course"), PagesOffByOne, Analyser())
    verdicts = {change.metric: change.verdict for change in found.changes}
    assert verdicts["page_exact"] == verdicts["gold_place"] == "worse"
    assert verdicts["hit@1"] == verdicts["evidence_shown"] == "no difference shown"
