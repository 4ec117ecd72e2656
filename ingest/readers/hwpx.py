"""HWPX (the Korean word processor's open format) -> one page per heading section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from ingest.documents import Reading
from ingest.errors import EncryptedError, ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import opened
from ingest.readers.building import tidy
from ingest.readers.hangul import Box, Cell, Paragraph, Table, pages_of, style_level
from ingest.readers.opc import Package, child, children, descendants, local

SECTION = re.compile(r"Contents/section(\d+)\.xml", re.I)
BOXES = frozenset({"drawText", "footNote", "endNote", "caption"})
SILENT = frozenset({"secPr", "header", "footer", "hiddenComment", "linesegarray", "fieldBegin", "parameters"})
SPOKEN = {"compose": "composeText", "textart": "text", "checkBtn": "caption", "radioBtn": "caption", "btn": "caption"}
"""Elements whose text stands in an attribute: characters set over each other, drawn letters, fields of a form."""
WRITTEN = frozenset({"t", "script", "mainText", "subText"})  # script: of an equation; the others of a ruby text
SPACES = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
MAX_DEPTH = 60  # elements between a paragraph and what stands in it


@dataclass(frozen=True, slots=True)
class Header:
    """Heading level by style id, and by paragraph shape; which shapes are lists."""

    styles: Mapping[str, int]
    shapes: Mapping[str, int]
    lists: frozenset[str]


def read(file: SourceFile) -> Reading:
    """Tables, text boxes and notes stand where they are anchored; headers, footers and hidden comments are left out.

    Raises:
        EncryptedError: it wants a password.
        ReadError: no HWPX document.
    """
    with opened(file) as archive:
        package = Package(archive, file)
        _refuse_encryption(package)
        names = sorted((int(m[1]), m[0]) for name in archive.namelist() if (m := SECTION.fullmatch(name)))
        if not names:
            raise ReadError(f"{file.relative}: an archive, but no HWPX document.", "Give it its true suffix.")
        header = _header(package)
        paragraphs: list[Paragraph] = []
        for _, name in names:
            paragraphs += _listed(package.tree(name), header, 0)
        title = _title(package)
    return Reading(pages_of(paragraphs), title)


def _refuse_encryption(package: Package) -> None:
    if "META-INF/manifest.xml" in package.archive.namelist():
        manifest = package.tree("META-INF/manifest.xml")
        if next(descendants(manifest, "encryption-data"), None) is not None:
            raise EncryptedError(f"{package.file.relative}: wants a password.", "Save a copy without one.")


def _header(package: Package) -> Header:
    """From ``header.xml``; a document can be read without it."""
    if "Contents/header.xml" not in package.archive.namelist():
        return Header({}, {}, frozenset())
    root = package.tree("Contents/header.xml")
    styles = {
        style.get("id", ""): style_level(style.get("name", "")) or style_level(style.get("engName", ""))
        for style in descendants(root, "style")
    }
    shapes: dict[str, int] = {}
    lists: set[str] = set()
    for shape in descendants(root, "paraPr"):
        heading = child(shape, "heading")
        kind = "" if heading is None else heading.get("type", "")
        if heading is not None and kind == "OUTLINE":
            level = heading.get("level", "0")
            shapes[shape.get("id", "")] = int(level) + 1 if level.isdigit() else 1
        elif kind in ("BULLET", "NUMBER"):
            lists.add(shape.get("id", ""))
    return Header(styles, shapes, frozenset(lists))


def _title(package: Package) -> str:
    if "Contents/content.hpf" not in package.archive.namelist():
        return ""
    root = package.tree("Contents/content.hpf")
    return next((tidy(element.text or "") for element in descendants(root, "title")), "")


def _paragraph(element: etree._Element, header: Header, depth: int) -> Paragraph:
    shape = element.get("paraPrIDRef", "")
    style = header.styles.get(element.get("styleIDRef", ""), 0)
    text: list[str] = []
    objects: list[Table | Box] = []
    deleted = False
    for part in _parts(element, 0):
        kind = local(part)
        if kind in WRITTEN:
            said, deleted = _said(part, deleted)
            text.append(said if kind == "t" else f" {said} ")
        elif kind in SPOKEN:
            text.append(part.get(SPOKEN[kind], ""))
        elif kind == "tbl" and depth < MAX_DEPTH:
            objects += _captions(part, header, depth)
            objects.append(_table(part, header, depth))
        elif depth < MAX_DEPTH:
            objects.append(Box(_listed(part, header, depth)))
    return Paragraph("".join(text), style or header.shapes.get(shape, 0), shape in header.lists, objects)


def _parts(element: etree._Element, depth: int) -> Iterator[etree._Element]:
    """Texts, tables and boxes of one paragraph, in order; what stands in those is theirs."""
    for part in element:
        kind = local(part)
        if kind in WRITTEN or kind == "tbl" or kind in BOXES:
            yield part
        elif kind not in SILENT and depth < MAX_DEPTH:
            if kind in SPOKEN:
                yield part
            yield from _parts(part, depth + 1)


def _said(element: etree._Element, deleted: bool) -> tuple[str, bool]:
    """The text of a ``t`` without what change tracking marks as deleted; a deletion may go on in the next ``t``."""
    pieces = [] if deleted else [element.text or ""]
    for mark in element:
        kind = local(mark)
        if kind in ("deleteBegin", "deleteEnd"):
            deleted = kind == "deleteBegin"
        if not deleted:
            pieces += [SPACES.get(kind, ""), mark.tail or ""]
    return "".join(pieces), deleted


def _listed(element: etree._Element, header: Header, depth: int) -> list[Paragraph]:
    """The paragraphs of a section, cell or box, with or without a list around them; a table may stand among them."""
    found: list[Paragraph] = []
    for holder in [element, *children(element, "subList")]:
        for part in children(holder, "p", "tbl"):
            if local(part) == "p":
                found.append(_paragraph(part, header, depth + 1))
            else:
                found.append(Paragraph("", objects=[_table(part, header, depth + 1)]))
    return found


def _captions(table: etree._Element, header: Header, depth: int) -> list[Table | Box]:
    return [Box(_listed(caption, header, depth)) for caption in children(table, "caption")]


def _table(element: etree._Element, header: Header, depth: int) -> Table:
    table = Table()
    for number, row in enumerate(children(element, "tr")):
        for position, cell in enumerate(children(row, "tc")):
            address, span = child(cell, "cellAddr"), child(cell, "cellSpan")
            table.cells.append(
                Cell(
                    _integer(address, "rowAddr", number),
                    _integer(address, "colAddr", position),
                    _integer(span, "rowSpan", 1),
                    _listed(cell, header, depth),
                )
            )
    return table


def _integer(element: etree._Element | None, name: str, default: int) -> int:
    value = "" if element is None else element.get(name, "")
    return int(value) if value.isdigit() else default
