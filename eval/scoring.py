"""One case and one result -> one row of figures. The names here are stable: reports and gates refer to them.

A figure is None where it says nothing (recall of a question without an answer, citation precision of a
refusal): it is left out of the mean, and the count beside every mean says how many were left. A crashed case
gets the worst value of every metric that applies to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval import answer_metrics, citation_metrics, refusal_metrics, retrieval_metrics
from eval.cases import Case
from eval.evidence import PlaceTexts, document_ranks, gold_ranks, names_places, place_ranks, relevant_passages
from eval.results import Result

_ADDRESS = re.compile(r"\]\([^)\s]*\)")
Row = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure's name, whether more is better, and what it says in a few words."""

    name: str
    better: Literal["higher", "lower", "neither"]
    about: str
    answers: bool  # False: retrieval alone gives it

    @property
    def worst(self) -> float | None:
        """What a crash scores."""
        return {"higher": 0.0, "lower": 1.0, "neither": None}[self.better]


def _retrieval(name: str, about: str) -> Metric:
    return Metric(name, "higher", about, answers=False)


def _answer(name: str, about: str, better: Literal["higher", "lower", "neither"] = "higher") -> Metric:
    return Metric(name, better, about, answers=True)


METRICS: tuple[Metric, ...] = (
    _retrieval("hit@1", "the first passage holds a gold quote"),
    _retrieval("hit@5", "one of the first 5 passages holds a gold quote"),
    _retrieval("hit@10", "one of the first 10 does"),
    _retrieval("recall@5", "share of gold quotes in the first 5 passages"),
    _retrieval("recall@10", "share of gold quotes in the first 10"),
    _retrieval("precision@5", "share of the first 5 passages that hold a gold quote"),
    _retrieval("mrr@10", "1 / rank of the first passage with a gold quote"),
    _retrieval("map@10", "average precision over the gold quotes"),
    _retrieval("ndcg@10", "rank-discounted gain over the gold quotes"),
    _retrieval("place@1", "the first passage is at a gold location (page, section, paragraph)"),
    _retrieval("document@1", "the best file is a gold file, or equivalent to one"),
    _retrieval("document@5", "a gold file is among the best 5 files"),
    _retrieval("document_ndcg@10", "rank-discounted gain over the gold files"),
    _answer("evidence_shown", "a citation shows at least half of a gold quote"),
    _answer("evidence_recall", "share of gold quotes that a citation shows"),
    _answer("citation_precision", "share of citations that lie in the evidence"),
    _answer("citation_recall", "share of claims whose citation lies in the evidence"),
    _answer("page_exact", "share of citations whose quote stands at the place they name"),
    _answer("gold_place", "share of citations of gold quotes that name the gold place"),
    _answer("uncited_claims", "share of claims without a citation", "lower"),
    _answer("answered_right", "share of given answers that show evidence (answered precision)"),
    _answer("coverage", "share of questions that got an answer"),
    _answer("false_refusal", "share of answerable questions that were refused", "lower"),
    _answer("false_answer", "share of unanswerable questions that were answered", "lower"),
    _answer("exact_match", "the answer is an accepted one, word for word"),
    _answer("f1", "overlap of the answer with the best accepted one"),
    _answer("answer_contained", "the answer or a quote holds an accepted answer"),
    _answer("characters", "length of the answer with the quotes it shows", "neither"),
)
BY_NAME = {metric.name: metric for metric in METRICS}


def score(case: Case, result: Result, *, answers: bool, places: PlaceTexts) -> Row:
    """The row of one case, every metric of the mode in fixed order.

    ``answers``: the system was asked, not only searched. ``places``: its index's text by place; empty for a system
    without an index of its own, and then ``page_exact`` is left out.
    """
    row = dict(_searched(case, result, places))
    if answers:
        row |= _asked(case, result, places)
    if result.error is not None:
        row = {name: None if not _applies(case, name) else BY_NAME[name].worst for name in row}
    return row


