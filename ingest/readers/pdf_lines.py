"""Characters -> printed lines. pdfium ends a line wherever the baseline jumps, so at every superscript; here
the pieces of one printed line come together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.mapped_text import MappedText
from ingest.readers.cleaning import clean
from ingest.readers.pdf_glyphs import Glyphs

SPACE_EM = 0.18  # a wider gap between two pieces of a line is a word space (TeX thin space: 0.17)
JOIN_EM = 1.2  # pieces farther apart are not one line; gutters start at about 1.5
CELL_EM = 1.0  # gaps between the columns of a table are at least so wide; justified text stays below
GUTTER_LINES = 8  # drawn across it at least
GUTTER_SHARE = 0.6  # of the pieces that reach over it must leave it empty
GUTTER_WORDS = 3  # on either side of it in most such lines
TOUCHING_EM = 0.04
SYMBOL_SPACE = re.compile(r"(?<=\b[^\W_]) (?=[^\W_]\b)")  # between two single letters or digits
SAME_LINE = 0.35  # vertical overlap of the lower piece's neighbours, as a share of the smaller height
HYPHEN_MARK = "\x02"  # what pdfium puts for a hyphen at a line's end
HYPHEN = "\N{HYPHEN}"  # what stands for it in a line
LAST_HYPHEN = re.compile(rf"{HYPHEN_MARK}$")
LINE_BREAK = re.compile(rf"[\r\n]+|{HYPHEN_MARK}")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One printed line. Lengths in points, origin top left; ``size`` is the median character height."""

    content: MappedText
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    first_word: float  # width
    bold: bool
    upright: bool
    cells: tuple[int, ...]  # offsets of ``content`` at which a gap as between columns of a table ends
    words: tuple[tuple[int, float], ...]  # offset of each word and where on the page it begins

    @property
    def text(self) -> str:
        return self.content.text


