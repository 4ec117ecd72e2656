"""Text that remembers, character by character, where it came from.

A reader hands over raw text; cleaning removes headers, mends hyphens, reorders columns. Each step takes a
``MappedText`` and returns a new one, so that a quote found in the cleaned text still leads to the characters (and the
boxes on the page) it came from. Nothing else in the project keeps offsets by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INSERTED = -1  # source of a character that the cleaning put in


@dataclass(frozen=True, slots=True, eq=False)
class MappedText:
    """``text`` and, for each of its characters, the index of the source character (int32, ``INSERTED`` for none)."""

    text: str
    source: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.source.shape != (len(self.text),):
            raise ValueError(f"{len(self.text)} characters but a source map of shape {self.source.shape}")

    @classmethod
    def of(cls, raw: str) -> MappedText:
        """A reader's own text: every character is its own source."""
        return cls(raw, np.arange(len(raw), dtype=np.int32))

    @classmethod
    def inserted(cls, text: str) -> MappedText:
        """Text that stands nowhere in the source, for example a line break between two columns."""
        return cls(text, np.full(len(text), INSERTED, dtype=np.int32))

    @classmethod
    def concat(cls, parts: Iterable[MappedText]) -> MappedText:
        """The parts one after the other."""
        kept = list(parts)
        if not kept:
            return cls.of("")
        return cls("".join(part.text for part in kept), np.concatenate([part.source for part in kept]))

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, span: slice) -> MappedText:
        return MappedText(self.text[span], self.source[span])

    def strip(self) -> MappedText:
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self[start : max(start, len(self.text.rstrip()))]

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> MappedText:
        """Like ``re.sub``. A replacement as long as its match keeps the match's sources one to one; of any other, the
        characters take the sources of the match's first characters, and what is beyond them counts as inserted."""
        parts: list[MappedText] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            parts.append(self[done : match.start()])
            parts.append(_carry(self[match.start() : match.end()], new))
            done = match.end()
        if not parts:
            return self
        parts.append(self[done:])
        return MappedText.concat(parts)


def _carry(old: MappedText, new: str) -> MappedText:
    source = np.full(len(new), INSERTED, dtype=np.int32)
    shared = min(len(new), len(old))
    source[:shared] = old.source[:shared]
    return MappedText(new, source)
