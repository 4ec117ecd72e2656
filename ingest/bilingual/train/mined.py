"""More pairs: sentences of aligned sections, and the names of things in the Unicode CLDR."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.bilingual.train.documents import Example, sentences
from ingest.bilingual.train.pairs import Pair

CLDR = (
    "cldr-annotations-full/annotations/{}/annotations.json",
    "cldr-localenames-full/main/{}/territories.json",
    "cldr-localenames-full/main/{}/languages.json",
    "cldr-dates-full/main/{}/ca-gregorian.json",
    "cldr-dates-full/main/{}/timeZoneNames.json",
    "cldr-dates-full/main/{}/dateFields.json",
    "cldr-units-full/main/{}/units.json",
)


def aligned_sentences(examples: Sequence[Example], known: frozenset[str], first: int) -> list[Pair]:
    """Sentence pairs of twin chunks that have the same number of sentences of plausible lengths; English
    sentences in `known` are left out. Orders count up from `first`."""
    found: list[Pair] = []
    for example in examples:
        if example.language != "en" or example.twin < 0:
            continue
        english, korean = sentences(example.passage), sentences(examples[example.twin].passage)
        if len(english) != len(korean):
            continue
        for left, right in zip(english, korean, strict=True):
            share = len(right) / len(left)
            hangul = sum("가" <= letter <= "힣" for letter in right)
            if 0.2 < share < 1.1 and hangul >= 8 and left not in known:
                found.append(Pair(left, right, "aligned documents", first + len(found)))
    return found


def cldr_names(folder: Path, first: int) -> list[Pair]:
    """Countries, languages, cities, months, units, and the names and keywords of symbols (Unicode licence)."""
    found: dict[tuple[str, str], None] = {}
    for name in CLDR:
        sides = [json.loads((folder / name.format(code)).read_text("utf-8")) for code in ("en", "ko")]
        found.update(dict.fromkeys(_same_places(*sides)))
    return [
        Pair(english, unicodedata.normalize("NFC", korean), "cldr", first + i)
        for i, (english, korean) in enumerate(found)
    ]


def _same_places(english: Any, korean: Any) -> Iterator[tuple[str, str]]:
    """Texts at the same keys of two trees; the language code's own level differs, so it is skipped."""
    if isinstance(english, dict) and isinstance(korean, dict):
        for key, value in english.items():
            other = korean.get("ko" if key == "en" else key)
            if other is not None:
                yield from _same_places(value, other)
    elif isinstance(english, list) and isinstance(korean, list):
        yield from _same_places(" ".join(map(str, english)), " ".join(map(str, korean)))
    elif isinstance(english, str) and isinstance(korean, str):
        worded = sum("가" <= letter <= "힣" for letter in korean) >= 1 and any(map(str.isalpha, english))
        if worded and "{" not in english:
            yield english, korean
