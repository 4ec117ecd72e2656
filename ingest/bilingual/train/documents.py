"""Headings and sections of openly licensed documentation in both languages, as training text.

`--documents FOLDER` holds one checkout a source under the names below; nothing of them is kept in this project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.bilingual.train.material import SENTENCE_END, Section, chunks_of, plain, read_text, sections

BUTTONS = re.compile(r'<table class="tfo-notebook-buttons".*?</table>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """One checkout: its folders by language; the same relative path is the same page. `revision` is the commit
    read, of a fork (`owner/name@commit`) where the original keeps no small history."""

    name: str
    repository: str
    revision: str
    licence: str
    english: str
    korean: str


SOURCES = (
    Source("tf", "tensorflow/docs-l10n", "7cb584af651d", "Apache-2.0 / CC BY 4.0", "site/en-snapshot", "site/ko"),
    Source("diffusers", "huggingface/diffusers", "58eb52c0803e", "Apache-2.0", "docs/source/en", "docs/source/ko"),
    Source("agents", "huggingface/agents-course", "8c0832eae634", "Apache-2.0", "units/en", "units/ko"),
    Source("cookbook", "huggingface/cookbook", "ed2c6467015c", "Apache-2.0", "notebooks/en", "notebooks/ko"),
    Source(
        "audio", "huggingface/audio-transformers-course", "55beb9b360e0", "Apache-2.0", "chapters/en", "chapters/ko"
    ),
    Source("rl", "huggingface/deep-rl-class", "ad16575105d3", "Apache-2.0", "units/en", "units/ko"),
    Source("fastapi", "fastapi/fastapi", "c3f316b7e814", "MIT", "docs/en/docs", "docs/ko/docs"),
    Source("ml", "microsoft/ML-For-Beginners", "YagoMascarenhas/ML-For-Beginners@b6d0471d3398", "MIT", "en", "ko"),
    Source(
        "transformers",
        "huggingface/transformers",
        "yeatscircle/myTransformers@23ac745c9796",
        "Apache-2.0",
        "docs/source/en",
        "docs/source/ko",
    ),
    Source("k8s", "kubernetes/website", "ujuc/website@5115d4fa7dc3", "CC BY 4.0", "content/en", "content/ko"),
    Source(
        "learn", "MicrosoftDocs/learn-pr.ko-KR", "moreal/learn-pr.ko-KR@e65220d5fcce", "CC BY 4.0", "none", "learn-pr"
    ),
    Source("prompt", "dair-ai/Prompt-Engineering-Guide", "3d96678f2879", "MIT", "guides", "ko-guides"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A chunk with texts that ask for it; `twin` is the place of the aligned chunk in the other language, or -1."""

    queries: tuple[str, ...]
    passage: str
    language: str
    twin: int


def read_examples(folder: Path, seen: frozenset[str] = frozenset()) -> list[Example]:
    """Examples of all sources present, page by page. A section that shares a sentence with `seen` is left out."""
    examples: list[Example] = []
    for source in SOURCES:
        pages = {
            "en": _pages(folder / source.name / source.english),
            "ko": _pages(folder / source.name / source.korean),
        }
        placed: dict[tuple[str, str, int], int] = {}
        for language, files in pages.items():
            for name, parts in files.items():
                other = pages["ko" if language == "en" else "en"].get(name, [])
                aligned = len(other) == len(parts)
                for number, section in enumerate(parts):
                    made = _examples(section, language, seen)
                    twin = placed.get(("en", name, number), -1) if language == "ko" and aligned else -1
                    if made and language == "en":
                        placed["en", name, number] = len(examples)
                    if made and twin >= 0:
                        first = examples[twin]
                        examples[twin] = Example(first.queries, first.passage, "en", len(examples))
                        made[0] = Example(made[0].queries, made[0].passage, "ko", twin)
                    examples += made
    return examples


def _pages(folder: Path) -> dict[str, list[Section]]:
    files = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in (".md", ".mdx", ".ipynb") and p.is_file() and "catalog" not in p.parts
    )  # 700 generated pages of dataset tables
    pages = {}
    for path in files:
        try:
            pages[str(path.relative_to(folder))] = sections(BUTTONS.sub("", read_text(path)))
        except ValueError:
            continue  # a notebook that is no JSON: a pointer to a large file
    return pages


def sentences(text: str) -> list[str]:
    """Sentences and lines outside code fences, at least 25 characters long, Markdown marks removed."""
    prose = re.sub(r"```.*?(```|\Z)", "\n\n", text, flags=re.DOTALL)
    prose = re.sub(r"<[^>]+>|!?\[|\]\([^)]*\)|[*`#>|]", " ", prose)
    found = (re.sub(r"\s+", " ", part).strip() for part in SENTENCE_END.split(prose))
    return [part for part in found if len(part) >= 25]


def _examples(section: Section, language: str, seen: frozenset[str]) -> list[Example]:
    if len(section.text) < 60 or not section.path:
        return []
    if language == "ko" and len(re.findall("[가-힣]", section.text)) < 30:
        return []
    if any(plain(part)[:60] in seen for part in sentences(section.text)):
        return []
    return [Example(queries_of(section, body), body, language, -1) for body in chunks_of(section.text)]


def queries_of(section: Section, body: str) -> tuple[str, ...]:
    """What asks for a chunk of a section: its heading, the end of its heading path, three of its sentences."""
    inside = sentences(body)
    queries = [section.path[-1], " ".join(section.path[-2:])]
    if inside:
        queries += [inside[0], section.path[-1] + " " + inside[0], inside[len(inside) // 2], inside[-1]]
    return tuple(query[:300] for query in queries)


def shingles(folders: Iterable[Path]) -> frozenset[str]:
    """First 60 bare characters of every sentence of test material: what training text must not share."""
    found = set()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".md", ".ipynb") and p.is_file()):
            found |= {plain(part)[:60] for part in sentences(read_text(path)) if len(plain(part)) >= 40}
    return frozenset(found)
