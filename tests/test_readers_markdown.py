"""Markdown and plain text -> pages with places, headings and blocks."""

import time
from pathlib import Path

import pytest

from ingest.documents import BlockKind, Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile, read_document


def read(tmp_path: Path, name: str, content: str | bytes) -> Reading:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(SourceFile(path, name))


def test_a_page_is_a_heading_section(tmp_path: Path) -> None:
    reading = read(tmp_path, "notes.md", "# 3주차\n소개\n## Attention\n본문\n# 4주차\n끝\n")
    assert [page.place() for page in reading.pages] == ["› 3주차", "› Attention", "› 4주차"]
    assert [page.headings for page in reading.pages] == [("3주차",), ("3주차", "Attention"), ("4주차",)]
    assert reading.title == "3주차"


def test_sixteen_times_the_headings_take_about_sixteen_times_as_long(tmp_path: Path) -> None:
    def seconds(headings: int) -> float:
        content = "".join(f"## Part {number}\n\nWhat part {number} says.\n\n" for number in range(headings))
        begun = time.process_time()
        assert len(read(tmp_path, "long.md", content).pages) == headings
        return time.process_time() - begun

    assert seconds(16_000) < 48 * min(seconds(1_000) for _ in range(3))


def test_text_stays_as_written_and_maps_to_itself(tmp_path: Path) -> None:
    raw = "# 제목\n**굵은** [링크](https://example.com/a)와 `code`\n"
    (page,) = read(tmp_path, "a.md", raw).pages
    assert page.text == raw
    assert [raw[i] for i in page.content.source] == list(page.text)


def test_front_matter_comments_and_file_name_images_are_left_out(tmp_path: Path) -> None:
    raw = "---\ntitle: '강의 노트'\n---\n<!-- 숨은 말 -->\n![img-1](./a.png)\n![손실 곡선](b.png)\n본문\n"
    reading = read(tmp_path, "a.md", raw)
    assert reading.title == "강의 노트"
    assert "숨은 말" not in reading.pages[0].text
    assert "a.png" not in reading.pages[0].text
    assert "손실 곡선" in reading.pages[0].text


@pytest.mark.parametrize(
    "raw",
    [
        "---\n\n**Note**:\n\n- The port may be in use: try the next one.\n\n---\n",
        "---\n# Week 1\n\nBring a laptop. The port may be in use: try the next one.\n\n---\nEnd\n",
        "---\n그림 없이 시작한다. The port may be in use: try the next one.\n---\n",
    ],
)
def test_text_between_two_lines_is_no_front_matter(tmp_path: Path, raw: str) -> None:
    assert "The port may be in use" in "".join(page.text for page in read(tmp_path, "a.md", raw).pages)


def test_front_matter_of_lists_and_several_lines_is_left_out(tmp_path: Path) -> None:
    front = (
        "# by hand\ntitle: Week 1\ndate created: 2026-03-02\ntags:\n- a\n  - b\n\n"
        "abstract: |\n  Two\n  lines\nauthors: [\n  x,\n]\n"
    )
    (page,) = read(tmp_path, "a.md", f"---\n{front}---\nText\n").pages
    assert page.text.strip() == "Text"


def test_mdx_components_go_and_code_stays(tmp_path: Path) -> None:
    raw = 'import X from "y"\n\n<Youtube id="abc"/>\n\n<Tip>\n\n조언\n\n</Tip>\n\n```jsx\n<Tip>code</Tip>\n```\n'
    text = read(tmp_path, "a.md", raw).pages[0].text
    assert "Youtube" not in text
    assert "조언" in text
    assert "<Tip>code</Tip>" in text


def test_inline_code_keeps_what_looks_like_a_component(tmp_path: Path) -> None:
    raw = "Llama 2 wraps messages in `<SYS>` tags, see <Youtube id='x'/>.\n"
    assert read(tmp_path, "a.md", raw).pages[0].text == "Llama 2 wraps messages in `<SYS>` tags, see .\n"


def test_html_is_shown_as_a_browser_would(tmp_path: Path) -> None:
    raw = (
        '<a name="pca"></a>\n\n<div class="fig">\n'
        '    <div class="caption"><b>Left</b>: the data. <i>Right</i>: whitened.</div>\n'
        "</div>\n\nIt takes 10<sup>-5</sup> s.&nbsp;Twice&#39;s enough<br>for R&amp;D.\n\n"
        "<table><tr><td>rank</td><td>8</td></tr></table>\n<script>steal()</script>\n"
    )
    (page,) = read(tmp_path, "a.md", raw).pages
    shown = " ".join(page.text.split())
    assert shown == "Left: the data. Right: whitened. It takes 10^-5 s. Twice's enough for R&D. rank 8"
    assert {block.kind for block in page.blocks} == {BlockKind.PARAGRAPH}


def test_html_blocks_are_lines_items_and_headings(tmp_path: Path) -> None:
    raw = "<h2 align=center>Models</h2><ul><li>one<li>two</ul><table><tr><th>name<th>size<tr><td>A<td>7B</table>end\n"
    (page,) = read(tmp_path, "a.md", raw).pages
    assert [line.split() for line in page.text.splitlines() if line.strip()] == [
        ["##", "Models"], ["-", "one"], ["-", "two"], ["name", "size"], ["A", "7B"], ["end"]
    ]  # fmt: skip
    assert page.headings == ("Models",)


def test_what_only_looks_like_html_stays(tmp_path: Path) -> None:
    raw = "From <s> to <eos>; `<b>&nbsp;</b>` is code, a<b and c>d are not.\n\n```\n<div>\n```\n"
    assert read(tmp_path, "a.md", raw).pages[0].text == raw


