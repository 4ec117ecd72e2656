"""A small course with a question for each fact, and faults to plant in the system that answers them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from eval.cases import Case, Gold
from eval.evidence import PlaceTexts
from eval.results import CitationResult, PassageResult, Result
from eval.systems import System
from ingest.analyser import Analyser
from ingest.words import is_korean

WORDS = (
    *("바다", "구름", "나무", "시계", "연필", "의자", "창문", "지도", "사진", "우산"),
    *("거울", "열쇠", "가방", "모자", "신발", "장갑", "안경", "편지", "그릇", "수건"),
)
COLOURS = ("파란", "빨간")


def make_price_list(folder: Path, words: Sequence[str] = WORDS) -> tuple[Case, ...]:
    """Two sections a word, each with a fact of its own; a question for each, and four without an answer."""
    folder.mkdir()
    cases: list[Case] = []
    text = ["# 물건 목록"]
    for number, (colour, word) in enumerate(((c, w) for c in COLOURS for w in words), start=1):
        fact = f"{colour} {word}의 값은 {number * 7}원이고 {word}에는 {colour} 표시가 붙어 있다."
        filler = f"이 항목은 {number}번째이며 자세한 설명은 다음 시간에 이어진다. " * 6
        text.append(f"## 항목 {number}\n\n{fact} {filler}")
        gold = Gold(file="목록.md", quote=fact, location=f"목록.md › 항목 {number}")
        cases.append(
            Case(
                case_id=f"c{number:02d}", question=f"{colour} {word}의 값이 궁금해", language="ko", kind="fact",
                answers=(f"{number * 7}원",), gold=(gold,), extra={"part": number % 2},
            )
        )  # fmt: skip
    for number, question in enumerate(("Who won the match?", "Where is the exit?", "Is it raining?", "What is jazz?")):
        cases.append(
            Case(case_id=f"n{number}", question=question, language="en", kind="unanswerable", answers=(), gold=())
        )
    (folder / "목록.md").write_text("\n\n".join(text), encoding="utf-8")
    return tuple(cases)


class Replay:
    """Gives back what a run found, so that a fault can be planted in it without asking again."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = {result.case_id: result for result in results}

    def search(self, case: Case, k: int) -> Sequence[PassageResult]:
        return self.results[case.case_id].passages[:k]

    def ask(self, case: Case) -> Result:
        return self.results[case.case_id]

    def close(self) -> None:
        """Nothing is open."""


class WithoutKorean(Analyser):
    """The regression: Hangul is thrown away, as an analyser made for English does."""

    @property
    def name(self) -> str:
        return "planted"

    def tokens_of(self, word: str) -> tuple[str, ...]:
        return () if is_korean(word) else super().tokens_of(word)


class PagesOffByOne:
    """The regression: every citation names the place after the right one."""

    def __init__(self, system: System, places: PlaceTexts) -> None:
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


class BesideThePoint:
    """The regression: an answer quotes the worst passage instead of the best."""

    def __init__(self, system: System) -> None:
        self.system, self.search, self.close = system, system.search, system.close

    def ask(self, case: Case) -> Result:
        result = self.system.ask(case)
        if not result.citations:
            return result
        last = result.passages[-1]
        citation = CitationResult(marker=1, path=last.path, location=last.location, quote=last.text[:200])
        return msgspec.structs.replace(result, answer=f"{last.text[:200]} [1]", citations=(citation,))
