"""Which built file comes from which source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from . import deck_pdf, deck_pptx, notebooks, papers, slides

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
    "papers/attention-entropy.pdf": (papers.write, "papers/attention-entropy.txt"),
}


def build(source: Path, out: Path, only: str = "") -> Iterator[str]:
    """Write every target whose path contains `only` below `out`, yielding each path as it is written."""
    for name, (writer, origin) in TARGETS.items():
        if only in name:
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            writer(source / origin, path)
            yield name
