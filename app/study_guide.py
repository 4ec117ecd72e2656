"""A week on one page: when it is, what its files say under each heading, each line with its place. No model needed."""

from __future__ import annotations

from collections.abc import Iterator

from app.phrases import Language
from app.timeline import Timeline
from ingest.documents import Block, BlockKind, Page
from ingest.index import Index
from ingest.sentences import sentence_spans
from ingest.store import StoredDocument

_LINES = 12  # of a document: a guide fits on a page
_SENTENCE = range(15, 241)  # characters
_SKIPPED = (BlockKind.CODE, BlockKind.OUTPUT, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW, BlockKind.HEADING)
_TITLES: dict[Language, str] = {"ko": "{week}주차 공부 길잡이", "en": "Study guide: week {week}"}


def study_guide(index: Index, course: Timeline, number: int, language: Language) -> str:
    """Markdown: under each document of the week its headings with the first sentence below them, quoted."""
    week = next((week for week in course.weeks if week.number == number), None)
    if week is None:
        return ""
    lines = [f"# {_TITLES[language].format(week=number)}", ""]
    lines += [f"- {event.text} ({event.path})" for event in (*week.events, *week.disputed)]
    for document in week.documents:
        points = list(_points(index, document))[:_LINES]
        if points:
            lines += ["", f"## {_escaped(document.title)}", "", *points]
    return "\n".join(lines) + "\n"


def _points(index: Index, document: StoredDocument) -> Iterator[str]:
    for page in index.pages(document):
        headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
        for heading, following in zip(headings, [*headings[1:], None], strict=True):
            end = following.start if following else len(page.text)
            sentence = _first_sentence(page, heading, end)
            if sentence:
                name = " ".join(page.text[heading.start : heading.end].lstrip("# ").split())
                place = f"{document.path} {page.place(heading.start)}"
                yield f"- **{_escaped(name)}**: {_escaped(sentence)} ({_escaped(place)})"


def _first_sentence(page: Page, heading: Block, end: int) -> str:
    """The first sentence of running text below a heading."""
    blocked = [(block.start, block.end) for block in page.blocks if block.kind in _SKIPPED]
    for first, last in sentence_spans(page.text, heading.end, end):
        text = " ".join(page.text[first:last].split()).lstrip("-*•·○ ")
        if len(text) in _SENTENCE and not any(first < stop and start < last for start, stop in blocked):
            return text
    return ""


def _escaped(text: str) -> str:
    """Text of a document in Markdown: nothing of it becomes a link, an image or HTML in whoever opens the guide."""
    for mark in "\\`*_[]<>!":
        text = text.replace(mark, f"\\{mark}")
    return text
