"""The answer without a language model: the few units that answer, in reading order, each quoted and cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from app.answers import MAX_CITATIONS, Citation, Claim, Passage
from app.evidence import ScoredUnit
from app.understanding import Query, QuestionKind
from ingest.documents import BlockKind, Span
from ingest.index import Index

_ANCHORS = 3  # quotes of an ordinary answer
_QUOTE_AIM = 200  # characters a quote grows to with the units around its anchor
_CLEARLY_WORSE = 3.0  # below the best unit's score by this much: adds nothing
_WORSE_IN_A_LIST = 4.0
_ALONE = (BlockKind.HEADING,)  # say one thing by themselves
_ROWS = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_AFTER = 0.3  # what follows a good sentence is a little likelier to matter than what precedes it


class ExtractiveAnswerer:
    """Quotes the best units. Needs no model and no network."""

    def answer(
        self, query: Query, evidence: Sequence[ScoredUnit], index: Index, most: int = MAX_CITATIONS
    ) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
        """At most ``most`` claims with their citations, markers from 1."""
        claims: list[Claim] = []
        cited: dict[tuple[str, Span], Citation] = {}
        for quote in _choose(evidence, query, most):
            spans = [quote.span]
            if quote.heading is not None and query.kind is QuestionKind.WHEN:
                spans.insert(0, quote.heading)  # the date of a schedule entry stands in its heading
            if quote.header is not None:
                spans.insert(0, quote.header)  # what a cell means stands at the top of its column
            for span in spans:
                place = (quote.passage.path, span)
                if place not in cited:
                    cited[place] = _cite(len(cited) + 1, quote.passage, span, index)
            sources = [cited[quote.passage.path, span] for span in spans]
            claims.append(Claim(_said(quote, sources), tuple(source.marker for source in sources)))
        return tuple(claims), tuple(cited.values())


@dataclass(frozen=True, slots=True)
class _Quote:
    """A stretch of one page of one passage. ``text`` is the unit it grew from: the answer says that one, the citation
    shows it in its surroundings. ``heading`` is the dated heading over it when it has no date itself, ``header`` the
    header row of the table it is a row of."""

    passage: Passage
    order: int
    span: Span
    text: str
    heading: Span | None
    header: Span | None


def _said(quote: _Quote, sources: Sequence[Citation]) -> str:
    """The unit itself, after its date; a row of a table cell by cell with the names of the columns."""
    if quote.header is not None:
        return row_said(sources[0].quote, quote.text)
    return ": ".join(map(shown, [*(source.quote for source in sources[:-1]), quote.text]))


def row_said(header: str, row: str) -> str:
    """ "method | memory" and "LoRA | 11 GB" -> "method: LoRA · memory: 11 GB"."""
    names, cells = _cells(header.splitlines()[0]), _cells(row)
    if len(names) != len(cells):
        return " · ".join(filter(None, cells))
    return " · ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell)


def _cells(row: str) -> list[str]:
    return [shown(cell) for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def _choose(evidence: Sequence[ScoredUnit], query: Query, most: int) -> list[_Quote]:
    """The best units as anchors, each grown with its neighbours, in reading order."""
    listed = query.kind is QuestionKind.LIST
    limit = min(most, MAX_CITATIONS if listed else _ANCHORS)
    places = {(item.passage.rank, item.order): item for item in evidence}
    taken: set[tuple[int, int]] = set()
    texts: set[str] = set()
    chosen: list[_Quote] = []
    for anchor in _every_document_first(evidence) if listed else evidence:
        if len(chosen) == limit:
            break
        if anchor.score < evidence[0].score - (_WORSE_IN_A_LIST if listed else _CLEARLY_WORSE):
            continue
        if (anchor.passage.rank, anchor.order) in taken or " ".join(anchor.text.split()) in texts:
            continue
        stretch = _grow(anchor, places, taken, query.kind)
        taken.update((item.passage.rank, item.order) for item in stretch)
        texts.update(" ".join(item.text.split()) for item in stretch)
        chosen.append(_quote(stretch, anchor))
    return sorted(chosen, key=lambda quote: (quote.passage.rank, quote.order))


def _every_document_first(evidence: Sequence[ScoredUnit]) -> list[ScoredUnit]:
    """The best unit of each document before any second one: "which documents mention it" wants them all."""
    seen: Counter[str] = Counter()
    ranks: list[tuple[int, int]] = []
    for position, item in enumerate(evidence):
        ranks.append((seen[item.passage.path], position))
        seen[item.passage.path] += 1
    return [evidence[position] for _, position in sorted(ranks)]


def _grow(
    anchor: ScoredUnit,
    places: Mapping[tuple[int, int], ScoredUnit],
    taken: Set[tuple[int, int]],
    kind: QuestionKind,
) -> list[ScoredUnit]:
    """The anchor with the better neighbour, again and again, while the quote stays within its aim."""
    stretch = [anchor]
    alone = _ALONE if kind is QuestionKind.COMPARISON else (*_ALONE, *_ROWS)  # a comparison wants the whole table
    if anchor.unit.kind in alone:
        return stretch
    while True:
        ends = ((stretch[0].order - 1, 0.0), (stretch[-1].order + 1, _AFTER))
        candidates = [
            (item.score + bonus, item)
            for order, bonus in ends
            if (item := places.get((anchor.passage.rank, order))) is not None
            and (anchor.passage.rank, order) not in taken
            and item.unit.page == anchor.unit.page
            and item.unit.kind not in alone
            and max(item.unit.end, stretch[-1].unit.end) - min(item.unit.start, stretch[0].unit.start) <= _QUOTE_AIM
        ]
        if not candidates:
            return stretch
        _, best = max(candidates, key=lambda pair: (pair[0], pair[1].order))
        stretch = sorted([*stretch, best], key=lambda item: item.order)


def _quote(stretch: Sequence[ScoredUnit], anchor: ScoredUnit) -> _Quote:
    first, last = stretch[0], stretch[-1]
    header = anchor.header if len(stretch) == 1 else None  # with more of the table around it the columns can be seen
    heading = first.heading if all(item.dated_by_heading for item in stretch) else None
    return _Quote(
        first.passage,
        first.order,
        Span(first.unit.page, first.unit.start, last.unit.end),
        anchor.text,
        Span(heading.page, heading.start, heading.end) if heading else None,
        Span(header.page, header.start, header.end) if header else None,
    )


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


def shown(text: str) -> str:
    """A quote on one line, without list and heading marks, emphasis and the addresses of its links."""
    line = re.sub(r"^(?:[-*+•◦▪]|\d{1,2}[.)]|#{1,6}|>)\s+", "", " ".join(text.split()))
    line = re.sub(r"\[([^\]]+)\]\((?:https?://|\.{0,2}/|#)[^)]*\)", r"\1", line)
    return re.sub(r"\*\*(.+?)\*\*", r"\1", line)
