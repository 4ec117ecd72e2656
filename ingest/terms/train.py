"""How ``dictionary.txt`` and ``lexicon.tsv`` were made: ``python -m ingest.terms.train PAIRS.tsv.gz``.

PAIRS holds ``english <TAB> korean <TAB> source`` lines. IBM model 1 (Brown et al. 1993) is estimated both ways by six
rounds of expectation maximisation over the analyser's tokens; a Korean word counts as its morphemes and, when it has
several, as all of them together. Kept are translations that are likely one way and mutual. The glossary goes on top.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.analyser import Analyser
from ingest.korean import PAIR, misread, pairs_of
from ingest.terms.glossary import FOLDER, glossary, nouns
from ingest.words import split_words

_SHARE_ALIKE = frozenset({"korsts", "jhe", "park-news", "nk-news", "learnxiny"})  # may not be in what ships
_ROUNDS = 6
_SEEN = 4  # sentences a token must stand in
_LIKELY, _MUTUAL, _COUNT, _MOST = 0.08, 0.02, 2.0, 5  # p(target | source), p(source | target), expected count, kept
_STOP = frozenset(
    """
    a an the is are was were be been being do does did done has have had of in on at to for from by with about into
    over as and or but if then than so not no it its they them their this that these those there you your we our i can
    could may might must shall should will would which who what when where how any some all each such also onli same
    other s t whi ani
    """.split()  # noqa: SIM905
)
Table = dict[str, list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Links:
    """Every co-occurrence of a Korean and an English token in a pair: sentence, Korean index, English index."""

    sentences: NDArray[np.int64]
    korean: NDArray[np.int64]
    english: NDArray[np.int64]


def korean_tokens(text: str, analyser: Analyser) -> list[str]:
    """Morphemes of the Korean words, and each word's morphemes together."""
    found: list[str] = []
    for written, tokens in analyser.words(text):
        if "가" <= written[0] <= "힣":
            morphemes = [token for token in tokens if not token.startswith(PAIR)]
            found += morphemes
            if len(morphemes) > 1:
                found.append("".join(morphemes))
    return list(dict.fromkeys(found))


def english_tokens(text: str, analyser: Analyser) -> list[str]:
    """Stems of the words that say something."""
    tokens = [token for written, tokens in analyser.words(text) if written.isascii() for token in tokens]
    return [t for t in dict.fromkeys(tokens) if t[0].isalpha() and len(t) > 1 and t not in _STOP and "=" not in t]


def link(korean: Sequence[Sequence[str]], english: Sequence[Sequence[str]]) -> tuple[Links, list[str], list[str]]:
    """Links with the two vocabularies."""
    words = [
        [token for token, count in Counter(t for s in side for t in s).items() if count >= _SEEN]
        for side in (korean, english)
    ]
    index = [{token: i for i, token in enumerate(side)} for side in words]
    sentences, ks, es = [], [], []
    for number, (left, right) in enumerate(zip(korean, english, strict=True)):
        k = [index[0][t] for t in left if t in index[0]]
        e = [index[1][t] for t in right if t in index[1]]
        ks.append(np.tile(k, len(e)).astype(np.int64))
        es.append(np.repeat(e, len(k)).astype(np.int64))
        sentences.append(np.full(len(k) * len(e), number, np.int64))
    return Links(np.concatenate(sentences), np.concatenate(ks), np.concatenate(es)), words[0], words[1]


