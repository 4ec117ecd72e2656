"""The graph's nodes: each takes the state and returns what it adds to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, Protocol

from langchain_core.runnables import Runnable
from langgraph.runtime import Runtime

from app.answers import MAX_CITATIONS, Answer, Claim, Verdict
from app.citations import verify
from app.evidence import ScoredUnit, gather_evidence
from app.followup import standalone
from app.judging import Judgement, judge
from app.memory import remembered
from app.model_tasks import answered, rephrased
from app.parts import combine, split
from app.phrases import phrase
from app.prompts import Style
from app.question_kinds import QuestionKind
from app.retrieval import Found, in_turns
from app.state import Context, Question, State
from app.understanding import Query

_NEAREST = 3  # places named on a refusal
_WIDER = 3  # times as many passages on the second try, and where every document is asked for


class Node(Protocol):
    """A node: what it adds to the state."""

    def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]: ...


def timed(node: Callable[[State, Runtime[Context]], dict[str, Any]]) -> Node:
    """Add the node's milliseconds to the trace."""

    def run(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        started = time.perf_counter()
        update = node(state, runtime)
        trace = {**state.get("trace", {}), **update.get("trace", {})}
        spent = dict(trace.get("milliseconds", {}))
        name = node.__name__
        spent[name] = round(spent.get(name, 0.0) + 1000 * (time.perf_counter() - started), 2)
        return {**update, "trace": {**trace, "milliseconds": spent}}

    return run  # without functools.wraps: langgraph looks for the parameter name "runtime" in the signature


def after_understanding(state: State) -> Literal["retrieve", "answer_parts"]:
    """Several questions at once are answered one by one."""
    return "answer_parts" if len(state["parts"]) > 1 else "retrieve"


def answer_parts(alone: Runnable[Question, State]) -> Node:
    """A node that puts each part to the graph of one question, as following those before, and combines the answers."""

    def answer_each(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        earlier = [*(turn["question"] for turn in state.get("turns", ())), *state["history"]]
        answers: list[Answer] = []
        for part in state["parts"]:
            asked = Question(question=part, history=earlier, part=(len(answers), len(state["parts"])))
            found = alone.invoke(asked, context=runtime.context)
            answers.append(replace(found["answer"], question=part, trace=found["trace"]))
            earlier = [*earlier, part]
        answer = combine(state["question"], answers)
        turns = remembered(state.get("turns", []), state["question"], answer.text)
        return {"answer": answer, "trace": answer.trace, "turns": turns}

    return answer_each


@timed
def understand_question(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Standalone question, kind, tokens; only its parts where it asks several things and no model is there to take
    them as they are."""
    number, count = state.get("part", (0, 1))
    whole = count > 1 or runtime.context.generator is not None
    parts = [state["question"]] if whole else split(state["question"])
    if len(parts) > 1:
        return {"parts": tuple(parts), "trace": {}}
    history = [*(turn["question"] for turn in state.get("turns", ())), *state["history"]]
    query = standalone(
        state["question"],
        history,
        runtime.context.retriever,
        runtime.context.index,
        leans=number > 0,
    )
    if runtime.context.scope.groups():
        query = replace(query, filters=runtime.context.scope)
    filters = [list(group) for group in query.filters.groups()]
    trace = {**query.trace(), "kind": query.kind.value, "filters": filters}
    return {"parts": tuple(parts), "query": query, "attempt": 1, "trace": trace}


@timed
def retrieve(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """What the settings say; a list and the second try take more, this with another wording's passages between."""
    retriever = runtime.context.retriever
    wide = state["attempt"] > 1 or state["query"].kind is QuestionKind.LIST
    wanted = runtime.context.settings.passages * (_WIDER if wide else 1)
    passages, question = retriever.retrieve(state["query"], wanted)
    others: list[Found] = []
    for phrasing in state.get("phrasings", ()):
        found, weighed = retriever.retrieve(phrasing, wanted)
        others.append(Found(phrasing, weighed, tuple(found)))
    if others:
        passages = in_turns([passages, *(other.passages for other in others)], wanted)
    shown = [
        {
            "location": p.location,
            "score": round(p.score, 4),
            "dense": round(p.dense, 4),
            "lexical": round(p.lexical, 4),
        }
        for p in passages
    ]
    return {
        "passages": tuple(passages),
        "question_weighed": question,
        "others": tuple(others),
        "trace": {"passages": shown, "attempt": state["attempt"]},
    }


@timed
def judge_evidence(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Which units carry the question, and whether they are enough; else whether another wording's are."""
    own = Found(state["query"], state["question_weighed"], state["passages"])
    evidence, judgement = _judged(own, runtime.context)
    rest = state["others"] if judgement.verdict is Verdict.REFUSE else ()
    others = [_judged(other, runtime.context)[1] for other in rest]
    enough = [other.confidence for other in others if other.verdict is not Verdict.REFUSE]
    confidence = max(enough, default=judgement.confidence)
    trace = {"confidence": round(confidence, 4), "missing": list(judgement.missing)}
    return {"evidence": evidence, "judgement": judgement, "promising": bool(enough), "trace": trace}


def _judged(found: Found, context: Context) -> tuple[tuple[ScoredUnit, ...], Judgement]:
    evidence = gather_evidence(found.query, found.question, found.passages)
    threshold = context.settings.refuse_below
    return evidence, judge(found.query, found.question, found.passages, evidence, context.index, threshold)


def after_judging(state: State) -> Literal["answer_question", "try_again", "refuse"]:
    """Answer, look wider once, or stop."""
    if state["judgement"].verdict is not Verdict.REFUSE or state["promising"]:
        return "answer_question"
    return "try_again" if state["attempt"] == 1 else "refuse"


@timed
def try_again(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Without filters but those the user set, with more passages, and in other words too where a model gives some."""
    context = runtime.context
    query = replace(state["query"], filters=context.scope)
    again = {"query": query, "attempt": state["attempt"] + 1}
    return again if context.generator is None else {**again, **rephrased(state, query, context, context.generator)}


@timed
def answer_question(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Claims with citations, not yet verified: the model's when there is one and it answers, else the best quotes."""
    context, query = runtime.context, state["query"]
    update: dict[str, Any] = {"notices": ()}
    if context.generator is not None:
        update = answered(state, context, context.generator, runtime.stream_writer)
        if "claims" in update:
            return update
    elif context.style is not Style.NORMAL:
        update = {"notices": (phrase("style_needs_model", query.language),)}
    _, count = state.get("part", (0, 1))
    # What only another wording found was for the model alone to judge.
    evidence = state["evidence"] if state["judgement"].verdict is not Verdict.REFUSE else ()
    claims, citations = context.answerer.answer(query, evidence, context.index, MAX_CITATIONS // count)
    return {**update, "claims": claims, "citations": citations, "verdict": None}


@timed
def verify_citations(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Only what stands on the cited pages goes on."""
    verified = verify(state["claims"], state["citations"], runtime.context.index)
    trace = {"dropped": list(verified.dropped)}
    return {"claims": verified.claims, "citations": verified.citations, "trace": trace}


def after_verifying(state: State) -> Literal["respond", "try_again", "refuse"]:
    """An answer of which nothing could be verified is none. A model that finds nothing gets more passages once."""
    if state["citations"]:
        return "respond"
    return "try_again" if state.get("verdict") is Verdict.REFUSE and state["attempt"] == 1 else "refuse"


@timed
def respond(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """The verified answer."""
    query = state["query"]
    answer = Answer(
        question=query.text,
        verdict=state.get("verdict") or state["judgement"].verdict,
        claims=state["claims"],
        citations=state["citations"],
        passages=state["passages"],
        notices=(*_corrections(query), *state.get("notices", ())),
    )
    return {"answer": answer, "turns": remembered(state.get("turns", []), state["question"], answer.text)}


@timed
def refuse(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Say that the materials do not have it, and where the nearest places are."""
    query = state["query"]
    answer = Answer(
        question=query.text,
        verdict=Verdict.REFUSE,
        claims=(Claim(phrase("refuse", query.language), frame=True),),
        citations=(),
        passages=state["passages"],
        nearest=tuple(passage.location for passage in state["passages"][:_NEAREST]),
        notices=(*_corrections(query), *state.get("notices", ())),
    )
    return {"answer": answer, "turns": remembered(state.get("turns", []), state["question"], answer.text)}


def _corrections(query: Query) -> tuple[str, ...]:
    """What was searched for in other words than those of the question; a space that was missing or too many says
    nothing."""
    found = [(wrong, right) for wrong, right in query.corrected if wrong.replace(" ", "") != right.replace(" ", "")]
    return tuple(phrase("corrected", query.language, wrong=wrong, right=right) for wrong, right in found)
