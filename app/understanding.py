"""Question -> query: language, kind, search tokens, filters. No language model, no case-specific rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.frame_words import is_frame_word
from app.phrases import Language
from app.question_kinds import QuestionKind, asks_for_a_clock, kind_of_question
from ingest.analyser import Analyser
from ingest.facets import NO_FILTERS, Filters
from ingest.lexical import SearchWord
from ingest.quantities import amount_of, find_quantities
from ingest.terms.bridge import TermBridge


@dataclass(frozen=True, slots=True)
class Query:
    """``text`` is the standalone question; ``words`` its content words (frame words left out), each once;
    ``corrected`` those that were taken for others (as asked, as in the corpus)."""

    text: str
    language: Language
    kind: QuestionKind
    words: tuple[SearchWord, ...]
    filters: Filters = NO_FILTERS
    asks: tuple[str, ...] = ()  # beginnings of the calendar tokens that would answer it (``week=``)
    corrected: tuple[tuple[str, str], ...] = ()

    def trace(self) -> dict[str, Any]:
        """What was searched for, as plain JSON."""
        found: dict[str, Any] = {"question": self.text, "words": [list(word.tokens) for word in self.words]}
        return found | ({"corrected": [list(pair) for pair in self.corrected]} if self.corrected else {})

    @property
    def mended(self) -> str:
        """The question with corrected words in their places: what is embedded."""
        text = self.text
        for wrong, right in self.corrected:
            text = re.sub(rf"(?<![A-Za-z]){re.escape(wrong)}(?![A-Za-z])", right, text)
        return text


_POINTS_BACK = re.compile(
    r"^(?:그럼|그러면|그리고|그건|그거|그게|그|거기|그중|그 중|이건|얘는|걔는)\b|^(?:and|then|what about|how about)\b"
    r"|\b(?:it|its|they|them|their|that one|those)\b|그\s?다음|바로\s?다음",
    re.I,
)


_ASKED_FOR = re.compile(  # names the shape of the answer, not its subject
    r"(?:몇|어느)\s*(?:주\s?차|주|월|일|시|번째|번|개|명|장|쪽)(?:에서|에|부터|까지|이야|야|인지|이)?(?![가-힣])"
    r"|(?:이름|성함)(?:이|은)?\s*(?=뭐|무엇|알려)|얼마나\s*(?:자주|많이|오래)|날짜별로|순서대로"
    r"|\bhow\s+(?:often|long|many|much)\b"
    r"|\b(?:which|what)\s+(?:week|day|date|time|lecture|slide|page|year|number|section|chapter)s?\b"
    r"|\b(?:(?:which|what)\s+(?:type|kind|sort)s?\s+of|the\s+terms?\s+for)\b",
    re.I,
)

# Endings that are analysed apart from a foreign word and would read as words of their own: 가 as "to go".
_ENDING = re.compile(r"(?<=[A-Za-z0-9])(?:가(?![가-힣])|['’]s\b)")


def understand(question: str, analyser: Analyser) -> Query:
    """A question by itself; ``app.followup`` makes those of a conversation stand by themselves."""
    words = content_words(question, analyser)
    kind = kind_of_question(question)
    return Query(question, language_of_question(question), kind, tuple(words), asks=_calendar_asked(question, kind))


def _calendar_asked(question: str, kind: QuestionKind) -> tuple[str, ...]:
    if kind is not QuestionKind.WHEN or asks_for_a_clock(question):
        return ()
    if re.search(r"(?:몇|어느)\s*(?:번째\s*)?주|\bweek\b", question, re.I):
        return ("week=",)
    if re.search(r"몇\s*(?:강|차시|회차)|\blecture\b", question, re.I):
        return ("lecture=",)
    return ("date=", "month=", "week=")


def language_of_question(question: str) -> Language:
    """Any Hangul makes it Korean."""
    return "ko" if re.search(r"[가-힣]", question) else "en"


def is_follow_up(question: str, words: Sequence[SearchWord]) -> bool:
    """It leans on what was said before: it points back, or says too little by itself. "What is CLIP?" says enough, it
    asks something of a name; "CLIP은?" does not."""
    saying = [word for word in words if not word.tokens[0][0].isdigit() and "=" not in word.tokens[0]]
    if _POINTS_BACK.search(question.strip()):
        return True
    whole = kind_of_question(question) is not QuestionKind.OTHER and any(word.name for word in saying)
    return len(saying) <= 1 and not whole


def without_frame(question: str) -> str:
    """What of a question is analysed; empty where it is all frame. A single English word of a Korean question is no
    frame: ``for`` and ``if`` are asked about."""
    words = _ENDING.sub(" ", _ASKED_FOR.sub(" ", question)).split()
    english = [word.isascii() and word.isalpha() for word in words]
    korean = language_of_question(question) == "ko"
    alone = [
        korean and now and not (before or after)
        for before, now, after in zip([False, *english], english, [*english[1:], False], strict=False)
    ]
    return " ".join(word for word, keep in zip(words, alone, strict=True) if keep or not is_frame_word(word))


def content_words(question: str, analyser: Analyser) -> list[SearchWord]:
    """The question's words without its frame ("…가 뭐야?", "tell me about …"), each once and with its translations;
    all of them when nothing else is left."""
    kept, amounts = _without_amounts(without_frame(question))
    bridge = TermBridge.load()
    beginning = question.split()[0] if question.split() else ""
    words: dict[tuple[str, ...], SearchWord] = {}
    for written, tokens in analyser.words(kept) or ([] if amounts else analyser.words(question)):
        name = _is_name(written, language_of_question(question), first=beginning.startswith(written))
        words.setdefault(tokens, SearchWord(tokens, bridge.translations(tokens, written), name=name, written=written))
    return [*words.values(), *(SearchWord((amount,), written=amount) for amount in amounts)]


def _without_amounts(text: str) -> tuple[str, list[str]]:
    """The text without its large numbers, and their search tokens: 1억 2400만 is one word, not four. Those in names
    (Llama-3-8B) stay."""
    alone = (number for number in find_quantities(text) if text[number.start - 1 : number.start] != "-")
    large = [(number, amount) for number in alone if (amount := amount_of(number))]
    for number, _ in reversed(large):
        text = f"{text[: number.start]} {text[number.end :]}"
    return text, list(dict.fromkeys(amount for _, amount in large))


def _is_name(word: str, language: Language, *, first: bool) -> bool:
    """Latin letters in a Korean question name something; in an English one capitals and digits do."""
    if any(character.isdigit() or character in "_=" for character in word):
        return True
    if not word.isascii():
        return False
    return language == "ko" or any(character.isupper() for character in word[1 if first else 0 :])
