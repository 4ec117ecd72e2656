"""CSV and TSV -> pages of rows; every row has its place, every page the header row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.documents import PageFailure, Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.row_groups import Row, row_pages
from ingest.readers.text import decode

DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
MAX_ROWS = 100_000
MAX_FIELD = 1 << 20  # characters


def read(file: SourceFile) -> Reading:
    """Rows are counted as a spreadsheet does: a quoted line break is part of its row.

    Raises:
        ReadError: not text, or not a table.
    """
    text = decode(file)
    csv.field_size_limit(MAX_FIELD)
    rows: list[Row] = []
    failures: list[PageFailure] = []
    try:
        for row in _rows(text, _delimiter(text, file)):
            if len(rows) >= MAX_ROWS:
                failures.append(PageFailure(0, f"Only the first {MAX_ROWS} rows were read."))
                break
            rows.append(row)
    except csv.Error as error:
        raise ReadError(f"{file.relative}: not a table ({error}).", "Save it anew as CSV.") from error
    pages = row_pages(rows, lambda number: f"row {number}", 1)
    failures = [PageFailure(len(pages) + 1, failure.reason) for failure in failures]
    return Reading(tuple(pages), failures=tuple(failures))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
        yield Row(number, tuple(cells))


def _delimiter(text: str, file: SourceFile) -> str:
    """The character that cuts the first lines into the same number of cells, as many as possible."""
    if PurePosixPath(file.relative).suffix.lower() == ".tsv":
        return "\t"
    lines = [line for line in text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES] if line.strip()]
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(counts), key=counts.count) if counts else 0
        score = usual * counts.count(usual) / len(counts) if usual > 1 else 0.0
        if score > most:
            best, most = delimiter, score
    return best
