"""Questions made from a course's own files, without a model: headings, definitions, gaps, and what is surely absent.

They reuse the files' words, so they are easier than what people ask: good for finding what cannot be found at all and
for noticing that something broke, not for saying how good the answers are. Each is marked ``"synthetic": true``, and
a person accepts or rejects it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from app.study import Chosen, make_items
from eval.cases import NO_ANSWER, Case, Gold
from eval.off_topic import OFF_TOPIC
from ingest.course import language_of
from ingest.documents import BlockKind, Kind, Page
from ingest.index import Index
from ingest.sentences import sentence_spans
from ingest.store import StoredDocument

_READ = (Kind.NOTES, Kind.SLIDES, Kind.PAPER, Kind.NOTEBOOK, Kind.TRANSCRIPT, Kind.WEB)
_SENTENCE = range(12, 301)  # characters of a sentence that is evidence
_HEADING = range(2, 61)  # Korean words are short
_EVIDENCE = 3  # sentences of a section
_ANY_PLACE = re.compile(r"[\d\s.:/~–-]*(?:주차|년|월|일|week|lecture|chapter|part|\d)*[\d\s.:/~–-]*", re.I)
_NUMBERED = re.compile(r"^(?:\s*(?:\d+(?:\.\d+)*[.)]?|[A-Z][.)]|[-*•#]+)\s+)+")
_LIST_MARK = re.compile(r"^(?:(?:[-*•·○●▪>]|\d+[.)])\s+)+")
_ITEM = re.compile(r"\n\s*(?=[-*•·○●▪>|]|\d+[.)]\s)")
_MARKUP = re.compile(r"\*\*|`")
_GENERAL = frozenset(
    word
    for line in (
        "introduction overview summary conclusion references appendix contents exercises questions resources notes",
        "기타 참고 소개 개요 결론 요약 목차 안내 과제 실습 질문 정리 목표 준비물",
    )
    for word in line.split()
)
_KOREAN = re.compile(
    r"(?P<term>[A-Za-z가-힣][\w가-힣()·-]{1,28}?(?: [\w가-힣()·-]+)?)"
    r"(?:이란|란|은|(?<![하되있없않지같보주오가])는)\s.{8,}"
    r"(?:방법|기법|것|모델|과정|함수|구조|방식|기술|개념|값|비율|단위)"
    r"(?:이다|입니다|이에요|예요|[을를] (?:말한다|뜻한다))\.?"
)
_ENGLISH = re.compile(
    r"(?P<article>An? )?(?P<term>[A-Za-z][\w()-]*(?: [\w()-]+){0,4}?)(?P<verb> is| are| refers to| means)"
    r" (?:an?|the|one of|when|how) .{8,}\."
)
_POINTING = re.compile(
    r"(?:this|that|these|those|it|there|here|he|she|we|you|they|what|which|where|who|the|one|all|each|both|our|my|your|his|its"
    r"|and|but|so|if|when|then|now|이|그|저|여기|이것|그것|이때|우리|다음|아래|위|이러한|그런|어떤|각|하지만|그래서|그리고|이번|오늘|지난)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of prose and where it stands."""

    file: str
    location: str
    text: str

    def gold(self) -> Gold:
        return Gold(file=self.file, quote=self.text, location=self.location)


