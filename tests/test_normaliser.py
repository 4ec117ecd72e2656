"""Quotes are found again whatever the spacing and marks."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ingest.normaliser import find_quote, strip_marks


def test_marks_and_white_space_do_not_count() -> None:
    page = "## **LoRA**: 원래 가중치를\n얼리고 `rank` 만"
    span = find_quote("LoRA: 원래 가중치를 얼리고 rank만", page)
    assert span is not None
    assert page[slice(*span)] == "LoRA**: 원래 가중치를\n얼리고 `rank` 만"


def test_decomposed_hangul_is_found() -> None:
    page = unicodedata.normalize("NFD", "첫 줄. 역전파는 미분이다.")
    span = find_quote("역전파는 미분", page)
    assert span is not None
    assert unicodedata.normalize("NFC", page[slice(*span)]) == "역전파는 미분"


def test_an_empty_quote_is_nowhere() -> None:
    assert find_quote("**", "some text") is None


@given(st.text(alphabet="ab 가나\n*_`#", min_size=1, max_size=40), st.data())
def test_any_part_of_a_page_is_found(page: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, len(page)))
    wanted = strip_marks(page[start:end])
    found = find_quote(page[start:end], page)
    assert (found is None) == (wanted == "")
    if found:
        assert strip_marks(page[slice(*found)]) == wanted
