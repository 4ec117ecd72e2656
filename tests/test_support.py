"""Figures, days and names that a claim's evidence lacks are found; other wordings of what it has are not held against
it."""

from __future__ import annotations

import pytest

from app.support import unsupported


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The model has 110 million parameters.", "BERT-base has 110M parameters."),
        ("It trains 10000 times fewer parameters.", "학습 파라미터가 10,000배 줄어든다."),
        ("파라미터가 1만 배 줄어든다.", "10,000 times fewer parameters"),
        ("발표는 3월 14일이다.", "March 14, 2026: presentation by Minseo"),
        ("It takes place on 14 March 2026.", "## 2026년 3월 14일"),
        ("LoRA is taught in week 3.", "3주차: LoRA"),
        ("행렬 2개만 학습한다.", "저차원 행렬 두 개만 학습한다."),
        ("It has 2 matrices.", "only two low-rank matrices are trained"),
        ("The learning rate is 0.10.", "lr = 0.1"),
        ("LLMs are large.", "An LLM is large"),
        ("Transformers use attention.", "transformer blocks use attention"),
        ("The Transformer uses Attention.", "the transformer uses attention"),
        ("Week 3 covers attention.", "attention, week 3"),
        ("softmax를 쓴다.", "The weights come from a softmax."),
        ("Chapter 5 is next.", "CH5. 어텐션"),
        ("Batch normalisation helps. Then it converges.", "batch norm helps and it converges"),
    ],
)
def test_the_same_said_otherwise_is_supported(claim: str, quote: str) -> None:
    assert unsupported(claim, [quote], []) == []


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("It has 12 layers.", "It has 24 layers.", ["12"]),
        ("It has 110 million parameters.", "It has 110 parameters.", ["110 million"]),
        ("It is on March 15.", "It is on March 14.", ["March 15"]),
        ("It is on March 14, 2027.", "2026년 3월 14일", ["March 14, 2027"]),
        ("It was proposed by Hinton.", "It was proposed by Vaswani et al.", ["Hinton"]),
        ("QLoRA를 쓴다.", "LoRA를 쓴다.", ["QLoRA"]),
        ("GPT-4로 학습했다.", "GPT-2로 학습했다.", ["GPT-4"]),
        ("It reaches 98.7 points.", "It reaches 97.8 points.", ["98.7"]),
        ("Week 4 covers it.", "Week 3 covers it.", ["4"]),
    ],
)
def test_what_the_evidence_lacks_is_named(claim: str, quote: str, missing: list[str]) -> None:
    assert unsupported(claim, [quote], []) == missing


def test_a_name_may_stand_beside_the_quote_and_a_number_may_not() -> None:
    quote, beside = "It freezes the weights.", "LoRA was proposed in 2021. It freezes the weights."
    assert unsupported("In short, LoRA freezes the weights.", [quote], [beside]) == []
    assert unsupported("In short, LoRA of 2021 freezes the weights.", [quote], [beside]) == ["2021"]
