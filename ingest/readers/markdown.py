"""Markdown -> one page per heading section. The text stays as written: a quote is what the author typed.

Left out: front matter (its title is used), HTML comments and tags, images whose alternative text is only a file name,
import lines and empty components of MDX.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.documents import Block, BlockKind, Page, Reading
from ingest.mapped_text import MappedText
from ingest.readers import SourceFile, inline_html
from ingest.readers.local_pictures import LocalPictures
from ingest.readers.myst import without_directives
from ingest.readers.pictures import Pictures, read_with_pictures
from ingest.readers.text import decode, heading_like, line_starts

_DASHES = re.compile(r"---[ \t]*\n?")
_YAML_KEY = re.compile(r"[\"']?[\w.$@-]+(?: [\w.$@-]+){0,2}[\"']?:(?:\s|$)")
_YAML_GOES_ON = re.compile(r"\s|-\s|[#\]}]")  # what else a line of YAML begins with
_TITLE = re.compile(r"^title:\s*[\"']?(?P<title>.+?)[\"']?\s*$", re.M)
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.S)  # one that is never closed is looked for once, not to the end
_MDX_IMPORT = re.compile(r"^(?:import\s.+\sfrom\s+['\"].+['\"];?|export\s+const\s.+)$", re.M)
_COMPONENT = re.compile(r"<(?P<name>[A-Z]\w*)\b[^<>]*?(?:\{[^{}]*\}[^<>]*?)*/>|</?[A-Z]\w*(?:\s[^<>]*)?>", re.S)
_CODE = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1|\Z)|(?P<ticks>`+)[^`\n]+(?P=ticks)", re.S | re.M)
_IMAGE = re.compile(
    r"!\[(?P<alt>[^\[\]]*)\]\((?P<target><[^<>\n]*>|(?:[^()\s]|\([^()]*\))*)(?:\s+\"[^\"]*\")?\)|<img\b[^>]*>", re.I
)
_SRC = re.compile(r"\bsrc\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s>]+))", re.I)
_SEEN = re.compile("\ufdd0")  # no character of any text: marks where a picture with text in it stands
_FILE_NAME = re.compile(r"[\w./ -]*\.(?:png|jpe?g|gif|svg|webp)|image|img|alt[ _-]?text|[\d_-]+", re.I)
_ANCHOR = re.compile(
    r"\s*(?:\[\[[\w:.-]+\]\]|\{(?:-|(?:[#.][\w:.-]+|[\w-]+=[^\s{}]+)(?:\s+(?:[#.][\w:.-]+|[\w-]+=[^\s{}]+))*)\})\s*$"
)
_HEADING_MARKS = re.compile(r"[*_`]+|~~|<[^>]+>")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").disable("inline")  # blocks alone: half the work


def read(file: SourceFile) -> Reading:
    """Pages are sections; ``headings`` is the path down to the section's own heading. The text in pictures of the
    corpus that a section shows stands at its end."""
    text, local = decode(file), LocalPictures(file)

    def build(pictures: Pictures) -> Reading:
        reading = read_markdown(text, partial(local.text, pictures))
        return replace(reading, warnings=tuple(pictures.warnings), pictures=tuple(sorted(local.used.items())))

    return read_with_pictures(file, build) if file.ocr_seconds else read_markdown(text)


def read_markdown(raw: str, picture_text: Callable[[str], str] = lambda _: "", *, front_matter: bool = True) -> Reading:
    """The same for text that is already at hand (a notebook's Markdown cell, a converted page). ``picture_text`` knows
    the text in the picture at an address."""
    front = _front_matter(raw) if front_matter else ""
    title = _TITLE.search(front)
    content = MappedText.of(raw)[len(front) :]
    content, seen = _clean(without_directives(content), picture_text)
    pages = tuple(_sections(content, seen))
    found = title["title"] if title else next((page.headings[0] for page in pages if page.headings), "")
    return Reading(pages, title=unicodedata.normalize("NFC", found))


def _front_matter(raw: str) -> str:
    """YAML between two lines of dashes; empty where text stands between them, or there are none."""
    lines = raw.splitlines(keepends=True) if raw.startswith("---") else []
    if not lines or not _DASHES.fullmatch(lines[0]):
        return ""
    has_key = False
    for number, line in enumerate(lines[1:], 2):
        if has_key and _DASHES.fullmatch(line):
            return "".join(lines[:number])
        is_key = _YAML_KEY.match(line) is not None
        if not is_key and not (_YAML_GOES_ON.match(line) if has_key else line.startswith("#")):
            return ""
        has_key |= is_key
    return ""


def plain_heading(line: str) -> str:
    """A heading without marks, anchors and link targets: ``## **2. 시간**`` -> ``2. 시간``."""
    text = _ANCHOR.sub("", line.strip().lstrip("#").rstrip("#").strip())
    return " ".join(_HEADING_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def _clean(content: MappedText, picture_text: Callable[[str], str]) -> tuple[MappedText, list[tuple[int, str]]]:
    """The text as it is shown; and the texts of pictures, with the places where these stand in it."""
    texts: list[str] = []

    def shown(match: re.Match[str]) -> str:
        source = _SRC.search(match.group())
        text = picture_text(match["target"] or (next(filter(None, source.groups()), "") if source else ""))
        texts.extend([text] if text else [])
        return _alternative_text(match) + (_SEEN.pattern if text else "")

    content = content.sub(_SEEN, "")
    mdx = ((_COMMENT, _nothing), (_MDX_IMPORT, _nothing), (_COMPONENT, _nothing))
    for pattern, instead in (*mdx, (_IMAGE, shown), (inline_html.PATTERN, inline_html.shown)):
        if pattern.search(content.text):
            code = [match.span() for match in _CODE.finditer(content.text)]
            content = content.sub(pattern, partial(_unless_code, code, instead))
    places = [match.start() - before for before, match in enumerate(_SEEN.finditer(content.text))]
    return content.sub(_SEEN, ""), list(zip(places, texts, strict=True))


def _nothing(_: re.Match[str]) -> str:
    return ""


def _alternative_text(match: re.Match[str]) -> str:
    alt = (match["alt"] or "").strip()
    return "" if not alt or _FILE_NAME.fullmatch(alt) else alt


def _unless_code(code: list[tuple[int, int]], instead: Callable[[re.Match[str]], str], match: re.Match[str]) -> str:
    return match.group() if any(start <= match.start() < end for start, end in code) else instead(match)


def _sections(content: MappedText, seen: list[tuple[int, str]]) -> list[Page]:
    """Cut before every heading; a section that is only its heading stays with the next one's path."""
    text = content.text
    blocks = _blocks(text)
    starts = sorted({0, *(block.start for block in blocks if block.kind is BlockKind.HEADING)})
    blocks_of: dict[int, list[Block]] = defaultdict(list)  # by where their section starts
    pictures_of: dict[int, list[str]] = defaultdict(list)
    for block in blocks:
        blocks_of[starts[bisect_right(starts, block.start) - 1]].append(block)
    for at, said in seen:
        pictures_of[starts[bisect_right(starts, at) - 1]].append(said)
    pages: list[Page] = []
    path: list[tuple[int, str]] = []
    for start, end in itertools.pairwise([*starts, len(text)]):
        own = blocks_of[start]
        if own and own[0].kind is BlockKind.HEADING:
            level, heading = own[0].level, plain_heading(text[own[0].start : own[0].end].split("\n")[0])
            path = [step for step in path if step[0] < level]
            if heading:
                path.append((level, heading))
        pictures = "\n\n".join(pictures_of[start])
        if not text[start:end].strip() and not pictures:
            continue
        moved = tuple(Block(b.kind, b.start - start, min(b.end, end) - start, b.level) for b in own)
        place = f"› {path[-1][1]}" if path else ""
        headings = tuple(heading for _, heading in path)
        own_text = content[start:end]
        if pictures:
            begin = len(own_text) + 2
            moved = (*moved, Block(BlockKind.PARAGRAPH, begin, begin + len(pictures)))
            own_text = MappedText.concat([own_text, MappedText.inserted(f"\n\n{pictures}")])
        pages.append(Page(len(pages) + 1, own_text, ((0, place),), moved, headings))
    return pages


def _blocks(text: str) -> list[Block]:
    """Blocks in reading order, leaves only (a list item's own lines, not the list)."""
    starts = line_starts(text)
    found: list[Block] = []
    tokens = _PARSER.parse(text)
    depth = 0
    table_header = False
    deepest = 0
    for at, token in enumerate(tokens):
        depth += token.nesting if token.type.startswith(("bullet_list", "ordered_list")) else 0
        table_header = token.type == "thead_open" or (table_header and token.type != "thead_close")
        if not token.map:
            continue
        start, end = starts[token.map[0]], starts[token.map[1]]
        if token.type == "heading_open":
            deepest = level = int(token.tag[1])
            found.append(Block(BlockKind.HEADING, start, end, level))
        elif token.type == "list_item_open":
            item = Block(BlockKind.LIST_ITEM, start, _item_end(tokens, at, starts, end), max(0, depth - 1))
            found.extend(_split_at_headings(text, item, deepest + 1))
        elif token.type == "tr_open" and table_header:
            found.append(Block(BlockKind.TABLE_HEADER, start, starts[token.map[1] + 1]))  # with the line of dashes
        elif token.type == "tr_open":
            found.append(Block(BlockKind.TABLE_ROW, start, end))
        elif token.type in ("fence", "code_block"):
            found.append(Block(BlockKind.CODE, start, end))
        elif token.type == "paragraph_open" and token.level == 0:
            found.extend(_split_at_headings(text, Block(BlockKind.PARAGRAPH, start, end), deepest + 1))
    return [block for block in found if text[block.start : block.end].strip()]


def _split_at_headings(text: str, block: Block, level: int) -> list[Block]:
    """A line inside a block that announces a week or chapter (``3주차: 전환점``) is a heading of its own: notes pasted
    from elsewhere have no other marks."""
    found: list[Block] = []
    at = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        if heading_like(line):
            found.append(Block(BlockKind.HEADING, at, at + len(line), level))
        elif found and found[-1].kind is block.kind:
            found[-1] = Block(block.kind, found[-1].start, at + len(line), block.level)
        else:
            found.append(Block(block.kind, at, at + len(line), block.level))
        at += len(line)
    return found


def _item_end(tokens: list[Token], at: int, starts: list[int], end: int) -> int:
    """Where the item's own text ends: before the list or the code nested in it."""
    level = tokens[at].level
    for token in tokens[at + 1 :]:
        if token.level <= level:
            break
        if token.type in ("bullet_list_open", "ordered_list_open", "fence", "code_block") and token.map:
            return starts[token.map[0]]
    return end
