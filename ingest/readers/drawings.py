"""What the drawings of Office files say, in slides and in text: charts, diagrams, pictures, descriptions of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from ingest.errors import ReadError
from ingest.readers.archives import member
from ingest.readers.building import tidy
from ingest.readers.charts import chart_rows, chart_title
from ingest.readers.opc import Package, attribute, descendants, local
from ingest.readers.pictures import Pictures

MADE_UP_ALT = re.compile(
    r"(?:picture|image|graphic|content placeholder|텍스트 개체 틀|그림|이미지|개체|제목|표|차트|도형)\s*\d*"
    r"|.*\.(?:png|jpe?g|gif|svg|webp|emf|wmf|bmp|tiff?)",
    re.I | re.S,
)
MADE_UP_NOTE = re.compile(r"\s*(?:자동 생성된 설명|Description automatically generated.*)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart has a title and rows of values, a diagram (SmartArt) points."""

    title: str = ""
    rows: tuple[list[str], ...] = ()
    points: tuple[str, ...] = ()


def drawing_of(package: Package, part: str, mark: etree._Element) -> Drawing:
    """What a ``chart`` or ``relIds`` element of a part points to; nothing where that is missing or damaged: the words
    around it are worth more."""
    relation = package.relations(part).get(attribute(mark, "id") or attribute(mark, "dm"))
    if relation is None or relation.external:
        return Drawing()
    try:
        drawn = package.tree(relation.target)
    except ReadError:
        return Drawing()
    if local(mark) == "chart":
        return Drawing(chart_title(drawn), tuple(chart_rows(drawn)))
    return Drawing(points=tuple(text for point in descendants(drawn, "pt") if (text := text_of(point))))


def picture_text(package: Package, part: str, relation_id: str, pictures: Pictures) -> str:
    """The text in a picture that a part embeds."""
    relation = package.relations(part).get(relation_id)
    if relation is None or relation.external:
        return ""
    try:
        return pictures.text(member(package.archive, relation.target, package.file))
    except ReadError:
        return ""  # a missing picture takes nothing from the words around it


def text_of(element: etree._Element) -> str:
    """An element's words: paragraphs on lines of their own, formulas as letters, slide numbers left out."""
    pieces: list[str] = []
    for found in element.iter():
        kind = local(found)
        if kind == "t" and not _is_slide_number(found):
            pieces.append(found.text or "")
        elif kind == "br" or (kind == "p" and pieces):
            pieces.append("\n")
        elif kind == "tab":
            pieces.append("\t")
    return tidy("".join(pieces))


def _is_slide_number(text: etree._Element) -> bool:
    parent = text.getparent()
    return parent is not None and local(parent) == "fld" and "slidenum" in parent.get("type", "")


def alternative_text(description: str) -> str:
    """What a person wrote to describe a picture; file names and generated descriptions are not that."""
    text = MADE_UP_NOTE.sub("", tidy(description))
    return "" if MADE_UP_ALT.fullmatch(text) else text
