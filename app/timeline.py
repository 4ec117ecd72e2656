"""The course in time, read from its own files: dated rows, headings and lines become events; weeks gather files.

Nothing is guessed: an event keeps the place it was read from, and where two files date the same week differently both
are shown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.dates import find_dates, find_units
from ingest.documents import BlockKind, Kind, Page, Span
from ingest.index import Index
from ingest.store import StoredDocument

_KINDS = (Kind.NOTES, Kind.TABLE, Kind.WEB)  # what schedules are; slides and papers are full of other people's dates
_LEAST = 3  # dated lines that make a file a schedule
_TEXT = 160  # characters of an event shown
_LINE_START = 4  # characters of list mark before what an item is about
_REVISION = re.compile(
    r"바뀌|바뀝|변경|연기|취소|휴강|정정|changed|moved|postponed|cancell?ed|correction|revised", re.I
)
_BLOCKS = (BlockKind.TABLE_ROW, BlockKind.HEADING, BlockKind.LIST_ITEM)


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a day. ``week`` is None where the line is about none; ``revision``: it speaks of a change."""

    day: date
    week: int | None
    text: str
    path: str
    span: Span
    revision: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the course: when it is, what belongs to it, days that other lines give it (``disputed``), and notices
    of changes."""

    number: int
    day: date | None
    events: tuple[Event, ...]
    documents: tuple[StoredDocument, ...]
    disputed: tuple[Event, ...]
    notices: tuple[StoredDocument, ...]

    @property
    def topic(self) -> str:
        """What its slides are called, else its first document."""
        first = min(self.documents, key=lambda document: document.kind is not Kind.SLIDES, default=None)
        return first.title if first else ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """``events`` in order of time, those of ``year`` only; ``earlier`` are of other years."""

    year: int | None
    events: tuple[Event, ...]
    weeks: tuple[Week, ...]
    earlier: tuple[Event, ...]

    def current(self, today: date) -> Week | None:
        """The week at hand: the last one that has begun; none once the course has been over for a week."""
        begun = [week for week in self.weeks if week.day is not None and week.day <= today]
        over = not self.events or self.events[-1].day + timedelta(days=7) <= today
        return None if over or not begun else max(begun, key=lambda week: week.day or today)

    def upcoming(self, today: date, count: int = 3) -> list[Event]:
        """What comes next."""
        return [event for event in self.events if event.day >= today][:count]


def timeline(index: Index) -> Timeline:
    """The events and weeks of the whole corpus. The year is the last one that a schedule speaks of."""
    events = sorted(
        (event for document in index.documents() for event in _events(index, document)),
        key=lambda event: (event.day, event.week or 0, event.path, event.span.start),
    )
    year = max((event.day.year for event in events), default=None)
    now = tuple(event for event in events if event.day.year == year)
    by_week: dict[int, list[Event]] = defaultdict(list)
    for event in now:
        if event.week is not None:
            by_week[event.week].append(event)
    files: dict[int, list[StoredDocument]] = defaultdict(list)
    for document in index.documents():
        if document.course.week is not None:
            files[document.course.week].append(document)
    weeks = tuple(_week(number, by_week[number], files[number]) for number in sorted(by_week.keys() | files.keys()))
    return Timeline(year, now, weeks, tuple(event for event in events if event.day.year != year))


def _week(number: int, events: list[Event], documents: list[StoredDocument]) -> Week:
    """Its day is the one most lines give it, the earliest of equals."""
    days = Counter(event.day for event in events)
    day = min(days, key=lambda day: (-days[day], day)) if days else None
    disputed = tuple(event for event in events if event.day != day)
    notices = tuple(document for document in documents if _REVISION.search(document.title))
    return Week(number, day, tuple(event for event in events if event.day == day), tuple(documents), disputed, notices)


def _events(index: Index, document: StoredDocument) -> list[Event]:
    if document.kind not in _KINDS:
        return []
    pages = index.pages(document)
    years = Counter(int(year) for page in pages for year in re.findall(r"(?<!\d)20\d\d(?!\d)", page.text))
    year = max(years, key=lambda value: (years[value], value)) if years else None
    found = [event for page in pages for event in _events_of(page, document.path, year)]
    return found if len(found) >= _LEAST else []


def _events_of(page: Page, path: str, year: int | None) -> Iterator[Event]:
    for number, block in enumerate(page.blocks):
        if block.kind not in _BLOCKS:
            continue
        text = page.text[block.start : block.end]
        day = _day(text, year)
        if day is None:
            continue
        end = block.end
        if block.kind is BlockKind.HEADING:  # what it says stands below it
            following = page.blocks[number + 1] if number + 1 < len(page.blocks) else None
            end = following.end if following and following.kind is not BlockKind.HEADING else block.end
        yield Event(
            day=day,
            week=_week_of(text, block.kind),
            text=_plain(page.text[block.start : end]),
            path=path,
            span=Span(page.number, block.start, end),
            revision=bool(_REVISION.search(text)),
        )


def _week_of(text: str, kind: BlockKind) -> int | None:
    """The week a line is about; a list item that only mentions one ("…: 3주차 발표가 바뀜") is not about it."""
    unit = next((unit for unit in find_units(text) if unit.unit == "week"), None)
    if unit is None or (kind is BlockKind.LIST_ITEM and unit.start > _LINE_START):
        return None
    return unit.first


def _day(text: str, year: int | None) -> date | None:
    for mention in find_dates(text):
        with_year = mention.year or year
        if with_year and mention.month and mention.day:
            try:
                return date(with_year, mention.month, mention.day)
            except ValueError:
                continue
    return None


def _plain(text: str) -> str:
    """One line without Markdown's marks."""
    line = " · ".join(part.strip() for part in re.split(r"[|\n\t]", text) if part.strip(" -"))
    line = re.sub(r"(?:^|(?<=· ))(?:[#>*+-]+\s+)+|\*\*|`", "", line)
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"
