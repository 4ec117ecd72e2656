"""Excel workbooks -> pages of rows, sheet by sheet, with the values that were last shown (formulas are not run)."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
from lxml import etree

from ingest.documents import Page, PageFailure, Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import DAMAGED, opened
from ingest.readers.building import tidy
from ingest.readers.opc import Package
from ingest.readers.row_groups import Row, row_pages

MAX_ROWS = 100_000  # of all sheets together
MAX_COLUMNS = 200
MAX_EMPTY_ROWS = 10_000  # in a row: formatting was dragged down the sheet, nothing more comes
BROKEN = (
    *DAMAGED,
    AttributeError,
    OverflowError,
    TypeError,
    IndexError,
    SyntaxError,
    etree.LxmlError,
)  # what openpyxl raises on damage


def read(file: SourceFile) -> Reading:
    """Sheets in their order, hidden ones too; a sheet that is damaged is listed as a failure.

    Raises:
        ReadError: no workbook.
    """
    with opened(file) as archive:
        Package(archive, file).main_part()
    with file.path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions that it does not keep on saving
        try:
            workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise ReadError(f"{file.relative}: not a readable workbook.", "Open it in Excel and save it.") from error
        try:
            return _reading(workbook)
        finally:
            workbook.close()


def _reading(workbook: Any) -> Reading:
    pages: list[Page] = []
    failures: list[PageFailure] = []
    left = MAX_ROWS
    for sheet in workbook.worksheets:
        try:
            rows = list(_rows(sheet, left))
        except BROKEN:
            failures.append(PageFailure(len(pages) + 1, f"The sheet {sheet.title} is damaged."))
            continue
        left -= len(rows)
        pages += row_pages(rows, _place(sheet.title), len(pages) + 1, (tidy(sheet.title),))
        if left <= 0:
            failures.append(PageFailure(len(pages) + 1, f"Only the first {MAX_ROWS} rows were read."))
            break
    title = tidy(str(workbook.properties.title or "")) if workbook.properties else ""
    return Reading(tuple(pages), title, failures=tuple(failures))


def _place(sheet: str) -> Callable[[int], str]:
    return lambda number: f"{tidy(sheet)} row {number}"


def _rows(sheet: Any, limit: int) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file claims about its size is often wrong
    empty = found = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        row = Row(number, _trimmed(tuple(_shown(cell) for cell in cells)))
        empty = 0 if any(row.cells) else empty + 1
        if empty > MAX_EMPTY_ROWS or found >= limit:
            return
        if not empty:
            found += 1
            yield row


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without empty cells at the end: a sheet is as wide as its widest row."""
    last = max((index for index, cell in enumerate(cells) if cell), default=-1)
    return cells[: last + 1]


def _shown(cell: Any) -> str:
    """A cell as a person reads it: dates in ISO form, whole numbers without a point, percentages as such."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        whole_day = value.time() == datetime.time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    if isinstance(value, (int, float)):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    return str(value)


def _number(value: float, form: str) -> str:
    if form.endswith("%"):
        return f"{value * 100:.6g}%"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.12g}"
