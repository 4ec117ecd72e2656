"""Text -> words, each in the one form that its tokens depend on: what can be said of a text without a model.

The reading processes split, ``ingest.analyser`` gives every distinct word its tokens, once in a batch. Words hold
neither spaces nor line breaks, so that many travel as one string.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.dates import calendar_tokens
from ingest.quantities import amount_tokens

_URL = re.compile(r"(?:https?://|www\.)[^\s)>\]]+|\]\([^)\s]*/[^)\s]*\)")
_ATTACHED = re.compile(r"(?<=[A-Za-z0-9])(?=[가-힣])")
_WORD = re.compile(
    r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[._\-/+][A-Za-zÀ-ɏ0-9]+)*(?:\+\+|\#)?"
    r"|1?[가-힣]+"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_a-zA-Z가-힣À-ɏ]+"
)
MARK = "1"
"""Stands for the Latin word or number a Korean ending is attached to: ``LoRA는``, ``3월`` give ``1는``, ``1월``."""


def split_words(text: str) -> list[str]:
    """Words in reading order, then what is said of the calendar (``week=7``) and large numbers (``amount=1.24e+8``).
    Addresses of web pages are left out."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if "/" in text or "www." in text:
        text = _URL.sub(" ", text)
    apart = text if text.isascii() else _ATTACHED.sub(f" {MARK}", text)
    words = _WORD.findall(apart)
    words.extend(calendar_tokens(text))
    words.extend(amount_tokens(text))
    return words


def is_korean(word: str) -> bool:
    """Whether it is written in Hangul, attached or not."""
    return "가" <= word[-1] <= "힣"


def as_written(word: str) -> str:
    """The word without the mark."""
    return word.removeprefix(MARK) if is_korean(word) else word
