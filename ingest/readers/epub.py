"""E-books -> pages by heading section, in the order of the spine; chapters without a heading take their name from
the table of contents."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from lxml import etree

from ingest.documents import Reading
from ingest.errors import EncryptedError, ReadError
from ingest.readers import SourceFile
from ingest.readers.archives import member, opened, xml_tree
from ingest.readers.building import SectionBuilder, tidy
from ingest.readers.html import parse_html
from ingest.readers.markup import add_markup
from ingest.readers.opc import Package, child, children, descendants

MAX_CHAPTERS = 5_000
FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # fonts only: harmless


def read(file: SourceFile) -> Reading:
    """Chapters in reading order; damaged ones are passed over with a warning.

    Raises:
        EncryptedError: it is protected against copying.
        ReadError: no e-book, or no chapter of it can be read.
    """
    with opened(file) as archive:
        package = Package(archive, file)
        _refuse_protection(package)
        book = _package_document(package)
        root = package.tree(book)
        names = _contents(package, book, root)
        sections = SectionBuilder()
        damaged = 0
        for chapter in _spine(book, root)[:MAX_CHAPTERS]:
            try:
                text = member(archive, chapter, file).decode("utf-8", "replace")
                body = parse_html(text, file)
            except ReadError:
                damaged += 1
                continue
            if chapter in names and next(body.iter("h1", "h2", "h3"), None) is None:
                sections.heading(names[chapter], 1)
            add_markup(body, sections)
        title = next((element.text or "" for element in descendants(root, "title")), "")
    pages = sections.finish()
    if damaged and not pages:
        raise ReadError(f"{file.relative}: no chapter could be read.", "Export the book anew.")
    warnings = (f"{damaged} chapters are missing or damaged",) if damaged else ()
    return Reading(pages, tidy(title), warnings=warnings)


def _refuse_protection(package: Package) -> None:
    if "META-INF/encryption.xml" not in package.archive.namelist():
        return
    methods = descendants(package.tree("META-INF/encryption.xml"), "EncryptionMethod")
    if any(method.get("Algorithm") not in FONT_OBFUSCATION for method in methods):
        raise EncryptedError(f"{package.file.relative}: protected against copying.", "Use an open copy.")


def _package_document(package: Package) -> str:
    data = member(package.archive, "META-INF/container.xml", package.file)
    root = xml_tree(data, "META-INF/container.xml", package.file)
    for element in descendants(root, "rootfile"):
        return posixpath.normpath(str(element.get("full-path", "")))
    raise ReadError(f"{package.file.relative}: an archive, but no e-book.", "Give it its true suffix.")


def _spine(book: str, root: etree._Element) -> list[str]:
    """The chapters' names in the archive."""
    manifest = {item.get("id"): item.get("href", "") for item in descendants(root, "item")}
    chapters = [manifest.get(reference.get("idref")) for reference in descendants(root, "itemref")]
    return [_resolved(book, href) for href in chapters if href]


def _contents(package: Package, book: str, root: etree._Element) -> dict[str, str]:
    """Chapter -> its name in the table of contents, of whichever form the book has (``nav`` or ``ncx``)."""
    found: dict[str, str] = {}
    for item in descendants(root, "item"):
        is_contents = "nav" in item.get("properties", "").split() or item.get("media-type", "").endswith("ncx+xml")
        if not is_contents:
            continue
        name = _resolved(book, item.get("href", ""))
        try:
            tree = package.tree(name)
        except ReadError:
            continue
        for href, label in _entries(tree):
            found.setdefault(_resolved(name, href), label)
    return found


def _entries(tree: etree._Element) -> list[tuple[str, str]]:
    links = [(link.get("href", ""), tidy("".join(link.itertext()))) for link in descendants(tree, "a")]
    for point in descendants(tree, "navPoint"):
        content = next(children(point, "content"), None)
        label = child(point, "navLabel", "text")
        if content is not None and label is not None:
            links.append((content.get("src", ""), tidy(label.text or "")))
    return [(href, label) for href, label in links if href and label]


def _resolved(base: str, href: str) -> str:
    path = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
