"""The vocabulary of answering: passage, citation, claim, answer; and the result object scripts depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ingest.documents import Span
from ingest.store import StoredChunk
from ingest.units import UNIT_CHARS

PASSAGE_CHARS = 1200  # longest passage text shown, its heading prefix not counted
QUOTE_CHARS = UNIT_CHARS  # longest quote of a citation
MAX_CITATIONS = 6  # of an answer, unless the question asks for a list


class Verdict(StrEnum):
    """How much of the question the materials answer."""

    ANSWER = "answer"
    PARTIAL = "partial"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk (``chunk_id``) with the neighbours that fill it up.
    ``score`` is the ranking's, ``dense`` the chunk's cosine,
    ``lexical`` its BM25 score as a share of the best candidate's; all in [0, 1]."""

    rank: int
    path: str
    location: str
    heading: str
    text: str
    spans: tuple[Span, ...]
    chunks: tuple[StoredChunk, ...]
    chunk_id: int
    score: float
    dense: float
    lexical: float

    def tokens(self) -> frozenset[str]:
        """Everything it says, headings included."""
        return frozenset().union(
            *(tokens for chunk in self.chunks for tokens in (*chunk.unit_tokens, chunk.heading_tokens))
        )

    def to_json(self) -> dict[str, Any]:
        shown = f"{self.heading}\n{self.text}" if self.heading else self.text
        return {"path": self.path, "location": self.location, "text": shown, "score": round(self.score, 6)}


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote`` stands verbatim at ``span`` of the page's text. ``score`` is 1.0 for an exact find, less for a fuzzy
    one. ``copies`` are other files with the same content."""

    marker: int
    path: str
    location: str
    quote: str
    span: Span
    score: float = 1.0
    heading: str = ""
    copies: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "marker": self.marker,
            "path": self.path,
            "location": self.location,
            "quote": self.quote,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer with the markers of its citations. A ``frame`` is a fixed phrase of the interface: it
    claims nothing and needs no citation."""

    text: str
    markers: tuple[int, ...] = ()
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. ``parts`` holds one answer per question when several were asked at once."""

    question: str
    verdict: Verdict
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    nearest: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    parts: tuple[Answer, ...] = ()
    trace: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The answer as plain text: one claim a line, markers in brackets."""
        return "\n".join(claim.text + "".join(f" [{marker}]" for marker in claim.markers) for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        return {
            "passages": [passage.to_json() for passage in self.passages],
            "verdict": self.verdict.value,
            "refused": self.verdict is Verdict.REFUSE,
            "answer": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "nearest": list(self.nearest),
            "parts": [
                {"question": part.question, "verdict": part.verdict.value, "answer": part.text} for part in self.parts
            ],
            "notices": list(self.notices),
            "trace": self.trace,
            "seconds": round(self.seconds, 4),
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """``question`` is the standalone form that was searched for."""

    question: str
    passages: tuple[Passage, ...]
    trace: dict[str, Any]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {
            "passages": [passage.to_json() for passage in self.passages],
            "trace": self.trace,
            "seconds": round(self.seconds, 4),
        }
