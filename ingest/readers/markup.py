"""HTML elements -> sections. Web pages and the chapters of e-books share it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ingest.documents import BlockKind
from ingest.readers.building import SectionBuilder, tidy
from ingest.readers.drawings import alternative_text
from ingest.readers.html_names import CELL, INLINE, SILENT
from ingest.readers.opc import local

HEADING = re.compile(r"h([1-6])")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
WHITE = re.compile(r"[ \t\r\n\f]+")
MAX_DEPTH = 200  # a damaged page nests without end
MENU_ITEMS = 30  # a longer list of nothing but short links is a menu
MENU_WORDS = 4  # of such a link at most, on average
PILCROW = re.compile(r"\s*[¶#]\s*$")  # the mark of a heading's own link


def add_markup(element: etree._Element, sections: SectionBuilder, depth: int = 0) -> None:
    """Everything below ``element`` in its order: runs of inline content become paragraphs."""
    run: list[str] = [WHITE.sub(" ", element.text or "")]

    def flush() -> None:
        sections.add(_paragraph("".join(run)))
        run.clear()

    for part in element:
        name = local(part).lower()
        if name in INLINE and not _holds_blocks(part):
            run.append(_inline_element(part, name))
        elif name and name not in SILENT and not is_hidden(part) and depth < MAX_DEPTH:
            flush()
            _add_block(part, name, sections, depth)
        run.append(WHITE.sub(" ", part.tail or ""))
    flush()


def _add_block(element: etree._Element, name: str, sections: SectionBuilder, depth: int) -> None:
    heading = HEADING.fullmatch(name)
    if heading:
        sections.heading(PILCROW.sub("", _paragraph(inline_text(element))), int(heading[1]))
    elif name == "pre":
        sections.add(tidy_code("".join(element.itertext())), BlockKind.CODE)
    elif name == "table":
        _add_table(element, sections, depth)
    elif name in ("ul", "ol", "menu"):
        if not _is_menu(element):
            _add_list(element, sections, 0, depth)
    elif name in ("p", "dt", "dd", "figcaption", "caption", "summary") and not _holds_blocks(element):
        sections.add(_paragraph(inline_text(element)))
    else:
        add_markup(element, sections, depth + 1)


def _is_menu(element: etree._Element) -> bool:
    items = [item for item in element if local(item).lower() == "li"]
    words = "".join(element.itertext()).split()
    linked = "".join("".join(link.itertext()) for link in element.iter("a"))
    return (
        len(items) >= MENU_ITEMS
        and len(words) <= MENU_WORDS * len(items)
        and len("".join(linked.split())) > 0.9 * len("".join(words))
    )


def _add_list(element: etree._Element, sections: SectionBuilder, level: int, depth: int) -> None:
    for item in element:
        name = local(item).lower()
        if name in ("ul", "ol", "menu") and depth < MAX_DEPTH:
            _add_list(item, sections, level + 1, depth + 1)
        elif name and name not in SILENT and not is_hidden(item):
            own = "".join(_inline(item, skip=("ul", "ol", "menu", "pre", "table")))
            sections.add(" ".join(_paragraph(own).split()), BlockKind.LIST_ITEM, level)
            for nested in item.iter("ul", "ol", "menu", "pre", "table"):
                if _outermost(nested, item) and depth < MAX_DEPTH:
                    _add_nested(nested, sections, level, depth)


def _add_nested(element: etree._Element, sections: SectionBuilder, level: int, depth: int) -> None:
    if local(element).lower() in ("ul", "ol", "menu"):
        _add_list(element, sections, level + 1, depth + 1)
    else:
        _add_block(element, local(element).lower(), sections, depth + 1)


def _outermost(element: etree._Element, within: etree._Element) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is within:
            return True
        if local(ancestor).lower() in ("ul", "ol", "menu", "pre", "table"):
            return False
    return False


def _add_table(table: etree._Element, sections: SectionBuilder, depth: int) -> None:
    rows = [[cell for cell in row if local(cell).lower() in CELL] for row in table.iter("tr") if _own(row, table)]
    if any(True for _ in table.iter("table") if _ is not table) or all(len(row) < 2 for row in rows):
        for row in rows:  # a table that only lays out the page
            for cell in row:
                add_markup(cell, sections, depth + 1)
        return
    for caption in table.iter("caption"):
        sections.add(_paragraph(inline_text(caption)))
    sections.table([[_paragraph(inline_text(cell)) for cell in row] for row in rows if row])


def _own(row: etree._Element, table: etree._Element) -> bool:
    return next((a for a in row.iterancestors() if local(a).lower() == "table"), None) is table


def _holds_blocks(element: etree._Element) -> bool:
    return any(local(part).lower() not in INLINE | SILENT for part in element.iterdescendants() if local(part))


def is_hidden(element: etree._Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(HIDDEN.search(element.get("style", "")))
    )


def _inline_element(element: etree._Element, name: str) -> str:
    if name == "br":
        return "\n"
    return alternative_text(element.get("alt", "")) if name == "img" else inline_text(element)


def inline_text(element: etree._Element) -> str:
    return "".join(_inline(element))


def _inline(element: etree._Element, skip: tuple[str, ...] = (), depth: int = 0) -> Iterator[str]:
    """Text with line breaks where ``br`` or a block stands."""
    yield WHITE.sub(" ", element.text or "")
    for part in element:
        name = local(part).lower()
        if name in ("br", "img"):
            yield _inline_element(part, name)
        elif name and name not in SILENT and name not in skip and not is_hidden(part) and depth < MAX_DEPTH:
            if name not in INLINE:
                yield "\n"
            yield from _inline(part, skip, depth + 1)
            if name not in INLINE:
                yield "\n"
        yield WHITE.sub(" ", part.tail or "")


def _paragraph(text: str) -> str:
    return tidy(re.sub(r"\s*\n\s*", "\n", text))


def tidy_code(text: str) -> str:
    """Code as it stands, without blank lines at its ends."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").expandtabs(4).split("\n")]
    return "\n".join(lines).strip("\n")
