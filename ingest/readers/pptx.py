"""PowerPoint -> one page per slide: title, text with its levels, tables, charts, diagrams, alternative
texts, notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from lxml import etree

from ingest.documents import BlockKind, Page, PageFailure, Reading
from ingest.errors import LimitError, ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import opened
from ingest.readers.building import PageBuilder, tidy
from ingest.readers.drawings import alternative_text, drawing_of, picture_text, text_of
from ingest.readers.opc import Package, attribute, child, children, descendants, local
from ingest.readers.pictures import Pictures, read_with_pictures

MAX_SLIDES = 3_000
FURNITURE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})  # placeholders that say nothing
TITLES = frozenset({"title", "ctrTitle"})


@dataclass(frozen=True, slots=True)
class Deck:
    package: Package
    pictures: Pictures


def read(file: SourceFile) -> Reading:
    """Slides in the order of the show, hidden ones too.

    Raises:
        ReadError: no presentation, or no slide of it could be read.
    """
    return read_with_pictures(file, partial(_read, file))


def _read(file: SourceFile, pictures: Pictures) -> Reading:
    with opened(file) as archive:
        package = Package(archive, file)
        main = package.main_part()
        presentation = package.tree(main)
        relations = package.relations(main)
        shown = [attribute(slide, "id") for slide in _slide_ids(presentation)]
        if len(shown) > MAX_SLIDES:
            raise LimitError(f"{file.relative}: has more than {MAX_SLIDES} slides.", "Split it.")
        sections = _sections(presentation)
        deck = Deck(package, pictures)
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
            builder.add(" ".join(text_of(shape).split()), BlockKind.HEADING, title_level)
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
    return local(shape) == "graphicFrame" or bool(text_of(shape))


def _placeholder(shape: etree._Element) -> str | None:
    """The type of the placeholder it fills; ``body`` for those that name none; None for a free shape."""
    mark = next(descendants(shape, "ph"), None)
    return None if mark is None else mark.get("type", "body")


def _add_shape(builder: PageBuilder, shape: etree._Element, deck: Deck, part: str) -> None:
    for body in children(shape, "txBody"):
        listed = _placeholder(shape) in ("body", "obj")
        loose: list[str] = []
        for paragraph in children(body, "p"):
            text = text_of(paragraph)
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
        rows = [[text_of(cell) for cell in children(row, "tc")] for row in children(table, "tr")]
        builder.table(rows)
    for mark in descendants(frame, "chart", "relIds"):
        drawing = drawing_of(package, part, mark)
        builder.add(drawing.title)
        builder.table(drawing.rows)
        for point in drawing.points:
            builder.add(point, BlockKind.LIST_ITEM)


def _picture_text(shape: etree._Element, deck: Deck, part: str) -> str:
    mark = next(descendants(shape, "blip"), None)
    return "" if mark is None else picture_text(deck.package, part, attribute(mark, "embed"), deck.pictures)


def _notes(package: Package, part: str) -> str:
    try:
        tree = package.tree(part)
    except ReadError:
        return ""
    texts = [text_of(shape) for shape in descendants(tree, "sp") if _placeholder(shape) == "body"]
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
