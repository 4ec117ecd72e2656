"""Lines of a PDF: which belong to the page's frame (running headers, page numbers), and how the rest is
read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ingest.readers.pdf_lines import Line

MAX_LINES = 2_000  # of a page that is ordered; a drawing made of letters has more
EDGE_LINES = 3  # a running header or footer is among so many outermost lines
BAND_POINTS = 4.0  # lines of one band stand at the same height, give or take
NEIGHBOURS = 3  # a header that changes with the section recurs within so many pages (left and right pages differ)
MIN_REPEATS = 3
FIXTURE_REPEATS = 4
FRAME_SIZE = 1.15  # times the body size: larger lines are titles
PAGE_NUMBER = re.compile(
    r"[\W_]*(?:p(?:age|\.)?\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|쪽)\s*\d*)?[\W_]*", re.IGNORECASE
)
DIGITS = re.compile(r"\d+")


def without_frames(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The pages without running headers, footers and page numbers.

    A line goes when it stands at the edge of the page, is no larger than the body text (slide titles recur
    too), and either reads the same, digits aside, at the same height on other pages, or is a number among
    page numbers. What stands in the very same place on most pages goes wherever that is: watermarks, line
    numbers. What is printed there and nowhere else stays once.
    """
    body = body_size(pages)
    edges = [_edges(lines, height, body) for lines, height in zip(pages, heights, strict=True)]
    seen: Counter[tuple[str, int]] = Counter()
    for outermost in edges:
        seen.update({(_stencil(line), band) for line in outermost for band in _bands(line)})
    fixtures = Counter(_fixture(line) for lines in pages for line in lines)
    frames = []
    for number, lines in enumerate(pages):
        nearby = [
            line
            for other in range(max(0, number - NEIGHBOURS), min(len(pages), number + NEIGHBOURS + 1))
            if other != number
            for line in edges[other]
        ]
        frame = {id(line) for line in edges[number] if _is_frame(line, number, nearby, seen, len(pages))}
        often = max(FIXTURE_REPEATS, len(pages) // 2)
        small = [line for line in lines if line.size <= FRAME_SIZE * body]
        frame |= {id(line) for line in small if fixtures[_fixture(line)] >= often}
        frames.append(frame)
    return _kept(pages, frames)


def _kept(pages: Sequence[Sequence[Line]], frames: Sequence[set[int]]) -> list[list[Line]]:
    """The lines outside the frames, and the first of every frame line whose words stand nowhere else: the name of a
    conference or a course is often printed in the header alone."""
    inside = "\n".join(
        _letters(line) for lines, frame in zip(pages, frames, strict=True) for line in lines if id(line) not in frame
    )
    said: set[str] = set()
    kept: list[list[Line]] = []
    for lines, frame in zip(pages, frames, strict=True):
        rest: list[Line] = []
        for line in lines:
            if id(line) in frame:
                words = _letters(line)
                if words in said or words in inside or PAGE_NUMBER.fullmatch(line.text):
                    continue
                said.add(words)
            rest.append(line)
        kept.append(rest)
    return kept


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The character height in which most of the document is set (0 for a document without text)."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _edges(lines: Sequence[Line], height: float, body: float) -> list[Line]:
    upright = sorted((line for line in lines if line.upright), key=lambda line: line.y0)
    outermost = upright[:EDGE_LINES] + upright[max(EDGE_LINES, len(upright) - EDGE_LINES) :]
    return [
        line
        for line in outermost
        if line.size <= FRAME_SIZE * body and (line.y1 < height * 0.13 or line.y0 > height * 0.87)
    ]


def _is_frame(line: Line, number: int, nearby: Sequence[Line], seen: Counter[tuple[str, int]], pages: int) -> bool:
    stencil = _stencil(line)
    often = seen[stencil, round(line.y0 / BAND_POINTS)] >= max(MIN_REPEATS, pages // 4)
    if often and len(stencil) > 1:
        return True
    same_band = [other for other in nearby if abs(other.y0 - line.y0) < BAND_POINTS]
    if PAGE_NUMBER.fullmatch(line.text):
        if DIGITS.findall(line.text)[:1] == [str(number + 1)]:
            return True
        return sum(bool(PAGE_NUMBER.fullmatch(other.text)) for other in same_band) >= 2
    recurs = any(_words(other) == _words(line) for other in same_band)
    return recurs and len(same_band) >= min(NEIGHBOURS, pages - 1)


def _fixture(line: Line) -> tuple[str, int, int, bool]:
    return line.text, round(line.x0), round(line.y0), line.upright


def _bands(line: Line) -> set[int]:
    band = line.y0 / BAND_POINTS
    return {round(band), round(band - 0.5), round(band + 0.5)}


def _letters(line: Line) -> str:
    return "".join(character for character in line.text.casefold() if character.isalpha())


def _stencil(line: Line) -> str:
    return DIGITS.sub("#", line.text)


def _words(line: Line) -> str:
    """The line without a page number at either end."""
    return re.sub(r"^\d+\s|\s\d+$", "", line.text).strip()


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """pdfium's own order unless reading by columns follows the print clearly better.

    Producers mostly write the content stream in reading order, also in columns; but some write line by line
    across the columns, or draw boxes in the order in which they were made.
    """
    if len(lines) > MAX_LINES:
        return list(lines)
    by_columns = _cut(list(lines))
    return by_columns if _breaks(by_columns) + 2 < _breaks(lines) * 0.75 else list(lines)


def _breaks(lines: Sequence[Line]) -> int:
    """How often the next line is not the one below: the eye has to travel."""
    return sum(not _follows(above, below) for above, below in pairwise(lines))


def _follows(above: Line, below: Line) -> bool:
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    gap = below.y0 - above.y1
    size = max(above.size, below.size)
    return overlap > 0 and -0.6 * size < gap < 2.5 * size


def _cut(lines: list[Line]) -> list[Line]:
    """Recursive XY cut: split at the widest empty band, columns before rows; a leaf reads from top to bottom.

    Ha, Haralick, Phillips: Recursive X-Y cut using bounding boxes of connected components (ICDAR 1995).
    """
    if len(lines) <= 1:
        return lines
    size = float(np.median([line.size for line in lines]))
    for groups in (_split(lines, "x0", "x1", 0.9 * size), _split(lines, "y0", "y1", 0.6 * size)):
        if len(groups) > 1:
            return [line for group in groups for line in _cut(group)]
    return sorted(lines, key=lambda line: (line.y0, line.x0))


def _split(lines: list[Line], start: str, end: str, gap: float) -> list[list[Line]]:
    """Groups along one axis with at least ``gap`` points of nothing between them."""
    ordered = sorted(lines, key=lambda line: float(getattr(line, start)))
    groups = [[ordered[0]]]
    reach = float(getattr(ordered[0], end))
    for line in ordered[1:]:
        if float(getattr(line, start)) - reach > gap:
            groups.append([])
        groups[-1].append(line)
        reach = max(reach, float(getattr(line, end)))
    return groups
