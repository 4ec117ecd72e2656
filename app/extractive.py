"""The answer without a language model: the few units that answer, in reading order, each quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import dedent

from app.answers import MAX_CITATIONS, Citation, Claim, Passage
from app.evidence import ScoredUnit
from app.question_kinds import QuestionKind
from app.quoting import Quote, choose_quotes, most_places
from app.understanding import Query
from ingest.documents import Span, Unit
from ingest.index import Index


class ExtractiveAnswerer:
    """Quotes the best units. Needs no model and no network."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index, most: int = MAX_CITATIONS
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
        """Claims with at most ``most`` citations, of a list twice as many; markers from 1."""
        claims: list[Claim] = []
        cited: dict[tuple[str, Span], Citation] = {}
        for quote in choose_quotes(evidence, query, most):
            places = [(quote.passage.path, span) for span in (*_over(quote, query), quote.span)]
            if len({*cited, *places}) > most_places(query, most):
                continue
            for place in places:
                if place not in cited:
                    cited[place] = _cite(len(cited) + 1, quote.passage, place[1], index)
            sources = [cited[place] for place in places]
            markers = tuple(source.marker for source in sources)
            claims += [Claim(text, markers) for text in _said(quote, sources)]
        return tuple(claims), tuple(cited.values())


def _over(quote: Quote, query: Query) -> list[Span]:
    """What has to be cited with it: the names of the columns over a row alone, the date of a schedule entry over it."""
    first = quote.units[0]
    found: list[Span] = []
    if first.header is not None and len(quote.units) == 1:  # with more of the table around it the columns can be seen
        found.append(_span(first.header))
    dated = query.kind is QuestionKind.WHEN and all(item.dated_by_heading for item in quote.units)
    if first.heading is not None and dated:
        found.append(_span(first.heading))
    return found


def _said(quote: Quote, sources: Sequence[Citation]) -> list[str]:
    """A sentence for each unit, the first after its date; a row of a table with the names of its columns; code as one
    block."""
    if all(item.unit.kind.is_code for item in quote.units):
        return [_block(sources[-1].quote)]
    first, *others = (item.text for item in quote.units)
    if quote.units[0].header is not None and not others:
        return [row_said(sources[0].quote, first)]
    dates = (shown(source.quote) for source in sources[:-1])
    return [": ".join([*dates, shown(first)]), *map(shown, others)]


def _block(code: str) -> str:
    """Code between Markdown's fences. A quote begins at a line's first letter: the lines after it lose what they are
    all set in by, unless the first one opens a block of its own."""
    first, _, rest = _FENCE.sub("", code).strip("\n").partition("\n")
    opens = first.rstrip().endswith((":", "{", "(", "["))
    return "```\n" + "\n".join(filter(None, [first, rest if opens else dedent(rest)])) + "\n```"


def row_said(header: str, row: str) -> str:
    """ "method | memory" and "LoRA | 11 GB" -> "method: LoRA · memory: 11 GB"."""
    names, cells = _cells(header.splitlines()[0]), _cells(row)
    if len(names) != len(cells):
        return " · ".join(filter(None, cells))
    return " · ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell)


def _cells(row: str) -> list[str]:
    return [shown(cell) for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def _span(unit: Unit) -> Span:
    return Span(unit.page, unit.start, unit.end)


def _cite(marker: int, passage: Passage, span: Span, index: Index) -> Citation:
    document = index.document(passage.path)
    assert document is not None
    (page,) = index.pages(document, [span.page])
    return Citation(
        marker=marker,
        path=passage.path,
        location=page.location(passage.path, span.start, span.end),
        quote=page.text[span.start : span.end],
        span=span,
        heading=passage.heading,
        copies=tuple(index.copies_of(passage.path)),
    )


_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.M)
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[\w+#.{} -]*$", re.M)
_DASHES = re.compile(r"^[ \t:|=-]*(?:-|==)[ \t:|=-]*$", re.M)  # under the header of a table or a heading
_MARK = re.compile(r"^(?:[-*+•◦▪]|\d{1,2}[.)]|#{1,6})\s+")
_LINK = re.compile(r"\[([^\]]+)\]\((?:https?://|\.{0,2}/|#|[^()\s:]+\.[A-Za-z]{2,5}\b)[^)]*\)")
_EMPHASIS = re.compile(  # not the star of a product, a pointer or a power
    r"(?<![A-Za-z0-9_*\\^])(?P<stars>\*{1,3})(?=[^\s*])(?P<text>.+?)(?<=[^\s*\\^])(?P=stars)(?![A-Za-z0-9_*])"
)


def shown(text: str) -> str:
    """A quote on one line, without what Markdown means by marks: of lists, headings, quotations, code, tables (" · "
    between cells) and emphasis, and the addresses of links."""
    lines = _DASHES.sub("", _FENCE.sub("", _QUOTED.sub("", text)))
    line = _LINK.sub(r"\1", _MARK.sub("", " ".join(lines.split())))
    if line.startswith("|") and line.endswith("|"):
        return " · ".join(filter(None, _cells(line)))
    return _EMPHASIS.sub(r"\g<text>", _EMPHASIS.sub(r"\g<text>", line)).removesuffix("\\")
