"""What went wrong with a case, named, and with everything a person needs to see why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from eval.cases import Case, Gold
from eval.evidence import gold_ranks, holds
from eval.results import CitationResult, PassageResult, Result
from eval.scoring import Row

_PASSAGES_SHOWN = 5
_TRACE_CHARACTERS = 4000


class Fault(StrEnum):
    """The worst first."""

    CRASHED = "crashed"
    INVENTED = "answered, though the materials do not hold it"
    BESIDE_FOUND = "answered beside the point, though the evidence was found"
    BESIDE = "answered beside the point; the evidence was not found"
    REFUSED_FOUND = "refused, though the evidence was found"
    REFUSED = "refused; the evidence was not found"
    NOT_FOUND = "the evidence was not found"


@dataclass(frozen=True, slots=True)
class Expected:
    """A gold item and the rank of the first passage that holds it (None: none does)."""

    file: str
    location: str
    quote: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that was found; ``gold``: it holds evidence."""

    location: str
    text: str
    score: float
    gold: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """One case that went wrong: asked, expected, given, found, traced."""

    case_id: str
    fault: Fault
    kind: str
    question: str
    history: tuple[str, ...]
    answers: tuple[str, ...]
    expected: tuple[Expected, ...]
    verdict: str
    answer: str
    citations: tuple[CitationResult, ...]
    confidence: float | None
    passages: tuple[Shown, ...]
    trace: str
    error: str


def fault_of(case: Case, row: Row, result: Result) -> Fault | None:
    """None: nothing went wrong. Without a label for the evidence, only a crash and a refusal can be called wrong."""
    if result.error is not None:
        return Fault.CRASHED
    found = row.get("hit@10") == 1.0
    if "coverage" not in row:  # searched, not asked
        return Fault.NOT_FOUND if case.gold and not found else None
    if not case.answerable:
        return None if result.refused else Fault.INVENTED
    if result.refused:
        return Fault.REFUSED_FOUND if found else Fault.REFUSED
    if case.gold and row.get("evidence_shown") != 1.0:
        return Fault.BESIDE_FOUND if found else Fault.BESIDE
    return None


def failures_of(
    cases: Sequence[Case], rows: Sequence[Row], results: Sequence[Result]
) -> dict[Fault, tuple[Failure, ...]]:
    """By fault, the worst fault first; within one, the answers that were surest first, then in case order."""
    found: dict[Fault, list[tuple[Case, Result]]] = {}
    for case, row, result in zip(cases, rows, results, strict=True):
        fault = fault_of(case, row, result)
        if fault is not None:
            found.setdefault(fault, []).append((case, result))
    return {
        fault: tuple(
            _failure(fault, case, result)
            for case, result in sorted(found[fault], key=lambda pair: -(pair[1].confidence or 0.0))
        )
        for fault in Fault
        if fault in found
    }


def _failure(fault: Fault, case: Case, result: Result) -> Failure:
    ranks = gold_ranks(case, result.passages)
    return Failure(
        case_id=case.case_id,
        fault=fault,
        kind=case.kind,
        question=case.question,
        history=case.history,
        answers=case.answers,
        expected=tuple(_expected(gold, rank) for gold, rank in zip(case.gold, ranks, strict=True)),
        verdict=result.verdict,
        answer=result.answer or "",
        citations=result.citations,
        confidence=result.confidence,
        passages=tuple(_shown(case, passage) for passage in result.passages[:_PASSAGES_SHOWN]),
        trace=_trace(result.trace),
        error=result.error or "",
    )


def _expected(gold: Gold, rank: int | None) -> Expected:
    return Expected(gold.file, gold.location or gold.file, gold.quote or "", rank)


def _shown(case: Case, passage: PassageResult) -> Shown:
    gold = any(holds(passage, one) for one in case.gold)
    return Shown(passage.location or passage.path, passage.text, passage.score, gold)


def _trace(trace: object) -> str:
    if not trace:
        return ""
    text = msgspec.json.format(msgspec.json.encode(trace), indent=2).decode()
    return text if len(text) <= _TRACE_CHARACTERS else f"{text[:_TRACE_CHARACTERS]}\n… cut; whole in results/"
