from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ingest.mapped_text import MappedText
from ingest.readers.cleaning import clean, nfc


def test_ligatures_controls_and_surrogate_pairs() -> None:
    raw = "e\ufb03cient\x00 soft\xadware \ud83d\ude00 \ud800end"
    cleaned = clean(MappedText.of(raw))
    assert cleaned.text == "efficient software \N{GRINNING FACE} \N{REPLACEMENT CHARACTER}end"
    assert raw[cleaned.source[cleaned.text.index("cient")]] == "c"
    assert raw[cleaned.source[cleaned.text.index("\N{GRINNING FACE}")]] == "\ud83d"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_nfc_agrees_with_the_standard_and_sources_rise(text: str) -> None:
    composed = nfc(MappedText.of(text))
    assert composed.text == unicodedata.normalize("NFC", text)
    sources = composed.source[composed.source >= 0].tolist()
    assert sources == sorted(sources)


@given(st.text())
def test_clean_text_is_nfc_and_untouched_characters_are_their_sources(text: str) -> None:
    cleaned = clean(MappedText.of(text))
    assert unicodedata.is_normalized("NFC", cleaned.text)
    cleaned.text.encode()
    for character, source in zip(cleaned.text, cleaned.source.tolist(), strict=True):
        if source >= 0 and character.isascii() and character != " ":
            assert unicodedata.normalize("NFKC", text[source]).startswith(character)
