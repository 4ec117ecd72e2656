"""Cases: what is asked of the system, and where in the course files the evidence stands.

A file of cases is JSONL, one case a line. Gold is a file, a quote and perhaps a location, never a chunk id: a
new chunker must not void the cases. What a line says beyond the known keys is kept in ``extra`` and can be
filtered on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.cases import numbered_lines
from ingest.errors import UsageError
from ingest.normaliser import strip_marks

NO_ANSWER = "unanswerable"  # the kind of a case whose answer is not in the materials


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """Where evidence stands. ``quote`` None: anywhere in the file. ``grade``: how relevant (graded judgements
    only).
    """

    file: str
    quote: str | None
    location: str | None = None
    grade: float = 1.0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its accepted answers and its evidence."""

    case_id: str = msgspec.field(name="id")
    question: str
    language: str
    kind: str
    answers: tuple[str, ...]
    gold: tuple[Gold, ...]
    history: tuple[str, ...] = ()
    equivalent_files: tuple[str, ...] = ()
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        """True when the materials hold an answer (judged collections give the evidence only, no answers)."""
        return bool(self.answers or self.gold)


_KNOWN = frozenset(field.encode_name for field in msgspec.structs.fields(Case)) - {"extra"}


def load_cases(path: Path) -> tuple[Case, ...]:
    """All cases of a JSONL file. The first wrong line is reported with its number and its fault."""
    cases: list[Case] = []
    first_line: dict[str, int] = {}
    for number, case in numbered_cases(path):
        if case.case_id in first_line:
            raise UsageError(
                f"{path}, line {number}: id {case.case_id!r} is that of line {first_line[case.case_id]}.",
                "Give every case its own id.",
            )
        first_line[case.case_id] = number
        cases.append(case)
    if not cases:
        raise UsageError(f"{path}: there is no case in it.", "Each line holds one case as a JSON object.")
    return tuple(cases)


def numbered_cases(path: Path) -> Iterator[tuple[int, Case]]:
    """The cases of a JSONL file with their line numbers; ids may repeat."""
    for number, line in numbered_lines(path):
        try:
            yield number, parse_case(line)
        except (msgspec.MsgspecError, ValueError) as error:
            raise UsageError(f"{path}, line {number}: {error}.", "Correct that line.") from error


def parse_case(line: str) -> Case:
    """One line. Raises ValueError (or msgspec's errors) with a text that names the key."""
    value = msgspec.json.decode(line)
    if not isinstance(value, dict):
        raise ValueError("a case is a JSON object")
    known = {key: value[key] for key in value if key in _KNOWN}
    case = msgspec.convert({**known, "extra": {k: v for k, v in value.items() if k not in _KNOWN}}, Case)
    if not case.case_id.strip():
        raise ValueError("`id` is empty")
    if not case.question.strip():
        raise ValueError("`question` is empty")
    for gold in case.gold:
        if not gold.file.strip():
            raise ValueError("`gold.file` is empty")
        if gold.quote is not None and not strip_marks(gold.quote):
            raise ValueError("`gold.quote` holds no character that counts (use null for: anywhere in the file)")
        if gold.grade <= 0:
            raise ValueError("`gold.grade` must be above 0 (leave out what is not relevant)")
    return case


def dump_case(case: Case) -> bytes:
    """The line that ``parse_case`` reads back, unknown keys included."""
    value = msgspec.to_builtins(case)
    extra = value.pop("extra")
    for key in ("history", "equivalent_files"):
        if not value[key]:
            del value[key]
    for gold in value["gold"]:
        if gold["location"] is None:
            del gold["location"]
        if gold["grade"] == 1.0:
            del gold["grade"]
    return msgspec.json.encode({**value, **extra})


def write_cases(path: Path, cases: Iterable[Case]) -> None:
    """JSONL, in the order given."""
    path.write_bytes(b"".join(dump_case(case) + b"\n" for case in cases))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases of a file take part. Empty means all; ``where`` compares unknown keys
    (``standalone=true``).
    """

    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    limit: int | None = None

    def of(self, cases: Sequence[Case]) -> tuple[Case, ...]:
        """The cases that pass, in file order. Nothing left is wrong use."""
        kept = [case for case in cases if self._passes(case)]
        if self.limit is not None:
            kept = kept[: self.limit]
        if not kept:
            kinds = ", ".join(sorted({case.kind for case in cases}))
            languages = ", ".join(sorted({case.language for case in cases}))
            raise UsageError("No case passes the filters.", f"Question kinds: {kinds}. Languages: {languages}.")
        return tuple(kept)

    def _passes(self, case: Case) -> bool:
        return (
            (not self.kinds or case.kind in self.kinds)
            and (not self.languages or case.language in self.languages)
            and all(_printed(case.extra.get(key)) == wanted for key, wanted in self.where)
        )


def _printed(value: object) -> str:
    """A JSON value as a person types it on the command line: true, 3, a string without quotes."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


@dataclass(frozen=True, slots=True)
class StaleGold:
    """Gold that no longer stands in the corpus, with the reason."""

    case_id: str
    file: str
    quote: str | None
    reason: str


def stale_gold(cases: Iterable[Case], page_texts: Mapping[str, Sequence[str]]) -> Iterator[StaleGold]:
    """Gold whose file or quote the indexed documents do not have. A quote may run over a page's end.

    ``page_texts``: path of each indexed document -> its page texts in order.
    """
    comparable: dict[str, str] = {}
    for case in cases:
        for gold in case.gold:
            if gold.file not in page_texts:
                yield StaleGold(case.case_id, gold.file, gold.quote, "the file is not in the index")
                continue
            if gold.quote is None:
                continue
            if gold.file not in comparable:
                comparable[gold.file] = "".join(strip_marks(text) for text in page_texts[gold.file])
            if strip_marks(gold.quote) not in comparable[gold.file]:
                yield StaleGold(case.case_id, gold.file, gold.quote, "the quote is not in the file's text")
