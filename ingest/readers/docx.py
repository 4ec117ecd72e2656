"""Word -> one page per heading section: paragraphs, lists, tables, text boxes, charts, diagrams, pictures, footnotes.

Deleted text of tracked changes, field codes, headers and footers are left out; comments too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from ingest.documents import BlockKind, Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import opened
from ingest.readers.building import SectionBuilder, tidy
from ingest.readers.drawings import alternative_text, drawing_of, picture_text
from ingest.readers.opc import Package, attribute, child, children, descendants, local
from ingest.readers.pictures import Pictures, read_with_pictures
from ingest.readers.text import heading_like

HEADING_STYLE = re.compile(r"(?:heading|제목|개요)\s*(\d)", re.I)
TITLE_STYLES = frozenset({"title", "제목", "문서 제목"})
LIST_STYLE = re.compile(r"list|목록|글머리", re.I)
SILENT = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "txbxContent", "binData"})
MAX_DEPTH = 40  # of tables within tables
MAX_BOLD_HEADING = 60  # characters


@dataclass(frozen=True, slots=True)
class Style:
    heading: int  # 0: none
    listed: bool


@dataclass(slots=True)
class Word:
    """What a document's paragraphs refer to, and the sections made so far."""

    package: Package
    main: str
    pictures: Pictures
    styles: Mapping[str, Style]
    notes: Mapping[tuple[str, str], str]  # (footnote or endnote, id) -> text
    sections: SectionBuilder = field(default_factory=SectionBuilder)
    bold_headings: bool = False


def read(file: SourceFile) -> Reading:
    """Sections by heading styles; by bold lines in a document that has no such styles.

    Raises:
        ReadError: no Word document.
    """
    return read_with_pictures(file, partial(_read, file))


def _read(file: SourceFile, pictures: Pictures) -> Reading:
    with opened(file) as archive:
        package = Package(archive, file)
        main = package.main_part()
        body = child(package.tree(main), "body")
        if body is None:
            raise ReadError(f"{file.relative}: holds no text body.", "Open it in Word and save it anew.")
        word = Word(package, main, pictures, _styles(package, main), _notes(package, main))
        word.bold_headings = not any(_heading_level(p, word) for p in descendants(body, "p"))
        _add(body, word, 0)
        title = tidy(package.title())
    pages = word.sections.finish()
    first = next((page.headings[0] for page in pages if page.headings), "")
    return Reading(pages, title or first, warnings=tuple(word.pictures.warnings))


def _styles(package: Package, main: str) -> dict[str, Style]:
    """By style id, what the style or those it is based on say."""
    part = package.related(main, "styles")
    try:
        root = package.tree(part) if part else None
    except ReadError:
        root = None
    found = {} if root is None else {attribute(s, "styleId"): s for s in children(root, "style")}
    return {name: _style(style, found, 0) for name, style in found.items()}


def _style(style: etree._Element, all_styles: Mapping[str, etree._Element], depth: int) -> Style:
    name = _value(style, "name")
    heading = HEADING_STYLE.fullmatch(name)
    level = int(heading[1]) if heading else int(name.lower() in TITLE_STYLES)
    outline = _value(style, "pPr", "outlineLvl")
    if not level and outline.isdigit() and int(outline) < 9:
        level = int(outline) + 1
    listed = bool(LIST_STYLE.search(name)) or child(style, "pPr", "numPr") is not None
    base = all_styles.get(_value(style, "basedOn"))
    if base is not None and depth < MAX_DEPTH and not level:
        above = _style(base, all_styles, depth + 1)
        return Style(above.heading, listed or above.listed)
    return Style(level, listed and not level)


def _value(element: etree._Element, *path: str) -> str:
    found = child(element, *path)
    return "" if found is None else attribute(found, "val")


def _notes(package: Package, main: str) -> dict[tuple[str, str], str]:
    found = {}
    for kind in ("footnote", "endnote"):
        part = package.related(main, f"{kind}s")
        try:
            root = package.tree(part) if part else None
        except ReadError:
            root = None
        for note in [] if root is None else children(root, kind):
            found[kind, attribute(note, "id")] = _text(note)
    return found


def _add(parent: etree._Element, word: Word, depth: int) -> None:
    """The paragraphs and tables in an element, in their order."""
    for element in parent:
        kind = local(element)
        if kind == "p":
            _add_paragraph(element, word, depth)
        elif kind == "tbl" and depth < MAX_DEPTH:
            _add_table(element, word, depth)
        elif kind in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"):
            _add(element, word, depth)


def _add_paragraph(paragraph: etree._Element, word: Word, depth: int) -> None:
    text = _text(paragraph)
    level = _heading_level(paragraph, word)
    if level:
        word.sections.heading(text, level)
    elif text and (heading_like(text) or (word.bold_headings and _is_bold_line(paragraph, text))):
        word.sections.heading(text, 1 if heading_like(text) else 2)
    elif (nesting := _list_level(paragraph, word)) is not None:
        word.sections.add(text, BlockKind.LIST_ITEM, nesting)
    else:
        word.sections.add(text)
    for box in _text_boxes(paragraph):
        if depth < MAX_DEPTH:
            _add(box, word, depth + 1)
    _add_drawings(paragraph, word)
    for reference in descendants(paragraph, "footnoteReference", "endnoteReference"):
        note = word.notes.get((local(reference).removesuffix("Reference"), attribute(reference, "id")))
        word.sections.add(note or "")


