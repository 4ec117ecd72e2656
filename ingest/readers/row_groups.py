"""Rows of a table -> pages of some rows each, every page beginning with the header row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.documents import Block, BlockKind, Page
from ingest.mapped_text import MappedText
from ingest.readers.building import MAX_NAME, NUMBER, row_text

ROWS_A_PAGE = 40
CHARACTERS_A_PAGE = 8_000
HEADER_WITHIN = 10  # rows: titles and notes stand above a header, not half a table


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as a spreadsheet counts, from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        return row_text(self.cells)


def row_pages(
    rows: Iterable[Row], place: Callable[[int], str], first_number: int, headings: tuple[str, ...] = ()
) -> list[Page]:
    """Pages numbered from ``first_number``; ``place`` names a row by its number."""
    filled = [row for row in rows if row.text]
    header = _header(filled)
    body = [row for row in filled if header is None or row is not header]
    pages: list[Page] = []
    for group in _groups(body):
        if header is not None and (pages or group[0].number > header.number):
            shown = [header, *group]
        else:
            shown = sorted([*([header] if header else []), *group], key=lambda row: row.number)
        pages.append(_page(first_number + len(pages), shown, header, place, headings))
    if header is not None and not body:
        pages.append(_page(first_number, [header], None, place, headings))
    return pages


def _header(rows: Sequence[Row]) -> Row | None:
    """The first row among the topmost that fills most columns with words and no numbers."""
    width = max((sum(map(bool, row.cells)) for row in rows[: 2 * HEADER_WITHIN]), default=0)
    if width < 2:
        return None
    for row in rows[:HEADER_WITHIN]:
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        if len(filled) >= max(2, 0.6 * width):
            return row if all(len(cell) <= MAX_NAME and not NUMBER.search(cell) for cell in filled) else None
    return None


def _groups(rows: Sequence[Row]) -> Iterable[list[Row]]:
    group: list[Row] = []
    length = 0
    for row in rows:
        if group and (len(group) >= ROWS_A_PAGE or length + len(row.text) > CHARACTERS_A_PAGE):
            yield group
            group, length = [], 0
        group.append(row)
        length += len(row.text)
    if group:
        yield group


def _page(
    number: int, rows: Sequence[Row], header: Row | None, place: Callable[[int], str], headings: tuple[str, ...]
) -> Page:
    blocks: list[Block] = []
    places: list[tuple[int, str]] = []
    length = 0
    for row in rows:
        kind = BlockKind.TABLE_HEADER if row is header else BlockKind.TABLE_ROW
        places.append((length, place(row.number)))
        blocks.append(Block(kind, length, length + len(row.text)))
        length += len(row.text) + 1
    text = "\n".join(row.text for row in rows)
    return Page(number, MappedText.of(text), tuple(places), tuple(blocks), headings)
