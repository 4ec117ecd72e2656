"""A Hangul document (HWPX, the OWPML package of KS X 6101) from simple Markdown: headings, lists, tables."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from . import pack
from .hwpx_head import HEADER, NAMESPACES, SECTION_PROPERTIES

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
TEXT_WIDTH = 42520
PLAIN, HEADING, TITLE, ITEM, CELL = (0, 0, 0), (1, 2, 1), (2, 0, 2), (3, 0, 0), (4, 0, 0)

CONTAINER = (
    f'{XML}<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:hpf="http://www.hancom.co.kr/schema/2011/hpf"><ocf:rootfiles>'
    '<ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/>'
    '<ocf:rootfile full-path="Preview/PrvText.txt" '
    'media-type="text/plain"/></ocf:rootfiles></ocf:container>'
)
MANIFEST = f'{XML}<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
VERSION = (
    f'{XML}<hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" '
    'tagetApplication="WORDPROCESSOR" '
    'major="5" minor="0" micro="5" buildNumber="0" os="1" xmlVersion="1.4" application="Course builder" '
    'appVersion="1"/>'
)
SETTINGS = (
    f'{XML}<ha:HWPApplicationSetting xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app">'
    '<ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>'
)


def _package(title: str) -> str:
    items = "".join(
        f'<opf:item id="{name}" href="{href}" media-type="application/xml"/>'
        for name, href in (
            ("header", "Contents/header.xml"),
            ("section0", "Contents/section0.xml"),
            ("settings", "settings.xml"),
        )
    )
    return (
        f'{XML}<opf:package {NAMESPACES} version="" unique-identifier="" id=""><opf:metadata>'
        f"<opf:title>{escape(title)}</opf:title><opf:language>ko</opf:language>"
        '<opf:meta name="creator" content="text">한서윤</opf:meta>'
        '<opf:meta name="CreatedDate" content="text">2026-05-10T09:00:00Z</opf:meta>'
        '<opf:meta name="ModifiedDate" content="text">2026-05-10T09:00:00Z</opf:meta></opf:metadata>'
        f"<opf:manifest>{items}</opf:manifest>"
        '<opf:spine><opf:itemref idref="header" linear="yes"/><opf:itemref idref="section0" '
        'linear="yes"/></opf:spine>'
        "</opf:package>"
    )


class _Section:
    """Paragraphs of one section, numbered as they are made."""

    def __init__(self) -> None:
        self.count = 0
        self.body: list[str] = []

    def paragraph(self, text: str, look: tuple[int, int, int], inside: str = "") -> str:
        """`look` is (paragraph shape, style, character shape); `inside` stands before the text in the first run."""
        shape, style, character = look
        self.count += 1
        return (
            f'<hp:p id="{self.count}" paraPrIDRef="{shape}" styleIDRef="{style}" pageBreak="0" '
            'columnBreak="0" '
            f'merged="0"><hp:run charPrIDRef="{character}">{inside}<hp:t>{escape(text)}</hp:t></hp:run></hp:p>'
        )

    def cell(self, text: str, row: int, column: int, width: int, head: bool) -> str:
        inner = self.paragraph(text, (CELL[0], 0, 3 if head else 0))
        return (
            f'<hp:tc name="" header="{int(head)}" hasMargin="0" protect="0" editable="0" dirty="0" '
            f'borderFillIDRef="{4 if head else 3}"><hp:subList id="" textDirection="HORIZONTAL" '
            'lineWrap="BREAK" '
            'vertAlign="CENTER" linkListIDRef="0" linkListNextIDRef="0" textWidth="0" textHeight="0" '
            f'hasTextRef="0" hasNumRef="0">{inner}</hp:subList><hp:cellAddr colAddr="{column}" '
            f'rowAddr="{row}"/>'
            f'<hp:cellSpan colSpan="1" rowSpan="1"/><hp:cellSz width="{width}" height="1700"/>'
            '<hp:cellMargin left="510" right="510" top="141" bottom="141"/></hp:tc>'
        )

    def table(self, rows: list[list[str]]) -> str:
        width, tall = TEXT_WIDTH // len(rows[0]), 1700 * len(rows)
        lines = "".join(
            "<hp:tr>" + "".join(self.cell(text, r, c, width, r == 0) for c, text in enumerate(row)) + "</hp:tr>"
            for r, row in enumerate(rows)
        )
        self.count += 1
        table = (
            f'<hp:tbl id="{self.count}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" '
            'textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" '
            f'rowCnt="{len(rows)}" colCnt="{len(rows[0])}" cellSpacing="0" borderFillIDRef="3" '
            'noAdjust="0">'
            f'<hp:sz width="{width * len(rows[0])}" widthRelTo="ABSOLUTE" height="{tall}" '
            'heightRelTo="ABSOLUTE" '
            'protect="0"/><hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" allowOverlap="0" '
            'holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="PARA" vertAlign="TOP" horzAlign="LEFT" '
            'vertOffset="0" horzOffset="0"/><hp:outMargin left="0" right="0" top="141" bottom="141"/>'
            f'<hp:inMargin left="510" right="510" top="141" bottom="141"/>{lines}</hp:tbl>'
        )
        return self.paragraph("", PLAIN, table)


def _section(lines: list[str]) -> str:
    section, rows = _Section(), list[list[str]]()
    for line in [*lines, ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            section.body.append(section.table(rows))
            rows = []
        if line.startswith("# "):
            section.body.append(section.paragraph(line[2:], TITLE, SECTION_PROPERTIES))
        elif line.startswith("## "):
            section.body.append(section.paragraph(line[3:], HEADING))
        elif line.startswith("- "):
            section.body.append(section.paragraph(f"○ {line[2:]}", ITEM))
        elif line.strip():
            section.body.append(section.paragraph(line, PLAIN))
    return f"{XML}<hs:sec {NAMESPACES}>{''.join(section.body)}</hs:sec>"


def write(source: Path, path: Path) -> None:
    """The first line of the source must be the title: it carries the page setup."""
    text = source.read_text(encoding="utf-8")
    lines = text.splitlines()
    preview = "\r\n".join(line.lstrip("# ") for line in lines if line.strip())[:1000]
    members = [
        ("mimetype", "application/hwp+zip"),
        ("version.xml", VERSION),
        ("Contents/header.xml", HEADER),
        ("Contents/section0.xml", _section(lines)),
        ("Preview/PrvText.txt", preview),
        ("settings.xml", SETTINGS),
        ("META-INF/container.xml", CONTAINER),
        ("META-INF/manifest.xml", MANIFEST),
        ("Contents/content.hpf", _package(lines[0][2:])),
    ]
    encoded = [(n, t.encode("utf-16" if n.endswith(".txt") else "utf-8")) for n, t in members]
    pack.write(path, encoded, stored=frozenset({"mimetype"}))
