"""Source maps stay true through any sequence of cleaning steps."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapped_text import INSERTED, MappedText

_STEPS = st.sampled_from(
    [
        (re.compile(r"-\n"), ""),
        (re.compile(r"\n"), " "),
        (re.compile(r"[ \t]+"), " "),
        (re.compile(r"ﬁ"), "fi"),
        (re.compile(r"\d+"), ""),
    ]
)


@given(st.text(alphabet="ab가나ﬁ 1-\n\t", max_size=60), st.lists(_STEPS, max_size=5))
def test_a_kept_character_is_its_source(raw: str, steps: list[tuple[re.Pattern[str], str]]) -> None:
    text = MappedText.of(raw)
    for pattern, replacement in steps:
        text = text.sub(pattern, replacement)
    assert len(text.source) == len(text.text)
    for character, source in zip(text.text, text.source, strict=True):
        if source != INSERTED:
            same = raw[source] == character
            assert same or (character == " " and raw[source].isspace()) or (character == "f" and raw[source] == "ﬁ")
    kept = [source for source in text.source if source != INSERTED]
    assert kept == sorted(kept)


def test_what_stood_between_is_left_out() -> None:
    text = MappedText.of("hyphen-\nated word").sub(re.compile(r"-\n"), "")
    assert text.text == "hyphenated word"
    assert text.source[:10].tolist() == [0, 1, 2, 3, 4, 5, 8, 9, 10, 11]


def test_inserted_text_has_no_source() -> None:
    joined = MappedText.concat([MappedText.of("ab"), MappedText.inserted("\n")])
    assert joined.source.tolist() == [0, 1, INSERTED]


def test_a_map_of_the_wrong_length_is_refused() -> None:
    good = MappedText.of("abc")
    with pytest.raises(ValueError, match="2 characters"):
        MappedText("ab", good.source)
