"""Cleaning steps that every format shares: MappedText -> MappedText, so that the source map stays true."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ingest.mapped_text import INSERTED, MappedText

SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")
LIGATURES = re.compile("[\ufb00-\ufb06]")
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ue000-\uf8ff]")
ODD_SPACES = re.compile(r"[^\S\n ]")


def clean(content: MappedText) -> MappedText:
    """NFC text without control, zero-width and private-use characters; ligatures spelled out."""
    if content.text.isascii() and content.text.isprintable():
        return content
    content = content.sub(SURROGATES, _joined)
    content = content.sub(LIGATURES, lambda match: unicodedata.normalize("NFKC", match[0]))
    content = content.sub(UNSEEN, "").sub(ODD_SPACES, " ")
    return nfc(content)


def nfc(content: MappedText) -> MappedText:
    """NFC; a composed character stands for the first of the characters it was composed of."""
    if unicodedata.is_normalized("NFC", content.text):
        return content
    texts: list[str] = []
    sources: list[NDArray[np.int32]] = []
    for start, end in _clusters(content.text):
        composed = unicodedata.normalize("NFC", content.text[start:end])
        source = np.full(len(composed), INSERTED, dtype=np.int32)
        shared = min(len(composed), end - start)
        source[:shared] = content.source[start : start + shared]
        texts.append(composed)
        sources.append(source)
    return MappedText("".join(texts), np.concatenate(sources))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Ranges that can be normalised one by one: a range ends where the next character never joins it."""
    start = 0
    for index in range(1, len(text)):
        character = text[index]
        if not character.isascii() and (unicodedata.combining(character) or _joins(text[start:index], character)):
            continue
        yield start, index
        start = index
    yield start, len(text)


def _joins(before: str, character: str) -> bool:
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", before + character) != apart


def _joined(match: re.Match[str]) -> str:
    """A surrogate pair as the one character it means; half a pair means nothing."""
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
