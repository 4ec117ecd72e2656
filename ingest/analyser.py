"""Text -> search tokens, the same for the index and for questions.

Korean: every word (eojeol) is taken apart by Kiwi *on its own*, and its syllable pairs are added. Out of context the
same word always gives the same morphemes in a page and in a question, the result can be remembered per word, and the
pairs catch compounds that were cut differently. On 2,000 KorQuAD questions BM25 ranks the right paragraph first for
.914 with whole sentences, .924 with single words, .912 with pairs alone, .933 with words and pairs (eval/NOTES.md).

Latin words are stemmed; identifiers and compounds keep their whole form and give their parts (``nn.Linear``,
``load_dataset``, ``fine-tuning``). Dates, week numbers and large numbers get one canonical token each
(``ingest.dates``, ``ingest.quantities``).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import snowballstemmer

from ingest.disk_cache import DiskCache
from ingest.korean import KiwiBeside, KiwiHere, KoreanWords, pairs_of
from ingest.terms import glossary
from ingest.words import as_written, is_korean, split_words

VERSION = 3  # of the tokens: raise it when the same text gives other tokens, and old indexes are rebuilt

_HUMPS = re.compile(r"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})+")
_ACRONYMS = re.compile(r"[A-Z]{2,}s")  # more of one: the stemmer wants a vowel
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_SEPARATOR = re.compile(r"[._\-/+]")
_MOST_WORDS_MIB = 512  # of cached words: some five million

_stemmer = snowballstemmer.stemmer("english")


class Analyser:
    """Loads Kiwi (1.5 s, 0.3 GB) when the first new Korean word comes; remembers every word it has seen."""

    def __init__(self, caches: Path | None = None) -> None:
        """``caches``: the folder of an index's caches, whose words are known without Kiwi."""
        self._words: dict[str, tuple[str, ...]] = {}
        self._caches = caches
        self._kiwi: KoreanWords = KiwiHere()

    @contextmanager
    def kiwi_beside(self) -> Iterator[None]:
        """With Kiwi in a process of its own, from now on: for what will need it soon, and has other work until then."""
        here = self._kiwi
        if here.is_ready or not find_spec("kiwipiepy"):
            yield
            return
        with KiwiBeside() as self._kiwi:
            try:
                yield
            finally:
                self._kiwi = here

    def needs_kiwi(self, text: str) -> bool:
        """Whether it has Korean words that the caches do not know."""
        return bool(self._unknown(split_words(text)))

    @property
    def name(self) -> str:
        """What made the tokens, for the manifest: an index from another analyser is rebuilt."""
        return f"kiwi-{VERSION}-{glossary.fingerprint()}" if find_spec("kiwipiepy") else f"pairs-{VERSION}"

    @property
    def maker(self) -> str:
        """The same with the versions of Kiwi and its model, for caches."""
        packages = (name for name in ("kiwipiepy", "kiwipiepy_model") if find_spec(name))
        return " ".join([self.name, *(version(name) for name in packages)])

    def tokens(self, text: str) -> list[str]:
        """Tokens in reading order, canonical dates last."""
        return [token for _, tokens in self.words(text) for token in tokens]

    def words(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The same by word: (as it is written, its tokens). Words without tokens are left out."""
        words = split_words(text)
        if not self._kiwi.is_ready:  # worth a look into the caches before it is loaded
            self._unknown(words)
        found = ((as_written(word), self.tokens_of(word)) for word in words)
        return [(written, tokens) for written, tokens in found if tokens]

    def tokens_of(self, word: str) -> tuple[str, ...]:
        """The tokens of one of ``split_words``."""
        if is_korean(word):
            if word not in self._words:
                self._words[word] = self._kiwi.tokens([word])[0]
            return self._words[word]
        if "=" in word:  # of the calendar, or a large number
            return (word,)
        first = word[0]
        if first.isdecimal():
            return (word.replace(",", ""),)
        if _LATIN.match(first):
            return _latin(word)
        return (word,) if len(word) == 1 else (*word, *pairs_of(word))

    def prepare(self, words: Iterable[str], cache: DiskCache | None = None) -> None:
        """Analyse all unseen Korean ones of many words at once: Kiwi then uses every core. What an earlier process
        put into ``cache`` (made by ``maker``) is taken from there; where that is all, Kiwi is not even loaded."""
        unseen = self._unseen(words)
        if cache is not None:
            unseen = self._recall(unseen, cache)
        if not unseen:
            return
        for word, tokens in zip(unseen, self._kiwi.tokens(unseen), strict=True):
            self._words[word] = tuple(map(sys.intern, tokens))
        if cache is not None:
            cache.put({word: "\n".join(self._words[word]).encode() for word in unseen})

    def word_cache(self, caches: Path) -> DiskCache:
        """The words that ingests into an index have analysed."""
        return DiskCache(caches / "words.sqlite", self.maker, _MOST_WORDS_MIB)

    def _unknown(self, words: Iterable[str]) -> list[str]:
        """The unseen Korean ones that are not in the index's caches either; what is there is remembered."""
        unseen = self._unseen(words)
        if self._caches is None or not unseen:
            return unseen
        with closing(self.word_cache(self._caches)) as cache:
            return self._recall(unseen, cache)

    def _unseen(self, words: Iterable[str]) -> list[str]:
        return sorted({word for word in words if is_korean(word) and word not in self._words})

    def _recall(self, words: Sequence[str], cache: DiskCache) -> list[str]:
        """Take what is known from the cache; the words that are not in it."""
        for word, known in cache.get(words).items():
            self._words[word] = tuple(sys.intern(token) for token in known.decode().split("\n") if token)
        return [word for word in words if word not in self._words]


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
