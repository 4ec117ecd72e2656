"""Web pages saved in the course folder -> one page per heading section. Nothing in them runs, loads or fetches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lxml import etree, html

from ingest.documents import Reading
from ingest.errors import ReadError
from ingest.readers import SourceFile
from ingest.readers.building import SectionBuilder, tidy
from ingest.readers.markdown import read_markdown
from ingest.readers.markdown_deck import deck_of
from ingest.readers.markup import add_markup
from ingest.readers.text import decode

CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SITE = re.compile(r"\s+[|·•—–-]\s+")
MAIN_SHARE = 0.4  # of the page's text that <main> or <article> must hold to stand for it


def read(file: SourceFile) -> Reading:
    """Navigation, scripts, forms and hidden parts are left out.

    Raises:
        ReadError: the file holds no text in a known encoding.
    """
    root = parse_html(_decoded(file), file)
    title = " ".join(tidy(root.findtext(".//title") or "").split())
    if deck := deck_of(root):
        slides = read_markdown(deck)
        return Reading(slides.pages, title or slides.title)
    sections = SectionBuilder()
    add_markup(_main(root), sections)
    pages = sections.finish()
    return Reading(pages, _without_site(title, [heading for page in pages for heading in page.headings]))


def _without_site(title: str, headings: Sequence[str]) -> str:
    """A page's title often ends in the name of its site: ``3.1 Sampling | Statistics``."""
    first = _SITE.split(title)[0]
    return first if first in headings else title


def parse_html(text: str, file: SourceFile) -> etree._Element:
    """The document's root element.

    Raises:
        ReadError: there is no element at all.
    """
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(DECLARATION.sub("", text) or " ", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{file.relative}: no web page.", "Save it anew from the browser.") from error
    return root


def _decoded(file: SourceFile) -> str:
    data = file.read_bytes()
    stated = CHARSET.search(data[:4096])
    if stated and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode(stated[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            return decode(file)
        return unicodedata.normalize("NFC", text.replace("\0", ""))
    return decode(file)


def _main(root: etree._Element) -> etree._Element:
    """The element that holds what the page is about."""
    body = root.find("body")
    whole = root if body is None else body
    length = len("".join(whole.itertext()))
    candidates = [*root.iter("main", "article"), *root.xpath("//*[@role='main']")]
    best = max(candidates, key=lambda element: len("".join(element.itertext())), default=whole)
    return best if len("".join(best.itertext())) >= MAIN_SHARE * length else whole
