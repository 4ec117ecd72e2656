"""Filters from plain words: "3주차 슬라이드에서 …", "in the LoRA notebook", "문도현 님 발표에서 …", "roadmap.md에 …".

Only a place named as a place confines the search (with 에서 or "in", "from", "according to"), and only where the course
has such material. Should it turn out to hold no answer, the second try looks everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.documents import Kind
from ingest.facets import NO_FILTERS, Filters
from ingest.store import StoredDocument

_KOREAN_KINDS = {
    Kind.SLIDES: r"슬라이드|발표\s?자료|피피티|ppt",
    Kind.NOTEBOOK: r"(?<!주피터)(?<!주피터\s)(?<!코랩)(?<!코랩\s)노트북",  # with its name it is the program, not a file
    Kind.PAPER: r"논문",
    Kind.TRANSCRIPT: r"녹취록?|자막",
    Kind.NOTES: r"(?:강의\s?)?노트|필기",
    Kind.CODE: r"소스\s?코드|코드\s?파일",
    Kind.TABLE: r"엑셀|스프레드시트",
}
_ENGLISH_KINDS = {
    Kind.SLIDES: r"slides?|(?:slide\s)?decks?",
    Kind.NOTEBOOK: r"notebooks?",
    Kind.PAPER: r"papers?",
    Kind.TRANSCRIPT: r"transcripts?|subtitles",
    Kind.NOTES: r"(?:lecture\s)?notes",
    Kind.CODE: r"source\scode|scripts?",
    Kind.TABLE: r"spreadsheets?|excel\s(?:file|sheet)",
}
_FILE = r"(?:\s*(?:파일|문서|자료))?"
_THERE = r"\s*(?:에서는|에서|에는|에선|안에|상에|에)(?![가-힣])"  # after a Korean place
_IN = r"\b(?:in|from|on|according\s+to)\s+(?:the\s+|our\s+|his\s+|her\s+)?"  # before an English one
_SAID = r"(?:\s*(?:님|교수님?|강사님?|선생님?|씨))?(?:이|가|의|은|는)?\s*(?=(?:발표|강의|수업|설명|말|소개))"
_ALSO = re.compile(
    r"(?:이?랑|[와과]|하고|및|또는|이?나|\b(?:and|or))\s*$", re.I
)  # another place before: confines to neither
_LEAST_NAME = 4  # letters of a name that can stand without its suffix


@dataclass(frozen=True, slots=True)
class Scope:
    """What the question is confined to, and the question without the words that say so."""

    filters: Filters
    rest: str


def scope_of(question: str, documents: Sequence[StoredDocument]) -> Scope:
    """Nothing where no document would be left."""
    paths, rest = _named(question, documents)
    speakers, rest = _spoken(rest, documents)
    kinds, weeks, rest = _kinds_and_weeks(rest)
    filters = Filters(kinds=kinds, weeks=weeks, paths=tuple(sorted({*paths, *speakers})))
    return Scope(filters, rest.strip()) if _holds(filters, documents) else Scope(NO_FILTERS, question)


def _holds(filters: Filters, documents: Iterable[StoredDocument]) -> bool:
    """Some document passes; a week may also stand in headings, which only the search sees."""
    return bool(filters.groups()) and any(
        (not filters.kinds or document.kind in filters.kinds) and (not filters.paths or document.path in filters.paths)
        for document in documents
    )


def _kinds_and_weeks(question: str) -> tuple[tuple[Kind, ...], tuple[int, ...], str]:
    korean = "|".join(f"(?P<{kind.name}>{words})" for kind, words in _KOREAN_KINDS.items())
    english = "|".join(f"(?P<{kind.name}>{words})" for kind, words in _ENGLISH_KINDS.items())
    for pattern in (
        rf"(?:(?P<week>\d{{1,2}})\s?주\s?차\s*(?:의\s*)?)?(?:{korean}){_FILE}{_THERE}",
        rf"{_IN}(?:week\s+(?P<week>\d{{1,2}})(?:'s)?\s+)?(?:{english})\b(?:\s+(?:of|for)\s+week\s+(?P<after>\d{{1,2}}))?",
        rf"(?P<week>\d{{1,2}})\s?주\s?차\s*(?:강의|수업|자료)?{_FILE}(?:에서는|에서|에선)(?![가-힣])",
    ):
        found = re.search(pattern, question, re.I)
        if found and not _ALSO.search(question[: found.start()]):
            groups = found.groupdict()
            kinds = tuple(kind for kind in _KOREAN_KINDS if groups.get(kind.name))
            week = groups.get("week") or groups.get("after")
            return kinds, (int(week),) if week else (), question[: found.start()] + " " + question[found.end() :]
    return (), (), question


def _named(question: str, documents: Iterable[StoredDocument]) -> tuple[tuple[str, ...], str]:
    """The document whose file name or title stands in the question as a place. A name that may as well be a topic
    ("BERT에서") counts with its suffix or a word for a file alone."""
    flat = _flat(question)
    mentioned = [d for d in documents if _flat(PurePosixPath(d.path).stem) in flat or _flat(d.title) in flat]
    for document in sorted(mentioned, key=lambda document: -len(PurePosixPath(document.path).name)):
        path = PurePosixPath(document.path)
        places = [rf"[「『\"'`]?{_words(path.stem)}{re.escape(path.suffix)}[」』\"'`]?{_FILE}(?:{_THERE})?"]
        for name in {path.stem, document.title}:
            if len(re.sub(r"[\W_]", "", name)) < _LEAST_NAME:
                continue
            file = r"\s*(?:파일|문서|자료|노트북?|글|논문)"
            places += [rf"{_words(name)}{file}{_THERE}", rf"{_IN}{_words(name)}\s+(?:file|document|notebook|paper)\b"]
            if re.search(r"[\d_\-]", name):
                places += [rf"{_words(name)}(?:에서|에서는|에선)(?![가-힣])", rf"{_IN}{_words(name)}\b"]
        for place in places:
            if found := re.search(rf"(?<![\w가-힣])(?:{place})", question, re.I):
                return (document.path,), question[: found.start()] + " " + question[found.end() :]
    return (), question


def _flat(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", name).casefold()


def _words(name: str) -> str:
    """The name with any of its separators."""
    return r"[\s_\-]+".join(map(re.escape, re.split(r"[\s_\-]+", name)))


def _spoken(question: str, documents: Iterable[StoredDocument]) -> tuple[tuple[str, ...], str]:
    """Documents of a speaker who is named with what they said or gave."""
    by_speaker: dict[str, list[str]] = {}
    for document in documents:
        if document.course.speaker:
            by_speaker.setdefault(document.course.speaker, []).append(document.path)
    for speaker, paths in sorted(by_speaker.items(), key=lambda pair: -len(pair[0])):
        talk = r"(?:talk|lecture|presentation|slides?|session)\b"
        if speaker.casefold() not in question.casefold():
            continue
        name = re.escape(speaker)
        pattern = rf"{name}{_SAID}(?:발표|강의|수업|설명|소개)?{_FILE}{_THERE}|{_IN}{name}(?:'s)?\s+{talk}"
        if found := re.search(pattern, question, re.I):
            return tuple(paths), question[: found.start()] + " " + question[found.end() :]
    return (), question
