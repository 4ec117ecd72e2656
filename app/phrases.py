"""Every fixed phrase of the answers, in both languages. They claim nothing about the course."""

from __future__ import annotations

from typing import Literal

Language = Literal["ko", "en"]

_PHRASES: dict[str, dict[Language, str]] = {
    "refuse": {"ko": "자료에서 답을 찾지 못했어요.", "en": "The materials do not answer this."},
    "refuse_part": {
        "ko": "자료에서 찾지 못한 질문: {question}",
        "en": "Not in the materials: {question}",
    },
    "corrected": {
        "ko": "‘{wrong}’ 대신 ‘{right}’(으)로 찾았어요.",
        "en": "Searched for “{right}” instead of “{wrong}”.",
    },
    "partial": {
        "ko": "자료에는 이 부분만 나와요.",
        "en": "The materials answer only a part of this.",
    },
    "no_week": {
        "ko": "자료에는 {week}주차가 없어요.",
        "en": "The materials have no week {week}.",
    },
    "no_answer_of_model": {
        "ko": "{why} 아래는 자료에서 그대로 옮긴 답이에요.",
        "en": "{why} The answer below is quoted from the materials.",
    },
    "model_not_installed": {
        "ko": "언어 모델을 부를 수 없어요. 이름(provider:name)을 확인하고 그 패키지를 설치해 주세요:"
        " pip install langchain-…",
        "en": "The language model is not available. Check its name (provider:name) and install its package:"
        " pip install langchain-…",
    },
    "model_no_key": {
        "ko": "언어 모델의 키가 없어요. 제공자의 환경 변수(예: OPENAI_API_KEY)에 넣어 주세요.",
        "en": "The language model's key is missing. Put it into the provider's variable (OPENAI_API_KEY, for example).",
    },
    "model_rejected": {
        "ko": "언어 모델이 요청을 거절했어요. 모델 이름과 키를 확인해 주세요.",
        "en": "The language model rejected the request. Check the model's name and the key.",
    },
    "model_unreachable": {
        "ko": "언어 모델 서버에 연결하지 못했어요.",
        "en": "The language model's server cannot be reached.",
    },
    "model_busy": {
        "ko": "언어 모델이 지금 바빠요(요청 제한).",
        "en": "The language model is busy (rate limit).",
    },
    "model_server": {
        "ko": "언어 모델 서버에 오류가 났어요.",
        "en": "The language model's server failed.",
    },
    "model_timeout": {
        "ko": "언어 모델이 시간 안에 답하지 않았어요.",
        "en": "The language model did not answer in time.",
    },
    "model_cut_off": {
        "ko": "언어 모델의 답이 중간에 끊겼어요.",
        "en": "The language model's answer was cut off.",
    },
    "model_malformed": {
        "ko": "언어 모델의 답을 읽을 수 없었어요.",
        "en": "The language model's answer could not be read.",
    },
    "model_unverified": {
        "ko": "언어 모델의 답을 자료에서 확인하지 못했어요.",
        "en": "The language model's answer could not be verified in the materials.",
    },
    "model_cancelled": {
        "ko": "언어 모델의 답을 멈췄어요.",
        "en": "The language model was stopped.",
    },
    "claims_dropped": {
        "ko": "자료에서 확인되지 않은 문장 {count}개는 뺐어요.",
        "en": "Left out, not verified in the materials: {count}.",
    },
    "style_needs_model": {
        "ko": "짧은 답과 힌트는 언어 모델이 있어야 해요. 아래는 자료에서 그대로 옮긴 답이에요.",
        "en": "Brief answers and hints need a language model. The answer below is quoted from the materials.",
    },
}


def phrase(name: str, language: Language, **values: object) -> str:
    """A phrase in the asker's language."""
    return _PHRASES[name][language].format(**values)
