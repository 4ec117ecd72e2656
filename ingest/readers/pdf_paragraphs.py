"""Lines -> the page's text: paragraphs joined, hyphens mended, headings and list items marked as blocks."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.documents import Block, BlockKind
from ingest.mapped_text import MappedText
from ingest.readers import korean_breaks
from ingest.readers.pdf_lines import HYPHEN, Line
from ingest.readers.pdf_tables import ROW_JOINT, RowPart, beside, find_rows, is_below, with_cell_joints

BULLET = re.compile(r"(?:[•●○▪■□◦‣⁃∙·※▶►➢➤✓✔❖◆◇★☆]|[-–—*](?=\s)|[oㆍ](?=\s))\s*\S")
NUMBERED = re.compile(r"(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4}|[가나라마바사])[.)]|[①-⑳])\s+\S")
SENTENCE_END = re.compile(r"[.!?:;。…][\"'”’)\]]*$")
HYPHENS = (HYPHEN, "-")
HANGUL = re.compile("[가-힣]")
EQUATION_NUMBER = re.compile(r"\(\d{1,3}(?:\.\d{1,3})?\)")
LONGEST_WORD = 60  # characters
LAST_LETTERS = re.compile(r"[^\W\d_]*$")
FIRST_LETTERS = re.compile(r"[^\W\d_]*")
INSIDE_WORDS = 0.12  # share of wraps that are clearly inside words from which on a document wraps at any syllable

PARAGRAPH, LINE, SPACE, NOTHING = "\n\n", "\n", " ", ""


@dataclass(frozen=True, slots=True)
class Words:
    """What the document's own words say about its line ends."""

    latin: Counter[str]  # lower case, whole words as they stand inside lines, hyphens kept
    korean: korean_breaks.Vocabulary
    wraps_inside_words: bool

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]]) -> Words:
        kept = [list(page) for page in pages]
        texts = [line.text for page in kept for line in page]
        korean = korean_breaks.Vocabulary(texts)
        scores = [
            korean_breaks.evidence(above.text.split()[-1], below.text.split()[0], korean)
            for page in kept
            for above, below in pairwise(page)
            if HANGUL.match(above.text[-1]) and HANGUL.match(below.text[0])
        ]
        inside = sum(score < -1.5 for score in scores)
        latin = Counter(
            word.lower() for text in texts for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.partition(" ")[2])
        )
        return cls(latin, korean, inside > INSIDE_WORDS * len(scores))


def compose(lines: Sequence[Line], headings: Mapping[int, int], words: Words) -> tuple[MappedText, tuple[Block, ...]]:
    """The text of one page. ``headings`` gives the level of every line (by index) that is a heading's."""
    text = _Text()
    edges = _right_edges(lines)
    rows = find_rows(lines, headings)
    for index, line in enumerate(lines):
        row = rows[index]
        joint = PARAGRAPH
        if index:
            joint = _row_joint(rows[index - 1], row) or _joint(lines, index, edges, headings, words)
            if joint == NOTHING:
                text.mend(line.text, words)
        content = with_cell_joints(line, row) if row else line.content
        if joint in (PARAGRAPH, LINE):
            text.begin(joint, *_kind(line, headings.get(index), row))
        else:
            text.append(MappedText.inserted(joint))
        text.append(content)
    return text.finish()


class _Text:
    """Parts of a page's text and the blocks that they make up."""

    def __init__(self) -> None:
        self._parts: list[MappedText] = []
        self._length = 0
        self._blocks: list[tuple[BlockKind, int, int]] = []  # kind, start, level; each ends where the next begins
        self._ends: list[int] = []

    def begin(self, joint: str, kind: BlockKind, level: int) -> None:
        if self._parts:
            self._ends.append(self._length)
            self.append(MappedText.inserted(joint))
        self._blocks.append((kind, self._length, level))

    def append(self, part: MappedText) -> None:
        self._parts.append(part)
        self._length += len(part)

    def mend(self, after: str, words: Words) -> None:
        """Take back the hyphen that ends the text if it only marks the line's end."""
        last = self._parts[-1]
        if last.text.endswith(HYPHENS):
            self._parts[-1] = _mended(last, after, words)
            self._length += len(self._parts[-1]) - len(last)

    def finish(self) -> tuple[MappedText, tuple[Block, ...]]:
        content = MappedText.concat(self._parts).sub(re.compile(HYPHEN), "-")
        blocks = zip(self._blocks, [*self._ends, self._length], strict=False)
        return content, tuple(
            Block(kind, start, end, level)
            for (kind, start, level), end in blocks
            if kind is not BlockKind.PARAGRAPH and end > start
        )


