"""Chunks follow the structure, lose nothing, and stay within their size."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunking import ChunkSettings, chunk_document
from ingest.documents import BlockKind, Chunk, Page
from ingest.readers.markdown import read_markdown

SMALL = ChunkSettings(max_chars=120, min_chars=20)


def chunks(markdown: str, settings: ChunkSettings = SMALL) -> list[Chunk]:
    return chunk_document("0" * 64, read_markdown(markdown).pages, settings)


def text_of(chunk: Chunk, pages: tuple[Page, ...]) -> str:
    by_number = {page.number: page for page in pages}
    return "\n".join(by_number[span.page].text[span.start : span.end] for span in chunk.spans)


def test_heading_paths() -> None:
    found = chunks("# A\n\n" + "하나 " * 20 + "\n\n## B\n\n" + "둘 " * 40)
    assert [chunk.headings for chunk in found] == [("A",), ("A", "B")]


def test_a_table_that_goes_on_repeats_its_header() -> None:
    rows = "\n".join(f"| {week}주차 | 주제 {week} |" for week in range(1, 13))
    found = chunks(f"| 주차 | 주제 |\n| --- | --- |\n{rows}\n")
    assert len(found) > 1
    assert all(chunk.text.startswith("| 주차 | 주제 |") for chunk in found)


def test_short_code_is_never_cut() -> None:
    code = "```py\n" + "\n".join(f"line_{i} = {i}" for i in range(7)) + "\n```"
    found = chunks("글 " * 40 + "\n\n" + code)
    assert any(code in chunk.text for chunk in found)


def units(text: str) -> list[str]:
    return [chunk.unit_text(unit) for chunk in chunks(text) for unit in chunk.units]


def test_a_sentence_goes_on_over_the_margin_it_was_broken_at() -> None:
    prose = (
        "The framework is made up of twelve two-dimensional layers, with one convolution along each dimension. There "
        "are two kinds-of-layers-which-nobody-would-ever-break. One is the Row LSTM, the other reads diagonals."
    )
    broken = "\n".join(textwrap.wrap(prose, 70, break_on_hyphens=False))
    text = f"{broken}\n\nHere a and b are numbers, and c is what the two of them make of it:\\\nc = a + b"
    assert [" ".join(unit.split()) for unit in units(text)] == [
        "The framework is made up of twelve two-dimensional layers, with one convolution along each dimension.",
        "There are two kinds-of-layers-which-nobody-would-ever-break.",
        "One is the Row LSTM, the other reads diagonals.",
        "Here a and b are numbers, and c is what the two of them make of it:\\",
        "c = a + b",
    ]


def test_a_sentence_goes_on_in_a_line_that_begins_within_it() -> None:
    text = (
        "Loading works from a folder as well, which is ideal for large models that\nneed much memory.\n"
        "It is slow, and nobody who tried it out has come back to it\nsince.\n\n"
        "learning rate 3e-4, batch 32\nwarm-up steps are 100\n\n"
        "x = load(path, shuffle=True, seed=42, workers=4)\ny = x + 1"
    )
    assert [" ".join(unit.split()) for unit in units(text)] == [
        "Loading works from a folder as well, which is ideal for large models that need much memory.",
        "It is slow, and nobody who tried it out has come back to it since.",
        "learning rate 3e-4, batch 32",
        "warm-up steps are 100",
        "x = load(path, shuffle=True, seed=42, workers=4)",
        "y = x + 1",
    ]


def test_a_korean_sentence_goes_on_after_a_comma() -> None:
    first = "표본에서 분위수를 계산하는 방법은 모두 아홉 가지가 있으며, 처음의 세 가지는 불연속 변수,"
    text = f"{first}\n나머지 여섯 가지는 연속 변수를 대상으로 함."
    assert [" ".join(unit.split()) for unit in units(text)] == [" ".join(text.split())]


def test_long_code_is_its_lines_without_the_fences() -> None:
    lines = [f"value_{number} = compute(value_{number - 1}, number={number})" for number in range(9)]
    (chunk,) = chunks("\n".join(["```python", *lines, "```"]), ChunkSettings())
    assert [chunk.unit_text(unit) for unit in chunk.units] == lines


def test_a_number_of_a_quoted_list_is_no_sentence() -> None:
    assert units("> 4. Take the mean.\n> 5. Take the rest.") == ["> 4. Take the mean.", "> 5. Take the rest."]


def test_a_point_by_itself_ends_no_sentence() -> None:
    text = "The placeholder . stands for the left side. It is short."
    assert units(text) == ["The placeholder . stands for the left side.", "It is short."]


def test_a_long_sentence_is_cut_between_words() -> None:
    words = [f"word{number}" for number in range(90)]
    found = [unit for chunk in chunks(" ".join(words), ChunkSettings()) for unit in map(chunk.unit_text, chunk.units)]
    assert len(found) > 1
    assert [word for unit in found for word in unit.split()] == words


def test_lines_of_their_own_stay_apart() -> None:
    text = "장소는 3층 세미나실\n발표는 두 사람씩, 한 사람이 이십 분\n뒤풀이는 자유"
    assert units(text) == text.split("\n")


def test_ids_depend_on_content_and_order_only() -> None:
    assert [c.chunk_id for c in chunks("# A\n\n글")] == [c.chunk_id for c in chunks("# A\n\n글")]
    assert len({c.chunk_id for c in chunks("낱말 " * 500)}) == len(chunks("낱말 " * 500))


@pytest.mark.parametrize(("longest", "shortest"), [(1300, 0), (100, 200), (100, -1)])
def test_sizes_out_of_range_are_refused(longest: int, shortest: int) -> None:
    with pytest.raises(ValueError, match="1200"):
        ChunkSettings(longest, shortest)


_LINES = st.lists(
    st.sampled_from(
        ["# 제목", "## 둘째", "문장이다. 또 문장이다.", "- 항목", "| a | b |\n| - | - |\n| c | d |", "", "긴말" * 90]
    )
)


@given(_LINES)
def test_everything_visible_is_in_a_chunk_and_no_chunk_is_too_long(lines: list[str]) -> None:
    pages = read_markdown("\n\n".join(lines)).pages
    found = chunk_document("0" * 64, pages, SMALL)
    covered = {(span.page, i) for chunk in found for span in chunk.spans for i in range(span.start, span.end)}
    for page in pages:
        for i, character in enumerate(page.text):
            if character.isalnum():
                assert (page.number, i) in covered
    for chunk in found:
        assert chunk.text == text_of(chunk, pages)
        assert len(chunk.text) <= SMALL.max_chars + 10


@given(_LINES, st.integers(0, 130))
def test_the_parts_of_a_chunk_are_whole_units_of_its_pages(lines: list[str], most: int) -> None:
    pages = read_markdown("\n\n".join(lines)).pages
    for chunk in chunk_document("0" * 64, pages, SMALL):
        for part in (chunk.beginning(most), chunk.ending(most)):
            if part is not None:
                assert 0 < len(part.text) <= most
                assert part.text == text_of(part, pages)
                assert 0 < len(part.units) < len(chunk.units)
        head, tail = chunk.beginning(most), chunk.ending(most)
        assert head is None or head.units == chunk.units[: len(head.units)]
        assert tail is None or tail.units == chunk.units[-len(tail.units) :]
        assert tail is None or tail.units[0].kind is not BlockKind.TABLE_ROW


def test_real_course_pages_fit_the_passage_length(tmp_path: Path) -> None:
    long = "# 강의\n\n" + "어텐션은 디코더가 인코더의 모든 상태를 보게 한다. " * 200
    found = chunks(long, ChunkSettings())
    assert all(len(chunk.text) <= 1200 for chunk in found)
    assert sum(len(chunk.text) for chunk in found) > 0.95 * len(long.strip())
