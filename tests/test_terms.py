"""The term bridge: what is looked up, and how its table is made."""

import numpy as np

from ingest.analyser import Analyser
from ingest.terms.bridge import TermBridge
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
    table = glossary_tables(["# a comment", "양자화\tquantization"], analyser)
    assert dict(table["양자화"]) == {"quantiz": 0.7}
    assert "양자화" in dict(table["quantiz"])
