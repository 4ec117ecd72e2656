"""Which built file comes from which source."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from . import deck_pdf, deck_pptx, hwpx, notebooks, papers, sheets, slides

Writer = Callable[[Path, Path], None]


def _pptx(source: Path, path: Path) -> None:
    deck_pptx.write(slides.parse(source), path)


def _pdf(source: Path, path: Path) -> None:
    deck_pdf.write(slides.parse(source), path)


def _scan(source: Path, path: Path) -> None:
    deck_pdf.write_scan(slides.parse(source), path)


TARGETS: dict[str, tuple[Writer, str]] = {
    "week1/딥러닝 기초.pptx": (_pptx, "decks/week1.md"),
    "week2/attention.pdf": (_pdf, "decks/week2.md"),
    "week2/attention-lab.ipynb": (notebooks.write, "notebooks/attention_lab.py"),
    "week3/BERT와 GPT.pdf": (_pdf, "decks/week3.md"),
    "week4/Hugging Face와 프롬프트.pptx": (_pptx, "decks/week4.md"),
    "week5/week5-slides.pdf": (_pdf, "decks/week5.md"),
    "week7/RLHF 칠판 정리 (스캔).pdf": (_scan, "decks/week7.md"),
    "week8/양자화와 LoRA.pptx": (_pptx, "decks/week8.md"),
    "week8/양자화 실습.ipynb": (notebooks.write, "notebooks/quantization_lab.py"),
    "2025/8주차 경량화 (2025).pdf": (_pdf, "decks/2025-week8.md"),
    "papers/attention-entropy.pdf": (papers.write, "papers/attention-entropy.txt"),
    "papers/preference-beta.pdf": (papers.write, "papers/preference-beta.txt"),
    "papers/lora-memory.pdf": (papers.write, "papers/lora-memory.txt"),
    "assignment/최종과제 안내.hwpx": (hwpx.write, "sheets/assignment.md"),
    "reading-list.xlsx": (sheets.write, "sheets/reading-list.txt"),
}


PACKAGES = ("lxml", "nbformat", "numpy", "openpyxl", "pillow", "python-pptx", "reportlab")


def tools() -> dict[str, str]:
    """The versions on which the bytes depend: with the same ones a rebuild is identical to what is committed."""
    return {name: version(name) for name in PACKAGES} | {"zlib": zlib.ZLIB_RUNTIME_VERSION}


def build(source: Path, out: Path, only: str = "") -> Iterator[str]:
    """Write every target whose path contains `only` below `out`, yielding each path as it is written."""
    for name, (writer, origin) in TARGETS.items():
        if only in name:
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            writer(source / origin, path)
            yield name
