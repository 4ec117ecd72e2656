"""The question in other words, by a language model: for the second try, when the asker's words found too little.

It stands by itself then, whatever it leaned on, and is put as the files may put it, in each of their languages. These
wordings are searched beside the question and never instead of it; weeks, dates and filters stay the question's own.
"""

from __future__ import annotations

import time
from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Any

from app import prompts
from app.chat_model import ChatModel
from app.corpus_words import suited
from app.fencing import Fence, harmless
from app.matching import calendar_of
from app.model_failures import FailedModelError, Failure
from app.model_run import Run, Usage
from app.replies import WholeReply
from app.research import Request, fenced_conversation
from app.understanding import Query, understand
from ingest.dates import calendar_tokens, find_dates, find_units
from ingest.index import Index

_PHRASINGS = 2
_CHARS = 200  # of one wording; what is beyond is cut off
_SECONDS = 10.0  # of what is left for the question, at most half


@dataclass(frozen=True, slots=True)
class Rewriting:
    """``texts`` are new wordings, that of a follow-up that stands by itself first; none where the model failed."""

    texts: tuple[str, ...]
    used: Usage
    failure: Failure | None = None


def rewrite(chat: ChatModel, question: str, request: Request, index: Index, run: Run) -> Rewriting:
    """One call, one try. It never fails: without new wordings the search goes on with the question alone."""
    fence = Fence()
    earlier = fenced_conversation(request, fence)
    system = prompts.REWRITE.format(
        said=prompts.SAID.format(fence=fence.name) if earlier else "", languages=_languages(index)
    )
    user = prompts.QUESTION.format(passages="", earlier=earlier, question=question).strip()
    reply = WholeReply()
    limited = Run(time.monotonic() + min(_SECONDS, run.left() / 2), run.cancelled)
    failure: Failure | None = None
    try:
        chat.ask(system, user, reply, limited, tries=1)
    except FailedModelError as failed:
        failure = failed.failure
    run.usage += limited.usage
    found = next(reply.objects(), {}) if failure is None else {}
    texts = tuple(text for text in _texts(found, follows=bool(earlier)) if text != question)
    return Rewriting(texts, limited.usage, failure if texts or failure else Failure.MALFORMED)


def worded(text: str, asked: Query, index: Index) -> Query | None:
    """Another wording as a query for what was asked, with the weeks, dates and filters of the question and no others.
    None when the corpus has none of its words."""
    times = [word for word in asked.words if calendar_of(word.tokens)]
    named = calendar_of(token for word in times for token in word.tokens)
    query = suited(understand(_only(named, text), index.analyser), index)
    words = [word for word in query.words if not calendar_of(word.tokens)]
    if not any(index.document_frequency(token) for word in words for token in word.tokens):
        return None
    return replace(
        query,
        words=(*words, *times),
        language=asked.language,
        kind=asked.kind,
        filters=asked.filters,
        asks=asked.asks,
    )


def _only(named: Set[str], text: str) -> str:
    """The text without the weeks, lectures and dates that are not named."""
    mentions = {(date.start, date.end) for date in find_dates(text)}
    mentions |= {(unit.start, unit.end) for unit in find_units(text)}
    for start, end in sorted(mentions, reverse=True):
        if not named >= set(calendar_tokens(text[start:end])):
            text = f"{text[:start]} {text[end:]}"
    return text


def _texts(found: dict[str, Any], *, follows: bool) -> list[str]:
    """What a reply holds, as plain short lines, each once."""
    phrasings = found.get("phrasings")
    given = [
        *([found.get("question")] if follows else []),
        *(phrasings[:_PHRASINGS] if isinstance(phrasings, list) else []),
    ]
    lines = (" ".join(harmless(text).split())[:_CHARS].strip() for text in given if isinstance(text, str))
    return [line for line in dict.fromkeys(lines) if line]


def _languages(index: Index) -> str:
    spoken = {document.language for document in index.documents()}
    names = [name for language, name in prompts.LANGUAGES.items() if language in spoken]
    return " and ".join(f"one in {name}" for name in names) or "in the question's language"
