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
from app.evidence import gather_evidence
from app.followup import standalone
from app.judging import judge
from app.memory import remembered
from app.model_failures import FailedModelError
from app.parts import combine, split
from app.phrases import phrase
from app.prompts import Style
from app.research import Request
from app.state import Context, Question, State

_NEAREST = 3  # places named on a refusal
_WIDER = 3  # times as many passages on the second try


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
    """The first try takes what the settings say, the second more."""
    wanted = runtime.context.settings.passages * (1 if state["attempt"] == 1 else _WIDER)
    passages, question = runtime.context.retriever.retrieve(state["query"], wanted)
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
        "trace": {"passages": shown, "attempt": state["attempt"]},
    }


@timed
def judge_evidence(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Which units carry the question, and whether they are enough."""
    context = runtime.context
    evidence = gather_evidence(state["query"], state["question_weighed"], state["passages"])
    judgement = judge(
        state["query"],
        state["question_weighed"],
        state["passages"],
        evidence,
        context.index,
        context.settings.refuse_below,
    )
    trace = {"confidence": round(judgement.confidence, 4), "missing": list(judgement.missing)}
    return {"evidence": evidence, "judgement": judgement, "trace": trace}


def after_judging(state: State) -> Literal["answer_question", "try_again", "refuse"]:
    """Answer, look wider once, or stop."""
    if state["judgement"].verdict is not Verdict.REFUSE:
        return "answer_question"
    return "try_again" if state["attempt"] == 1 else "refuse"


@timed
def try_again(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Without filters but those the user set, and with more passages."""
    return {"query": replace(state["query"], filters=runtime.context.scope), "attempt": state["attempt"] + 1}


@timed
def answer_question(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Claims with citations, not yet verified: the model's when there is one and it answers, else the best quotes."""
    context, query = runtime.context, state["query"]
    trace: dict[str, Any] = {}
    notices: tuple[str, ...] = ()
    if context.generator is not None:
        started = time.perf_counter()
        try:
            draft = context.generator.answer(
                _request(state, context), context.index, context.run, runtime.stream_writer
            )
        except FailedModelError as failure:
            why = phrase(failure.failure.value, query.language)
            notices = (phrase("no_answer_of_model", query.language, why=why),)
            trace = {"failed": failure.failure.name.lower()}
        else:
            left_out = len(draft.trace["unsupported"]) if draft.claims else 0
            return {
                "claims": draft.claims,
                "citations": draft.citations,
                "verdict": draft.verdict,
                "notices": (phrase("claims_dropped", query.language, count=left_out),) if left_out else (),
                "trace": {"model": _model_trace(context, draft.trace, started)},
            }
        trace = _model_trace(context, trace, started)
    elif context.style is not Style.NORMAL:
        notices = (phrase("style_needs_model", query.language),)
    _, count = state.get("part", (0, 1))
    claims, citations = context.answerer.answer(query, state["evidence"], context.index, MAX_CITATIONS // count)
    update = {"claims": claims, "citations": citations, "verdict": None, "notices": notices}
    return {**update, "trace": {"model": trace}} if trace else update


def _request(state: State, context: Context) -> Request:
    turns = state.get("turns", [])
    return Request(
        query=state["query"],
        passages=state["passages"],
        style=context.style,
        earlier=[*(turn["question"] for turn in turns), *state["history"]],
        last_answer=turns[-1]["answer"] if turns else "",
    )


def _model_trace(context: Context, trace: dict[str, Any], started: float) -> dict[str, Any]:
    """What the model used in this run so far; the cost when its prices are set."""
    assert context.generator is not None
    used, settings = context.run.usage, context.settings
    cost = (used.input_tokens * settings.input_price + used.output_tokens * settings.output_price) / 1e6
    return {
        "name": context.generator.name,
        "style": context.style.value,
        "calls": used.calls,
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
        **({"cost_usd": round(cost, 6)} if cost else {}),
        "seconds": round(time.perf_counter() - started, 3),
        **trace,
    }


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
    answer = Answer(
        question=state["query"].text,
        verdict=state.get("verdict") or state["judgement"].verdict,
        claims=state["claims"],
        citations=state["citations"],
        passages=state["passages"],
        notices=state.get("notices", ()),
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
        notices=state.get("notices", ()),
    )
    return {"answer": answer, "turns": remembered(state.get("turns", []), state["question"], answer.text)}
