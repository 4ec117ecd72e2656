"""What a question asks for, and by what a sentence that answers it is known (its shape)."""

from __future__ import annotations

import re
from enum import StrEnum

from app.measures import HOW_MUCH, KOREAN_MEASURE, MEASURE

_AUXILIARY = r"(?:is|are|was|were|do|does|did|will|would|should|can|could|has|have|had|must)\b"
_REQUEST = r"(?:\s*다)?\s*(?:알려|말해|나열|찾아|보여|정리|모아|적어|뽑아|뭐|[?？]?\s*$)"
# 일정 is a schedule, or "a certain" before a noun of measure.
_CERTAIN = r"한|하|치|\s*(?:구간|한도|범위|수준|비율|시간|기간|확률|개수|크기|값|이상|이하|부분|간격|횟수|길이|수의)"


# 며칠 is a date, or a number of days.
_DAYS_LONG = r"\s*(?:이나|동안|간|걸|만에|에\s*걸)"


class QuestionKind(StrEnum):
    """What shape of evidence answers the question."""

    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    NUMBER = "number"
    DEFINITION = "definition"
    HOWTO = "howto"
    WHY = "why"
    COMPARISON = "comparison"
    LIST = "list"
    CODE = "code"
    OTHER = "other"


_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.WHY,
        re.compile(r"왜(?![가-힣])|왜(?:냐|죠|지|요)|이유(?!로)|\bwhy\b|\breasons?\b|\bhow come\b", re.I),
    ),
    (
        QuestionKind.COMPARISON,
        re.compile(
            r"차이|비교|다른\s*점|(?:뭐가|무엇이|어떻게|얼마나|뭐)\s*(?:달라|다르|다른)|달라\s*[?？]|다른가|다른지"
            r"|\bvs\.?\b|differ|compar|versus|distinguish",
            re.I,
        ),
    ),
    (
        QuestionKind.LIST,
        re.compile(
            rf"(?:전부|모두){_REQUEST}|모아|뭐뭐|무엇무엇|목록|나열|어떤\s*것들|(?<!한 )종류"
            r"|(?:어떤|어느|무슨)\s*(?:자료|문서|파일|노트|슬라이드|논문)"
            r"|^\s*list\b|\blist\s+(?:all|every|the)\b|\ba\s+list\s+of\s+(?:all|the)\b"
            r"|\bwhich\s+(?:documents|files|weeks)|\bwhat\s+are\s+(?:all|the)\b",
            re.I,
        ),
    ),
    (
        QuestionKind.WHEN,
        re.compile(
            rf"언제|며칠(?!{_DAYS_LONG})|몇\s*월|날짜|일정(?!{_CERTAIN})|몇\s*주\s?차|어느\s*주|무슨\s*요일|몇\s*시(?!간)"
            rf"|\bwhen(?:['’]s\b|\s+{_AUXILIARY}|\s*[?？]?\s*$)|\b(?:tell\s+me|know|until|till|since|exactly)\s+when\b"
            r"|\bwhat\s+(?:date|day|time|week)|\bwhich\s+(?:week|day|date)"
            r"|\b(?:class|course|study|lecture|meeting|exam|session|weekly)\s+schedule\b|\bschedule\s+(?:for|in|on)\b",
            re.I,
        ),
    ),
    (QuestionKind.WHO, re.compile(r"누구|누가|발표자(?!료)|강사|저자|\bwho\b|\bwhom\b|\bwhose\b", re.I)),
    (QuestionKind.WHERE, re.compile(r"어디|장소|\bwhere\b", re.I)),
    (
        QuestionKind.NUMBER,
        re.compile(
            r"얼마|몇\s*(?!주\s?차|월|일|시(?!간))|며칠|크기|개수|수치"
            rf"|{KOREAN_MEASURE}[은는이가을를]?\s*(?:어느\s*정도|알려|말해|[?？]?\s*$)"
            rf"|{HOW_MUCH}|\bwhat\s+(?:size|percentage|value|score|year)\b"
            rf"|\bwhat\s+(?:[\w-]+\s+){{0,4}}{MEASURE}\s+(?:{_AUXILIARY}|of\b|for\b|in\b|at\b|to\b)",
            re.I,
        ),
    ),
    (
        QuestionKind.CODE,
        re.compile(
            r"(?:예제|예시|소스|구현|샘플)\s*코드|코드\s*(?:좀\s*)?(?:알려|보여|짜|작성|예제|예시|줘|있|뭐|어떻게)|코드로\s*(?:어떻게|보여|짜|쓰)"
            r"|\b(?:code|snippet)\s+(?:for|to|that|example)\b|\b(?:show|give)\s+me\s+(?:the\s+|some\s+|an?\s+)?(?:example\s+)?(?:code|snippet)\b",
            re.I,
        ),
    ),
    (
        QuestionKind.HOWTO,
        re.compile(r"어떻게|방법|하려면|\bhow\s+(?:do|can|to|should|does|is|did)\b", re.I),
    ),
    (
        QuestionKind.DEFINITION,
        re.compile(
            r"뭐야|뭔지|뭐지|무엇|뭐예요|뭔가요|이란|란\s|정의|의미|뜻|\bwhat(?:'s|\s+is|\s+are|\s+does)\b|\bdefine|meaning",
            re.I,
        ),
    ),
)

_REASON = re.compile(
    r"\b(?:because|since|due\s+to|so\s+that|in\s+order|therefore|thus|hence|reasons?|as\s+a\s+result|otherwise|prevents?"
    r"|avoids?|allows?|causes?|leads?\s+to)\b|,\s+so\b"
    r"|때문|위해|위한|므로|이유|따라서|그래서|덕분|도록|니까|[어아여해라]서(?![가-힣])|면(?=[ ,])|인해",
    re.I,
)


_ASKS_FOR_A_CLOCK = re.compile(r"몇\s*시(?!간)|\bwhat\s+time\b", re.I)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}(?::\d{2}(?!\d)|\s*시(?!간)|\s*[ap]\.?m\b)", re.I)


def asks_for_a_clock(question: str) -> bool:
    """Whether it asks for a time of the day."""
    return bool(_ASKS_FOR_A_CLOCK.search(question))


def kind_of_question(question: str) -> QuestionKind:
    """The first kind whose words it has."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), QuestionKind.OTHER)


def has_shape(kind: QuestionKind, text: str, question: str, *, dated: bool, code: bool) -> bool:
    """Whether a text has what a question of this kind asks for: a time, a date (``dated``), a number that the question
    does not name, ``code``, a reason."""
    if kind is QuestionKind.WHEN:
        return bool(_CLOCK.search(text)) if asks_for_a_clock(question) else dated
    if kind is QuestionKind.NUMBER:
        asked = set(re.findall(r"\d+", question))
        return any(number not in asked for number in re.findall(r"\d+", text))
    if kind is QuestionKind.CODE:
        return code
    return kind is QuestionKind.WHY and bool(_REASON.search(text))
