"""PowerPoint -> one page per slide: title, text with its levels, tables, charts, diagrams, alternative
texts, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.documents import BlockKind, Page, PageFailure, Reading
from ingest.errors import LimitError, ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import member, opened
from ingest.readers.building import PageBuilder, tidy
from ingest.readers.charts import chart_rows, chart_title
from ingest.readers.image import Pictures
from ingest.readers.opc import Package, attribute, child, children, descendants, local

MAX_SLIDES = 3_000
FURNITURE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})  # placeholders that say nothing
TITLES = frozenset({"title", "ctrTitle"})
MADE_UP_ALT = re.compile(
    r"(?:picture|image|graphic|content placeholder|텍스트 개체 틀|그림|이미지|개체|제목|표|차트|도형)\s*\d*"
    r"|.*\.(?:png|jpe?g|gif|svg|webp|emf|wmf|bmp|tiff?)",
    re.I | re.S,
)
MADE_UP_NOTE = re.compile(r"\s*(?:자동 생성된 설명|Description automatically generated.*)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Deck:
    package: Package
    pictures: Pictures


def read(file: SourceFile) -> Reading:
    """Slides in the order of the show, hidden ones too.

    Raises:
        ReadError: no presentation, or no slide of it could be read.
    """
    with opened(file) as archive:
        package = Package(archive, file)
        main = package.main_part()
        presentation = package.tree(main)
        relations = package.relations(main)
        shown = [attribute(slide, "id") for slide in _slide_ids(presentation)]
        if len(shown) > MAX_SLIDES:
            raise LimitError(f"{file.relative}: has more than {MAX_SLIDES} slides.", "Split it.")
        sections = _sections(presentation)
        deck = Deck(package, Pictures(file))
        pages: list[Page] = []
        failures: list[PageFailure] = []
        for number, slide in enumerate(_slide_ids(presentation), 1):
            relation = relations.get(_relation_id(slide))
            section = sections.get(slide.get("id", ""), "")
            try:
                if relation is None or relation.external:
                    raise ReadError("The slide is missing.")
                builder = _slide(deck, relation.target, 2 if section else 1)
            except ReadError as error:
                failures.append(PageFailure(number, error.cause))
                continue
            pages.append(builder.build(number, f"slide {number}", (section,) if section else ()))
        if failures and not pages:
            raise ReadError(f"{file.relative}: no slide could be read.", "Open it in PowerPoint and save it anew.")
        title = package.title()
    warnings = (*deck.pictures.warnings, *(() if pages else ("it has no slides",)))
    return Reading(tuple(pages), tidy(title) or _first_heading(pages), failures=tuple(failures), warnings=warnings)


def _slide_ids(presentation: etree._Element) -> list[etree._Element]:
    listed = child(presentation, "sldIdLst")
    return [] if listed is None else list(children(listed, "sldId"))


def _relation_id(slide: etree._Element) -> str:
    """``r:id``, which shares its local name with ``id``."""
    return next((str(v) for k, v in slide.attrib.items() if str(k).endswith("}id")), "")


def _sections(presentation: etree._Element) -> dict[str, str]:
    """Slide id -> name of the section it stands in."""
    return {
        slide.get("id", ""): tidy(section.get("name", ""))
        for section in descendants(presentation, "section")
        for slide in descendants(section, "sldId")
    }


def _first_heading(pages: list[Page]) -> str:
    for block in pages[0].blocks if pages else ():
        if block.kind is BlockKind.HEADING:
            return " ".join(pages[0].text[block.start : block.end].split())
    return ""


def _slide(deck: Deck, part: str, title_level: int) -> PageBuilder:
    tree = child(deck.package.tree(part), "cSld", "spTree")
    builder = PageBuilder()
    shapes = [] if tree is None else list(_shapes(tree))
    for shape in sorted(shapes, key=lambda shape: _placeholder(shape) not in TITLES):
        if _placeholder(shape) in TITLES:
            builder.add(" ".join(_text(shape).split()), BlockKind.HEADING, title_level)
        elif _placeholder(shape) not in FURNITURE:
            _add_shape(builder, shape, deck, part)
    notes = deck.package.related(part, "notesSlide")
    if notes:
        builder.add(_notes(deck.package, notes), BlockKind.SPEAKER_NOTES)
    return builder


def _shapes(tree: etree._Element) -> Iterator[etree._Element]:
    """Shapes in drawing order, groups opened, of alternative contents the first that can be understood."""
    for element in tree:
        kind = local(element)
        if kind in ("grpSp", "txBody", "Choice", "Fallback"):
            yield from _shapes(element)
        elif kind == "AlternateContent":
            options = [list(_shapes(option)) for option in children(element, "Choice", "Fallback")]
            yield from next((found for found in options if any(_says_something(shape) for shape in found)), [])
        elif kind in ("sp", "graphicFrame", "pic", "cxnSp"):
            yield element


def _says_something(shape: etree._Element) -> bool:
    return local(shape) == "graphicFrame" or bool(_text(shape))


def _placeholder(shape: etree._Element) -> str | None:
    """The type of the placeholder it fills; ``body`` for those that name none; None for a free shape."""
    mark = next(descendants(shape, "ph"), None)
    return None if mark is None else mark.get("type", "body")


def _add_shape(builder: PageBuilder, shape: etree._Element, deck: Deck, part: str) -> None:
    for body in children(shape, "txBody"):
        listed = _placeholder(shape) in ("body", "obj")
        loose: list[str] = []
        for paragraph in children(body, "p"):
            text = _text(paragraph)
            if not _is_listed(paragraph, listed):
                loose += [text] if text else []
                continue
            builder.add("\n".join(loose))
            loose.clear()
            builder.add(text, BlockKind.LIST_ITEM, int(_properties(paragraph, "lvl") or 0))
        builder.add("\n".join(loose))
    if local(shape) == "graphicFrame":
        _add_frame(builder, shape, deck.package, part)
    properties = next(descendants(shape, "cNvPr"), None)
    if properties is not None:
        builder.add(alternative_text(properties.get("descr", "")))
    if local(shape) == "pic":
        builder.add(_picture_text(shape, deck, part))


def _add_frame(builder: PageBuilder, frame: etree._Element, package: Package, part: str) -> None:
    for table in descendants(frame, "tbl"):
        rows = [[_text(cell) for cell in children(row, "tc")] for row in children(table, "tr")]
        builder.table(rows)
    relations = package.relations(part)
    for mark in descendants(frame, "chart", "relIds"):
        relation = relations.get(attribute(mark, "id") or attribute(mark, "dm"))
        if relation is None or relation.external:
            continue
        try:
            drawn = package.tree(relation.target)
        except ReadError:
            continue  # the slide's own text is worth more than its chart
        if local(mark) == "chart":
            builder.add(chart_title(drawn))
            builder.table(chart_rows(drawn))
        else:
            for point in descendants(drawn, "pt"):
                builder.add(_text(point), BlockKind.LIST_ITEM)


def _picture_text(shape: etree._Element, deck: Deck, part: str) -> str:
    mark = next(descendants(shape, "blip"), None)
    relation = None if mark is None else deck.package.relations(part).get(attribute(mark, "embed"))
    if relation is None or relation.external:
        return ""
    try:
        return deck.pictures.text(member(deck.package.archive, relation.target, deck.package.file))
    except ReadError:
        return ""  # a missing picture takes nothing from the slide's words


def _notes(package: Package, part: str) -> str:
    try:
        tree = package.tree(part)
    except ReadError:
        return ""
    texts = [_text(shape) for shape in descendants(tree, "sp") if _placeholder(shape) == "body"]
    return "\n".join(text for text in texts if text)


def _is_listed(paragraph: etree._Element, by_default: bool) -> bool:
    properties = child(paragraph, "pPr")
    if properties is not None:
        if next(children(properties, "buNone"), None) is not None:
            return False
        if next(children(properties, "buChar", "buAutoNum", "buBlip"), None) is not None:
            return True
    return by_default


def _properties(paragraph: etree._Element, name: str) -> str:
    properties = child(paragraph, "pPr")
    value = "" if properties is None else attribute(properties, name)
    return value if value.isdigit() else ""


def _text(element: etree._Element) -> str:
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
