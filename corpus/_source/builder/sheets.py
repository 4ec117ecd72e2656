"""Workbooks from a text form: `[sheet] a | b | c` starts a sheet with its header row, other lines are rows."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from . import pack

WIDEST = 90


def _value(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _width(values: list[str]) -> int:
    """Column width in characters; Hangul counts double."""
    return min(WIDEST, max(sum(2 if ord(char) > 0x2E80 else 1 for char in value) for value in values) + 3)


def write(source: Path, path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in source.read_text(encoding="utf-8").strip().split("\n\n"):
        name, _, first = part.splitlines()[0].partition("] ")
        rows = [[cell.strip() for cell in line.split("|")] for line in [first, *part.splitlines()[1:]]]
        sheet = book.create_sheet(name.lstrip("["))
        for row in rows:
            sheet.append([_value(cell) for cell in row])
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3A5F")
            cell.alignment = Alignment(vertical="center")
        for number in range(1, len(rows[0]) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _width([row[number - 1] for row in rows])
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.alignment = Alignment(horizontal="left", vertical="center")
        sheet.freeze_panes = "A2"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.creator, book.properties.title = "한서윤", "읽기 목록"
    book.save(path)
    pack.normalise(path)