def test_the_mark_of_a_highlighted_note_is_no_text(tmp_path: Path) -> None:
    assert read(tmp_path, "a.md", "> [!TIP]\n> Rest.\n").pages[0].text.split() == [">", ">", "Rest."]


def test_code_keeps_what_looks_like_a_picture(tmp_path: Path) -> None:
    raw = 'Write `<img src="a.png">`:\n\n```md\n![plot](loss.png)\n<img src="b.png">\n```\n\n![plot of loss](x.png)\n'
    assert read(tmp_path, "a.md", raw).pages[0].text == raw.replace("![plot of loss](x.png)", "plot of loss")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "a.txt", "Plain words.\n".encode(encoding)).pages[0].text == "Plain words.\n"


def test_blocks(tmp_path: Path) -> None:
    raw = "# T\n\n문단\n\n- 하나\n  - 둘\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```py\nx = 1\n```\n"
    (page,) = read(tmp_path, "a.md", raw).pages
    found = [(block.kind, page.text[block.start : block.end].strip()) for block in page.blocks]
    assert found == [
        (BlockKind.HEADING, "# T"),
        (BlockKind.PARAGRAPH, "문단"),
        (BlockKind.LIST_ITEM, "- 하나"),
        (BlockKind.LIST_ITEM, "- 둘"),
        (BlockKind.TABLE_HEADER, "| a | b |\n| - | - |"),
        (BlockKind.TABLE_ROW, "| 1 | 2 |"),
        (BlockKind.CODE, "```py\nx = 1\n```"),
    ]


@pytest.mark.parametrize("name", ["review.md", "review.txt"])
def test_lines_that_announce_a_week_are_headings(tmp_path: Path, name: str) -> None:
    reading = read(tmp_path, name, "1주차: 딥러닝 기초\n선형 회귀를 배움\n2주차: 자연어 처리\nRNN을 배움\n")
    assert [page.place() for page in reading.pages] == ["› 1주차: 딥러닝 기초", "› 2주차: 자연어 처리"]
    sentence = read(tmp_path, name, "1주차에는 선형 회귀를 배웠다.\n그다음은 쉬었다.\n")
    assert len(sentence.pages) == 1


def test_old_korean_encoding(tmp_path: Path) -> None:
    text = "자연어 처리 수업의 셋째 시간에는 어텐션을 배웁니다.\n과제는 다음 주 토요일까지 제출합니다.\n" * 3
    assert read(tmp_path, "a.txt", text.encode("cp949")).pages[0].text == text


def test_binary_in_disguise_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"a\.txt"):
        read(tmp_path, "a.txt", b"\x00\x01\x02\x03" * 20)


def test_attributes_of_pandoc_and_what_comes_before_the_code_of_r_markdown_are_no_text(tmp_path: Path) -> None:
    text = "---\ntitle: 통계\n---\n# 표본 {#sampling .unnumbered}\n글\n## 검정 {-}\n글\n## 집합 {a, b}\n글\n"
    reading = read(tmp_path, "3장.Rmd", text)
    assert reading.title == "통계"
    assert [page.headings for page in reading.pages] == [("표본",), ("표본", "검정"), ("표본", "집합 {a, b}")]


def test_the_summary_of_details_is_a_paragraph_of_its_own(tmp_path: Path) -> None:
    first = "<details>\n<summary>무엇인가요?</summary>\n<p>\n답이다.\n</p>\n</details>\n"
    text = f"{first}<details><summary>왜?</summary>까닭\n"
    (page,) = read(tmp_path, "a.md", text).pages
    assert [page.text[block.start : block.end].strip() for block in page.blocks] == [
        "무엇인가요?",
        "답이다.",
        "왜?",
        "까닭",
    ]


def test_directives_of_prose_are_prose_and_those_of_code_are_code(tmp_path: Path) -> None:
    text = (
        "# Prices\n```{note} On words\n:class: wide\nIt lasted from May to December\n1795, see {doc}`money <m>`.\n```\n"
        "(last)=\n```{r, echo=FALSE}\nmean(x)\n```\n::: {.callout-tip}\nA tip.\n:::\n"
    )
    (page,) = read(tmp_path, "a.qmd", text).pages
    assert [(block.kind, page.text[block.start : block.end].strip()) for block in page.blocks] == [
        (BlockKind.HEADING, "# Prices"),
        (BlockKind.PARAGRAPH, "On words\nIt lasted from May to December\n1795, see `money <m>`."),
        (BlockKind.CODE, "```{r, echo=FALSE}\nmean(x)\n```"),
        (BlockKind.PARAGRAPH, "A tip."),
    ]
    raw = text
    assert all(raw[at] == character for at, character in zip(page.content.source, page.text, strict=True))


def test_code_in_a_list_item_is_code(tmp_path: Path) -> None:
    text = "1. Install it:\n\n    ```bash\n    pip install x\n    ```\n\n    It needs Python.\n\n2. Start it.\n"
    (page,) = read(tmp_path, "a.md", text).pages
    kinds = [(block.kind, page.text[start:end].strip()) for block, start, end in page.stretches(0, len(page.text))]
    assert [kind for kind in kinds if kind[1]] == [
        (BlockKind.LIST_ITEM, "1. Install it:"),
        (BlockKind.CODE, "```bash\n    pip install x\n    ```"),
        (BlockKind.PARAGRAPH, "It needs Python."),
        (BlockKind.LIST_ITEM, "2. Start it."),
    ]
