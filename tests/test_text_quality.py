from __future__ import annotations

import pytest

from ingest.readers.text_quality import is_garbled

ENGLISH = (
    "Attention lets every token look at every other token of the sequence, however far away it stands, and the "
    "weights of all heads are learned together with the rest of the network from nothing but the text itself, so "
    "that nobody has to say which words belong to each other and which ones only happen to stand side by side."
)
KOREAN = "어텐션은 모든 토큰이 다른 모든 토큰을 바라보게 한다. 멀리 떨어져 있어도 상관없다. 가중치는 학습으로 정해진다."
CODE = "def f(x):\n    return [y ** 2 for y in range(x) if y % 2 == 0 and y != 4]\n" * 3


@pytest.mark.parametrize("text", ["", "12", ENGLISH, KOREAN, CODE, "∀x ∈ X ∃y: f(x) ≤ y ∧ g(y) ≠ ∅ " * 8])
def test_what_people_write_is_no_garbage(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        "\ue001\ue002\ue003 \ue004\ue005" * 20,
        "\x01\x02\x03\x04" * 30,
        KOREAN.encode("cp949").decode("latin-1"),
        "".join(chr(ord(c) - 29) if c.isalpha() else c for c in ENGLISH).replace("'", "") + "\ufffd" * 200,
        " ".join(word.translate(str.maketrans("aeiouy", "bcdfgh")) for word in ENGLISH.split()),
    ],
)
def test_letters_that_mean_nothing_are_noticed(text: str) -> None:
    assert is_garbled(text)
