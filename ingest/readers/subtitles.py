"""SubRip and WebVTT -> pages of some cues each; every cue is a place in time (``12:34``)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ingest.documents import Page, Reading
from ingest.errors import ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile
from ingest.readers.building import tidy
from ingest.readers.text import decode

TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
TIMING = re.compile(rf"^\s*{TIME}\s*-->\s*{TIME}", re.M)
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
MARKS = re.compile(r"</?[^>\n]{0,100}>|\{\\[^}\n]*\}")
CHARACTERS_A_PAGE = 1_500
PAUSE_SECONDS = 4.0  # of silence, after which a new line begins
SENTENCE_END = re.compile(r"[.?!。…][\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class Cue:
    start_seconds: float
    end_seconds: float
    voice: str
    text: str


def read(file: SourceFile) -> Reading:
    """What is said, sentence after sentence; lines that captions repeat while they roll are said once.

    Raises:
        ReadError: no cue is found.
    """
    text = decode(file)
    cues = list(_without_echoes(_cues(text)))
    if not cues and text.strip().removeprefix("WEBVTT").strip():
        raise ReadError(f"{file.relative}: holds no subtitles.", "Save it as SRT or WebVTT.")
    pages: list[Page] = []
    group: list[Cue] = []
    for cue in cues:
        length = sum(len(one.text) for one in group)
        ended = bool(group) and bool(SENTENCE_END.search(group[-1].text))
        if length > 2 * CHARACTERS_A_PAGE or (length > CHARACTERS_A_PAGE and ended):
            pages.append(_page(len(pages) + 1, group))
            group = []
        group.append(cue)
    if group:
        pages.append(_page(len(pages) + 1, group))
    return Reading(tuple(pages))


def _cues(text: str) -> Iterator[Cue]:
    timings = list(TIMING.finditer(text))
    for timing, following in zip_longest(timings, timings[1:]):
        body = text[timing.end() : following.start() if following else len(text)]
        lines = body.partition("\n")[2].split("\n\n")[0]
        voice = VOICE.search(lines)
        said = " ".join(tidy(html.unescape(MARKS.sub("", lines))).split())
        if said:
            start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            yield Cue(start, end, tidy(voice[1]) if voice else "", said)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _without_echoes(cues: Iterator[Cue]) -> Iterator[Cue]:
    """Rolling captions show a line again with the next one below it: only the new part is kept."""
    before = ""
    for cue in cues:
        new = cue.text
        if before and new.startswith(before):
            new = new[len(before) :].strip()
        elif before and before.endswith(new):
            new = ""
        before = cue.text
        if new:
            yield Cue(cue.start_seconds, cue.end_seconds, cue.voice, new)


def _page(number: int, cues: list[Cue]) -> Page:
    text = ""
    places: list[tuple[int, str]] = []
    for before, cue in zip([None, *cues], cues, strict=False):
        if before is not None:
            turn = cue.voice != before.voice or cue.start_seconds - before.end_seconds > PAUSE_SECONDS
            text += "\n" if turn else " "
        places.append((len(text), _clock(cue.start_seconds)))
        if cue.voice and (before is None or cue.voice != before.voice):
            text += f"{cue.voice}: "
        text += cue.text
    return Page(number, MappedText.of(text), tuple(places))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
