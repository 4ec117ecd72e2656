"""Several questions asked at once: taken apart, and their answers put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.answers import MAX_CITATIONS, Answer, Citation, Claim, Passage, Verdict
from app.phrases import phrase
from app.understanding import language_of_question
from ingest.documents import Span

_MOST = 4  # questions taken apart; what comes after stays with the last
_KOREAN_ASKING = r"(?:뭐|뭘|무엇|무슨|어떤|어느(?!\s*정도)|언제|어디|누구|누가|왜|어떻게|얼마|몇(?!몇|\s*가지))"
_ENGLISH_ASKING = r"(?:what|which|who|whose|when|where|why|how)"
_BETWEEN = re.compile(
    r"(?<=[?？])\s+(?=\S)"  # the end of one question
    rf"|,?\s+(?:and|but)\s+(?:also\s+)?(?={_ENGLISH_ASKING}\b)"
    rf"|(?<=[가-힣][고며])(?<![라다자냐]고)(?<!그리고),?\s+(?:또\s+)?(?!있|싶|계)(?=[^?？]*{_KOREAN_ASKING})",
    re.I,
)
_LEAST_WORDS = 3  # of an English part
_ASKS = re.compile(rf"[?？]|{_KOREAN_ASKING}|\b{_ENGLISH_ASKING}\b", re.I)


def split(question: str) -> list[str]:
    """The questions in it, in order. A piece that does not ask by itself stays with the next one."""
    found: list[str] = []
    begin = 0
    for between in [*_BETWEEN.finditer(question), None]:
        end = between.start() if between else len(question)
        if len(found) < _MOST - 1 and between and _stands(question[begin:end]):
            found.append(question[begin:end].strip())
            begin = between.end()
    rest = question[begin:].strip()
    return [*found, rest] if _stands(rest) else [question]


def _stands(part: str) -> bool:
    return bool(_ASKS.search(part)) and (not part.isascii() or len(part.split()) >= _LEAST_WORDS)


def combine(question: str, answers: Sequence[Answer]) -> Answer:
    """One answer out of those to the parts: each says at most its share of the citations, every place is cited once,
    and a part without an answer is named."""
    language = language_of_question(question)
    share = MAX_CITATIONS // max(1, sum(answer.verdict is not Verdict.REFUSE for answer in answers))
    places: dict[tuple[str, Span], Citation] = {}
    claims: list[Claim] = []
    parts = []
    for answer in answers:
        if answer.verdict is Verdict.REFUSE:
            claims.append(Claim(phrase("refuse_part", language, question=answer.question), frame=True))
            parts.append(answer)
            continue
        kept = _within(answer.claims, share)
        numbers: dict[int, int] = {}
        for citation in answer.citations:
            if any(citation.marker in claim.markers for claim in kept):
                place = (citation.path, citation.span)
                places.setdefault(place, replace(citation, marker=len(places) + 1))
                numbers[citation.marker] = places[place].marker
        said = tuple(replace(c, markers=tuple(numbers[marker] for marker in c.markers)) for c in kept)
        claims += [claim for claim in said if claim not in claims]
        parts.append(replace(answer, claims=said))
    refused = [answer.verdict is Verdict.REFUSE for answer in answers]
    if all(refused):
        claims = [Claim(phrase("refuse", language), frame=True)]
    partial = any(refused) or any(answer.verdict is Verdict.PARTIAL for answer in answers)
    return Answer(
        question=question,
        verdict=Verdict.REFUSE if all(refused) else Verdict.PARTIAL if partial else Verdict.ANSWER,
        claims=tuple(claims),
        citations=tuple(places.values()),
        passages=_in_turn([answer.passages for answer in answers]),
        nearest=tuple(dict.fromkeys(place for answer in answers for place in answer.nearest)),
        notices=tuple(dict.fromkeys(notice for answer in answers for notice in answer.notices)),
        parts=tuple(parts),
        trace=_trace(answers),
    )


def _within(claims: Sequence[Claim], most: int) -> list[Claim]:
    """The first claims that cite at most that many places, one at least."""
    kept: list[Claim] = []
    cited: set[int] = set()
    for claim in claims:
        cited.update(claim.markers)
        if kept and len(cited) > most:
            break
        kept.append(claim)
    return kept


def _in_turn(found: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The first passage of every part, the second of every part, and so on; each once."""
    depth = max(map(len, found), default=0)
    in_turn = (passages[at] for at in range(depth) for passages in found if at < len(passages))
    once = {passage.chunk_id: passage for passage in reversed(list(in_turn))}
    return tuple(replace(p, rank=rank) for rank, p in enumerate(reversed(once.values()), start=1))


def _trace(answers: Sequence[Answer]) -> dict[str, Any]:
    milliseconds: dict[str, float] = {}
    for answer in answers:
        for node, spent in answer.trace.get("milliseconds", {}).items():
            milliseconds[node] = round(milliseconds.get(node, 0.0) + spent, 2)
    sure = [answer.trace["confidence"] for answer in answers if answer.verdict is not Verdict.REFUSE]
    sure = sure or [answer.trace["confidence"] for answer in answers]
    return {
        "parts": [answer.trace for answer in answers],
        "confidence": min(sure),
        "milliseconds": milliseconds,
    }