def _add_drawings(paragraph: etree._Element, word: Word) -> None:
    """What pictures, charts and diagrams say: what a person wrote to describe them, and what stands in them."""
    for mark in descendants(paragraph, "docPr", "chart", "relIds", "blip", "imagedata"):
        if _is_copy(mark) or next(p for p in mark.iterancestors() if local(p) == "p") is not paragraph:
            continue
        if local(mark) == "docPr":
            word.sections.add(alternative_text(mark.get("descr", "")))
        elif local(mark) in ("blip", "imagedata"):
            names = (attribute(mark, name) for name in ("embed", "id"))
            word.sections.add(picture_text(word.package, word.main, next(filter(None, names), ""), word.pictures))
        else:
            drawing = drawing_of(word.package, word.main, mark)
            word.sections.add(drawing.title)
            word.sections.table(drawing.rows)
            for point in drawing.points:
                word.sections.add(point, BlockKind.LIST_ITEM)


def _heading_level(paragraph: etree._Element, word: Word) -> int:
    outline = _value(paragraph, "pPr", "outlineLvl")
    if outline.isdigit() and int(outline) < 9:
        return int(outline) + 1
    style = word.styles.get(_value(paragraph, "pPr", "pStyle"))
    return style.heading if style else 0


def _list_level(paragraph: etree._Element, word: Word) -> int | None:
    if child(paragraph, "pPr", "numPr") is not None:
        level = _value(paragraph, "pPr", "numPr", "ilvl")
        return int(level) if level.isdigit() else 0
    style = word.styles.get(_value(paragraph, "pPr", "pStyle"))
    return 0 if style and style.listed else None


def _is_bold_line(paragraph: etree._Element, text: str) -> bool:
    runs = [run for run in children(paragraph, "r") if _text(run)]
    bold = [child(run, "rPr", "b") for run in runs]
    return (
        bool(runs)
        and all(mark is not None and attribute(mark, "val") not in ("0", "false") for mark in bold)
        and len(text) <= MAX_BOLD_HEADING
        and not text.endswith((".", ":", ",", ";"))
    )


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes, each once: Word stores a second copy for older readers."""
    for box in descendants(paragraph, "txbxContent"):
        lineage = list(box.iterancestors())
        copies = any(local(ancestor) == "Fallback" for ancestor in lineage)
        nested = any(local(ancestor) == "txbxContent" for ancestor in lineage)
        if not nested and (not copies or not any(_has_box(ancestor) for ancestor in lineage)):
            yield box


def _has_box(element: etree._Element) -> bool:
    """Whether it offers a choice that holds the text box in the current form."""
    choices = children(element, "Choice") if local(element) == "AlternateContent" else iter(())
    return any(next(descendants(choice, "txbxContent"), None) is not None for choice in choices)


def _add_table(table: etree._Element, word: Word, depth: int) -> None:
    rows = [list(_cells(row)) for row in _rows(table)]
    if all(len(row) < 2 for row in rows):  # a frame around text
        for row in rows:
            for cell in row:
                _add(cell, word, depth + 1)
        return
    texts: list[list[str]] = []
    for row in rows:
        above = texts[-1] if texts else []
        texts.append([_cell_text(cell, above, column) for column, cell in enumerate(row)])
    word.sections.table(texts)
    for paragraph in descendants(table, "p"):
        _add_drawings(paragraph, word)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if local(element) == "tr":
            yield element
        elif local(element) in ("sdt", "sdtContent", "customXml"):
            yield from _rows(element)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        if local(element) == "tc":
            yield element
        elif local(element) in ("sdt", "sdtContent", "customXml"):
            yield from _cells(element)


def _cell_text(cell: etree._Element, above: list[str], column: int) -> str:
    """A cell merged with the one above says the same: a row is to be read alone."""
    merge = child(cell, "tcPr", "vMerge")
    if merge is not None and attribute(merge, "val") != "restart" and column < len(above):
        return above[column]
    return _joined(_text(part) for part in descendants(cell, "p") if not _is_copy(part))


def _is_copy(element: etree._Element) -> bool:
    return any(local(ancestor) == "Fallback" for ancestor in element.iterancestors())


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _text(element: etree._Element) -> str:
    """The words of a paragraph or run, without text boxes and what has been deleted."""
    return tidy("".join(_words(element)))


def _words(element: etree._Element) -> Iterator[str]:
    for part in element:
        kind = local(part)
        if kind == "t":
            yield part.text or ""
        elif kind == "tab":
            yield "\t"
        elif kind in ("br", "cr") or (kind == "p" and local(element) != "body"):
            yield "\n"
            yield from _words(part)
        elif kind == "noBreakHyphen":
            yield "-"
        elif kind == "AlternateContent":
            options = [list(_words(option)) for option in children(part, "Choice", "Fallback")]
            yield from next((words for words in options if any(words)), [])
        elif kind not in SILENT:
            yield from _words(part)
