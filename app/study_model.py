"""Questions in a language model's own words, each with a quote that was found on the page; what does not hold is left
out. Pages go to the model as data inside a fence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from app import prompts
from app.chat_model import ChatModel
from app.fencing import Fence
from app.model_failures import FailedModelError
from app.model_run import Run
from app.replies import WholeReply
from app.study import CHOICES, Chosen, Item
from ingest.documents import Page, Span
from ingest.index import Index
from ingest.normaliser import find_quote, strip_marks
from ingest.store import StoredDocument

_PAGE = range(60, 4001)  # characters of a page worth asking about; a longer one is cut
_QUOTE = range(8, 301)
_ANSWER, _QUESTION = 80, 300  # characters


def model_items(chat: ChatModel, index: Index, chosen: Chosen, count: int, run: Run) -> list[Item]:
    """Up to ``count`` items, two from a page, asked until there are enough or ``count`` pages were shown.

    Raises:
        FailedModelError: the model failed before it made anything.
    """
    items: dict[str, Item] = {}
    for document, page in _pages(index, chosen)[:count]:
        fence, reply = Fence(), WholeReply()
        system = prompts.STUDY.format(
            data=prompts.DATA.format(fence=fence.name),
            language=prompts.LANGUAGES["en" if document.language == "en" else "ko"],
        )
        try:
            chat.ask(system, fence.wrap("passage 1", page.text[: _PAGE.stop - 1]), reply, run)
        except FailedModelError:
            if not items:
                raise
            break
        items |= {item.key: item for item in _items(reply, document, page)}
        if len(items) >= count:
            break
    return list(items.values())[:count]


def _pages(index: Index, chosen: Chosen) -> list[tuple[StoredDocument, Page]]:
    """In an order that looks random and is always the same."""
    found = [
        (document, page)
        for document in index.documents()
        if chosen.has(document)
        for page in index.pages(document)
        if chosen.has_page(document.path, page.number) and (chosen.places or len(page.text) >= _PAGE.start)
    ]
    return sorted(found, key=lambda pair: hashlib.sha256(f"{pair[0].sha256}{pair[1].number}".encode()).hexdigest())


def _items(reply: WholeReply, document: StoredDocument, page: Page) -> Iterator[Item]:
    for value in reply.objects():
        item = _item(value, document, page)
        if item is not None:
            yield item


def _item(value: dict[str, Any], document: StoredDocument, page: Page) -> Item | None:
    """The object as an item when its quote stands on the page, the answer in the quote and no wrong choice does."""
    question, answer, quote = (_text(value.get(key)) for key in ("question", "answer", "quote"))
    wrong = value.get("wrong")
    others = [text for other in wrong if (text := _text(other))] if isinstance(wrong, list) else []
    found = find_quote(quote, page.text) if len(quote) in _QUOTE else None
    if found is None or not question or len(question) > _QUESTION or not answer:
        return None
    stripped = strip_marks(quote).casefold()
    said = strip_marks(answer).casefold()
    choices = {text: strip_marks(text).casefold() for text in [answer, *others[: CHOICES - 1]]}
    if len(set(choices.values())) < CHOICES or max(map(len, choices)) > _ANSWER:
        return None
    if said not in stripped or said in strip_marks(question).casefold():
        return None
    if any(other and other in stripped for other in choices.values() if other != said):
        return None
    span = Span(page.number, *found)
    return Item(
        question=question,
        sentence=" ".join(page.text[span.start : span.end].split()),
        answer=answer,
        choices=tuple(sorted(choices, key=lambda text: hashlib.sha256(f"{question}{text}".encode()).hexdigest())),
        path=document.path,
        location=f"{document.path} {page.place(span.start)}".strip(),
        span=span,
    )


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
