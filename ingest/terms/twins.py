"""Headings of parallel files: where ko/chapter2/3.md and en/chapter2/3.md have as many of the same depths, they say the
same one by one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import PurePosixPath

from ingest.documents import BlockKind, Document
from ingest.terms.candidates import Candidate, Heading
from ingest.terms.pairs import HANGUL, is_name

_LANGUAGE = re.compile(r"(?i)(?<![a-z가-힣])(?:ko|kor|kr|korean|한국어|국문|en|eng|english|영어|영문)(?![a-z가-힣])")
_MARKS = re.compile(r"\[\[.*?\]\]|[#*`]")  # "## 인코더 모델[[encoder-models]]"


def written_outline(document: Document) -> tuple[tuple[int, str], ...]:
    """Depth and text of its headings, without the text where it is no name of a few words. Empty for a document whose
    path names no language: it has no twin."""
    if not _LANGUAGE.search(document.path):
        return ()
    headings = (
        (block.level, _MARKS.sub("", page.text[block.start : block.end]).strip())
        for page in document.pages
        for block in page.blocks
        if block.kind is BlockKind.HEADING
    )
    return tuple((depth, text if is_name(text) else "") for depth, text in headings)


def aligned_headings(outlines: Mapping[str, Sequence[Heading]]) -> Iterator[Candidate]:
    """The Korean heading before, the English one in the same place. ``outlines`` are those of the documents by path."""
    families: dict[str, list[str]] = defaultdict(list)
    for path in sorted(outlines):
        families[_LANGUAGE.sub("*", str(PurePosixPath(path).with_suffix("")))].append(path)
    for family in families.values():
        for one, other in permutations(family, 2):
            if [heading.depth for heading in outlines[one]] != [heading.depth for heading in outlines[other]]:
                continue
            for korean, english in zip(outlines[one], outlines[other], strict=True):
                sides = korean.words, english.words
                if all(sides) and [bool(HANGUL.fullmatch(words[-1].written)) for words in sides] == [True, False]:
                    yield Candidate(*sides)
