"""Text of documents and people in places that Streamlit would read as Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")  # every ASCII punctuation mark may be escaped in Markdown
# Control characters but tab and line break, and the marks that turn the direction of writing and can disguise a name.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """Without characters that change how other text looks."""
    return _UNSEEN.sub("", text)


def escaped(text: str) -> str:
    """One line that Markdown shows as it is: no link, image, formula, colour or icon comes of it."""
    return _MARKS.sub(r"\\\1", " ".join(visible(text).split()))
