"""Plain text -> one page per announced part (``1주차: …``, ``Week 3 …``, ``Chapter 2``), or one page for all."""

from __future__ import annotations

import itertools
import re
import unicodedata

from charset_normalizer import from_bytes

from ingest.documents import Block, BlockKind, Page, Reading
from ingest.errors import ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile

_HEADING_LIKE = re.compile(
    r"\s{0,3}(?:"
    r"\d{1,2}(?:\s*[-~–]\s*\d{1,2})?\s*주\s?차"
    r"|(?:week|lecture|chapter|part|session)\s+\d{1,2}(?:\s*[-~–]\s*\d{1,2})?"
    r"|제\s?\d{1,2}\s?[장강과]"
    r")(?:\s*[:.\-–—|]\s*\S.{0,60}|\s*)$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?。]\s*$")


def read(file: SourceFile) -> Reading:
    """Blocks are paragraphs (between blank lines) and announcing lines, which become headings."""
    text = decode(file)
    content = MappedText.of(text)
    starts = line_starts(text)
    lines = list(itertools.pairwise(starts))
    cuts = sorted({0, *(a for a, b in lines if heading_like(text[a:b])), len(text)})
    pages: list[Page] = []
    for start, end in itertools.pairwise(cuts):
        if not text[start:end].strip():
            continue
        first_end = next((b for a, b in lines if a == start), end)
        heading = text[start:first_end].strip() if heading_like(text[start:first_end]) else ""
        blocks = (Block(BlockKind.HEADING, 0, first_end - start, 1),) if heading else ()
        place = f"› {heading}" if heading else ""
        pages.append(Page(len(pages) + 1, content[start:end], ((0, place),), blocks, (heading,) if heading else ()))
    return Reading(tuple(pages))


def heading_like(line: str) -> bool:
    """A short line that announces a week, lecture or chapter and is no sentence."""
    return bool(_HEADING_LIKE.match(line.rstrip())) and not _SENTENCE_END.search(line)


def decode(file: SourceFile) -> str:
    """The file as NFC text with ``\\n`` line ends: UTF-8 or UTF-16 by its mark, else the encoding it looks like
    (CP949 for older Korean files).

    Raises:
        ReadError: no encoding fits, or the file is binary.
    """
    data = file.read_bytes()
    try:
        text = data.decode(_unicode_of(data))
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["cp949", "utf_16_le", "utf_16_be", "cp1252", "latin_1"]).best()
        if best is None:
            raise ReadError(f"{file.relative}: not text in any known encoding.", "Save it as UTF-8.") from None
        text = str(best)
    if "\0" in text:
        raise ReadError(f"{file.relative}: holds NUL characters, so it is not text.", "Give it its true suffix.")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _unicode_of(data: bytes) -> str:
    """UTF-16 by its mark, or by every other byte of the beginning being zero; else UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    start = data[:1024]
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if zeros and zeros.count(0) > 0.6 * len(zeros) and start.count(0) == zeros.count(0):
            return encoding
    return "utf-8-sig"


def line_starts(text: str) -> list[int]:
    """Offset of each line's first character, and the text's length at the end (so that line n is
    ``text[starts[n]:starts[n + 1]]``)."""
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return [*starts, len(text)]
