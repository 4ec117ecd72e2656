"""Files of cases as the commands take them: JSONL, a question a line."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import UsageError


def numbered_lines(file: Path) -> list[tuple[int, str]]:
    """The lines that hold something, with their numbers.

    Raises:
        UsageError: the file cannot be read, or is not UTF-8.
    """
    try:
        lines = file.read_text("utf-8").split("\n")  # not splitlines: U+2028 may stand in a string
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: the cases cannot be read ({error}).", "Give a UTF-8 JSONL file.") from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
