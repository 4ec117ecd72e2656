"""Pages of PDF originals as images, and where on them a quote stands.

pdfium aborts when several threads call it and the files are hostile, so one killable child draws; everything here is
safe to share between threads. A page is drawn once per (document hash, page, scale) and kept in the index's cache.
The child hashes the very bytes it opens: an original that is not the indexed one is never drawn.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.child_process import ChildDiedError, ChildProcess, WorkerLimits, answer_requests, receive, send
from ingest.errors import ChangedError, LimitError, ReadError
from ingest.normaliser import comparable, find_quote, strip_marks
from ingest.page_cache import PageCache

LIMITS = WorkerLimits(seconds=20.0, memory_mb=2048)  # a page at twice its size takes 40 ms and 60 MB
MAX_SIDE = 3000  # pixels: a page that claims to be a wall is drawn smaller
_CHANGED = "the file is not the one that was indexed."
_SAME_LINE = 0.5  # share of the lower of two boxes that the other must overlap to stand on the same line
_GAP = 2.0  # heights between two characters beyond which they stand in different columns


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the page, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float


class PageRenderer:
    """Draws pages of PDF files. ``close()`` ends the child; the next call starts another."""

    def __init__(self, cache: PageCache, limits: WorkerLimits = LIMITS) -> None:
        self._cache = cache
        self._child = ChildProcess("ingest.rendering", limits)
        self._turn = threading.Lock()  # the child answers one request at a time

    def image(self, file: Path, sha256: str, page: int, scale: float = 2.0) -> bytes:
        """A page as PNG; ``scale`` is pixels a point.

        Raises:
            LimitError: it took too long.
            ChangedError: the file is not the indexed one.
            ReadError: it is gone or cannot be drawn.
        """
        name = f"{sha256}-{page}-{scale:g}.png"
        kept = self._cache.path(name)
        if kept is not None:
            with suppress(OSError):  # another process may have cleared it just now
                return kept.read_bytes()
        image = self._ask(file, sha256, "image", page, scale)
        assert isinstance(image, bytes)
        self._cache.put(name, image)
        return image

    def boxes(self, file: Path, sha256: str, page: int, characters: Sequence[int]) -> tuple[Box, ...]:
        """One box a line around characters of a page, named by pdfium's index (``Page.content.source``).

        Raises: as ``image``.
        """
        found = self._ask(file, sha256, "boxes", page, [int(index) for index in characters])
        rows = np.frombuffer(found, np.float32).reshape(-1, 4)
        return merge_lines(rows)

    def find(self, file: Path, sha256: str, page: int, text: str) -> tuple[int, tuple[Box, ...]] | None:
        """Where a text stands that was not read from this file: the page (``page`` if it is there, else the first that
        has it) with a box a line; None when it is nowhere.

        Raises: as ``image``.
        """
        found = self._ask(file, sha256, "find", page, text)
        if found is None:
            return None
        number, rows = found
        return number, merge_lines(np.frombuffer(rows, np.float32).reshape(-1, 4))

    def pages(self, file: Path, sha256: str) -> int:
        """How many pages a file has.

        Raises: as ``image``.
        """
        return int(self._ask(file, sha256, "count", 0, None))

    def close(self) -> None:
        self._child.stop()

    def _ask(self, file: Path, sha256: str, what: str, page: int, how: object) -> Any:
        try:
            with self._turn:
                answer = self._child.ask([str(file), sha256, what, page, how])
        except ChildDiedError as death:
            if death.over_limit:
                raise LimitError(f"{file.name} p. {page}: drawing the page took too long.") from death
            raise ReadError(f"{file.name} p. {page}: the page cannot be drawn.") from death
        reason, value = msgspec.msgpack.decode(answer)
        if reason == _CHANGED:
            raise ChangedError(f"{file.name}: {reason}", "Run: seodang ingest")
        if reason:
            raise ReadError(f"{file.name} p. {page}: {reason}")
        return value


def merge_lines(rows: NDArray[np.float32]) -> tuple[Box, ...]:
    """Boxes of characters, x0, y0, x1, y1 in reading order -> one box for each stretch of a line."""
    merged: list[list[float]] = []
    for x0, y0, x1, y1 in rows.tolist():
        if not (x1 > x0 and y1 > y0):
            continue  # white space and control characters have no extent
        if merged:
            line = merged[-1]
            lower = min(y1 - y0, line[3] - line[1])
            overlap = min(y1, line[3]) - max(y0, line[1])
            gap = max(x0 - line[2], line[0] - x1)
            if overlap >= _SAME_LINE * lower and gap <= _GAP * max(y1 - y0, line[3] - line[1]):
                merged[-1] = [min(x0, line[0]), min(y0, line[1]), max(x1, line[2]), max(y1, line[3])]
                continue
        merged.append([x0, y0, x1, y1])
    return tuple(Box(*(min(1.0, max(0.0, side)) for side in line)) for line in merged)


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The child's side: (reason, value) for each request; an empty reason means it worked."""
    while (request := receive(source)) is not None:
        path, sha256, what, page, how = msgspec.msgpack.decode(request)
        try:
            data = Path(path).read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:
                answer: tuple[str, object] = (_CHANGED, None)
            else:
                answer = ("", _WORK[what](data, page, how))
        except OSError as error:
            answer = (f"{error.strerror}.", None)
        except Exception as error:  # noqa: BLE001 (pdfium and its wrapper raise anything on damaged files)
            answer = (f"the page cannot be drawn ({type(error).__name__}).", None)
        send(target, answer)


