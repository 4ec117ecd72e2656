"""Questions with one slip of the keyboard in one content word, the same for the same seed."""

from __future__ import annotations

import random
import re
import string

from app.frame_words import is_frame_word

_ENGLISH = re.compile(r"[A-Za-z]{5,}")
_KOREAN = re.compile(r"[가-힣]{3,}")
_FIRST, _VOWELS, _TAILS = 0xAC00, 21, 28  # Hangul syllables: ((initial * 21) + vowel) * 28 + final


def slipped(question: str, seed: str) -> str:
    """A letter wrong, missing, twice or swapped with the next; in Korean a vowel wrong, a syllable missing or a space
    too many."""
    chance = random.Random(seed)  # noqa: S311 (a sample, not a secret)
    places = [
        match
        for pattern in (_ENGLISH, _KOREAN)
        for match in pattern.finditer(question)
        if not is_frame_word(match.group())
    ]
    if not places:
        return question
    place = chance.choice(places)
    change = _english if place.group().isascii() else _korean
    return question[: place.start()] + change(place.group(), chance) + question[place.end() :]


def _english(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    match chance.choice(("wrong", "missing", "twice", "swapped")):
        case "wrong":
            return word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :]
        case "missing":
            return word[:at] + word[at + 1 :]
        case "twice":
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _korean(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    match chance.choice(("wrong", "missing", "space")):
        case "wrong":
            code = ord(word[at]) - _FIRST
            vowel = (code // _TAILS + chance.choice((1, 2, 4))) % _VOWELS
            return (
                word[:at]
                + chr(_FIRST + (code // _TAILS // _VOWELS * _VOWELS + vowel) * _TAILS + code % _TAILS)
                + (word[at + 1 :])
            )
        case "missing":
            return word[:at] + word[at + 1 :]
        case _:
            return f"{word[: at + 1]} {word[at + 1 :]}"
