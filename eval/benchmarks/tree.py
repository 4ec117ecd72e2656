"""A tree shaped like a real course repository: Korean names, copies, trash, other people's repositories inside."""

from __future__ import annotations

import json
import random
import unicodedata
from pathlib import Path

_WORDS = (
    *("어텐션", "퍼셉트론", "토큰", "학습", "평가", "데이터", "과제", "발표", "가중치", "모델을", "배운다", "줄인다"),
    *("attention", "decoder", "gradient", "softmax", "loss", "layer", "tokenizer", "pipeline", "weights", "model"),
)
WEEKS = tuple(f"{number}주차 {topic}" for number, topic in enumerate(("소개", "퍼셉트론", "어텐션", "토큰", "LoRA"), 1))
TRASH = ".Trash-0"


def make_tree(root: Path, files: int = 5_300, seed: int = 0) -> None:
    """Write the tree. The same seed gives the same bytes; a fifth of the files are copies, some are trash."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    written: list[Path] = []
    while len(written) < files:
        number = len(written)
        kind = chance.choices(("notebook", "copy", "notes", "third", "nfd", "trash"), (20, 20, 28, 25, 5, 2))[0]
        week = root / chance.choice(WEEKS) / f"조 {number % 12 + 1}"
        notebooks = [path for path in written[-200:] if path.suffix == ".ipynb" and not path.stem.endswith("의_사본")]
        if kind == "notebook":
            path, text = week / f"실습 {number}.ipynb", _notebook(chance)
        elif kind == "copy" and notebooks:
            origin = chance.choice(notebooks)
            path, text = origin.with_name(f"{origin.stem}_{number}의_사본.ipynb"), origin.read_text("utf-8")
        elif kind == "third":
            place = root / "오픈소스" / f"repo{number % 9}" / "src" / f"part{number % 17}"
            path, text = (
                place / f"module_{number}.py",
                f"# {_words(chance, 6)}\n\ndef f{number}():\n    return {number}\n",
            )
        elif kind == "nfd":
            path, text = week / unicodedata.normalize("NFD", f"회의록 {number}.md"), _notes(chance)
        elif kind == "trash":
            path, text = root / TRASH / "files" / f"버린 글 {number}.md", _notes(chance)
        else:
            path, text = week / f"정리 '{number}' (최종).md", _notes(chance)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written.append(path)


def _notes(chance: random.Random) -> str:
    return "\n\n".join(f"## {_words(chance, 3)}\n\n{_words(chance, 30)}." for _ in range(2))


def _notebook(chance: random.Random) -> str:
    code = f"x = '{_words(chance, 5)}'"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# {_words(chance, 3)}\n\n{_words(chance, 25)}."},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "outputs": [],
            "source": code,
        },
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, ensure_ascii=False)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(_WORDS, k=count))