def _image(data: bytes, page: int, scale: float) -> bytes:
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(data) as document:
        sheet = document[page - 1]
        scale = min(scale, MAX_SIDE / max(sheet.get_size()))
        # Forms are not filled in and nothing of the document runs: pdfium is built without JavaScript.
        image = sheet.render(scale=scale, may_draw_forms=False).to_pil()
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _boxes(data: bytes, page: int, characters: Sequence[int]) -> NDArray[np.float32]:
    import pypdfium2 as pdfium

    from ingest.readers.pdf_glyphs import read_glyphs

    with pdfium.PdfDocument(data) as document:
        glyphs = read_glyphs(document[page - 1])
    known = [index for index in characters if 0 <= index < len(glyphs.boxes)]
    sides = np.array([glyphs.width, glyphs.height] * 2, np.float32)
    return (glyphs.boxes[known] / sides).astype(np.float32)


def _find(data: bytes, page: int, text: str) -> tuple[int, NDArray[np.float32]] | None:
    import pypdfium2 as pdfium

    from ingest.readers.pdf_glyphs import read_glyphs

    wanted = strip_marks(text)
    with pdfium.PdfDocument(data) as document:
        count = len(document)
        for number in sorted(range(1, count + 1), key=lambda number: number != page) if wanted else ():
            here = comparable(document[number - 1].get_textpage().get_text_range())
            if wanted not in here.text:  # quick; the characters with their boxes are read for one page only
                continue
            glyphs = read_glyphs(document[number - 1])
            span = find_quote(text, glyphs.text)
            if span is not None:
                sides = np.array([glyphs.width, glyphs.height] * 2, np.float32)
                return number, (glyphs.boxes[span[0] : span[1]] / sides).astype(np.float32)
    return None


def _count(data: bytes, page: int, how: object) -> int:  # noqa: ARG001 (all have the same signature)
    import pypdfium2 as pdfium

    with pdfium.PdfDocument(data) as document:
        return len(document)


_WORK: dict[str, Callable[[bytes, int, Any], object]] = {
    "image": _image,
    "boxes": _boxes,
    "find": _find,
    "count": _count,
}

if __name__ == "__main__":
    answer_requests(serve)
