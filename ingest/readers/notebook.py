"""Jupyter notebooks (format 2 to 4, slightly invalid ones too) -> one page per cell.

The file is read as plain JSON: what a validator refuses (missing ids, unknown keys, a newer version) is no
reason not to find a sentence in it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.documents import Block, BlockKind, Page, Reading
from ingest.errors import LimitError, ReadError
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile
from ingest.readers.building import PageBuilder
from ingest.readers.cleaning import clean
from ingest.readers.markdown import plain_heading, read_markdown
from ingest.readers.pictures import Pictures, read_with_pictures
from ingest.readers.text import decode

MAX_CELLS = 20_000
MAX_OUTPUT = 2_000  # characters of one cell's outputs; a training log repeats itself
MAX_SOURCE = 200_000  # characters of one cell; beyond it is data, not writing
ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")
BASE64 = re.compile(r"(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/=]{200,}")
OBJECT_REPR = re.compile(
    r"<[\w.]+ (?:object )?at 0x[0-9a-f]+>|<Figure size [^>]*>|<IPython[^>]*>|\[?<matplotlib[^>]*>\]?"
)
FORMATS_OF_TEXT = (
    "text/markdown",
    "text/plain",
    "text/latex",
)  # in the order of choice; text/html is never dumped

Json = Mapping[str, Any]


def read(file: SourceFile) -> Reading:
    """Empty cells make no page, but keep their number.

    Raises:
        ReadError: the file is not a notebook.
    """
    cells = _cells(file)
    return read_with_pictures(file, lambda pictures: _reading(cells, pictures))


def _reading(cells: Sequence[Json], pictures: Pictures) -> Reading:
    pages: list[Page] = []
    path: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, 1):
        content, blocks = _page(cell, pictures)
        if content.text.strip():
            headings = tuple(heading for _, heading in path)
            pages.append(Page(number, content, ((0, f"cell {number}"),), blocks, headings))
        for block in blocks:
            if block.kind is BlockKind.HEADING:
                heading = plain_heading(content.text[block.start : block.end].split("\n")[0])
                path = [step for step in path if step[0] < block.level] + [(block.level, heading)]
    title = next((text for page in pages for text in _headings(page)), "")
    return Reading(tuple(pages), title=title, warnings=tuple(pictures.warnings))


def _headings(page: Page) -> Iterable[str]:
    return (plain_heading(page.text[b.start : b.end]) for b in page.blocks if b.kind is BlockKind.HEADING)


def _cells(file: SourceFile) -> list[Json]:
    """The cells of every format version: 4 keeps them at the top, 2 and 3 in worksheets."""
    try:
        notebook = json.loads(decode(file) or "null")
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{file.relative}: not a notebook (no JSON).", "Open it in Jupyter and save it.") from error
    if not isinstance(notebook, dict):
        raise ReadError(f"{file.relative}: not a notebook.", "Open it in Jupyter and save it.")
    sheets = [notebook, *_dicts(notebook.get("worksheets"))]
    if not any(isinstance(sheet.get("cells"), list) for sheet in sheets):
        raise ReadError(f"{file.relative}: not a notebook (no cells).", "Open it in Jupyter and save it.")
    cells = [cell for sheet in sheets for cell in _dicts(sheet.get("cells"))]
    if len(cells) > MAX_CELLS:
        raise LimitError(f"{file.relative}: has more than {MAX_CELLS} cells.", "Split it.")
    return cells


def _dicts(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _page(cell: Json, pictures: Pictures) -> tuple[MappedText, tuple[Block, ...]]:
    source = _joined(cell.get("source", cell.get("input", "")))[:MAX_SOURCE]
    kind = cell.get("cell_type")
    if kind == "heading":  # formats 2 and 3
        level = cell.get("level")
        source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
    if kind in ("markdown", "heading", "html"):
        return _markdown(source, _attached(cell, pictures))
    builder = PageBuilder()
    builder.add(_tidy(source), BlockKind.CODE if kind == "code" else BlockKind.PARAGRAPH)
    builder.add(_outputs(_dicts(cell.get("outputs"))), BlockKind.OUTPUT)
    for output in _dicts(cell.get("outputs")):
        builder.add(_drawn(output.get("data"), pictures), BlockKind.OUTPUT)
    page = builder.build(1, "")
    return page.content, page.blocks


def _markdown(source: str, attached: str) -> tuple[MappedText, tuple[Block, ...]]:
    """The sections that the Markdown reader finds, put together again, for a cell is one page; and the text in the
    pictures attached to it."""
    parts: list[MappedText] = []
    blocks: list[Block] = []
    length = 0
    for section in read_markdown(_tidy(source), front_matter=False).pages:
        blocks += [Block(b.kind, b.start + length, b.end + length, b.level) for b in section.blocks]
        parts.append(section.content)
        length += len(section.content)
    if attached:
        parts.append(MappedText.inserted(f"\n\n{attached}"))
    return MappedText.concat(parts), tuple(blocks)


def _attached(cell: Json, pictures: Pictures) -> str:
    attachments = cell.get("attachments")
    forms = attachments.values() if isinstance(attachments, Mapping) else ()
    return "\n\n".join(text for form in forms if (text := _drawn(form, pictures)))


def _drawn(forms: object, pictures: Pictures) -> str:
    """The text in a picture that a cell shows or carries."""
    if not isinstance(forms, Mapping):
        return ""
    encoded = next((_joined(forms[kind]) for kind in ("image/png", "image/jpeg") if kind in forms), "")
    try:
        return pictures.text(base64.b64decode(encoded)) if encoded else ""
    except ValueError:
        return ""


def _outputs(outputs: list[Json]) -> str:
    texts = [text for output in outputs if (text := _output(output))]
    printed = "\n".join(texts)
    if len(printed) <= MAX_OUTPUT:
        return printed
    half = MAX_OUTPUT // 2
    head, tail = printed[:half].rpartition("\n"), printed[-half:].partition("\n")
    return f"{head[0] or printed[:half]}\n…\n{tail[2] or printed[-half:]}"


def _output(output: Json) -> str:
    """What a person reads of one output: printed text, a result, the last lines of an error."""
    kind = output.get("output_type")
    if kind in ("error", "pyerr"):
        return _tidy(f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}")
    if kind == "stream":
        return _tidy(_joined(output.get("text")))
    data = output.get("data")
    if isinstance(data, Mapping):
        chosen = next((data[form] for form in FORMATS_OF_TEXT if form in data), "")
    else:  # formats 2 and 3 keep the forms beside each other
        chosen = output.get("text", output.get("latex", ""))
    text = _tidy(_joined(chosen))
    return "" if OBJECT_REPR.fullmatch(text) else text


def _joined(value: object) -> str:
    """A string, or the list of its lines."""
    if isinstance(value, str):
        return value
    return "".join(item for item in value if isinstance(item, str)) if isinstance(value, list) else ""


def _tidy(text: str) -> str:
    lines = ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    text = "\n".join(line.rpartition("\r")[2] for line in lines)  # progress bars write over their own line
    return clean(MappedText.of(BASE64.sub("…", text).replace("\t", "    "))).text.strip("\n").rstrip()
