"""Study items from the course's own sentences, without a model: a gap to fill, choices to tell apart, a card to turn.

An item is a sentence of a page with one term taken out. Terms are what the course itself names in headings, so that
the gap is worth filling; wrong choices are other terms of the same material that do not fit the sentence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answers import Answer, Verdict
from ingest.documents import BlockKind, Kind, Page, Span
from ingest.facets import NO_FILTERS, Filters
from ingest.index import Index
from ingest.sentences import sentence_spans
from ingest.store import StoredDocument

GAP = "____"
CHOICES = 4
_SENTENCE = range(20, 221)  # characters of a sentence worth asking
_TERM = range(2, 25)
_READ = (Kind.NOTES, Kind.SLIDES, Kind.PAPER, Kind.NOTEBOOK, Kind.TRANSCRIPT, Kind.WEB)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9+-]+(?: [A-Z][A-Za-z0-9+-]+)*|[가-힣]{2,}(?: [가-힣]{2,})?")
_PARTICLE = re.compile(r"(?:은|는|이|가|을|를|의|와|과|로|으로|에서|에|란|이란|하기|보기|까지|부터)$")
_SCRIPTS = (  # a term is a name (LoRA, NF4), an English word or Korean words; wrong choices are of the same sort
    re.compile(r"(?=(?:.*[A-Z0-9]){2})[A-Za-z][A-Za-z0-9+-]+"),
    re.compile(r"[a-z]{7,}"),
    re.compile(r"[가-힣]{3,}|[가-힣]{2,} [가-힣]{2,}"),
)
_USES = 3  # times the course must use a term
_LIST_MARK = re.compile(r"^(?:(?:[-*•·○●▪>]|\d+[.)])\s+)+")
_REFERENCE = re.compile(r"arXiv|Proceedings|In Advances|et al\.|https?:|@")
_UNSAID = re.compile(r"(?:다|요|까|기|는|은|운|한|할|를|을|게|서|고|며|면)$")  # endings of verbs and of words cut short
_ENDS = (".", "다", "요", "!")
_HEADING_WORDS = """
between without through because example results methods chapter section figure summary contents overview introduction
conclusion appendix references setting settings numbers question questions answers
다음 주 오늘 수업 준비물 읽을거리 질문 그 밖에 참고 문헌 한 줄 요약 주차 노트 과정 안내
"""
_COMMON = frozenset(_HEADING_WORDS.split())  # of headings, but no terms


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its page. ``choices`` hold the answer at a place that looks random; without choices it is a card
    only. ``sentence`` stands at ``span``."""

    question: str
    sentence: str
    answer: str
    choices: tuple[str, ...]
    path: str
    location: str
    span: Span

    @property
    def key(self) -> str:
        """The same for the same question about the same file, wherever on it the sentence has moved."""
        return hashlib.sha256(f"{self.path}\n{self.question}\n{self.answer}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to study: documents that pass the filters; with ``places``, (path, span), only their pages, and of those
    first what stands in the spans."""

    filters: Filters = NO_FILTERS
    places: tuple[tuple[str, Span], ...] = ()

    def has(self, document: StoredDocument) -> bool:
        if self.places:
            return any(path == document.path for path, _ in self.places)
        in_week = not self.filters.weeks or document.course.week in self.filters.weeks
        return in_week and (not self.filters.paths or document.path in self.filters.paths)

    def has_page(self, path: str, number: int) -> bool:
        return not self.places or any((path, number) == (other, span.page) for other, span in self.places)

    def cites(self, item: Item) -> bool:
        return any(
            item.path == path
            and item.span.page == span.page
            and item.span.start < span.end
            and span.start < item.span.end
            for path, span in self.places
        )


def make_items(index: Index, chosen: Chosen, count: int, seed: int = 0) -> list[Item]:
    """Up to ``count`` items from what was chosen, spread over it. The same seed gives the same items."""
    read = [document for document in index.documents() if document.kind in _READ]
    pages = [(document, page) for document in read for page in index.pages(document)]
    terms = _terms(page for _, page in pages)  # of the whole course: one week alone has too few to choose from
    found: list[Item] = []
    for document, page in pages:
        if chosen.has(document) and chosen.has_page(document.path, page.number):
            found += _items_of(document, page, terms)
    found = list({item.key: item for item in found}.values())  # a sentence said twice is asked once
    found.sort(key=lambda item: _order(f"{seed}{item.path}{item.span.page}{item.span.start}"))
    return sorted(_spread(found, count), key=lambda item: not chosen.cites(item))


def places_of(answer: Answer) -> tuple[tuple[str, Span], ...]:
    """Where an answer's citations stand."""
    return tuple((citation.path, citation.span) for citation in answer.citations)


def card_of(answer: Answer) -> Item | None:
    """The question itself as a card, with what its citations support; None for a refusal."""
    said = " ".join(claim.text for claim in answer.claims if claim.markers)
    if answer.verdict is Verdict.REFUSE or not said or not answer.citations:
        return None
    first = answer.citations[0]
    return Item(answer.question, first.quote, said, (), first.path, first.location, first.span)


def _terms(pages: Iterable[Page]) -> list[str]:
    """Words of headings that the text uses, longest first."""
    headings: set[str] = set()
    text: list[str] = []
    for page in pages:
        text.append(page.text)
        for block in page.blocks:
            if block.kind is BlockKind.HEADING:
                headings.update(_PARTICLE.sub("", word) for word in _WORD.findall(page.text[block.start : block.end]))
    everything = "\n".join(text)
    kept = {term for term in headings if _is_term(term) and len(_standing_alone(term).findall(everything)) >= _USES}
    return sorted(kept, key=lambda term: (-len(term), term))


def _is_term(term: str) -> bool:
    return (
        len(term) in _TERM
        and not any(word.casefold() in _COMMON for word in term.split())
        and _script(term) is not None
        and not (term[-1] >= "가" and _UNSAID.search(term))
    )


def _script(term: str) -> int | None:
    return next((number for number, script in enumerate(_SCRIPTS) if script.fullmatch(term)), None)


def _standing_alone(term: str) -> re.Pattern[str]:
    """The term as a word; after it only Korean letters may follow, where particles do."""
    return re.compile(rf"(?<![\w]){re.escape(term)}(?![A-Za-z0-9])")


def _items_of(document: StoredDocument, page: Page, terms: Sequence[str]) -> list[Item]:
    blocked = [(block.start, block.end) for block in page.blocks if not block.kind.is_prose]
    items = []
    for start, end in sentence_spans(page.text):
        sentence = _LIST_MARK.sub("", " ".join(page.text[start:end].split()))
        if len(sentence) not in _SENTENCE or any(start < last and first < end for first, last in blocked):
            continue
        if not sentence.endswith(_ENDS) or _REFERENCE.search(sentence):
            continue
        term = next((term for term in terms if _standing_alone(term).search(sentence)), None)
        wrong = _wrong_choices(term, sentence, terms) if term else []
        if term is None or len(wrong) < CHOICES - 1:
            continue
        choices = tuple(sorted([term, *wrong], key=lambda choice: _order(f"{sentence}|{choice}")))
        items.append(
            Item(
                question=_standing_alone(term).sub(GAP, sentence),
                sentence=sentence,
                answer=term,
                choices=choices,
                path=document.path,
                location=f"{document.path} {page.place(start)}".strip(),
                span=Span(page.number, start, end),
            )
        )
    return items


def _wrong_choices(term: str, sentence: str, terms: Sequence[str]) -> list[str]:
    """Other terms of the same sort and about the same length that the sentence does not speak of."""
    others = [
        other
        for other in terms
        if _script(other) == _script(term) and other not in sentence and other not in term and term not in other
    ]
    others.sort(key=lambda other: (abs(len(other) - len(term)) // 2, _order(f"{sentence}{other}")))
    return others[: CHOICES - 1]


def _spread(items: list[Item], count: int) -> list[Item]:
    """No term twice while there are others."""
    first: list[Item] = []
    rest: list[Item] = []
    seen: set[str] = set()
    for item in items:
        (rest if item.answer in seen else first).append(item)
        seen.add(item.answer)
    return [*first, *rest][:count]


def _order(text: str) -> str:
    """Looks random and is the same on every machine."""
    return hashlib.sha256(text.encode()).hexdigest()
