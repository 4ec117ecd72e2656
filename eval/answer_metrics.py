"""Answer metrics: exact match and token F1 as the SQuAD and KorQuAD leaderboards define them.

Both compare an answer with each accepted answer and keep the best. An empty list of accepted answers means
that the materials do not hold the answer: then the empty answer (a refusal) scores 1 and any other 0, as in
SQuAD 2.0. Accepted answers of which nothing is left after normalisation do not count, as in the official
script.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)
_KOREAN_BRACKETS = str.maketrans(dict.fromkeys("'\"《》<>〈〉()‘’", " "))


def english_tokens(text: str) -> list[str]:
    """SQuAD: lower case, ASCII punctuation and the articles a, an, the removed, split at white space.

    "The Eiffel-Tower." -> ["eiffeltower"].  Rajpurkar et al., arXiv 1806.03822, official evaluation script
    v2.0.
    """
    return _ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split()


def korean_tokens(text: str) -> list[str]:
    """KorQuAD: brackets and quotation marks become spaces, then lower case, ASCII punctuation removed, split.

    "《춘향전》(소설)" -> ["춘향전", "소설"].  Lim, Kim, Lee, KorQuAD 1.0, official evaluation script.
    """
    return text.translate(_KOREAN_BRACKETS).lower().translate(_WITHOUT_PUNCTUATION).split()


def exact_match(answer: str, accepted: Sequence[str], language: str) -> float:
    """EM = 1 if the normalised tokens of the answer equal those of one accepted answer, else 0.

    "the Normans" against ["Normans"], en -> 1.
    """
    tokens = _tokeniser(language)
    return float(any(tokens(answer) == one for one in _accepted(accepted, language)))


def f1(answer: str, accepted: Sequence[str], language: str) -> float:
    """F1 = 2PR / (P + R), P and R over the shared units (a multiset); the best over the accepted answers.

    Units are tokens in English and characters of the tokens in Korean, as each official script has it. When
    one side has no units, F1 is 1 if both have none, else 0. "in 10th century" against ["10th century"], en:
    P = 2/3, R = 1, F1 = 0.8. "1989년에" against ["1989년"], ko: P = 5/6, R = 1, F1 = 0.9091.
    """
    given = _units(_tokeniser(language)(answer), language)
    return max(_overlap_f1(given, _units(one, language)) for one in _accepted(accepted, language))


def answer_contained(answer: str, accepted: Sequence[str], language: str) -> float | None:
    """1 if the answer holds one accepted answer: as a run of whole tokens (English), as characters (Korean),
    else 0.

    For answers in sentences, which EM and F1 punish for their length. None when nothing is accepted, or
    nothing of it is left after normalisation: there is nothing to hold then.
    """
    tokens = _tokeniser(language)
    wanted = _accepted(accepted, language)
    if wanted == [[]]:
        return None
    if language == "ko":
        whole = "".join(tokens(answer))
        return float(any("".join(one) in whole for one in wanted))
    padded = f" {' '.join(tokens(answer))} "
    return float(any(f" {' '.join(one)} " in padded for one in wanted))


def _tokeniser(language: str) -> Callable[[str], list[str]]:
    return korean_tokens if language == "ko" else english_tokens


def _accepted(texts: Sequence[str], language: str) -> list[list[str]]:
    """The tokens of each accepted answer; the empty answer alone when there is none."""
    tokens = _tokeniser(language)
    return [one for one in map(tokens, texts) if one] or [[]]


def _units(tokens: list[str], language: str) -> list[str]:
    return [character for token in tokens for character in token] if language == "ko" else tokens


def _overlap_f1(given: list[str], wanted: list[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    shared = (Counter(given) & Counter(wanted)).total()
    if not shared:
        return 0.0
    part, whole = shared / len(given), shared / len(wanted)
    return 2 * part * whole / (part + whole)