@dataclass(frozen=True, slots=True)
class Piece:
    """pdfium characters ``[start, end)``, visible at both ends."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """From ``left`` to ``right`` (points) nothing stands; ``behind`` is the character to its right."""

    behind: int
    left: float
    right: float


def read_lines(glyphs: Glyphs) -> list[Line]:
    """The page's lines in pdfium's order, which is the order of the content stream."""
    raw = MappedText.of(glyphs.text)
    seen = np.array([not character.isspace() for character in glyphs.text], dtype=np.bool_)
    rows: list[list[Piece]] = []
    for piece in split_at_gutter(glyphs, seen, list(_pieces(glyphs))):
        if rows and _continues(glyphs, rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    lines = [_line(glyphs, raw, seen, row) for row in rows]
    return [line for line in lines if line.text]


def _pieces(glyphs: Glyphs) -> Iterator[Piece]:
    start = 0
    for end in [*_line_ends(glyphs), len(glyphs.text)]:
        text = glyphs.text[start:end]
        if text.strip():
            yield Piece(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
        start = end


def _line_ends(glyphs: Glyphs) -> Iterator[int]:
    """pdfium leaves out the line break after a hyphen that ends a line."""
    for match in LINE_BREAK.finditer(glyphs.text):
        if match[0] != HYPHEN_MARK:
            yield match.start()
        elif match.end() < len(glyphs.text) and glyphs.boxes[match.end(), 0] < glyphs.boxes[match.start(), 0]:
            yield match.end()


def split_at_gutter(glyphs: Glyphs, seen: NDArray[np.bool_], pieces: list[Piece]) -> list[Piece]:
    """Pieces cut where two columns of running text were drawn as one line.

    A gutter is an upright band that many pieces leave empty and few cross, with text of several words on both sides:
    that is what tells it from the gaps between the columns of a table.
    """
    gaps = [_gaps(glyphs, seen, piece) for piece in pieces]
    gutter = _gutter(glyphs, pieces, gaps)
    if gutter is None:
        return pieces
    found: list[Piece] = []
    for piece, own in zip(pieces, gaps, strict=True):
        at = next((gap.behind for gap in own if gap.left < gutter < gap.right), None)
        found += [piece] if at is None else [_trimmed(glyphs, piece.start, at), Piece(at, piece.end)]
    return found


def _gutter(glyphs: Glyphs, pieces: Sequence[Piece], gaps: Sequence[Sequence[Gap]]) -> float | None:
    """The middle of the gap that most pieces share."""
    if sum(map(bool, gaps)) < GUTTER_LINES:
        return None
    middles = [(gap.left + gap.right) / 2 for own in gaps for gap in own]
    best = max(middles, key=lambda x: sum(gap.left < x < gap.right for own in gaps for gap in own))
    shared = [
        (piece, gap) for piece, own in zip(pieces, gaps, strict=True) for gap in own if gap.left < best < gap.right
    ]
    spanning = sum(bool(glyphs.boxes[piece.start, 0] < best < glyphs.boxes[piece.end - 1, 2]) for piece in pieces)
    sides = [
        min(len(glyphs.text[piece.start : gap.behind].split()), len(glyphs.text[gap.behind : piece.end].split()))
        for piece, gap in shared
    ]
    enough = len(shared) >= GUTTER_LINES and len(shared) > GUTTER_SHARE * spanning
    return best if enough and float(np.median(sides)) >= GUTTER_WORDS else None


def _gaps(glyphs: Glyphs, seen: NDArray[np.bool_], piece: Piece) -> list[Gap]:
    """The gaps within a piece that are as wide as a gutter."""
    visible = piece.start + np.flatnonzero(seen[piece.start : piece.end])
    boxes = glyphs.boxes[visible]
    widths = boxes[1:, 0] - boxes[:-1, 2]
    wide = widths > CELL_EM * max(1e-3, middle(boxes[:, 3] - boxes[:, 1]))
    return [
        Gap(int(visible[index + 1]), float(boxes[index, 2]), float(boxes[index + 1, 0]))
        for index in np.flatnonzero(wide)
    ]


def middle(values: NDArray[np.float32]) -> float:
    """The median, the upper of two: numpy's own takes 20 times as long on so few numbers."""
    return float(np.sort(values)[len(values) // 2]) if len(values) else 0.0


def _trimmed(glyphs: Glyphs, start: int, end: int) -> Piece:
    return Piece(start, start + len(glyphs.text[start:end].rstrip()))


def _continues(glyphs: Glyphs, row: list[Piece], piece: Piece) -> bool:
    """Whether ``piece`` goes on in the line that ends with ``row[-1]``: right of it, at about its height."""
    last, first = glyphs.boxes[row[-1].end - 1], glyphs.boxes[piece.start]
    if not (glyphs.upright[piece.start] and glyphs.upright[row[-1].start]):
        return False
    if glyphs.text[row[-1].end - 1] == HYPHEN_MARK:
        return False
    heights = (last[3] - last[1], first[3] - first[1])
    overlap = min(last[3], first[3]) - max(last[1], first[1])
    em = max(heights)
    return bool(overlap > SAME_LINE * min(heights) and -em < first[0] - last[2] < JOIN_EM * em)


def _line(glyphs: Glyphs, raw: MappedText, seen: NDArray[np.bool_], row: list[Piece]) -> Line:
    parts: list[MappedText] = []
    for number, piece in enumerate(row):
        if number and _gap_em(glyphs, row[number - 1], piece) > SPACE_EM:
            parts.append(MappedText.inserted(" "))
        parts.append(raw[piece.start : piece.end])
    content = clean(_without_false_spaces(MappedText.concat(parts), glyphs).sub(LAST_HYPHEN, HYPHEN)).strip()
    indices = np.concatenate([np.arange(piece.start, piece.end) for piece in row])
    visible = indices[seen[indices]]
    boxes = glyphs.boxes[visible]
    word = re.match(r"\S+", glyphs.text[row[0].start : row[0].end])
    word_end = row[0].start + (word.end() if word else 1)
    size = middle(boxes[:, 3] - boxes[:, 1])
    return Line(
        content=content,
        x0=float(boxes[:, 0].min()),
        y0=float(boxes[:, 1].min()),
        x1=float(boxes[:, 2].max()),
        y1=float(boxes[:, 3].max()),
        size=size,
        first_word=float(glyphs.boxes[word_end - 1, 2] - glyphs.boxes[row[0].start, 0]),
        bold=bool(glyphs.bold[visible].all()),
        upright=bool(glyphs.upright[row[0].start]),
        cells=_cells(content, visible, boxes, size),
        words=tuple(_word_starts(content, glyphs)),
    )


def _word_starts(content: MappedText, glyphs: Glyphs) -> Iterator[tuple[int, float]]:
    for match in re.finditer(r"\S+", content.text):
        source = int(content.source[match.start()])
        if source >= 0:
            yield match.start(), float(glyphs.boxes[source, 0])


def _cells(content: MappedText, visible: NDArray[np.intp], boxes: NDArray[np.float32], size: float) -> tuple[int, ...]:
    gaps = boxes[1:, 0] - boxes[:-1, 2]
    starts = visible[1:][gaps > CELL_EM * max(size, 1e-3)]
    return tuple(int(offset) for offset in np.flatnonzero(np.isin(content.source, starts)))


def _without_false_spaces(content: MappedText, glyphs: Glyphs) -> MappedText:
    """pdfium puts a space between text objects that touch: ``P Q`` for a line segment, set in two pieces."""

    def judged(match: re.Match[str]) -> str:
        left, space, right = content.source[match.start() - 1 : match.start() + 2]
        if min(left, space, right) < 0 or glyphs.boxes[space, 2] > glyphs.boxes[space, 0]:
            return " "
        gap = glyphs.boxes[right, 0] - glyphs.boxes[left, 2]
        em = glyphs.boxes[right, 3] - glyphs.boxes[right, 1]
        return "" if -TOUCHING_EM * em < gap < TOUCHING_EM * em else " "

    return content.sub(SYMBOL_SPACE, judged)


def _gap_em(glyphs: Glyphs, left: Piece, right: Piece) -> float:
    a, b = glyphs.boxes[left.end - 1], glyphs.boxes[right.start]
    em = max(float(a[3] - a[1]), float(b[3] - b[1]), 1e-3)
    return float(b[0] - a[2]) / em
