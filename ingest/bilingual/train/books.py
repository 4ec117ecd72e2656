"""General English: textbooks of OpenStax, whose modules are CNXML (https://openstax.github.io/documentation).

`--books FOLDER` holds the `modules` folder of each book under its name there; nothing of them is kept in this project.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ingest.bilingual.train.documents import Example, queries_of, sentences
from ingest.bilingual.train.material import Section, chunks_of, plain

BOOKS = {
    "american-government": "5c90dd7907db",
    "anatomy-physiology": "b0058a743bdd",
    "astronomy": "63157f370b09",
    "chemistry-bundle": "32c719622fbb",
    "college-physics-bundle": "f98d7a792138",
    "contemporary-mathematics": "fa7c1a151783",
    "entrepreneurship": "c1fa2c872ba0",
    "introduction-anthropology": "418eedd9bef2",
    "introduction-philosophy": "d7bd4f0f5205",
    "introduction-political-science": "4391e659b98e",
    "introduction-python-programming": "d6d069bb2467",
    "introduction-sociology": "d35d5f3bdac4",
    "introductory-statistics-bundle": "50ec91749080",
    "life-liberty-and-pursuit-happiness": "acb6fbe2744d",
    "microbiology": "ecf34dad129d",
    "principles-economics-bundle": "cd31beb103ff",
    "principles-finance": "3b7fc65c527e",
    "psychology": "e061043bf2f9",
    "university-physics-bundle": "db44eb99e9aa",
    "us-history": "046331cfcea0",
    "world-history": "3e17beda9130",
    "writing-guide": "a6c95528390e",
}
"""Repositories `openstax/osbooks-NAME` and the commit read: the last one whose LICENSE is CC BY 4.0. Many of the books
are CC BY-NC-SA since; what was given before stays given."""

LICENCE = "CC BY 4.0"
LONGEST_CHUNK = 700  # the product cuts at 850
_CNXML = "{http://cnx.rice.edu/cnxml}"
_WORDS = etree.XPath(
    ".//text()[not(ancestor::c:figure or ancestor::c:table or ancestor::c:media)]", namespaces={"c": _CNXML[1:-1]}
)
_NO_TEXT = ("learning-objectives", "references", "further-research", "suggested", "bibliography", "works-cited")
_NO_TEXT_TITLES = ("references", "learning objectives", "bibliography", "endnotes")
_THROUGH = ("content", "example", "div", "problem", "solution", "quote", "item")  # what they hold counts, not they


@dataclass(frozen=True, slots=True)
class Module:
    """One page of a book: its chunks with what asks for each, and the exercises' questions."""

    examples: tuple[Example, ...]
    questions: tuple[str, ...]


def read_books(folder: Path, seen: frozenset[str], drawn: random.Random) -> list[Module]:
    """All modules in an order drawn at random, so that the first of them are a fair sample. A section that shares a
    sentence with `seen` is left out."""
    modules = []
    for book in sorted(BOOKS):
        for path in sorted((folder / book).rglob("index.cnxml")):
            sections, questions = _read(path)
            modules.append(_module(sections, questions, seen))
    drawn.shuffle(modules)
    return modules


def _module(sections: list[Section], questions: list[str], seen: frozenset[str]) -> Module:
    examples = []
    for section in sections:
        if len(section.text) < 60 or any(plain(part)[:60] in seen for part in sentences(section.text)):
            continue
        for body in chunks_of(section.text, LONGEST_CHUNK):
            if len(body) >= 60:
                examples.append(Example(queries_of(section, body), body, "en", -1))
    asked = tuple(q for q in questions if 20 <= len(q) <= 300 and re.search("[a-z]{3}", q))
    return Module(tuple(examples), asked)


def _read(path: Path) -> tuple[list[Section], list[str]]:
    """Sections with their paths from the module's title down, and the exercises' questions without their choices."""
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    title, content = root.find(_CNXML + "title"), root.find(_CNXML + "content")
    walk = _Walk(_text(title) if title is not None else path.parent.name)
    if content is not None:
        walk.through(content, walk.path)
    return [Section(path, "\n\n".join(text)) for path, text in walk.found if text], walk.questions


class _Walk:
    """A module from top to bottom: text after a section belongs to what is around it again."""

    def __init__(self, title: str) -> None:
        self.path: tuple[str, ...] = (title,)
        self.found: list[tuple[tuple[str, ...], list[str]]] = [(self.path, [])]
        self.questions: list[str] = []

    def through(self, parent: etree._Element, path: tuple[str, ...]) -> None:
        for element in parent.iterchildren(f"{_CNXML}*"):
            kind = etree.QName(element).localname
            if kind in ("section", "note"):
                self._part(element, path)
            elif kind == "para":
                self._add(_text(element))
            elif kind == "list":
                self._add("\n".join("- " + _text(item) for item in element.iterchildren(_CNXML + "item")))
            elif kind == "exercise":
                self.questions += filter(None, [_question(element)])
            elif kind in _THROUGH:
                self.through(element, path)

    def _part(self, element: etree._Element, path: tuple[str, ...]) -> None:
        title = element.find(_CNXML + "title")
        name = _text(title) if title is not None else ""
        if any(part in element.get("class", "") for part in _NO_TEXT) or name.lower() in _NO_TEXT_TITLES:
            return
        below = (*path, name) if name else path
        self.found.append((below, []))
        self.through(element, below)
        self.found.append((path, []))

    def _add(self, text: str) -> None:
        if text:
            self.found[-1][1].append(text)


def _question(exercise: etree._Element) -> str:
    problem = exercise.find(_CNXML + "problem")
    if problem is None:
        return ""
    if problem.find(f".//{_CNXML}list") is not None:
        return " ".join(_text(para) for para in problem.iter(_CNXML + "para") if para.find(f".//{_CNXML}list") is None)
    return re.split(r"\s(?=[a-e][.)]\s)", _text(problem))[0]


def _text(element: etree._Element) -> str:
    """All text but that of pictures and tables, in one line, NFC."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", "".join(map(str, _WORDS(element))))).strip()
