"""Tokens of the index are tokens of the question."""

import psutil

from ingest.analyser import Analyser
from ingest.words import split_words


def test_particles_and_endings_fall_away(analyser: Analyser) -> None:
    page, question = (
        set(analyser.tokens("트랜스포머는 어텐션으로 계산했다")),
        set(analyser.tokens("트랜스포머의 어텐션")),
    )
    assert {"트랜스포머", "어텐션"} <= page & question


def test_a_particle_after_a_latin_word_is_no_word(analyser: Analyser) -> None:
    assert analyser.tokens("LoRA는") == ["lora"]
    assert analyser.tokens("CLIP이랑") == ["clip"]


def test_identifiers_keep_the_whole_and_give_their_parts(analyser: Analyser) -> None:
    assert {"loaddataset", "load", "dataset"} <= set(analyser.tokens("load_dataset()"))
    assert {"nnlinear", "linear"} <= set(analyser.tokens("nn.Linear"))
    assert "auto" in analyser.tokens("AutoTokenizer")
    assert analyser.tokens("SigLIP") == ["siglip"]


def test_english_is_stemmed(analyser: Analyser) -> None:
    assert analyser.tokens("weights") == analyser.tokens("weight")


def test_dates_meet_across_spellings(analyser: Analyser) -> None:
    assert "date=03-22" in set(analyser.tokens("2025-03-22")) & set(analyser.tokens("3월 22일"))
    assert "week=7" in set(analyser.tokens("7주차")) & set(analyser.tokens("Week 7-8"))


def test_addresses_are_left_out(analyser: Analyser) -> None:
    assert "webex" in analyser.tokens("[Webex](https://example.com/j.php?MTID=abcdef)")
    assert not {"mtid", "abcdef"} & set(analyser.tokens("[Webex](https://example.com/j.php?MTID=abcdef)"))


def test_decomposed_text_gives_the_same_tokens(analyser: Analyser) -> None:
    import unicodedata

    assert analyser.tokens(unicodedata.normalize("NFD", "역전파 알고리즘")) == analyser.tokens("역전파 알고리즘")


def test_preparing_many_texts_changes_no_token(analyser: Analyser) -> None:
    fresh = Analyser()
    text = "양자화는 가중치를 8비트로 줄인다. GPT-2에서도 쓴다."
    fresh.prepare(split_words(text))
    assert fresh.tokens(text) == analyser.tokens(text)


def test_kiwi_in_a_process_of_its_own_changes_no_token(analyser: Analyser) -> None:
    text = "양자화는 가중치를 8비트로 줄인다. LoRA는 GPT-2에서도 쓴다."
    fresh = Analyser()
    with fresh.kiwi_beside():
        fresh.prepare(split_words(text))
        assert fresh.tokens(text) == analyser.tokens(text)
        (kiwi,) = (child for child in psutil.Process().children() if "ingest.korean" in child.cmdline())
        kiwi.kill()
        assert fresh.tokens("역전파 알고리즘") == analyser.tokens("역전파 알고리즘")


def test_words_travel_as_one_string(analyser: Analyser) -> None:
    text = "3월 22일 7주차: [LoRA는](https://a.b/c)\tnn.Linear, 1,000개의 漢字와 C++를\n㎏ §"
    words = split_words(text)
    assert " ".join(words).split() == words
    assert [token for word in words for token in analyser.tokens_of(word)] == analyser.tokens(text)
