"""Words that frame a question and say nothing of its subject: "…가 뭐야?", "tell me about …"."""

from __future__ import annotations

import re

_ENGLISH = frozenset(
    """
    a an the is are was were be been being do does did done has have had having can could may might must shall should
    will would i me my we us our you your he him his she her it its they them their this that these those there here
    what which who whom whose when where why how of in on at to for from by with about into over under between as and
    or but if then than so not no nor only also too very just any some all each every both more most much many such
    please tell show explain give say said says mention mentions mentioned mean means call called name names named
    known cover covers covered need needs needed discuss discusses discussed describe describes described
    according ca wo materials material course document documents file files notes
    """.split()  # noqa: SIM905 (a page of quoted words reads worse)
)
_KOREAN_STEMS = """
    뭐 뭔 무엇 무슨 뭘 어떤 어느 언제 어디 누구 누가 왜 어떻게 얼마 얼마나 몇 며칠 각각 혹시 그럼 그러면 그 저 이
    좀 더 다 거 것 수 때 건 게 걸 데 점 알려 설명 말 얘기 이야기 가르쳐 정리 요약 소개 나와 나오 있 없 하 되 해 돼
    줘 주세요 줄래 싶 보 대해 대한 관련 관해 짧게 간단히 자세히 전부 모두 모아 자료 강의 수업 문서 글 내용 부분 질문
    배워 배우 배웠 배운 다뤄 다루 다뤘 걸쳐 언급 나왔 나온 뭐뭐 했 됐 그랬 필요 이거 그거 저거 말고 있잖아
    그건 그걸 이건 이걸 저건 저걸 얘 걔 쟤
    """.split()  # noqa: SIM905
_KOREAN_ENDINGS = """
    이 가 은 는 을 를 에 에서 서 로 으로 도 만 야 이야 예요 이에요 인가요 인지 지 니 냐 어 아 요 여 였어 었어 였지 었지
    했어 했지 돼 되나요 하나요 해요 해줘 해주세요 줘 주세요 줄래 나요 까요 습니까 입니까 래 더라 던데 던 는데 은데 인데
    하고 해서 하면 되면 라고 이라고 다고 란 이란 들 의 랑 이랑 과 와 뭐 게
    된 하는 되는 나 던가 더라고 는지 었더라 지요
    """.split()  # noqa: SIM905
_ASKING = "뭐 거 언제 언제언제 어디 어디어디 누구 누구누구 얼마 며칠".split()  # noqa: SIM905
_AFTER_ASKING = "였 음 임 고 죠 쯤 씩 까지 부터".split()  # noqa: SIM905 (but 게임, 다음, 보고서 are subjects)
_ENDED = f"(?:{'|'.join(_KOREAN_ENDINGS)}){{0,5}}"  # bounded: 이야 is 이 and 야 too, n of them have 2^n readings
_ACTION = (
    f"(?:{'|'.join(stem for stem in _KOREAN_STEMS if len(stem) > 1)})(?:해|한|할|하)"  # 언급하는; but 이해 is a subject
)
_ASKED = f"(?:{'|'.join(_ASKING)})(?:{'|'.join(_KOREAN_ENDINGS + _AFTER_ASKING)}){{0,5}}"
_KOREAN = re.compile(f"(?:(?:{'|'.join(_KOREAN_STEMS)})|{_ACTION}){_ENDED}|{_ASKED}")


def is_frame_word(word: str) -> bool:
    """Whether a space-separated word, punctuation at its ends ignored, is only frame."""
    bare = word.strip("?!.,;:()[]\"'“”‘’~…").lower().replace("’", "'")
    stem = bare.removesuffix("n't").split("'")[0]
    return not bare or stem in _ENGLISH or bool(_KOREAN.fullmatch(bare))
