"""Citation metrics after ALCE (Gao et al., arXiv 2305.14627), decided offline by where quotes stand.

ALCE asks a language model whether a citation entails a claim. Here a citation supports when its quote shows
the gold evidence or lies within it (``eval.evidence.supports``); no model judges, and the figures are exactly
repeatable. What this cannot see: a claim that twists the evidence it correctly points at.

A claim is one sentence of the answer with the markers that follow it, ``[1]`` or ``[1][2]`` or ``[1, 2]``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from eval.cases import Gold
from eval.evidence import PlaceTexts, covers, order_of, shows, supports
from eval.results import CitationResult
from ingest.normaliser import strip_marks
from ingest.sentences import sentence_spans

_MARKERS = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*\]")
_MARKED_LINE = re.compile(r"(?<=\])[^\S\n]*\n")
_VISIBLE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, without its markers, and the markers' numbers."""

    text: str
    markers: frozenset[str]


def claims(answer: str, frames: Collection[str] = ()) -> tuple[Claim, ...]:
    """The sentences of an answer; a line that ends in markers ends one too. Markers alone belong to the
    sentence before them. ``frames`` are fixed phrases of the interface in it, which claim nothing.

    "It is so. [1] It was [2]. End." -> (It is so., {1}), (It was ., {2}), (End., {})
    """
    found: list[Claim] = []
    for piece in _sentences(answer):
        leading = _leading_markers(piece)
        if leading and found:
            found[-1] = Claim(found[-1].text, found[-1].markers | _numbers(leading))
            piece = piece[len(leading) :]
        text = _MARKERS.sub("", piece).strip()
        if _VISIBLE.search(text) and text not in frames:
            found.append(Claim(text, _numbers(piece)))
    return tuple(found)


def _sentences(answer: str) -> Iterator[str]:
    for part in _MARKED_LINE.split(answer):
        row = part.strip()
        if row.startswith("|") and "\n" not in row:  # a table row is one claim, whatever points stand in its cells
            yield row
            continue
        for start, end in sentence_spans(part):
            yield part[start:end]


def without_markers(answer: str) -> str:
    """The answer as plain text, for comparison with accepted answers."""
    return " ".join(_MARKERS.sub(" ", answer).split())


def evidence_shown(citations: Sequence[CitationResult], gold: Sequence[Gold]) -> float:
    """1 if some citation's quote holds at least half of some gold quote, in its file, else 0."""
    return float(any(shows(citation, one) for citation in citations for one in gold))


def evidence_recall(citations: Sequence[CitationResult], gold: Sequence[Gold]) -> float:
    """Gold items shown by some citation / gold items. Two quotes, one shown -> 1/2. No gold is an error."""
    if not gold:
        raise ValueError("no gold: leave the case out")
    return sum(any(shows(citation, one) for citation in citations) for one in gold) / len(gold)


def citation_precision(citations: Sequence[CitationResult], gold: Sequence[Gold]) -> float | None:
    """Citations that support / citations. None without citations (nothing was cited, nothing can be wrong).

    ALCE section 3.3: a citation that does not support on its own counts against precision.
    """
    if not citations:
        return None
    return sum(any(supports(citation, one) for one in gold) for citation in citations) / len(citations)


def citation_recall(made: Sequence[Claim], citations: Sequence[CitationResult], gold: Sequence[Gold]) -> float | None:
    """Claims with at least one supporting citation / claims. None when the answer makes no claim.

    ALCE section 3.3: the claim's citations together must support it. Two claims, one without marker -> 1/2.
    """
    good = {_key(citation) for citation in citations if any(supports(citation, one) for one in gold)}
    return sum(bool(claim.markers & good) for claim in made) / len(made) if made else None


def uncited_claims(made: Sequence[Claim], citations: Sequence[CitationResult]) -> float | None:
    """Claims without a marker that leads to a citation / claims. None when the answer makes no claim."""
    known = {_key(citation) for citation in citations}
    return sum(not claim.markers & known for claim in made) / len(made) if made else None


def page_exact(citations: Sequence[CitationResult], places: PlaceTexts) -> float | None:
    """Citations whose whole quote stands in the text of the place they name / citations. None without
    citations.

    A citation over a range is looked up in the text from its first to its last place. A file or place that
    the index does not know is wrong.
    """
    if not citations:
        return None
    return sum(_stands(citation, places.get(citation.path, ())) for citation in citations) / len(citations)


def gold_place(citations: Sequence[CitationResult], gold: Sequence[Gold], places: PlaceTexts) -> float | None:
    """Among citations that show a gold quote whose place is known: those that name that place.

    None when no citation shows such a gold quote.
    """
    judged = [
        covers(citation.location, one.location, one.file, order_of(places, one.file))
        for citation in citations
        for one in gold
        if one.location is not None and shows(citation, one)
    ]
    return sum(judged) / len(judged) if judged else None


def _stands(citation: CitationResult, places: Sequence[tuple[str, str]]) -> bool:
    quote = strip_marks(citation.quote)
    named = [index for index, (place, _) in enumerate(places) if covers(citation.location, place, citation.path)]
    if not quote or not named:
        return False
    if any(quote in strip_marks(places[index][1]) for index in named):
        return True
    is_range = len({places[index][0] for index in named}) > 1
    return is_range and quote in "".join(strip_marks(text) for _, text in places[named[0] : named[-1] + 1])


def _key(citation: CitationResult) -> str:
    return "".join(character for character in str(citation.marker) if character.isdigit())


def _numbers(text: str) -> frozenset[str]:
    return frozenset(number for group in _MARKERS.findall(text) for number in re.findall(r"\d+", group))


def _leading_markers(text: str) -> str:
    match = re.match(rf"(?:{_MARKERS.pattern}\s*)+", text)
    return match.group() if match else ""
