"""Where a Korean line ends: between two words, or inside one?

Word processors wrap Korean at any syllable, and the PDF keeps no trace of which wraps were word spaces. The
document itself is the best witness: its words, as they stand inside its lines. Where it is silent, the
syllables decide: particles and endings close a word, and few words are one syllable long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

HANGUL = re.compile("[가-힣]")
HANGUL_WORD = re.compile("[가-힣]+")
OPENING = "([{<‘“「『《〈"
CLOSING = ")]}>’”」』》〉.,;:!?%…"

# Judged on 60 Wikipedia articles and 40 course pages, wrapped at 38 characters: see ``evidence``.
ENDINGS = frozenset("은는을를의에과와도로서고며면지만게든가다요까나한된될할인적던")  # mostly close a word
OBJECTS = frozenset("을를은는에의")  # close it almost always
PARTICLE = re.compile(
    "은|는|이|가|을|를|의|에|에서|에게|에는|에도|과|와|도|로|으로|로는|만|까지|부터|라는|이다|인|이며|들|들은|들이|들을"
)
BOUND = re.compile(  # what verbs and nouns end in, but hardly a word begins with
    "습니|니다|합니|했|하였|였|었|겠|됩니|되었|되어|되고|에서|에게|으로|이라|라는|적인|적으|적이|들[이은을의에]|하는|하고|하여|하기|하면|한다|된다|되는|시키|시켰"
)
LONE = frozenset(
    "이그저수것등및한두세네더할될된때안약또각위후전중간본총왜잘못다즉내제새첫매좀꼭"
)  # words of one syllable
AFTER_SPACE = frozenset("수것등및때더안약또각후중간위내")  # those of them that no word ends in
COUNTERS = frozenset("월일년개명시분초번장회차위대호만천억원점배쪽강주단세살종편건권줄행열층")


class Vocabulary:
    """The Hangul words of a document as they stand inside its lines, and what they begin with."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._heads: Counter[str] = Counter()
        for line in lines:
            for word in line.split()[1:-1]:  # the first and the last word may be halves
                for run in HANGUL_WORD.findall(word):
                    self._words[run] += 1
                    self._heads.update(run[:length] for length in range(1, len(run) + 1))

    def words(self, word: str) -> int:
        return self._words[word]

    def heads(self, head: str) -> int:
        """How many words begin with ``head``."""
        return self._heads[head]


def is_word_boundary(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether a space belongs between a line's last word ``before`` and the next line's first, ``after``."""
    if not (HANGUL.match(before[-1:]) and HANGUL.match(after[:1])):
        return _at_the_seam_of_scripts(before, after)
    return evidence(before, after, vocabulary) > 0


def evidence(before: str, after: str, vocabulary: Vocabulary) -> float:
    """Positive for a word boundary between two Hangul syllables, negative for the inside of a word."""
    tail = HANGUL_WORD.findall(before)[-1]
    head = HANGUL_WORD.findall(after)[0]
    joined = max(
        (vocabulary.heads(tail + head[:n]) / (1 + 0.5 * (len(head) - n)) for n in (len(head), 2, 1) if n <= len(head)),
        default=0,
    )
    apart = min(vocabulary.words(tail), vocabulary.heads(head[:2]))
    score = 1.5 * (apart > 0) - 1.5 * (joined > 0) + 0.2 * (min(apart, 5) - min(joined, 5))
    score += 0.8 if tail[-1] in ENDINGS and len(before) > 1 else -0.4
    score += 0.8 if len(head) > 1 else -0.8
    if head in AFTER_SPACE and _ends_in_rieul(tail):  # "할 수", "볼 때"
        return 3.0
    if len(before) == 1:
        score += 0.5 if tail in LONE else -1.5
    if PARTICLE.fullmatch(head):
        score -= 2.5
    elif BOUND.match(head):
        score -= 1.0 if tail[-1] in OBJECTS and len(before) > 1 else 2.5
    elif head in AFTER_SPACE:
        score += 1.8
    return score


def _ends_in_rieul(word: str) -> bool:
    """Whether the last syllable ends in ㄹ, as verbs do before a bound noun."""
    return (ord(word[-1]) - ord("가")) % 28 == 8


def _at_the_seam_of_scripts(before: str, after: str) -> bool:
    if before[-1:] in OPENING or after[:1] in CLOSING:
        return False
    if not HANGUL.match(after[:1]):
        return after[:1] not in OPENING or before[-1:] in CLOSING
    run = HANGUL_WORD.findall(after)[0]
    if before[-1:].isdigit() and run[0] in COUNTERS:
        return False
    return before[-1:] in ".,;:!?%…" or not (PARTICLE.fullmatch(run) or BOUND.match(run))
