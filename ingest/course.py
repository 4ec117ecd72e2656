"""Course metadata from names and headings: week, lecture, date, kind, language. Nothing is asked of the user."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ingest.dates import find_dates, find_units
from ingest.documents import Course, Kind, Page

_SPEAKER = re.compile(
    r"(?:발표자?|강사|강연자|교수|speaker|presenter|lecturer|instructor)\s*[:\-–]\s*(?P<name>[^\n|/;()]{2,40})",
    re.I,
)
_KIND_BY_FOLDER = (
    (re.compile(r"slide|deck|ppt|슬라이드|강의\s?자료|발표", re.I), Kind.SLIDES),
    (re.compile(r"paper|논문", re.I), Kind.PAPER),
    (re.compile(r"transcript|자막|녹취", re.I), Kind.TRANSCRIPT),
)
_TITLE_PAGES = 2  # a speaker or date is looked for on the first pages only; later ones talk of other people
_HANGUL = re.compile("[가-힣]")
_DECORATION = re.compile(r"[_\-]+")


def course_of(path: str, title: str, pages: tuple[Page, ...]) -> Course:
    """What the path says comes before what the title says, and that before the first pages."""
    names = [*reversed(PurePosixPath(path).parts), title]
    week = lecture = None
    date = None
    for name in names:
        for unit in find_units(_DECORATION.sub(" ", name)):
            if unit.first != unit.last:
                continue  # a range belongs to no single week
            if unit.unit == "week" and week is None:
                week = unit.first
            elif unit.unit == "lecture" and lecture is None:
                lecture = unit.first
        date = date or next((found.iso for found in find_dates(name) if found.iso), None)
    beginning = "\n".join(page.text[:2000] for page in pages[:_TITLE_PAGES])
    speaker = _SPEAKER.search(beginning)
    return Course(week, lecture, date, speaker["name"].strip() if speaker else None)


def kind_of(path: str, by_format: Kind, by_content: Kind | None) -> Kind:
    """The content's word, then the folders', then the format's."""
    if by_content is not None:
        return by_content
    if by_format in (Kind.PAPER, Kind.NOTES):
        for part in reversed(PurePosixPath(path).parts):
            for pattern, kind in _KIND_BY_FOLDER:
                if pattern.search(part) and (kind is not Kind.PAPER or by_format is Kind.PAPER):
                    return kind
    return by_format


def language_of(text: str) -> str:
    """``ko`` or ``en`` by the share of Hangul among letters; a fifth is enough, because Korean course material is
    full of English terms. ``und`` without letters."""
    letters = sum(map(str.isalpha, text))
    if not letters:
        return "und"
    return "ko" if len(_HANGUL.findall(text)) >= 0.2 * letters else "en"


def title_of(path: str, said: str) -> str:
    """What the file calls itself, else its name without suffix."""
    stem = PurePosixPath(path).stem
    title = " ".join(said.split())
    return title if 1 < len(title) <= 200 and not title.lower().startswith(("untitled", "microsoft word")) else stem