def make_cases(index: Index, count: int) -> list[Case]:
    """At most ``count`` questions, of all sorts in turn and spread over the files; the same index gives the same."""
    documents = [document for document in index.documents() if document.kind in _READ]
    pages = {document.path: index.pages(document) for document in documents}
    sorts = [
        _spread(_definitions(documents, pages)),
        _spread(_titles(documents, pages)),
        list(_gaps(index, count)),
        list(_absent(chain.from_iterable(pages.values())))[: 1 + count // 10],
    ]
    mixed = (case for row in zip_longest(*sorts) for case in row if case is not None)
    return list({case.case_id: case for case in mixed}.values())[:count]


def made_case(sort: str, question: str, gold: Sequence[Gold], answers: Sequence[str] = ()) -> Case:
    """A synthetic case; its id comes from the question, so the same question is never proposed twice."""
    digest = hashlib.sha256(f"{sort}\n{question}".encode()).hexdigest()[:12]
    return Case(
        case_id=f"made-{digest}", question=question, language=language_of(question), kind=sort,
        answers=tuple(answers), gold=tuple(gold), extra={"synthetic": True},
    )  # fmt: skip


def _definitions(documents: Sequence[StoredDocument], pages: dict[str, list[Page]]) -> Iterator[Case]:
    """``X is a …`` -> What is X? Only for terms that are defined once."""
    found: dict[str, list[tuple[str, _Sentence]]] = {}
    for document in documents:
        for page in pages[document.path]:
            for sentence in _sentences(document, page, 0, len(page.text)):
                match = _KOREAN.fullmatch(sentence.text) or _ENGLISH.fullmatch(sentence.text)
                if match and not _POINTING.match(match["term"]):
                    groups = match.groupdict()
                    question = _what_is(match["term"].strip(), groups.get("verb"), groups.get("article") or "")
                    found.setdefault(match["term"].strip().casefold(), []).append((question, sentence))
    for places in found.values():
        if len({sentence.text for _, sentence in places}) == 1:
            yield made_case("definition", places[0][0], [sentence.gold() for _, sentence in places])


def _what_is(term: str, verb: str | None, article: str) -> str:
    if verb is None:
        return f"{term}, 무슨 뜻이야?"
    return f"What are {term}?" if verb == " are" else f"What is {article.lower()}{term}?"


def _titles(documents: Sequence[StoredDocument], pages: dict[str, list[Page]]) -> Iterator[Case]:
    """A heading that the course has once -> what does the course say about it? Evidence: its section begins so."""
    sections: list[tuple[str, str, list[_Sentence]]] = []
    for document in documents:
        for page in pages[document.path]:
            headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
            for block, following in zip_longest(headings, headings[1:]):
                end = following.start if following else len(page.text)
                title = _title(page.text[block.start : block.end])
                evidence = list(_sentences(document, page, block.end, end))[:_EVIDENCE]
                sections.append((title, document.language, evidence))
    often = Counter(title.casefold() for title, _, _ in sections)
    for title, language, evidence in sections:
        if evidence and often[title.casefold()] == 1 and _telling(title):
            asked = "{}에 대해 설명해 줘." if language == "ko" else "What do the materials say about {}?"
            yield made_case("title", asked.format(f"“{title}”"), [sentence.gold() for sentence in evidence])


def _title(heading: str) -> str:
    """Without marks and number."""
    return _NUMBERED.sub("", " ".join(_MARKUP.sub("", heading).split())).strip("# ")


def _telling(title: str) -> bool:
    """Neither a date nor a word that every course has as a heading."""
    return len(title) in _HEADING and not _ANY_PLACE.fullmatch(title) and title.casefold() not in _GENERAL


def _gaps(index: Index, count: int) -> Iterator[Case]:
    """A sentence without one of its terms -> the term."""
    for item in make_items(index, Chosen(), count):
        asked = "빈칸에 들어갈 말은?" if language_of(item.sentence) == "ko" else "Fill in the gap:"
        gold = Gold(file=item.path, quote=item.sentence, location=item.location)
        yield made_case("cloze", f"{asked} {_MARKUP.sub('', item.question)}", [gold], [item.answer])


def _absent(pages: Iterable[Page]) -> Iterator[Case]:
    """Questions of everyday life whose telling words stand nowhere in the files, in the files' languages."""
    text = "\n".join(page.text for page in pages)
    folded = text.casefold()
    korean = language_of(text) == "ko"
    for question, words in sorted(OFF_TOPIC, key=lambda pair: (language_of(pair[0]) == "ko") != korean):
        if not any(word.casefold() in folded for word in words):
            yield made_case(NO_ANSWER, question, [])


def _sentences(document: StoredDocument, page: Page, start: int, end: int) -> Iterator[_Sentence]:
    """Whole sentences and list items of prose of a stretch of a page."""
    blocked = [(block.start, block.end) for block in page.blocks if not block.kind.is_prose]
    for first, last in sentence_spans(page.text, start, end):
        if any(first < stop and begin < last for begin, stop in blocked):
            continue
        for item in _ITEM.split(page.text[first:last]):
            text = _LIST_MARK.sub("", " ".join(item.split()))
            if len(text) in _SENTENCE and "://" not in text:
                yield _Sentence(document.path, f"{document.path} {page.place(first)}".strip(), text)


def _spread(cases: Iterable[Case]) -> list[Case]:
    """In an order that looks random and takes a case of each file before a second of any."""
    taken: Counter[str] = Counter()
    turns = []
    for case in sorted(cases, key=lambda case: case.case_id):
        turns.append((taken[case.gold[0].file], case.case_id, case))
        taken[case.gold[0].file] += 1
    return [case for _, _, case in sorted(turns, key=lambda turn: turn[:2])]