def model_one(
    sentences: NDArray[np.int64], source: NDArray[np.int64], target: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """(source, target, p(target | source), expected count) of every pair of tokens."""
    width = int(target.max()) + 1
    pairs, of = np.unique(source * width + target, return_inverse=True)
    sources, targets = pairs // width, pairs % width
    _, explained = np.unique(sentences * width + target, return_inverse=True)
    chance: NDArray[np.float64] = np.ones(len(pairs))
    counts: NDArray[np.float64] = chance
    for _ in range(_ROUNDS):
        share = chance[of]
        share = share / (np.bincount(explained, share)[explained] + 1e-12)
        counts = np.asarray(np.bincount(of, share, minlength=len(pairs)), np.float64)
        chance = counts / np.maximum(np.bincount(sources, counts)[sources], 1e-9)
    return sources, targets, chance, counts


def table_of(links: Links, source_words: Sequence[str], target_words: Sequence[str], *, reverse: bool) -> Table:
    """The kept translations of every source word, likeliest first."""
    source, target = (links.english, links.korean) if reverse else (links.korean, links.english)
    sources, targets, chance, counts = model_one(links.sentences, source, target)
    back_sources, back_targets, back, _ = model_one(links.sentences, target, source)
    order = np.lexsort((back_sources, back_targets))  # the same pairs, in the first one's order
    mutual = back[order]
    kept: Table = {}
    good = (chance >= _LIKELY) & (mutual >= _MUTUAL) & (counts >= _COUNT)
    for i in np.lexsort((targets, -chance, sources)):
        entry = kept.setdefault(source_words[sources[i]], []) if good[i] else None
        if entry is not None and len(entry) < _MOST:
            entry.append((target_words[targets[i]], float(chance[i])))
    return kept


def glossary_tables(terms: Mapping[str, Sequence[str]], analyser: Analyser, mined: Table) -> Table:
    """Both directions of the hand-written terms.

    Of a term's morphemes only those are the translation of an English word that mean it by themselves, by the glossary
    or by what was ``mined``: 손실함수 is a loss, 함수 alone is none. Where none does, the syllable pairs between them
    stand for the term: 용영 for 수용영역, a receptive field.
    """
    found: Table = {}
    split: list[tuple[str, list[str], list[str]]] = []
    for term, english in terms.items():
        morphemes = [token for token in analyser.tokens(term) if not token.startswith(PAIR)]
        stems = list(dict.fromkeys(stem for word in english for stem in analyser.tokens(word)))
        key = "".join(morphemes)  # of a verb its stem
        split.append((key, morphemes, stems))
        entry = found.setdefault(key, [])  # 높이 and 높이다 have one
        entry += [(stem, 0.7) for stem in stems if stem not in dict(entry)]
    for key, morphemes, stems in split:
        meant = {morpheme: dict([*found.get(morpheme, []), *mined.get(morpheme, [])]) for morpheme in morphemes}
        seams = sorted(set(pairs_of(key)).difference(*map(pairs_of, morphemes)))
        for stem in stems:
            entry = found.setdefault(stem, [])
            own = [morpheme for morpheme in morphemes if morpheme == key or stem in meant[morpheme]]
            entry += [(token, 0.5) for token in own or seams if token not in dict(entry)]
    return {key: entry for key, entry in found.items() if entry}


def write(table: Mapping[str, Sequence[tuple[str, float]]]) -> None:
    lines = ["\t".join([key, *(f"{t}={p:.2f}" for t, p in entry)]) for key, entry in sorted(table.items())]
    (FOLDER / "lexicon.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    arguments = parser.parse_args()
    told = misread(nouns())
    (FOLDER / "dictionary.txt").write_text("\n".join(sorted(told)) + "\n", "utf-8")
    analyser = Analyser()  # with that dictionary
    with gzip.open(arguments.pairs, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    rows = [row for row in rows if row[2] not in _SHARE_ALIKE]
    analyser.prepare(word for row in rows for word in split_words(row[1]))
    korean = [korean_tokens(row[1], analyser) for row in rows]
    english = [english_tokens(row[0], analyser) for row in rows]
    links, korean_words, english_words = link(korean, english)
    table = table_of(links, korean_words, english_words, reverse=False)
    table |= table_of(links, english_words, korean_words, reverse=True)
    for key, entry in glossary_tables(glossary(), analyser, dict(table)).items():
        known = dict(entry)
        table[key] = [*entry, *((t, p) for t, p in table.get(key, []) if t not in known)][: _MOST + 3]
    write(table)


if __name__ == "__main__":
    main()
