"""Which lines of a PDF are headings: the outline says so; where there is none, size, weight and numbering
do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.readers.pdf_layout import body_size
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_paragraphs import SENTENCE_END, starts_item

LARGER = 1.15  # times the body size
MAX_LENGTH = 120  # characters of a heading line
DEEPEST = 4
MAX_LINES, MAX_ENTRIES = 2_000, 200  # of one page, compared with each other
LONGEST_NUMBER = 12  # characters of a section number
SECTION_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?=[^\W\d_])")
LEADING_NUMBER = re.compile(r"^[\d.\s]+")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: ``page`` counts from 0, ``level`` from 1."""

    page: int
    level: int
    title: str


def find_headings(
    pages: Sequence[Sequence[Line]], outline: Sequence[OutlineEntry], *, slides: bool
) -> list[dict[int, int]]:
    """For each page the index of every heading line with its level."""
    by_outline = [
        _outlined(lines, [entry for entry in outline if entry.page == page]) for page, lines in enumerate(pages)
    ]
    if slides:
        return [found or _slide_title(lines) for found, lines in zip(by_outline, pages, strict=True)]
    if sum(map(len, by_outline)) >= 3:
        return by_outline
    return _by_type(pages)


def heading_paths(
    pages: Sequence[Sequence[Line]],
    headings: Sequence[Mapping[int, int]],
    outline: Sequence[OutlineEntry],
    *,
    slides: bool,
) -> list[tuple[str, ...]]:
    """For each page the path in force at its beginning. A bookmark that is not printed counts from its
    page."""
    stack: list[tuple[int, str]] = []
    paths = []
    for page, (lines, found) in enumerate(zip(pages, headings, strict=True)):
        printed = {letters(lines[index].text) for index in found}
        for entry in outline:
            if entry.page == page and not any(_same_title(letters(entry.title), text) for text in printed):
                stack = _pushed(stack, entry.level, entry.title)
        own = min(found.values(), default=1) if slides else None  # a slide continues nothing of its own level
        paths.append(tuple(title for level, title in stack if own is None or level < own))
        for level, title in _titles(lines, found):
            stack = _pushed(stack, level, title)
    return paths


def _pushed(stack: list[tuple[int, str]], level: int, title: str) -> list[tuple[int, str]]:
    return [*(above for above in stack if above[0] < level), (level, title)]


def _titles(lines: Sequence[Line], found: Mapping[int, int]) -> list[tuple[int, str]]:
    """The page's headings; lines that follow each other at one level are one heading."""
    titles: list[tuple[int, str]] = []
    for index in sorted(found):
        text = " ".join(lines[index].text.split())
        if index - 1 in found and found[index - 1] == found[index]:
            titles[-1] = (found[index], f"{titles[-1][1]} {text}")
        else:
            titles.append((found[index], text))
    return titles


def _outlined(lines: Sequence[Line], entries: Sequence[OutlineEntry]) -> dict[int, int]:
    """The lines, up to three together, that read like the page's bookmarks."""
    texts = [letters(line.text) for line in lines[:MAX_LINES]]
    found: dict[int, int] = {}
    for entry in entries[:MAX_ENTRIES]:
        wanted = letters(entry.title)
        for start, end in _runs(texts, len(wanted)):
            if start not in found and _same_title(wanted, "".join(texts[start:end])):
                found.update(dict.fromkeys(range(start, end), entry.level))
                break
    return found


def _runs(texts: Sequence[str], length: int) -> Iterator[tuple[int, int]]:
    """Ranges of one to three lines that are about as long as a title. None begins with the number of a figure's
    axis, which is no section number."""
    for start, text in enumerate(texts):
        if text.isdigit():
            continue
        for end in range(start + 1, min(start + 3, len(texts)) + 1):
            if abs(sum(map(len, texts[start:end])) - length) <= LONGEST_NUMBER:
                yield start, end


def letters(text: str) -> str:
    """What is compared of a title: letters and digits in one case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _same_title(wanted: str, printed: str) -> bool:
    """Outlines leave out or add section numbers."""
    bare = LEADING_NUMBER.sub("", wanted)
    return bool(bare) and (wanted == printed or bare == LEADING_NUMBER.sub("", printed))


def _slide_title(lines: Sequence[Line]) -> dict[int, int]:
    """The largest line of the upper half and what continues it at the same size."""
    top = [line for line in lines if any(c.isalnum() for c in line.text)]
    if not top:
        return {}
    half = (min(line.y0 for line in top) + max(line.y1 for line in top)) / 2
    largest = max((line for line in top if line.y0 <= half), key=lambda line: (round(line.size), -line.y0))
    if len(largest.text) > MAX_LENGTH:
        return {}
    start = next(index for index, line in enumerate(lines) if line is largest)
    end = start + 1
    while end < len(lines) and abs(lines[end].size - largest.size) < 0.05 * largest.size and end - start < 3:
        if not 0 < lines[end].y0 - lines[end - 1].y0 < 1.6 * largest.size or starts_item(lines[end].text):
            break
        end += 1
    same_size = sum(abs(line.size - largest.size) < 0.05 * largest.size for line in lines)
    return dict.fromkeys(range(start, end if same_size == end - start else start + 1), 1)


def _by_type(pages: Sequence[Sequence[Line]]) -> list[dict[int, int]]:
    body = body_size(pages)
    mostly_bold = sum(line.bold for lines in pages for line in lines) * 3 > sum(map(len, pages))
    large = {round(line.size) for lines in pages for line in lines if _is_large(line, body)}
    ranks = {size: rank for rank, size in enumerate(sorted(large, reverse=True), 1)}
    found = []
    for lines in pages:
        levels: dict[int, int] = {}
        for index, line in enumerate(lines):
            if not _may_be_heading(line):
                continue
            number = SECTION_NUMBER.match(line.text)
            if _is_large(line, body):
                level = min(ranks[round(line.size)], DEEPEST)
            elif (line.bold and not mostly_bold and _stands_out(lines, index)) or (
                number and line.size > 0.95 * body and _is_apart(lines, index)
            ):
                level = min(len(ranks) + 1, DEEPEST)
            else:
                continue
            levels[index] = min(number["number"].count(".") + 2, DEEPEST) if number else level
        found.append(levels if len(levels) <= max(3, 0.3 * len(lines)) else {})
    return found


def _may_be_heading(line: Line) -> bool:
    text = line.text
    count = sum(character.isalpha() for character in text)
    return (
        line.upright
        and count >= 2
        and count > 0.5 * len(text.replace(" ", ""))
        and len(text) <= MAX_LENGTH
        and not SENTENCE_END.search(text.rstrip("?"))
    )


def _is_large(line: Line, body: float) -> bool:
    return line.size > LARGER * body and _may_be_heading(line)


def _stands_out(lines: Sequence[Line], index: int) -> bool:
    """A short bold line above lines that are not bold."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    text = lines[index].text
    return len(text) <= 80 and not text[0].islower() and below is not None and not below.bold


def _is_apart(lines: Sequence[Line], index: int) -> bool:
    """White space above and below, as around no line of a paragraph or a list."""
    line = lines[index]
    gaps = [line.y0 - lines[index - 1].y1] if index else []
    gaps += [lines[index + 1].y0 - line.y1] if index + 1 < len(lines) else []
    apart = [gap > 0.35 * line.size or gap < -5 * line.size for gap in gaps]  # negative: another column
    return len(line.text) <= 60 and bool(gaps) and all(apart) and max(map(abs, gaps)) > 0.55 * line.size
