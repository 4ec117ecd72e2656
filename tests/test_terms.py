"""The term bridge: what is looked up, and how its table is made."""

from pathlib import Path

import numpy as np
import pytest

from app.frame_words import is_frame_word
from app.understanding import content_words
from ingest.analyser import Analyser
from ingest.korean import misread
from ingest.terms import train
from ingest.terms.bridge import TermBridge
from ingest.terms.glossary import dictionary, glossary
from ingest.terms.train import english_tokens, glossary_tables, korean_tokens, link, table_of


def words(text: str, analyser: Analyser) -> list[tuple[str, ...]]:
    return [tokens for _, tokens in analyser.words(text)]


def test_terms_meet_across_languages(analyser: Analyser) -> None:
    bridge = TermBridge.load()
    (korean,) = words("양자화", analyser)
    assert "quantiz" in dict(bridge.translations(korean))
    (english,) = words("quantization", analyser)
    assert set(dict(bridge.translations(english))) & set(korean)


def test_the_whole_word_goes_before_its_parts() -> None:
    bridge = TermBridge({"역전파": (("backpropag", 0.7),), "역": (("station", 0.5),), "전파": (("propag", 0.6),)})
    assert bridge.translations(("역", "전파", "_역전", "_전파")) == (("backpropag", 0.7),)
    assert dict(bridge.translations(("역", "_역"))) == {"station": 0.5}
    assert bridge.translations(("week=7",)) == ()


def test_probabilities_come_from_parallel_text(analyser: Analyser) -> None:
    pairs = [
        ("the loss falls", "손실 감소"),
        ("the loss rises", "손실 증가"),
        ("the gradient falls", "기울기 감소"),
        ("the gradient rises", "기울기 증가"),
    ] * 3
    links, korean, english = link(
        [korean_tokens(k, analyser) for _, k in pairs], [english_tokens(e, analyser) for e, _ in pairs]
    )
    table = table_of(links, korean, english, reverse=False)
    assert table["손실"][0][0] == "loss"
    assert table["기울기"][0][0] == "gradient"
    back = table_of(links, english, korean, reverse=True)
    assert back["rise"][0][0] == "증가"
    assert all(0 < p <= 1 + 1e-9 for entry in table.values() for _, p in entry)
    assert np.isclose(sum(p for _, p in table["손실"]), 1.0, atol=0.2)


def test_a_glossary_line_gives_both_directions(analyser: Analyser) -> None:
    table = glossary_tables({"양자화": ["quantization"]}, analyser, {})
    assert dict(table["양자화"]) == {"quantiz": 0.7}
    assert "양자화" in dict(table["quantiz"])


def test_a_part_of_a_term_is_no_translation_unless_it_means_it(analyser: Analyser) -> None:
    table = glossary_tables({"손실함수": ["loss"]}, analyser, {"손실": [("loss", 0.9)], "함수": [("function", 0.9)]})
    assert dict(table["손실함수"]) == {"loss": 0.7}
    assert [token for token, _ in table["loss"]] == ["손실"]


def test_a_term_whose_parts_mean_something_else_is_known_by_what_joins_them(analyser: Analyser) -> None:
    table = glossary_tables({"수용영역": ["field"]}, analyser, {})
    (spelled,) = words("수용영역의", analyser)
    assert spelled[:2] == ("수용", "영역")
    assert [token for token, _ in table["field"]] == ["_용영"]
    assert "_용영" in spelled


def test_a_term_with_a_prefix_or_suffix_is_another_term(analyser: Analyser) -> None:
    terms = {"비지도학습": ["unsupervised"], "학습률": ["rate"], "학습": ["training"]}
    bridge = TermBridge({key: tuple(entry) for key, entry in glossary_tables(terms, analyser, {}).items()})

    def translated(written: str) -> set[str]:
        return set(dict(bridge.translations(words(written, analyser)[0], written)))

    assert translated("비지도학습에서는") == {"unsupervis"}
    assert translated("학습률을") == {"rate"}
    assert translated("학습을") == translated("학습한") == {"train"}
    assert set(dict(bridge.translations(("rate",)))) == {"학습률"}
    assert "학습률" in words("학습률은", analyser)[0]


@pytest.mark.parametrize(
    ("term", "particles"),
    [
        ("순전파", "가 는 를 로 랑"),
        ("유사도", "가 는 를 로 랑"),
        ("합성곱", "이 은 을 으로 이랑"),
        ("과적합", "이 은 을 으로 이랑"),
        ("비지도학습", "이 은 을 으로 이랑"),
    ],
)
def test_a_term_is_read_alike_with_every_particle(analyser: Analyser, term: str, particles: str) -> None:
    for particle in (*particles.split(), "의", "에서", "도", "까지"):
        assert words(term + particle, analyser)[0][0] == term


def test_without_kiwi_a_term_is_known_as_it_is_written() -> None:
    bridge = TermBridge({"학습률": (("rate", 0.7),)})
    assert bridge.translations(("_학습", "_습률", "_률을"), "학습률을") == (("rate", 0.7),)


def test_a_row_of_endings_is_read_in_no_more_ways_than_there_is_time_for(analyser: Analyser) -> None:
    bridge = TermBridge({"학습률": (("rate", 0.7),)})
    row = "학습률" + "이나" * 300 + "x"  # 이나 is 이 and 나 too: 2^300 ways
    assert bridge.translations((), row) == ()
    assert not is_frame_word("뭐" + "이야" * 300 + "x")
    assert is_frame_word("뭐라고")


def test_what_names_the_shape_of_an_answer_is_not_searched(analyser: Analyser) -> None:
    def searched(question: str) -> list[str]:
        return [word.written for word in content_words(question, analyser)]

    assert searched("Which kinds of plea are named?") == ["plea"]
    assert searched("What is the term for an Indian school?") == ["Indian", "school"]
    assert searched("What is a type error?") == ["type", "error"]


def test_every_term_of_the_glossary_has_a_key_of_its_own(analyser: Analyser) -> None:
    bridge = TermBridge.load()
    lines = Path(train.__file__).with_name("glossary.tsv").read_text("utf-8").splitlines()
    terms = glossary()
    assert len(terms) == len(lines) - 1 > 10_000
    analyser.prepare(terms)
    for term, english in terms.items():
        asked = [tokens for _, tokens in analyser.words(term)]
        stems = {stem for word in english for stem in analyser.tokens(word)}
        assert asked, term
        assert set(dict(bridge.translations(asked[0], term))) >= stems, term


def test_the_dictionary_has_what_kiwi_reads_otherwise() -> None:
    assert set(dictionary()) < set(glossary())
    assert misread(["순전파", "유사도", "손실함수", "학습"]) == ["순전파", "유사도"]
    assert {"순전파", "유사도"} < set(dictionary())
    assert not {"손실함수", "학습"} & set(dictionary())