def _kind(line: Line, level: int | None, row: RowPart | None) -> tuple[BlockKind, int]:
    if row is not None:
        return row.kind, 0
    if level is not None:
        return BlockKind.HEADING, level
    return (BlockKind.LIST_ITEM if starts_item(line.text) else BlockKind.PARAGRAPH), 0


def _row_joint(above: RowPart | None, below: RowPart | None) -> str:
    if below is None or above is None:
        return PARAGRAPH if above or below else NOTHING
    if below.joint != ROW_JOINT:
        return below.joint
    return PARAGRAPH if below.kind is BlockKind.TABLE_HEADER else LINE


def starts_item(text: str) -> bool:
    return bool(BULLET.match(text) or NUMBERED.match(text))


def _right_edges(lines: Sequence[Line]) -> list[float]:
    """For each line, how far right its column is set: the widest line of the run that it stands in."""
    edges: list[float] = []
    for run in _runs(lines):
        edges += [max(line.x1 for line in run)] * len(run)
    return edges


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    runs: list[list[Line]] = []
    for line in lines:
        if runs and is_below(runs[-1][-1], line) and _same_size(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.18 * max(one.size, other.size)


def _joint(lines: Sequence[Line], index: int, edges: Sequence[float], headings: Mapping[int, int], words: Words) -> str:
    """What stands between line ``index - 1`` and line ``index``."""
    above, below = lines[index - 1], lines[index]
    level, level_above = headings.get(index), headings.get(index - 1)
    if level is not None or level_above is not None:
        goes_on = level == level_above and is_below(above, below) and _same_size(above, below)
        return _seam(above, below, words) if goes_on else PARAGRAPH
    if not (above.upright and below.upright and _same_size(above, below)):
        return PARAGRAPH
    if beside(above, below):
        return SPACE if EQUATION_NUMBER.fullmatch(below.text) else LINE
    ends = bool(SENTENCE_END.search(above.text))
    if not is_below(above, below):
        full = edges[index - 1] - above.x1 < above.size
        moved = below.y0 < above.y0 and below.x0 > above.x0
        goes_on = moved and full and not ends and not starts_item(below.text) and not below.text[0].isupper()
        return _seam(above, below, words) if goes_on else PARAGRAPH
    if BULLET.match(below.text) or (NUMBERED.match(below.text) and (ends or NUMBERED.match(above.text))):
        return LINE
    if below.y0 - above.y1 > max(0.6 * below.size, 1.8 * _leading(lines, index)):
        return PARAGRAPH
    room = edges[index - 1] - above.x1
    fits = room > _wrap_unit(below, words) + 0.35 * below.size
    indented = 0.8 * below.size < below.x0 - above.x0 < 4 * below.size and not starts_item(above.text)
    if indented and ends:
        return PARAGRAPH
    if fits:
        return PARAGRAPH if ends and indented else LINE
    return _seam(above, below, words)


def _leading(lines: Sequence[Line], index: int) -> float:
    """The usual white space between the lines around ``index``."""
    near = lines[max(0, index - 8) : index + 8]
    gaps = [below.y0 - above.y1 for above, below in pairwise(near) if is_below(above, below)]
    return max(0.0, statistics.median(gaps)) if gaps else 0.0


def _wrap_unit(line: Line, words: Words) -> float:
    """The width of what would have had to fit on the line above: a word, or a syllable."""
    by_syllable = words.wraps_inside_words and HANGUL.match(line.text)
    return 1.2 * line.size if by_syllable else line.first_word


def _seam(above: Line, below: Line, words: Words) -> str:
    if above.text.endswith(HYPHENS) and above.text[-2:-1].isalnum():
        return NOTHING
    korean = HANGUL.match(above.text[-1]) or HANGUL.match(below.text[0])
    if not korean or not words.wraps_inside_words:
        return SPACE
    before, after = above.text.split()[-1], below.text.split()[0]
    return SPACE if korean_breaks.is_word_boundary(before, after, words.korean) else NOTHING


def _mended(content: MappedText, after: str, words: Words) -> MappedText:
    """A line without its last hyphen when that only marks the break."""
    left = LAST_LETTERS.search(content.text[-LONGEST_WORD:-1])[0]  # type: ignore[index]  # matches always, perhaps nothing
    right = FIRST_LETTERS.match(after)[0]  # type: ignore[index]
    compound = not left or not right or right[0].isupper()
    if not compound and not words.latin[(left + right).lower()]:
        known = min(words.latin[left.lower()], words.latin[right.lower()]) > 1
        compound = known or words.latin[f"{left}-{right}".lower()] > 0
    return content if compound else content[:-1]