def _searched(case: Case, result: Result, index: PlaceTexts) -> Row:
    names = [metric.name for metric in METRICS if not metric.answers]
    if not case.gold:
        return dict.fromkeys(names)
    ranks = gold_ranks(case, result.passages)
    grades = [gold.grade for gold in case.gold]
    places = place_ranks(case, result.passages, index)
    documents = document_ranks(case, result.passages)
    at: dict[str, Callable[[], float | None]] = {
        "hit@1": lambda: retrieval_metrics.hit(ranks, 1),
        "hit@5": lambda: retrieval_metrics.hit(ranks, 5),
        "hit@10": lambda: retrieval_metrics.hit(ranks, 10),
        "recall@5": lambda: retrieval_metrics.recall(ranks, 5),
        "recall@10": lambda: retrieval_metrics.recall(ranks, 10),
        "precision@5": lambda: retrieval_metrics.precision(relevant_passages(case, result.passages), 5),
        "mrr@10": lambda: retrieval_metrics.reciprocal_rank(ranks, 10),
        "map@10": lambda: retrieval_metrics.average_precision(ranks, 10),
        "ndcg@10": lambda: retrieval_metrics.ndcg(ranks, 10, grades),
        "place@1": lambda: retrieval_metrics.hit(places, 1) if places and names_places(result.passages) else None,
        "document@1": lambda: retrieval_metrics.hit(documents, 1),
        "document@5": lambda: retrieval_metrics.hit(documents, 5),
        "document_ndcg@10": lambda: retrieval_metrics.ndcg(documents, 10, _document_grades(case)),
    }
    return {name: at[name]() for name in names}


def _document_grades(case: Case) -> Sequence[float]:
    grades: dict[str, float] = {}
    for gold in case.gold:
        grades[gold.file] = max(grades.get(gold.file, 0.0), gold.grade)
    return list(grades.values())


def _asked(case: Case, result: Result, places: PlaceTexts) -> Row:
    answer = "" if result.refused else result.answer or ""
    citations = () if result.refused else result.citations
    answerable, refused = case.answerable, result.refused
    text = citation_metrics.without_markers(answer)
    made = citation_metrics.claims(answer, result.frames)
    gold = case.gold
    shown = citation_metrics.evidence_shown(citations, gold)
    quotes = [citation.quote for citation in citations]
    return {
        "evidence_shown": shown if gold else None,
        "evidence_recall": citation_metrics.evidence_recall(citations, gold) if gold else None,
        "citation_precision": citation_metrics.citation_precision(citations, gold) if gold else None,
        "citation_recall": citation_metrics.citation_recall(made, citations, gold) if gold else None,
        "page_exact": citation_metrics.page_exact(citations, places) if places else None,
        "gold_place": citation_metrics.gold_place(citations, gold, places),
        "uncited_claims": citation_metrics.uncited_claims(made, citations),
        "answered_right": refusal_metrics.answered_right(answerable=answerable, refused=refused, right=shown == 1.0),
        "coverage": refusal_metrics.answered(refused=refused),
        "false_refusal": refusal_metrics.false_refusal(answerable=answerable, refused=refused),
        "false_answer": refusal_metrics.false_answer(answerable=answerable, refused=refused),
        "exact_match": _accepted(case, result, answer_metrics.exact_match),
        "f1": _accepted(case, result, answer_metrics.f1),
        "answer_contained": answer_metrics.answer_contained("\n".join([text, *quotes]), case.answers, case.language),
        "characters": None if refused else _characters(text, quotes),
    }


def _accepted(case: Case, result: Result, metric: Callable[[str, Sequence[str], str], float]) -> float | None:
    """Against the accepted answers; where there are none the refusal is right, whatever words it uses.

    None for a collection of judgements, and for a system that shows passages without a sentence of its own.
    """
    if result.answer is None and not result.refused:
        return None
    if not case.answerable:
        return float(result.refused)
    text = "" if result.refused else citation_metrics.without_markers(result.answer or "")
    return metric(text, case.answers, case.language) if case.answers else None


def _characters(text: str, quotes: Sequence[str]) -> float:
    """What a person has to read: the answer, and the quotes that do not stand in it already (marks, white space and the
    addresses of links aside)."""
    said = _letters(text)
    return float(len(text) + sum(len(" ".join(quote.split())) for quote in quotes if _letters(quote) not in said))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, _ADDRESS.sub("", text)))


def _applies(case: Case, name: str) -> bool:
    """Whether a metric means something for a case that gave no result at all."""
    if name == "false_answer":
        return not case.answerable
    if name in ("false_refusal", "answer_contained"):
        return case.answerable
    if name in ("place@1", "gold_place"):
        return any(gold.location is not None for gold in case.gold)
    if name in ("coverage", "answered_right", "uncited_claims", "page_exact"):
        return True
    if name in ("exact_match", "f1"):
        return bool(case.answers) or not case.answerable
    return bool(case.gold)
