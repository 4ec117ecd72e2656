"""`seodang eval make`: cases for somebody who has none."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from app.assistant import Assistant
from app.chat_model import ChatModel
from app.feedback import Feedback
from app.model_failures import FailedModelError
from app.model_run import Run
from app.places import user_folder
from app.settings import AppSettings
from eval.cases import Case
from eval.commands import DONE, index_and_corpus
from eval.from_feedback import cases_from_ratings
from eval.from_model import cases_of_model
from eval.making import make_cases
from eval.product import bring_up_to_date
from eval.review import ReviewList
from eval.review_commands import print_cases
from ingest.errors import UsageError
from ingest.index import Index
from ingest.settings import load_settings


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
        print_cases(new)
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
