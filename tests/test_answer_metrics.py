"""EM and F1 on examples worked by hand from the official SQuAD and KorQuAD definitions."""

import pytest

from eval.answer_metrics import answer_contained, english_tokens, exact_match, f1, korean_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The Eiffel-Tower.", ["eiffeltower"]),
        ("  an  Apple a day ", ["apple", "day"]),
        ("theatre", ["theatre"]),  # an article only as a whole word
        ("U.S. Army's", ["us", "armys"]),
        ("“quoted” — text", ["“quoted”", "—", "text"]),  # only ASCII punctuation goes
        ("the", []),
    ],
)
def test_squad_normalisation(text: str, tokens: list[str]) -> None:
    assert english_tokens(text) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("《춘향전》(소설)", ["춘향전", "소설"]),  # brackets part words
        ("1989년 2월 15일.", ["1989년", "2월", "15일"]),
        ("GPT-4", ["gpt4"]),  # other punctuation joins them
        ("'님' ‘임’ 〈책〉", ["님", "임", "책"]),
        ("a the 책", ["a", "the", "책"]),  # no articles in Korean
    ],
)
def test_korquad_normalisation(text: str, tokens: list[str]) -> None:
    assert korean_tokens(text) == tokens


def test_exact_match_takes_the_best_accepted_answer() -> None:
    assert exact_match("the Normans", ["Vikings", "Normans"], "en") == 1.0
    assert exact_match("Normans came", ["Normans"], "en") == 0.0
    assert exact_match("《춘향전》", ["춘향전"], "ko") == 1.0


def test_f1_counts_words_in_english() -> None:
    assert f1("in 10th century", ["10th century"], "en") == pytest.approx(0.8)
    assert f1("to be or not to be", ["to be"], "en") == pytest.approx(2 * (2 / 6) * 1 / (2 / 6 + 1))
    assert f1("cat", ["dog"], "en") == 0.0
    assert f1("cat", ["dog", "the cat"], "en") == 1.0


def test_f1_counts_characters_in_korean() -> None:
    assert f1("1989년에", ["1989년"], "ko") == pytest.approx(10 / 11)
    assert f1("15일 2월", ["2월 15일"], "ko") == 1.0  # a multiset: order does not matter
    assert exact_match("15일 2월", ["2월 15일"], "ko") == 0.0


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_accepted_answers_only_the_refusal_is_right(language: str) -> None:
    assert exact_match("", [], language) == f1("", [], language) == 1.0
    assert exact_match("something", [], language) == f1("something", [], language) == 0.0
    assert answer_contained("something", [], language) is None


def test_accepted_answers_of_nothing_do_not_count() -> None:
    assert exact_match("", ["the", "cat"], "en") == 0.0
    assert exact_match("", ["the"], "en") == 1.0  # nothing is left to accept: SQuAD 2.0 takes the empty answer


def test_an_answer_in_a_sentence_is_contained() -> None:
    assert answer_contained("The Normans came from Normandy.", ["normandy"], "en") == 1.0
    assert answer_contained("The Norman conquest", ["Normans"], "en") == 0.0  # whole tokens only
    assert answer_contained("그것은 1989년 2월 15일이다.", ["1989년 2월 15일"], "ko") == 1.0
    assert answer_contained("모른다", ["1989년"], "ko") == 0.0
