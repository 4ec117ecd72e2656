"""Questions the course at hand can be asked, made from its own titles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answers import Answer
from ingest.documents import BlockKind, Page
from ingest.index import Index
from ingest.store import StoredDocument

_LENGTH = range(3, 33)  # characters: shorter says nothing, longer is a sentence
_FURNITURE = re.compile(
    r"methods?|methodology|settings?|background|results?|limitations?|discussion|related work|experiments?|evaluation"
    r"|data(?:set)?s?|models?|examples?|overview|notation|analysis|approach|motivation|future work|acknowledge?ments?"
    r"|references|bibliography|abstract|introduction|conclusions?|summary|outline|agenda|contents|appendix|q ?& ?a"
    r"|참고 ?문헌|목차|차례|정리|요약|질문|결론|서론|초록|과제|공지|실습|준비물|부록|그 밖에|(?:오늘|수업|읽을|감사).*",
    re.I,
)
_QUESTION = re.compile(
    r"(?:what|why|how|when|where|who|왜|어떻게|무엇|언제)\b", re.I
)  # a heading that asks is no topic
_NEAR = 3  # pages after a citation whose headings come next
_DOCUMENTS, _PAGES = 60, 12  # how much of a large course is looked at


def topics(index: Index, count: int, language: str) -> list[str]:
    """Headings worth asking about: those other documents speak of too, one from each document, in the language of the
    interface where there are enough."""
    pages = {document.path: _pages(index, document) for document in _sample(index.documents())}
    texts = {path: "\n".join(page.text for page in read).casefold() for path, read in pages.items()}
    best: dict[str, tuple[tuple[bool, int, int], str]] = {}  # by topic: how good, and the document
    for document in _sample(index.documents()):
        for heading in dict.fromkeys(h for page in pages[document.path] for h in _headings_of(page) if _is_topic(h)):
            spread = sum(heading.casefold() in text for text in texts.values())
            rank = (document.language == language, spread, -len(heading))
            if heading not in best or rank > best[heading][0]:
                best[heading] = (rank, document.path)
    found: list[str] = []
    used: set[str] = set()
    for heading, (_, path) in sorted(best.items(), key=lambda item: (item[1][0], item[0]), reverse=True):
        if len(found) < count and path not in used:
            used.add(path)
            found.append(heading)
    return found


def next_topics(index: Index, answer: Answer, count: int) -> list[str]:
    """Headings near the evidence of an answer that it did not speak of."""
    said = f"{answer.question}\n{answer.text}".casefold()
    found: dict[str, None] = {}
    for citation in answer.citations:
        document = index.document(citation.path)
        if document is None:
            continue
        near = range(citation.span.page, citation.span.page + _NEAR + 1)
        for page in index.pages(document, near):
            found.update((h, None) for h in _headings_of(page) if _is_topic(h) and h.casefold() not in said)
    return list(found)[:count]


def topics_of(index: Index, documents: Sequence[StoredDocument], count: int) -> list[str]:
    """What some documents are about: their headings, those that most of their pages speak of first."""
    pages = [page for document in documents for page in _pages(index, document)]
    headings = dict.fromkeys(h for page in pages for h in _headings_of(page) if _is_topic(h))
    spread = {h: sum(h.casefold() in page.text.casefold() for page in pages) for h in headings}
    return sorted(headings, key=lambda heading: -spread[heading])[:count]


def weeks(index: Index) -> list[int]:
    """The weeks its documents belong to."""
    return sorted({d.course.week for d in index.documents() if d.course.week is not None})


def _sample(documents: list[StoredDocument]) -> list[StoredDocument]:
    kept = [document for document in documents if document.chunks]
    return kept[:: max(1, len(kept) // _DOCUMENTS)][:_DOCUMENTS]


def _pages(index: Index, document: StoredDocument) -> list[Page]:
    return index.pages(document, index.page_numbers(document)[:_PAGES])


def _headings_of(page: Page) -> Iterator[str]:
    for block in page.blocks:
        if block.kind is BlockKind.HEADING and (block.level > 1 or page.number > 1):
            yield re.sub(r"^[#\s]*(?:\d+(?:\.\d+)*[.)]?\s+)?", "", page.text[block.start : block.end]).strip()


def _is_topic(heading: str) -> bool:
    return (
        len(heading) in _LENGTH
        and not _FURNITURE.fullmatch(heading)
        and not _QUESTION.match(heading)
        and not re.search(r"[?!:/\\|=<>\[\]{}`]|\d{2}|(?:다|요)\.?$", heading)
        and sum(c.isalpha() for c in heading) > len(heading) / 2
    )
