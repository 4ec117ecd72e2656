"""What a question that asks for a number wants counted or measured, and the words beside the numbers of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.quantities import find_quantities

MEASURE = (
    r"(?:rate|score|size|percentage|value|year|dimension|number|accuracy|length|count|price|cost|fee|frequency|ratio"
    r"|speed|threshold|temperature|(?:validation|training|test|final)\s+loss)"
)
KOREAN_MEASURE = r"(?:점수|비율|확률|정확도|학습률|차원|용량|가격|요금|비용|횟수|속도|\s수)"
HOW_MUCH = r"\bhow\s+(?:many|much|long|large|big|fast|often|far|old)\b"
_ASKED = re.compile(rf"{HOW_MUCH}|\bwhat\b(?=\s+(?:[\w-]+\s+){{0,4}}{MEASURE}\b)", re.I)
_KOREAN_ASKED = re.compile(rf"얼마|몇|며칠|(?P<measure>크기|개수|수치|{KOREAN_MEASURE})")
_FUNCTION_WORD = re.compile(
    r"is|are|was|were|do|does|did|will|would|should|can|could|may|might|has|have|had|must"
    r"|of|for|in|at|to|on|per|with|when|than|the|a|an|you|we|it",
    re.I,
)
_ENDED = re.compile(r"(?:은|는|이|가|을|를|에|에서|의|로|와|과|랑|도|면|고|서|때|해|한|된|할|던|께|부터|까지)$")
_HOW_EXACTLY = frozenset(["총", "최대", "최소", "약", "대략", "보통", "평균", "각각", "전부", "모두", "전체"])
_COUNTERS = "개|가지|번|명|사람|분|장|쪽|권|대|단계|층|배|줄|행|열|축|차례|시간|달|주|해|살|곳|군데|마리|그루|팀|쌍|벌"
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|half|twice|doubled?"
    r"|halved|tripled?|daily|weekly|monthly|yearly|hourly)\b"
    rf"|(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서른|마흔|쉰|몇십|수십|수백|수천|수만)\s?(?:{_COUNTERS})"
    r"|(?<![가-힣])(?:하루|이틀|사흘|나흘|닷새|일주일|보름|한나절|매일|매주|매달|매년|절반)",
    re.I,
)
_MOST_WORDS = 3
_BESIDE = 6  # words on either side


def measured_words(question: str) -> tuple[str, ...]:
    """The words that name what is measured: of "How many GPU hours did it take" GPU and hours, of "지수 알파는 얼마야"
    지수 and 알파는. Empty where none can be told."""
    if asked := _ASKED.search(question):
        found: list[str] = []
        for word in re.findall(r"[\w.+-]+", question[asked.end() :]):
            if not _FUNCTION_WORD.fullmatch(word):
                found.append(word)
            elif found:
                break
        return tuple(found[:_MOST_WORDS])
    if korean := _KOREAN_ASKED.search(question):
        end = korean.end() if korean["measure"] else korean.start()
        before = [word for word in question[:end].split() if word not in _HOW_EXACTLY][-2:]
        return tuple(before[-1:] if len(before) == 2 and _ENDED.search(before[0]) else before)
    return ()


def number_windows(text: str, question: str) -> list[str]:
    """Of each number in a text, in figures or in words, that the question does not name itself: it and the words
    around it."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    found = []
    for number in _numbers_beyond(text, question):
        at = next(i for i, (_, end) in enumerate(words) if number < end)
        begin, stop = words[max(0, at - _BESIDE)][0], words[min(len(words) - 1, at + _BESIDE)][1]
        found.append(text[begin:stop])
    return found


def _numbers_beyond(text: str, question: str) -> Iterator[int]:
    """Where the numbers of a text begin that the question does not name itself."""
    named = {number.value for number in find_quantities(question)}
    yield from (number.start for number in find_quantities(text) if number.value not in named)
    yield from (match.start() for match in _NUMBER_WORD.finditer(text))
