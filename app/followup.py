"""A question in a conversation -> a question that stands by itself, without a language model.

Three things carry over: a pointer to the next or previous week, lecture or date is resolved against what answered the
question before ("그 다음 주는?"); a new number takes the old one's place ("3번은?" after "교재 2는 뭐야?"); a question
that leans on the one before takes its content words along at half weight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.corpus_words import suited
from app.evidence import gather_evidence
from app.retrieval import Retriever
from app.scoping import scope_of
from app.understanding import Query, content_words, is_follow_up, understand
from ingest.dates import Unit as CalendarUnit
from ingest.dates import find_dates, find_units
from ingest.documents import Page
from ingest.facets import Filters
from ingest.index import Index

_STEP = re.compile(
    r"(?P<next>(?:바로\s*)?(?:그\s*)?다음\s*(?P<a>주차|주|강의|강|차시|시간|번|날)|\b(?:the\s+)?(?:next|following)\s+(?P<b>week|lecture|session|one))"
    r"|(?P<back>(?:바로\s*)?(?:그\s*)?(?:전|이전|지난)\s*(?P<c>주차|주|강의|강|차시|시간|번|날)|\b(?:the\s+)?(?:previous|preceding)\s+(?P<d>week|lecture|session|one))",
    re.I,
)
_ONE_NUMBER = re.compile(r"\d+")
_NAMES = {"week": ("주차", "week"), "lecture": ("강", "lecture")}


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where the earlier question was answered: a document, and the week, lecture or date there."""

    path: str
    unit: CalendarUnit | None
    number: int
    date: str | None


def standalone(
    question: str, history: Sequence[str], retriever: Retriever, index: Index, *, leans: bool = False
) -> Query:
    """The question as it would be asked with nothing before it, in the words of this corpus. Earlier questions are made
    standalone first. ``leans``: asked in one breath with the one before, it is about the same unless it
    names something."""
    return suited(_standalone(question, history, retriever, index, leans=leans), index)


def _standalone(question: str, history: Sequence[str], retriever: Retriever, index: Index, *, leans: bool) -> Query:
    scope = scope_of(question, index.documents())
    query = understand(scope.rest, index.analyser)
    query = replace(query, text=question, filters=scope.filters)
    if not history:
        return query
    *earlier, last = history
    if step := _STEP.search(question):
        anchor = _anchor(standalone(last, earlier, retriever, index), retriever, index)
        if anchor is not None and (moved := _moved(question, step, anchor, index)) is not None:
            return moved
    leans = leans and not any(word.name for word in query.words)
    if not (leans or is_follow_up(question, query.words)):
        return query
    numbers = _ONE_NUMBER.findall(question)
    before = _ONE_NUMBER.findall(last)
    if len(numbers) == len(before) == 1 and not any(
        word for word in query.words if not word.name and len(word.tokens[0]) > 1
    ):
        return understand(_ONE_NUMBER.sub(numbers[0], last), index.analyser)
    own = {word.tokens for word in query.words}
    carried = [replace(word, weight=0.5) for word in content_words(last, index.analyser) if word.tokens not in own]
    return replace(query, text=f"{last} {question}", words=(*query.words, *carried))


def _anchor(query: Query, retriever: Retriever, index: Index) -> _Anchor | None:
    """The week, lecture or date at the best evidence for the earlier question; its own, when it names one."""
    passages, weighed = retriever.retrieve(query, 3)
    evidence = gather_evidence(query, weighed, passages)
    for item in evidence[:3]:
        heading = index.unit_text(item.passage.path, item.heading) if item.heading else ""
        for text in (item.text, heading, item.passage.heading):
            if dates := [found.iso for found in find_dates(text) if found.iso]:
                return _Anchor(item.passage.path, None, 0, dates[0])
            if units := [unit for unit in find_units(text) if unit.first == unit.last]:
                return _Anchor(item.passage.path, units[-1].unit, units[-1].first, None)
    return None


def _moved(question: str, step: re.Match[str], anchor: _Anchor, index: Index) -> Query | None:
    """The question about the neighbouring week, lecture or date of the same document."""
    direction = 1 if step["next"] else -1
    if anchor.unit is not None:
        korean, english = _NAMES[anchor.unit]
        number = anchor.number + direction
        place = f"{number}{korean}" if re.search(r"[가-힣]", question) else f"{english} {number}"
    else:
        dates = _dates_of(anchor.path, index)
        at = dates.index(anchor.date) + direction if anchor.date in dates else -1
        if not 0 <= at < len(dates):
            return None
        place = dates[at]
    query = understand(f"{question[: step.start()]} {place} {question[step.end() :]}", index.analyser)
    return replace(query, filters=Filters(paths=(anchor.path,)))


def _dates_of(path: str, index: Index) -> list[str]:
    """The dates of a document's headings, earliest first."""
    document = index.document(path)
    pages: Sequence[Page] = index.pages(document) if document else ()
    return sorted(
        {found.iso for page in pages for heading in page.headings[-1:] for found in find_dates(heading) if found.iso}
    )
