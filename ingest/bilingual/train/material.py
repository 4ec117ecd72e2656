"""The evaluation's material: paragraphs, course sections and heading-path chunks, read from data folders."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
ANCHOR = re.compile(r"\[\[.*?\]\]\s*$")
SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Task:
    """Queries against a pool; `gold[i]` holds the places in the pool that answer query i."""

    name: str
    queries: list[str]
    pool: list[str]
    gold: list[set[int]]
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading section: its heading path from the page's title down, and its text."""

    path: tuple[str, ...]
    text: str


def sections(markdown: str) -> list[Section]:
    """Sections in page order; text before the first heading has an empty path. Code fences hide `#` lines."""
    found: list[Section] = []
    stack: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False

    def close() -> None:
        text = "\n".join(lines).strip()
        if text or stack:
            found.append(Section(tuple(title for _, title in stack), text))
        lines.clear()

    for line in markdown.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        close()
        level, title = len(heading[1]), ANCHOR.sub("", heading[2]).strip()
        stack = [*(entry for entry in stack if entry[0] < level), (level, title)]
    close()
    return found


def read_text(path: Path) -> str:
    """A Markdown file, or a notebook's Markdown and code cells one after the other; NFC."""
    text = path.read_text("utf-8", errors="replace")
    if path.suffix == ".ipynb":
        cells = json.loads(text).get("cells", [])
        text = "\n\n".join(
            ("```\n{}\n```" if cell.get("cell_type") == "code" else "{}").format("".join(cell.get("source", [])))
            for cell in cells
        )
    return unicodedata.normalize("NFC", text)


def chunks_of(text: str, most: int = 1200) -> list[str]:
    """Whole paragraphs, at most `most` characters together; a longer paragraph is cut."""
    cut: list[str] = []
    body = ""
    for paragraph in re.split(r"\n\s*\n", text):
        for begin in range(0, max(len(paragraph), 1), most):
            piece = paragraph[begin : begin + most].strip()
            if body and len(body) + len(piece) + 2 > most:
                cut.append(body)
                body = ""
            body = f"{body}\n\n{piece}" if body else piece
    return [*cut, body] if body else cut


def chunks(markdown: str, most: int = 1200) -> list[str]:
    """Heading-path chunks: the path on the first line, then at most `most` characters of whole paragraphs."""
    return [
        " › ".join(section.path) + "\n" + body
        for section in sections(markdown)
        for body in chunks_of(section.text, most)
    ]


def plain(text: str) -> str:
    """Text as quotes are compared: NFC, white space and Markdown marks removed."""
    return re.sub(r"[\s*_`#>|\[\]()\\~]", "", unicodedata.normalize("NFC", text))


def cases_task(name: str, root: Path, cases: Path, folders: list[str] | None = None) -> Task:
    """Questions with gold quotes against the chunks of all Markdown files and notebooks under `root`."""
    pool: list[str] = []
    where: dict[str, list[int]] = {}
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".md", ".ipynb") and p.is_file()):
        name_in_root = unicodedata.normalize("NFC", str(path.relative_to(root)))
        if folders is not None and not name_in_root.startswith(tuple(folders)):
            continue
        parts = chunks(read_text(path))
        where[name_in_root] = list(range(len(pool), len(pool) + len(parts)))
        pool += parts
    bare = [plain(chunk) for chunk in pool]
    queries, gold, kinds = [], [], []
    for line in cases.read_text("utf-8").splitlines():
        case = json.loads(line)
        if not case["gold"] or case.get("history"):
            continue
        places = {
            i
            for g in case["gold"]
            for i in where.get(g["file"], [])
            if g["quote"] is None or plain(g["quote"]) in bare[i]
        }
        queries.append(case["question"])
        gold.append(places)
        kinds.append("crosslingual" if case["kind"] == "crosslingual" else case["language"])
    return Task(name, queries, pool, gold, kinds)


def korquad_task(file: Path, count: int = 2000, seed: int = 7) -> Task:
    """`count` KorQuAD questions against all distinct paragraphs."""
    place: dict[str, int] = {}
    asked: list[tuple[str, int]] = []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            index = place.setdefault(paragraph["context"], len(place))
            asked += [(question["question"], index) for question in paragraph["qas"]]
    chosen = np.random.default_rng(seed).permutation(len(asked))[:count]
    return Task(
        "korquad",
        [asked[i][0] for i in chosen],
        list(place),
        [{asked[i][1]} for i in chosen],
        ["ko"] * len(chosen),
    )


def squad_task(docs: Path, cases: Path) -> Task:
    """Standalone answerable SQuAD 2.0 questions against all paragraphs of the articles."""
    pool: list[str] = []
    where: dict[str, list[int]] = {}
    for path in sorted(docs.glob("*.md")):
        parts = [p for p in re.split(r"\n\s*\n", path.read_text("utf-8")) if p.strip() and not p.startswith("# ")]
        where[f"docs/{path.name}"] = list(range(len(pool), len(pool) + len(parts)))
        pool += parts
    bare = [plain(paragraph) for paragraph in pool]
    queries, gold = [], []
    for line in cases.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["gold"] and case.get("standalone"):
            queries.append(case["question"])
            gold.append({i for g in case["gold"] for i in where[g["file"]] if plain(g["quote"]) in bare[i]})
    return Task("squad", queries, pool, gold, ["en"] * len(queries))


def course_tasks(root: Path) -> list[Task]:
    """Heading and first sentence in one language -> the aligned section in the other, both directions.

    Pages are aligned where both languages have the same number of sections; the pool is every section of the
    target language. Headings that are the same in both languages are left out: they would give it away.
    """
    pages = {
        language: {
            str(path.relative_to(root / language)): sections(read_text(path))
            for path in sorted((root / language).rglob("*.md"))
        }
        for language in ("ko", "en")
    }
    pools: dict[str, list[str]] = {"ko": [], "en": []}
    place: dict[tuple[str, str, int], int] = {}
    for language, files in pages.items():
        for name, parts in files.items():
            for number, section in enumerate(parts):
                place[language, name, number] = len(pools[language])
                pools[language].append((section.path[-1] if section.path else "") + "\n" + section.text)
    tasks = []
    for source, target in (("ko", "en"), ("en", "ko")):
        queries, gold = [], []
        for name, parts in pages[source].items():
            other = pages[target].get(name, [])
            if len(other) != len(parts):
                continue
            for number, (mine, theirs) in enumerate(zip(parts, other, strict=True)):
                if not mine.path or not theirs.path or mine.path[-1] == theirs.path[-1] or len(mine.text) < 80:
                    continue
                queries.append(mine.path[-1] + "\n" + SENTENCE_END.split(mine.text.strip())[0][:300])
                gold.append({place[target, name, number]})
        tasks.append(Task(f"course {source}->{target}", queries, pools[target], gold, [target] * len(queries)))
    return tasks
