"""What the nodes ask a language model for, with its place in the trace."""

from __future__ import annotations

import time
from typing import Any

from app.generative import Emit, GenerativeAnswerer
from app.model_failures import FailedModelError
from app.model_run import Usage
from app.phrases import phrase
from app.research import Request
from app.rewriting import worded
from app.state import Context, State
from app.understanding import Query


def answered(state: State, context: Context, generator: GenerativeAnswerer, emit: Emit) -> dict[str, Any]:
    """The claims, citations and verdict of the model; without them where it failed, with a notice why."""
    started, language = time.perf_counter(), state["query"].language
    try:
        draft = generator.answer(_request(state, context), context.index, context.run, emit)
    except FailedModelError as failure:
        why = phrase(failure.failure.value, language)
        trace = {"failed": failure.failure.name.lower()}
        return {
            "notices": (phrase("no_answer_of_model", language, why=why),),
            "trace": {"model": _model_trace(context, generator, trace, started)},
        }
    left_out = len(draft.trace["unsupported"]) if draft.claims else 0
    return {
        "claims": draft.claims,
        "citations": draft.citations,
        "verdict": draft.verdict,
        "notices": (phrase("claims_dropped", language, count=left_out),) if left_out else (),
        "trace": {"model": _model_trace(context, generator, draft.trace, started)},
    }


def rephrased(state: State, query: Query, context: Context, generator: GenerativeAnswerer) -> dict[str, Any]:
    """Other wordings of the question; none where the model failed, which only the trace tells."""
    started = time.perf_counter()
    rewriting = generator.rewrite(state["question"], _request(state, context), context.index, context.run)
    made = {text: worded(text, query, context.index) for text in rewriting.texts}
    trace = {
        "phrasings": [text for text, found in made.items() if found is not None],
        **({"failed": rewriting.failure.name.lower()} if rewriting.failure else {}),
        **_used(context, rewriting.used),
        "seconds": round(time.perf_counter() - started, 3),
    }
    phrasings = tuple(found for found in made.values() if found is not None)
    return {"phrasings": phrasings, "trace": {"rewritten": trace}}


def _request(state: State, context: Context) -> Request:
    turns = state.get("turns", [])
    return Request(
        query=state["query"],
        passages=state["passages"],
        style=context.style,
        earlier=[*(turn["question"] for turn in turns), *state["history"]],
        last_answer=turns[-1]["answer"] if turns else "",
    )


def _model_trace(
    context: Context, generator: GenerativeAnswerer, trace: dict[str, Any], started: float
) -> dict[str, Any]:
    """What the model used in this run so far, a rewriting included."""
    return {
        "name": generator.name,
        "style": context.style.value,
        "calls": context.run.usage.calls,
        **_used(context, context.run.usage),
        "seconds": round(time.perf_counter() - started, 3),
        **trace,
    }


def _used(context: Context, used: Usage) -> dict[str, Any]:
    """Tokens, and the cost when prices are set."""
    settings = context.settings
    cost = (used.input_tokens * settings.input_price + used.output_tokens * settings.output_price) / 1e6
    return {
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
        **({"cost_usd": round(cost, 6)} if cost else {}),
    }
