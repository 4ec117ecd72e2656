"""`seodang eval review`: what was proposed, accepted, rejected or put in better words by a person."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from app.places import find_index, user_folder
from app.ui.plain import visible
from eval.cases import Case, dump_case
from eval.review import ReviewList, State, state_of
from ingest.errors import UsageError

DONE = 0
_KEYS = {"y": State.ACCEPTED, "n": State.REJECTED}


class _Edit(msgspec.Struct, frozen=True):
    """A proposal in better words."""

    id: str
    question: str
    answers: tuple[str, ...]


def review(arguments: argparse.Namespace) -> int:
    """Reword and decide by id, else ask for each open proposal on a terminal, else list them."""
    proposals = ReviewList(user_folder(find_index(arguments.index)))
    edits = [] if arguments.edit is None else _edits(arguments.edit)
    for edit in edits:
        proposals.edit(edit.id, edit.question, edit.answers)
    for ids, state in ((arguments.accept, State.ACCEPTED), (arguments.reject, State.REJECTED)):
        if ids:
            wanted = [case.case_id for case in proposals.proposals(State.OPEN)] if ids == ["all"] else ids
            proposals.decide(wanted, state)
    if arguments.json:
        print_cases(proposals.proposals())
    elif not (edits or arguments.accept or arguments.reject) and sys.stdin.isatty():
        _ask(proposals)
    else:
        _list(proposals.proposals())
    return DONE


def _ask(proposals: ReviewList) -> None:
    """One question after the other; every decision is kept at once."""
    for case in proposals.proposals(State.OPEN):
        sys.stdout.write(f"\n{_shown(case)}\ny accept, n reject, Enter later, q stop: ")
        sys.stdout.flush()
        said = sys.stdin.readline()
        if not said or said.strip().lower() == "q":
            break
        if (state := _KEYS.get(said.strip().lower())) is not None:
            proposals.decide([case.case_id], state)
    counts = Counter(state_of(case) for case in proposals.proposals())
    sys.stdout.write("\n" + ", ".join(f"{counts[state]} {state}" for state in State) + "\n")


def _list(cases: Iterable[Case]) -> None:
    for case in cases:
        sys.stdout.write(f"{state_of(case):8} {case.case_id}\n{_shown(case)}\n\n")


def _shown(case: Case) -> str:
    """Question, answers and evidence; text of documents cannot move the cursor or colour the terminal."""
    lines = [case.question, *(f"= {answer}" for answer in case.answers)]
    lines += [f"{gold.location or gold.file}: {gold.quote or 'anywhere there'}" for gold in case.gold]
    if not case.gold:
        lines.append("not in the materials")
    return "\n".join(f"  {visible(' '.join(line.split()))}" for line in lines)


def _edits(path: Path) -> list[_Edit]:
    """``-`` is standard input."""
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return [msgspec.json.decode(line, type=_Edit) for line in content.split(b"\n") if line.strip()]
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"--edit {path}: {error}.", 'A line is {"id", "question", "answers": [...]}.') from error


def print_cases(cases: Sequence[Case]) -> None:
    """One JSON array."""
    sys.stdout.write(msgspec.json.encode([msgspec.Raw(dump_case(case)) for case in cases]).decode() + "\n")
