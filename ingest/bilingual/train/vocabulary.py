"""The vocabulary: the teacher's word pieces without foreign scripts, English words it splits, Hangul pieces.

Text passes the teacher's BERT normaliser, then NFC: the former takes Hangul apart into jamo (NFD, to strip
accents), the latter puts the syllables back together.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from kiwipiepy import Kiwi, Token
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from ingest.bilingual.train.teacher import TEACHER
from ingest.model_files import find_model

HANGUL_WORD = re.compile("[가-힣]+")
ENGLISH_WORD = re.compile(r"(?<![a-z0-9])[a-z][a-z]{2,24}(?![a-z0-9])")
UNKNOWN = "[UNK]"
FUNCTIONAL = ("XS", "VC", "VX", "NB")
KEPT_SCRIPTS = ("LATIN", "GREEK", "DIGIT")


def _kept(piece: str) -> bool:
    """Whether a piece of the teacher is worth a row: Latin, Greek, digits, punctuation, symbols."""
    if re.fullmatch(r"\[unused\d+\]", piece):
        return False
    for character in piece:
        if unicodedata.category(character)[0] in "LN":
            name = unicodedata.name(character, "")
            if not name.startswith(KEPT_SCRIPTS) and not character.isascii():
                return False
    return True


def teacher_pieces() -> list[str]:
    """The teacher's pieces in its order, foreign scripts and unused slots left out; specials first."""
    vocabulary = json.loads((find_model(TEACHER) / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return [piece for piece in sorted(vocabulary, key=vocabulary.__getitem__) if _kept(piece)]


def english_words(texts: Iterable[str], known: set[str], *, least: int, most: int) -> list[str]:
    """Frequent words that the teacher's vocabulary would split (`tokenizer`, `backpropagation`), by count."""
    counts = Counter(word for text in texts for word in ENGLISH_WORD.findall(text.lower()))
    return [word for word, count in counts.most_common() if count >= least and word not in known][:most]


def hangul_pieces(texts: Iterable[str], size: int) -> list[str]:
    """About `size` Hangul pieces cut where morphemes meet, then every syllable of KS X 1001 in both positions.

    Pieces learned from character statistics are mostly whole words with their particles (`처리량을`, `처리에서`);
    cutting between content morphemes and before the functional tail gives `처리` one row for all of them.
    """
    counts: Counter[str] = Counter()
    words = Counter(word for text in texts for word in HANGUL_WORD.findall(text))
    kiwi = Kiwi(num_workers=1, load_multi_dict=False)
    common = list(words)
    for word, tokens in zip(common, kiwi.tokenize(common), strict=True):
        for position, (begin, end) in enumerate(_cut(tokens, len(word))):
            counts[("##" if position else "") + word[begin:end]] += words[word]
    learned = [piece for piece, count in counts.most_common(size) if count >= 3]
    known = set(learned)
    return learned + [piece for piece in syllables() if piece not in known]


def _cut(tokens: Iterable[Token], length: int) -> list[tuple[int, int]]:
    """Spans of one word: each content morpheme, functional morphemes in a row together; contractions stay whole."""
    starts: list[tuple[int, bool]] = []
    for token in tokens:
        content = token.tag[0] in "NVMXISW" and token.tag[:2] not in FUNCTIONAL
        if starts and token.start <= starts[-1][0]:
            continue
        if starts and not content and not starts[-1][1]:
            continue
        starts.append((token.start, content))
    edges = [begin for begin, _ in starts if begin > 0]
    return list(zip([0, *edges], [*edges, length], strict=True))


def syllables() -> list[str]:
    """The 2,350 syllables of KS X 1001, alone and as continuation: no ordinary Korean word is unknown."""
    common = [
        chr(code) for code in range(0xAC00, 0xD7A4) if len(chr(code).encode("euc_kr")) == 2
    ]  # Python writes the others as 8 bytes, jamo by jamo
    return common + ["##" + syllable for syllable in common]


def build_tokenizer(pieces: list[str]) -> Tokenizer:
    """A WordPiece tokenizer over `pieces` without special tokens in its output and without truncation."""
    tokenizer = Tokenizer(
        models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token=UNKNOWN, max_input_chars_per_word=100)
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True),
            normalizers.NFC(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def build_vocabulary(
    technical: list[str], general: list[str], korean: list[str], *, hangul: int, words: int
) -> list[str]:
    """All pieces: the teacher's, then up to `words` English words of each kind of text, then about `hangul` Hangul
    pieces."""
    pieces = teacher_pieces()
    for english in (technical, general):
        pieces += english_words(english, set(pieces), least=12, most=words)
    known = set(pieces)
    return pieces + [piece for piece in hangul_pieces(korean, hangul) if piece not in known]
