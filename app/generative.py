"""The answer in a model's words: each claim with quotes that stand in the passages, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app import prompts
from app.answers import MAX_CITATIONS, Citation, Claim, Passage, Verdict
from app.chat_model import ChatModel
from app.citations import locate, missing_from, shortened
from app.claims import ClaimReader, RawClaim
from app.fencing import Fence
from app.model_failures import FailedModelError, Failure
from app.model_run import Run
from app.question_kinds import QuestionKind
from app.research import Request, Research, fenced_conversation, fenced_passage
from app.rewriting import Rewriting, rewrite
from ingest.documents import Span
from ingest.index import Index

_CLAIM_CHARS = 600  # a longer "sentence" is none


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model made of the passages. Verdict REFUSE: they do not answer, and it says nothing."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    verdict: Verdict
    trace: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim that holds, told while the model still writes. Its markers are final only in the answer."""

    claim: Claim
    citations: tuple[Citation, ...]


Emit = Callable[[DraftClaim], None]


class GenerativeAnswerer:
    """Asks one model. ``prompt_tokens``: the most a prompt may have, in the model's tokens. With ``research`` the model
    may look for more passages first."""

    def __init__(self, chat: ChatModel, prompt_tokens: int, research: Research | None = None) -> None:
        self._chat, self._prompt_tokens, self._research = chat, prompt_tokens, research

    @property
    def name(self) -> str:
        return self._chat.name

    def answer(self, request: Request, index: Index, run: Run, emit: Emit) -> Draft:
        """Claims in the model's order; each is emitted once as soon as it holds.

        Raises:
            FailedModelError: no answer within the limits, or nothing in it holds.
        """
        fence = Fence()
        found = self._research.gather(self._chat, request, index, fence, run) if self._research else []
        system = prompts.ANSWER.format(
            data=prompts.DATA.format(fence=fence.name),
            language=prompts.LANGUAGES[request.query.language],
            style=prompts.STYLES[request.style],
        )
        question = fenced_conversation(request, fence)
        passages = self._fitting([*found, *request.passages], fence, system + question)
        shown = "\n\n".join(fenced_passage(number, passage, fence) for number, passage in enumerate(passages, 1))
        workbench = _Workbench(passages, index, emit, limited=request.query.kind is not QuestionKind.LIST)
        reader = ClaimReader(workbench.take, workbench.clear)
        self._chat.ask(
            system, prompts.QUESTION.format(passages=shown, earlier=question, question=request.query.text), reader, run
        )
        verdict = reader.verdict or Verdict.ANSWER
        rejected = len(workbench.rejected)
        if workbench.rejected and verdict is not Verdict.REFUSE:
            self._repair(system, shown, request, workbench, fence, run)
        trace = {
            "passages_shown": len(passages),
            **({"researched": [passage.location for passage in found]} if self._research else {}),
            "unsupported": [item.claim.text for item in workbench.rejected.values()],
            "repaired": rejected - len(workbench.rejected),
        }
        if verdict is Verdict.REFUSE:
            return Draft((), (), verdict, trace)
        claims, citations = workbench.result()
        if not claims:
            raise FailedModelError(Failure.UNVERIFIED)
        return Draft(claims, citations, Verdict.PARTIAL if verdict is Verdict.PARTIAL else Verdict.ANSWER, trace)

    def rewrite(self, question: str, request: Request, index: Index, run: Run) -> Rewriting:
        """The question as it was asked, in other words; it never fails."""
        return rewrite(self._chat, question, request, index, run)

    def _repair(self, system: str, shown: str, request: Request, workbench: _Workbench, fence: Fence, run: Run) -> None:
        """One more chance for what does not hold. That it fails costs only the claims it was about."""
        listed = "\n".join(
            f"{number}. {item.claim.text}\n   reason: {item.reason}" for number, item in workbench.rejected.items()
        )
        user = prompts.REPAIR.format(
            passages=shown, question=request.query.text, rejected=fence.wrap("rejected claims", listed)
        )
        reader = ClaimReader(workbench.mend, lambda: None)
        try:
            self._chat.ask(system, user, reader, run)
        except FailedModelError as failure:
            if failure.failure is Failure.CANCELLED or not workbench.has_claims:
                raise

    def _fitting(self, passages: Sequence[Passage], fence: Fence, rest: str) -> list[Passage]:
        """The best passages that the budget holds, at least one."""
        left = self._chat.room(self._prompt_tokens) - self._chat.tokens(rest)
        fitting: list[Passage] = []
        for passage in passages:
            left -= self._chat.tokens(fenced_passage(len(fitting) + 1, passage, fence))
            if left < 0 and fitting:
                break
            fitting.append(passage)
        return fitting


