"""Text -> search tokens, the same for the index and for questions.

Korean: every word (eojeol) is taken apart by Kiwi *on its own*, and its syllable pairs are added. Out of context the
same word always gives the same morphemes in a page and in a question, the result can be remembered per word, and the
pairs catch compounds that were cut differently. On 2,000 KorQuAD questions BM25 ranks the right paragraph first for
.914 with whole sentences, .924 with single words, .912 with pairs alone, .933 with words and pairs (eval/NOTES.md).

Latin words are stemmed; identifiers and compounds keep their whole form and give their parts (``nn.Linear``,
``load_dataset``, ``fine-tuning``). Dates and week numbers get one canonical token each (``ingest.dates``).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import snowballstemmer

from ingest.dates import calendar_tokens
from ingest.disk_cache import DiskCache

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

VERSION = 2  # of the tokens: raise it when the same text gives other tokens, and old indexes are rebuilt

_URL = re.compile(r"(?:https?://|www\.)[^\s)>\]]+|\]\([^)\s]*/[^)\s]*\)")
_WORD = re.compile(
    r"(?P<attached>(?<=[A-Za-z0-9])[가-힣]+)"
    r"|(?P<hangul>[가-힣]+)"
    r"|(?P<latin>[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[._\-/+][A-Za-zÀ-ɏ0-9]+)*(?:\+\+|\#)?)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<other>[^\W\d_a-zA-Z가-힣À-ɏ]+)"
)
_HANGUL = re.compile(
    r"(?:(?<=([A-Za-z0-9]))|)([가-힣]+)"
)  # the first two kinds of _WORD alone: what it is attached to, the word
_HUMPS = re.compile(r"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})+")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")  # more of one: the stemmer wants a vowel
_SEPARATOR = re.compile(r"[._\-/+]")
_CONTENT_TAGS = frozenset(["NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "VV", "VA", "VX", "XR", "MAG"])
_KOREAN = ("hangul", "attached")
_MOST_WORDS_MIB = 512  # of cached words: some five million
PAIR = "_"  # marks a syllable pair, so that it never meets a morpheme
_ATTACHED = "1"  # stands for the Latin word or number a Korean ending is attached to: ``LoRA는``, ``3월``

_stemmer = snowballstemmer.stemmer("english")


class Analyser:
    """Loads Kiwi (1.5 s, 0.3 GB) when the first new Korean word comes; remembers every word it has seen."""

    def __init__(self, caches: Path | None = None) -> None:
        """``caches``: the folder of an index's caches, whose words are known without Kiwi."""
        self._words: dict[str, tuple[str, ...]] = {}
        self._caches = caches

    @cached_property
    def _kiwi(self) -> Kiwi | None:
        try:
            from kiwipiepy import Kiwi
        except ImportError:  # no wheel for this machine: syllable pairs alone, R@1 .912 instead of .933
            return None
        return Kiwi(load_multi_dict=False)

    @property
    def name(self) -> str:
        """What made the tokens, for the manifest: an index from another analyser is rebuilt."""
        return f"{'kiwi' if find_spec('kiwipiepy') else 'pairs'}-{VERSION}"

    @property
    def maker(self) -> str:
        """The same with the versions of Kiwi and its model, for caches."""
        packages = (name for name in ("kiwipiepy", "kiwipiepy_model") if find_spec(name))
        return " ".join([self.name, *(version(name) for name in packages)])

    def tokens(self, text: str) -> list[str]:
        """Tokens in reading order, canonical dates last."""
        return [token for _, tokens in self.words(text) for token in tokens]

    def words(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The same by word: (as it is written, its tokens). Addresses of web pages are left out."""
        text = _plain(text)
        if self._caches is not None and "_kiwi" not in self.__dict__:  # worth a look before Kiwi is loaded
            with closing(self.word_cache(self._caches)) as cache:
                self._recall(sorted(self._unseen(text)), cache)
        found: list[tuple[str, tuple[str, ...]]] = []
        for kind, word in _split(text):
            if kind in _KOREAN:
                found.append((word, self._korean(word if kind == "hangul" else _ATTACHED + word)))
            elif kind == "latin":
                found.append((word, _latin(word)))
            elif kind == "number":
                found.append((word, (word.replace(",", ""),)))
            else:
                found.append((word, (word,) if len(word) == 1 else (*word, *_pairs(word))))
        found.extend((token, (token,)) for token in calendar_tokens(text))
        return [(word, tokens) for word, tokens in found if tokens]

    def prepare(self, texts: Iterable[str], cache: DiskCache | None = None) -> None:
        """Analyse all unseen Korean words of many texts at once: Kiwi then uses every core. What an earlier process
        put into ``cache`` (made by ``maker``) is taken from there; where that is all, Kiwi is not even loaded."""
        words = sorted({word for text in texts for word in self._unseen(_plain(text))})
        if cache is not None:
            words = self._recall(words, cache)
        if not words or self._kiwi is None:
            return
        for word, morphemes in zip(words, self._kiwi.tokenize(words), strict=True):
            self._words[word] = _korean_tokens(word, [(m.form, m.tag) for m in morphemes])
        if cache is not None:
            cache.put({word: "\n".join(self._words[word]).encode() for word in words})

    def word_cache(self, caches: Path) -> DiskCache:
        """The words that ingests into an index have analysed."""
        return DiskCache(caches / "words.sqlite", self.maker, _MOST_WORDS_MIB)

    def _unseen(self, plain: str) -> set[str]:
        found = (_ATTACHED + word if attached else word for attached, word in _HANGUL.findall(plain))
        return {word for word in found if word not in self._words}

    def _recall(self, words: Sequence[str], cache: DiskCache) -> list[str]:
        """Take what is known from the cache; the words that are not in it."""
        for word, known in cache.get(words).items():
            self._words[word] = tuple(sys.intern(token) for token in known.decode().split("\n") if token)
        return [word for word in words if word not in self._words]

    def _korean(self, word: str) -> tuple[str, ...]:
        known = self._words.get(word)
        if known is None:
            morphemes = [(m.form, m.tag) for m in self._kiwi.tokenize(word)] if self._kiwi is not None else []
            known = self._words[word] = _korean_tokens(word, morphemes)
        return known


def _korean_tokens(word: str, morphemes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    content = [form for form, tag in morphemes if tag.split("-")[0] in _CONTENT_TAGS and form != _ATTACHED]
    if word.startswith(_ATTACHED):
        pairs = list(_pairs(word[1:])) if content else []  # a bare particle says nothing
    else:
        pairs = list(_pairs(word)) or [PAIR + word]
    return tuple(sys.intern(token) for token in [*content, *pairs])


def _pairs(word: str) -> Iterator[str]:
    return (PAIR + word[i : i + 2] for i in range(len(word) - 1))


def _plain(text: str) -> str:
    return _URL.sub(" ", unicodedata.normalize("NFKC", text))


def _split(text: str) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text):
        yield match.lastgroup or "other", match.group()


@lru_cache(maxsize=200_000)
def _latin(word: str) -> tuple[str, ...]:
    """The stem; for a compound or identifier the whole without separators, then the stems of its parts."""
    parts = [part for piece in _SEPARATOR.split(word) for part in _camel_parts(piece)]
    whole = _SEPARATOR.sub("", word).lower()
    if len(parts) == 1:
        return (_stem(parts[0]),)
    return (_stem(whole), *(_stem(part) for part in parts if len(part) > 1))


def _camel_parts(piece: str) -> list[str]:
    """``AutoTokenizer`` -> auto, tokenizer; names such as ``SigLIP`` and ``GPT2`` stay whole, ``LLMs`` is ``LLM``."""
    if _HUMPS.fullmatch(piece):
        return [hump.lower() for hump in re.findall(r"[A-Z]?[a-z]+", piece)]
    return [(piece[:-1] if _ACRONYMS.fullmatch(piece) else piece).lower()]


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word)) if word.isascii() and word.isalpha() else word
