"""A week on one page: when it is, what its files say under each heading, each line with its place. No model needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.phrases import Language
from app.timeline import Timeline
from ingest.documents import Block, BlockKind, Page
from ingest.index import Index
from ingest.sentences import sentence_spans
from ingest.store import StoredDocument

_LINES = 12  # of a document: a guide fits on a page
_SENTENCE = range(15, 241)  # characters
_TITLES: dict[Language, str] = {"ko": "{week}주차 공부 길잡이", "en": "Study guide: week {week}"}


@dataclass(frozen=True, slots=True)
class Point:
    """A heading, the first sentence below it, and where that stands."""

    name: str
    sentence: str
    place: str


@dataclass(frozen=True, slots=True)
class Guide:
    """``dates``: (line, file). ``sections``: (title of a document, its points)."""

    title: str
    dates: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[Point, ...]], ...]

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(
            [
                self.title,
                *(part for date in self.dates for part in date),
                *(title for title, _ in self.sections),
                *(part for _, points in self.sections for p in points for part in (p.name, p.sentence, p.place)),
            ]
        )


def study_guide(index: Index, course: Timeline, number: int, language: Language) -> Guide | None:
    """Under each document of the week its headings with the first sentence below them, quoted; None without such a
    week."""
    week = next((week for week in course.weeks if week.number == number), None)
    if week is None:
        return None
    drawn = ((document.title, _points_of(index, document)) for document in week.documents)
    return Guide(
        title=_TITLES[language].format(week=number),
        dates=tuple((event.text, event.path) for event in (*week.events, *week.disputed)),
        sections=tuple((title, points) for title, points in drawn if points),
    )


def to_markdown(guide: Guide) -> str:
    lines = [f"# {guide.title}", ""]
    lines += [f"- {_escaped(text)} ({_escaped(path)})" for text, path in guide.dates]
    for title, points in guide.sections:
        lines += ["", f"## {_escaped(title)}", ""]
        lines += [
            f"- **{_escaped(point.name)}**: {_escaped(point.sentence)} ({_escaped(point.place)})" for point in points
        ]
    return "\n".join(lines) + "\n"


def _points_of(index: Index, document: StoredDocument) -> tuple[Point, ...]:
    """What stands under the title is the place and date of a talk: left out where there is more."""
    points = list(_points(index, document))
    return tuple([point for point in points if point.name != document.title] or points)[:_LINES]


def _points(index: Index, document: StoredDocument) -> Iterator[Point]:
    for page in index.pages(document):
        headings = [block for block in page.blocks if block.kind is BlockKind.HEADING]
        for heading, following in zip(headings, [*headings[1:], None], strict=True):
            end = following.start if following else len(page.text)
            sentence = _first_sentence(page, heading, end)
            if sentence:
                name = " ".join(page.text[heading.start : heading.end].lstrip("# ").split())
                yield Point(name, sentence, f"{document.path} {page.place(heading.start)}".strip())


def _first_sentence(page: Page, heading: Block, end: int) -> str:
    """The first sentence of running text below a heading."""
    blocked = [(block.start, block.end) for block in page.blocks if not block.kind.is_prose]
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
