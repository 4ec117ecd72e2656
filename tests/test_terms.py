"""The term bridge: what is looked up, and how its table is made."""

from pathlib import Path

import numpy as np

from app.frame_words import is_frame_word
from ingest.analyser import Analyser
from ingest.terms import train
from ingest.terms.bridge import WRITTEN, TermBridge
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
    table = glossary_tables(["# a comment", "양자화\tquantization"], analyser, {})
    assert dict(table["양자화"]) == {"quantiz": 0.7}
    assert "양자화" in dict(table["quantiz"])


def test_a_part_of_a_term_is_no_translation_unless_it_means_it(analyser: Analyser) -> None:
    table = glossary_tables(["손실함수\tloss"], analyser, {"손실": [("loss", 0.9)], "함수": [("function", 0.9)]})
    assert dict(table["손실함수"]) == {"loss": 0.7}
    assert [token for token, _ in table["loss"]] == ["손실"]


def test_a_prefix_or_suffix_that_is_no_token_makes_another_term(analyser: Analyser) -> None:
    lines = ["비지도학습\tunsupervised", "학습률\trate", "학습\ttraining"]
    table = glossary_tables(lines, analyser, {})
    bridge = TermBridge({key: tuple(entry) for key, entry in table.items()})

    def translated(written: str) -> set[str]:
        return set(dict(bridge.translations(words(written, analyser)[0], written)))

    assert translated("비지도학습에서는") == {"unsupervis"}
    assert translated("학습률을") == {"rate"}
    assert translated("학습을") == translated("학습한") == {"train"}
    (note,) = words("학습률은", analyser)
    assert set(dict(bridge.translations(("rate",)))) & set(note)  # by the pair that 학습 lacks
    assert not set(dict(bridge.translations(("rate",)))) & set(words("학습은", analyser)[0])


def test_a_row_of_endings_is_read_in_no_more_ways_than_there_is_time_for(analyser: Analyser) -> None:
    bridge = TermBridge({"=학습률": (("rate", 0.7),)})
    row = "학습률" + "이나" * 300 + "x"  # 이나 is 이 and 나 too: 2^300 ways
    assert bridge.translations((), row) == ()
    assert not is_frame_word("뭐" + "이야" * 300 + "x")
    assert is_frame_word("뭐라고")


def test_every_term_of_the_glossary_has_a_key_of_its_own(analyser: Analyser) -> None:
    bridge = TermBridge.load()
    lines = Path(train.__file__).with_name("glossary.tsv").read_text("utf-8").splitlines()
    terms = dict(line.split("\t") for line in lines if not line.startswith("#"))
    assert len(terms) == len(lines) - 1 > 1_000
    analyser.prepare(terms)
    for term, english in terms.items():
        asked = [tokens for _, tokens in analyser.words(term)]
        stems = {stem for word in english.split() for stem in analyser.tokens(word)}
        assert asked, term
        assert set(dict(bridge.translations(asked[0], term))) >= stems, term
    lexicon = Path(train.__file__).with_name("lexicon.tsv").read_text("utf-8").splitlines()
    written = [line.split("\t")[0].removeprefix(WRITTEN) for line in lexicon if line.startswith(WRITTEN)]
    assert len(written) > 100
    assert not [term for term in written if term.endswith(("다", "으로", "에"))]  # their pairs stand in every text