@dataclass(frozen=True, slots=True)
class _Rejected:
    claim: RawClaim
    reason: str


@dataclass(slots=True)
class _Workbench:
    """Claims on their way: checked as they come, kept in the model's order."""

    passages: Sequence[Passage]
    index: Index
    emit: Emit
    limited: bool  # to the number of places an answer may cite
    rejected: dict[int, _Rejected] = field(default_factory=dict)
    _held: dict[int, tuple[str, list[Citation]]] = field(default_factory=dict)
    _count: int = 0
    _emitted: set[str] = field(default_factory=set)
    _markers: dict[tuple[str, Span], int] = field(default_factory=dict)

    @property
    def has_claims(self) -> bool:
        return bool(self._held)

    def clear(self) -> None:
        """Another try begins. What was emitted is not emitted again."""
        self.rejected.clear()
        self._held.clear()
        self._count = 0

    def take(self, raw: RawClaim) -> None:
        self._count += 1
        self._check(self._count, raw)

    def mend(self, raw: RawClaim) -> None:
        """A claim in place of a rejected one."""
        if raw.number in self.rejected:
            self._check(raw.number, raw)

    def result(self) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
        """In the model's order; equal places are one citation."""
        markers: dict[tuple[str, Span], int] = {}
        citations: list[Citation] = []
        claims: list[Claim] = []
        for _, (text, found) in sorted(self._held.items()):
            places = {(citation.path, citation.span): citation for citation in found}
            if self.limited and len({**dict.fromkeys(markers), **dict.fromkeys(places)}) > MAX_CITATIONS:
                continue
            for place, citation in places.items():
                if place not in markers:
                    markers[place] = len(markers) + 1
                    citations.append(replace(citation, marker=markers[place]))
            claims.append(Claim(text, tuple(markers[place] for place in places)))
        return tuple(claims), tuple(citations)

    def _check(self, number: int, raw: RawClaim) -> None:
        found, reason = self._evidence(raw)
        if reason:
            self.rejected[number] = _Rejected(raw, reason)
            return
        self.rejected.pop(number, None)
        self._held[number] = (raw.text, found)
        if raw.text not in self._emitted:
            self._emitted.add(raw.text)
            numbered = tuple(
                replace(c, marker=self._markers.setdefault((c.path, c.span), len(self._markers) + 1)) for c in found
            )
            self.emit(DraftClaim(Claim(raw.text, tuple(c.marker for c in numbered)), numbered))

    def _evidence(self, raw: RawClaim) -> tuple[list[Citation], str]:
        """The located quotes of a claim and "", or the reason why it does not hold."""
        if not 1 <= len(raw.text) <= _CLAIM_CHARS:
            return [], prompts.REASONS["no_sentence"]
        if not raw.evidence:
            return [], prompts.REASONS["no_evidence"]
        found: list[Citation] = []
        reason = ""
        for number, quote in raw.evidence:
            if not 1 <= number <= len(self.passages):
                reason = prompts.REASONS["no_passage"]
                continue
            citation = cite(self.passages[number - 1], quote, self.index)
            if citation is None:
                reason = prompts.REASONS["no_quote"]
            else:
                found.append(citation)
        if not found:
            return [], reason
        missing = missing_from(found, raw.text, self.index)
        if missing:
            return [], prompts.REASONS["not_in_quotes"].format(missing=", ".join(missing))
        return found, ""


def cite(passage: Passage, quote: str, index: Index) -> Citation | None:
    """The citation of a quote on one of the passage's pages; None when none has it."""
    for page in dict.fromkeys(span.page for span in passage.spans):
        citation = locate(
            Citation(
                marker=0,
                path=passage.path,
                location=passage.location,
                quote=shortened(quote),
                span=Span(page, 0, 0),
                heading=passage.heading,
                copies=tuple(index.copies_of(passage.path)),
            ),
            index,
        )
        if citation is not None and citation.quote.strip():
            return citation
    return None
