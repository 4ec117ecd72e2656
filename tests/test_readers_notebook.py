from __future__ import annotations

import json
from pathlib import Path

import pytest
from make_documents import blocks_of, make_notebook, read

from ingest.documents import BlockKind
from ingest.errors import ReadError


def markdown(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str, *outputs: dict[str, object]) -> dict[str, object]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": list(outputs),
        "execution_count": 1,
    }


def printed(text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_cells_are_pages_with_the_headings_above_them(tmp_path: Path) -> None:
    path = make_notebook(
        tmp_path / "lab.ipynb",
        [
            markdown("# 실습\n\n소개"),
            markdown("## 학습률\n\n표를 보자."),
            code("lr = 3e-4\nlr"),
            code(""),
            markdown("# 끝"),
        ],
    )
    reading = read(path)
    assert reading.title == "실습"
    assert [(page.number, page.place()) for page in reading.pages] == [
        (1, "cell 1"),
        (2, "cell 2"),
        (3, "cell 3"),
        (5, "cell 5"),
    ]
    assert [page.headings for page in reading.pages] == [
        (),
        ("실습",),
        ("실습", "학습률"),
        ("실습", "학습률"),
    ]
    assert blocks_of(reading.pages[2], BlockKind.CODE) == ["lr = 3e-4\nlr"]


def test_outputs_are_text_without_colours_images_or_html(tmp_path: Path) -> None:
    result = {
        "output_type": "execute_result",
        "metadata": {},
        "execution_count": 1,
        "data": {"text/plain": ["   a\n", "0  1"], "text/html": "<table><tr><td>1</td></tr></table>"},
    }
    figure = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": "iVBORw0KGgo" * 100, "text/plain": "<Figure size 640x480 with 1 Axes>"},
    }
    failed = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no such week",
        "traceback": ["\x1b[31m…"],
    }
    path = make_notebook(
        tmp_path / "a.ipynb",
        [code("train()", printed("\x1b[32mepoch 1\x1b[0m\n 10%\r100%\n"), result, figure, failed)],
    )
    page = read(path).pages[0]
    assert blocks_of(page, BlockKind.OUTPUT) == ["epoch 1\n100%\n   a\n0  1\nValueError: no such week"]


def test_long_outputs_keep_their_beginning_and_end(tmp_path: Path) -> None:
    log = "".join(f"step {number}\n" for number in range(5000))
    text = read(make_notebook(tmp_path / "a.ipynb", [code("train()", printed(log))])).pages[0].text
    assert "step 0\n" in text
    assert "step 4999" in text
    assert len(text) < 2200


def test_format_3_and_2_notebooks_are_read(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Old times"},
        {
            "cell_type": "code",
            "input": ["print(", "1)"],
            "language": "python",
            "outputs": [{"output_type": "stream", "stream": "stdout", "text": "1\n"}],
        },
    ]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}))
    pages = read(path).pages
    assert pages[0].text.strip() == "## Old times"
    assert pages[1].text == "print(1)\n\n1"
    assert pages[1].headings == ("Old times",)


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", '{"cells": 3}', "{broken"])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    with pytest.raises(ReadError, match=r"a\.ipynb"):
        read(path)


def test_cells_that_are_no_cells_are_passed_over(tmp_path: Path) -> None:
    path = make_notebook(tmp_path / "a.ipynb", [])
    path.write_text('{"cells": [1, {"source": 4}, {"cell_type": "markdown", "source": "kept"}]}')
    assert [page.text for page in read(path).pages] == ["kept"]


def test_decomposed_korean_is_composed(tmp_path: Path) -> None:
    path = make_notebook(tmp_path / "a.ipynb", [markdown("한글"), code("# 학습")])
    assert [page.text for page in read(path).pages] == ["한글", "# 학습"]


def test_a_line_of_a_million_characters_takes_no_time(tmp_path: Path) -> None:
    path = make_notebook(tmp_path / "a.ipynb", [code("x", printed("word " * 200_000))])
    assert len(read(path).pages[0].text) < 2200


def test_a_note_between_two_lines_is_text(tmp_path: Path) -> None:
    """Jupyter knows no front matter."""
    note = "---\nNote: the port may be in use.\n\n---"
    (page,) = read(make_notebook(tmp_path / "lab.ipynb", [markdown(note)])).pages
    assert "the port may be in use" in page.text
