"""Question -> query: language, kind, search tokens, filters. No language model, no case-specific rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.phrases import Language
from ingest.analyser import Analyser
from ingest.facets import Filters


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


@dataclass(frozen=True, slots=True)
class Query:
    """``text`` is the standalone question; ``tokens`` its content tokens by weight (frame words left out)."""

    text: str
    language: Language
    kind: QuestionKind
    tokens: dict[str, float]
    filters: Filters = Filters()


_KINDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.COMPARISON,
        re.compile(
            r"차이|비교|다른\s*점|뭐가\s*달라|어떻게\s*달라|다르|\bvs\.?\b|differ|compar|versus|distinguish",
            re.I,
        ),
    ),
    (
        QuestionKind.LIST,
        re.compile(
            r"전부|모두|모아|뭐뭐|무엇무엇|목록|나열|어떤\s*것들|종류|list\b|which\s+(?:documents|files|weeks)|what\s+are\s+(?:all|the)",
            re.I,
        ),
    ),
    (
        QuestionKind.WHEN,
        re.compile(
            r"언제|며칠|몇\s*월|날짜|일정|몇\s*주\s?차|어느\s*주|무슨\s*요일|몇\s*시|when\b|what\s+(?:date|day|time|week)|which\s+(?:week|day|date)|schedule",
            re.I,
        ),
    ),
    (QuestionKind.WHO, re.compile(r"누구|누가|발표자|강사|저자|who\b|whom\b|whose\b", re.I)),
    (QuestionKind.WHERE, re.compile(r"어디|장소|where\b", re.I)),
    (
        QuestionKind.NUMBER,
        re.compile(
            r"얼마|몇\s*(?!주\s?차|월|일|시)|how\s+(?:many|much|long|large|big|fast|often|far|old)|크기|개수|수치|what\s+(?:size|percentage|value|score|year)",
            re.I,
        ),
    ),
    (QuestionKind.WHY, re.compile(r"왜\b|왜\s|이유|why\b|reason", re.I)),
    (QuestionKind.HOWTO, re.compile(r"어떻게|방법|하려면|how\s+(?:do|can|to|should|does|is|did)\b", re.I)),
    (
        QuestionKind.DEFINITION,
        re.compile(
            r"뭐야|뭔지|뭐지|무엇|뭐예요|뭔가요|이란|란\s|정의|의미|뜻|what(?:'s|\s+is|\s+are|\s+does)\b|define|meaning",
            re.I,
        ),
    ),
)

_FRAME_KO = re.compile(
    r"^(?:(?:뭐|뭔|무엇|무슨|뭘|어떤|어느|언제|어디|누구|누가|왜|어떻게|얼마|얼마나|몇|며칠|각각|혹시|그럼|그러면|그|저|이|좀|더|다|거|것|수|때|건|게|걸|데|점"
    r"|알려|설명|말|얘기|이야기|가르쳐|정리|요약|소개|나와|나오|있|없|하|되|해|돼|줘|주세요|줄래|싶|보|대해|대한|관련|관해|짧게|간단히|자세히|전부|모두|모아"
    r"|자료|강의|수업|문서|글|내용|부분|질문)"
    r"(?:이|가|은|는|을|를|에|에서|로|으로|도|만|야|이야|예요|이에요|인가요|인지|지|니|냐|어|아|요|여|였어|었어|였지|었지|했어|했지|돼|되나요|하나요|해요|해줘|해주세요|줘|주세요|줄래"
    r"|나요|까요|습니까|입니까|래|더라|던데|던|는데|은데|인데|하고|해서|하면|되면|라고|이라고|다고|란|이란|들|의|랑|이랑|과|와|들은|뭐|게)*)$"
)
_FRAME_EN = frozenset(
    "a an the is are was were be been being do does did done has have had having can could may might must shall should"
    " will would i me my we us our you your he him his she her it its they them their this that these those there here"
    " what which who whom whose when where why how of in on at to for from by with about into over under between as and"
    " or but if then than so not no nor only also too very just any some all each every both more most much many such"
    " s t re ll ve d m please tell show explain give say said says mention mentions mentioned mean means called name"
    " materials material course document documents file files notes".split()
)


def understand(question: str, history: Sequence[str], analyser: Analyser) -> Query:
    """A follow-up takes the content words of the question before it, at half weight."""
    tokens = content_tokens(question, analyser)
    text = question
    if history and is_follow_up(question, tokens):
        text = f"{history[-1]} {question}"
        for token, weight in content_tokens(history[-1], analyser).items():
            tokens.setdefault(token, 0.5 * weight)
    return Query(text, language_of_question(question), kind_of_question(question), tokens)


def language_of_question(question: str) -> Language:
    """Any Hangul makes it Korean."""
    return "ko" if re.search(r"[가-힣]", question) else "en"


def kind_of_question(question: str) -> QuestionKind:
    """The first kind whose words it has."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), QuestionKind.OTHER)


def is_follow_up(question: str, tokens: dict[str, float]) -> bool:
    """It leans on what was said before: it points back, or says too little by itself."""
    points_back = re.search(
        r"^(?:그럼|그러면|그리고|그건|그거|그게|그|거기|그중|그 중|이건|얘는|걔는)\b|^(?:and|then|what about|how about)\b"
        r"|\b(?:it|its|they|them|their|that one|those)\b|그\s?다음|바로\s?다음",
        question.strip(),
        re.I,
    )
    words = {token for token in tokens if not token.startswith("_")}
    return bool(points_back) or len(words) <= 1


def content_tokens(question: str, analyser: Analyser) -> dict[str, float]:
    """Search tokens of the question without its frame ("…가 뭐야?", "tell me about …"); all of them when nothing else
    is left."""
    kept = " ".join(word for word in re.split(r"\s+", question) if not _is_frame(word))
    tokens = analyser.tokens(kept) or analyser.tokens(question)
    weights: dict[str, float] = {}
    for token in tokens:
        weights[token] = 1.0
    return weights


def _is_frame(word: str) -> bool:
    bare = word.strip("?!.,;:()[]\"'“”‘’~…").lower()
    if not bare:
        return True
    return bare in _FRAME_EN or (bare.isascii() and bare.split("'")[0] in _FRAME_EN) or bool(_FRAME_KO.match(bare))
