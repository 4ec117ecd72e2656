"""`seodang eval make` and `seodang eval review`: cases for somebody who has none."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from app.assistant import Assistant
from app.chat_model import ChatModel, FailedModelError, Run
from app.feedback import Feedback
from app.places import find_index, user_folder
from app.settings import AppSettings
from app.ui.plain import visible
from eval.cases import Case, dump_case
from eval.commands import DONE, index_and_corpus
from eval.from_feedback import cases_from_ratings
from eval.from_model import cases_of_model
from eval.making import make_cases
from eval.product import bring_up_to_date
from eval.review import ReviewList, State, state_of
from ingest.errors import UsageError
from ingest.index import Index
from ingest.settings import load_settings

_KEYS = {"y": State.ACCEPTED, "n": State.REJECTED}


def make(arguments: argparse.Namespace) -> int:
    """Propose cases; what was proposed before, accepted or rejected, is not proposed again."""
    if arguments.count < 1:
        raise UsageError("--count counts cases, so it is at least 1.")
    index, corpus = index_and_corpus(arguments)
    if arguments.corpus is not None:
        for failed in bring_up_to_date(corpus, index, {}).failed:
            sys.stderr.write(f"not indexed: {failed.path}: {failed.reason}\n")
    assistant = Assistant.open(index)
    try:
        found = cases_from_ratings(assistant, Feedback(user_folder(index)).ratings())
        found += _of_model(assistant.index, index, arguments.count // 2)
        found += make_cases(assistant.index, arguments.count)
    finally:
        assistant.index.close()
    review = ReviewList(user_folder(index))
    new = review.propose(found)
    if arguments.json:
        _print_json(new)
        return DONE
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(case.kind for case in new).most_common())
    sys.stdout.write(f"{len(new)} questions proposed{f' ({kinds})' if kinds else ''}: {review.proposals_file}\n")
    if not review.proposals():
        sys.stdout.write("Nothing in these files could be asked about: they have no headings and no full sentences.\n")
    return DONE


def _of_model(opened: Index, index: Path, count: int) -> list[Case]:
    """What the configured model proposes; nothing without one. A failure costs only the questions still to come."""
    settings = load_settings(AppSettings, "app", index)
    found: list[Case] = []
    if not settings.model:
        return found
    server = f" at {settings.base_url}" if settings.base_url else ""
    sys.stderr.write(f"sending up to {count} pages to {settings.model}{server}, which proposes a question for each\n")
    try:
        chat = ChatModel.load(settings.model, base_url=settings.base_url, seconds=settings.model_seconds)
        for case in cases_of_model(chat, opened, count, Run()):
            found.append(case)
    except FailedModelError as failure:
        sys.stderr.write(f"{failure} Questions made without it are proposed all the same.\n")
    return found


def review(arguments: argparse.Namespace) -> int:
    """Decide by id, else ask for each open proposal on a terminal, else list them."""
    proposals = ReviewList(user_folder(find_index(arguments.index)))
    for ids, state in ((arguments.accept, State.ACCEPTED), (arguments.reject, State.REJECTED)):
        if ids:
            wanted = [case.case_id for case in proposals.proposals(State.OPEN)] if ids == ["all"] else ids
            proposals.decide(wanted, state)
    if arguments.json:
        _print_json(proposals.proposals())
    elif not arguments.accept and not arguments.reject and sys.stdin.isatty():
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


def _print_json(cases: Sequence[Case]) -> None:
    sys.stdout.write(msgspec.json.encode([msgspec.Raw(dump_case(case)) for case in cases]).decode() + "\n")
