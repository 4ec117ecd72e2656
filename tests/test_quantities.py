"""Large numbers are one search token, however they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.analyser import Analyser
from ingest.quantities import amount_tokens, find_quantities


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1억 2,400만이 아니라 1억 6300만 개", [124_000_000, 163_000_000]),
        ("5천만 원과 2만5000 단어", [50_000_000, 25_000]),
        ("1조 5천억 토큰", [1_500_000_000_000]),
        ("124 million, 175-billion or 1.5 trillion", [124_000_000, 175_000_000_000, 1_500_000_000_000]),
        ("Llama-3-8B, llama3:8b, 350k, 163,009,536", [8_000_000_000, 8_000_000_000, 350_000, 163_009_536]),
        ("GPT-3, week3, v2 and 16GB in 2024", [16, 2024]),
    ],
)
def test_values(text: str, values: list[int]) -> None:
    assert [quantity.value for quantity in find_quantities(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize("text", ["1억 6300만", "163 million", "163M", "163,009,536 parameters", "1억6,300만 개"])
def test_one_amount_has_one_token(text: str, analyser: Analyser) -> None:
    assert list(amount_tokens(text)) == ["amount=1.63e+8"]
    assert "amount=1.63e+8" in analyser.tokens(text)


def test_small_numbers_are_words_like_others() -> None:
    assert list(amount_tokens("3주차, 1,200 characters, 2025년, 99 bottles, 4K")) == []


@given(st.integers(10_000, 10**13))
def test_commas_change_nothing(number: int) -> None:
    assert list(amount_tokens(str(number))) == list(amount_tokens(f"{number:,}")) != []


@given(st.text("0123456789.,-십백천만억조 kKMBbTGPaz가", max_size=40))
def test_places_are_in_order_and_hold_a_digit(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert any(character.isdigit() for character in text[quantity.start : quantity.end])
        end = quantity.end
