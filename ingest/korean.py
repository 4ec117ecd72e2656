"""Korean words -> their tokens, by Kiwi.

Kiwi takes 1.3 s and 0.3 GB to load and holds the interpreter lock while it does: everything else of the process waits.
An ingest that will need it from the start has it in a process of its own (``KiwiBeside``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import IO, TYPE_CHECKING, Protocol

from ingest.child_process import ChildDiedError, ChildProcess, WorkerLimits, answer_requests, decode, receive, send
from ingest.terms.glossary import dictionary
from ingest.words import MARK

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

PAIR = "_"  # marks a syllable pair, so that it never meets a morpheme
_CONTENT_TAGS = frozenset(["NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "VV", "VA", "VX", "XR", "MAG"])
_AFTER_CONSONANT = ("이", "은", "을", "의", "에서", "으로", "도")
_AFTER_VOWEL = ("가", "는", "를", "의", "에서", "로", "도")
_SECONDS = 120.0  # for the words of some hundred chunks
Tokens = tuple[str, ...]


class KoreanWords(Protocol):
    """Whatever takes Korean words apart."""

    @property
    def is_ready(self) -> bool:
        """Whether the next words need not wait for Kiwi to load."""

    def tokens(self, words: Sequence[str]) -> list[Tokens]:
        """Of each word its morphemes and syllable pairs."""


def misread(nouns: Iterable[str]) -> list[str]:
    """Those that Kiwi, left to its own dictionary, reads otherwise with one particle than with another, or not as they
    are written."""
    kiwi = kiwi_knowing(())
    found = []
    for noun in nouns:
        particles = _AFTER_CONSONANT if (ord(noun[-1]) - ord("가")) % 28 else _AFTER_VOWEL
        words = (noun + particle for particle in ("", *particles))
        readings = {tuple(content_of((m.form, m.tag) for m in kiwi.tokenize(word))) for word in words}
        if len(readings) > 1 or "".join(*readings) != noun:
            found.append(noun)
    return found


def kiwi_knowing(nouns: Iterable[str]) -> Kiwi:
    """Loaded anew, with these in its dictionary.

    Raises:
        ImportError: no wheel for this machine.
    """
    from kiwipiepy import Kiwi

    kiwi = Kiwi(load_multi_dict=False)
    for noun in nouns:
        kiwi.add_user_word(noun, "NNP")
    return kiwi


class KiwiHere:
    """Loads Kiwi when the first words come."""

    @property
    def is_ready(self) -> bool:
        return "_kiwi" in self.__dict__

    def tokens(self, words: Sequence[str]) -> list[Tokens]:
        if self._kiwi is None:
            return [_tokens(word, ()) for word in words]
        found = self._kiwi.tokenize(words)  # many words at once: Kiwi then uses every core
        return [
            _tokens(word, ((m.form, m.tag) for m in morphemes)) for word, morphemes in zip(words, found, strict=True)
        ]

    @cached_property
    def _kiwi(self) -> Kiwi | None:
        try:
            return kiwi_knowing(dictionary())
        except ImportError:  # no wheel for this machine: syllable pairs alone, R@1 .912 instead of .933
            return None


class KiwiBeside:
    """Kiwi in a child process, which begins to load it at once; use as a context manager."""

    is_ready = True

    def __init__(self) -> None:
        self._child = ChildProcess("ingest.korean", WorkerLimits(_SECONDS))
        self._here = KiwiHere()
        self._child.start()

    def __enter__(self) -> KiwiBeside:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()

    def tokens(self, words: Sequence[str]) -> list[Tokens]:
        try:
            return decode(self._child.ask(words), list[Tokens])
        except ChildDiedError:  # it was killed, most likely for its memory: go on without it
            return self._here.tokens(words)


def content_of(morphemes: Iterable[tuple[str, str]]) -> list[str]:
    """The forms of (form, tag) that say something."""
    return [form for form, tag in morphemes if tag.split("-")[0] in _CONTENT_TAGS and form != MARK]


def _tokens(word: str, morphemes: Iterable[tuple[str, str]]) -> Tokens:
    content = content_of(morphemes)
    if word.startswith(MARK):
        return (*content, *pairs_of(word[1:])) if content else ()  # a bare particle says nothing
    return (*content, *(pairs_of(word) if len(word) > 1 else (PAIR + word,)))


def pairs_of(word: str) -> Iterator[str]:
    """Its syllable pairs."""
    return (PAIR + word[i : i + 2] for i in range(len(word) - 1))


def serve(source: IO[bytes], target: IO[bytes]) -> None:
    """The child's side: tokens for words until the pipe closes."""
    kiwi = KiwiHere()
    kiwi.tokens(["가"])  # loads it
    while (request := receive(source)) is not None:
        send(target, kiwi.tokens(decode(request, list[str])))


if __name__ == "__main__":
    answer_requests(serve)
