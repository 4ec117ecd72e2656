"""The answering agent in one screen.

understand -+-> retrieve -> judge -+-> answer -> verify -+-> respond
            |      ^               |                     |
            |      +-- try again <-+--- (once) ----------+      in other words too, where a model gives some
            |                      +-> refuse <----------+
            +-> answer parts (several questions at once: each goes through all of this by itself)
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from app import nodes
from app.state import Context, Question, State

AgentGraph = CompiledStateGraph[State, Context, Question, State]
AgentBuilder = StateGraph[State, Context, Question, State]


_NODES: dict[str, nodes.Node] = {
    "understand": nodes.understand_question,
    "retrieve": nodes.retrieve,
    "judge": nodes.judge_evidence,
    "try_again": nodes.try_again,
    "answer_question": nodes.answer_question,
    "verify": nodes.verify_citations,
    "respond": nodes.respond,
    "refuse": nodes.refuse,
}


def build_graph(memory: BaseCheckpointSaver[str] | None = None, bound: Context | None = None) -> AgentGraph:
    """Nodes and edges only; what they use comes with each run (``Context``), or is ``bound`` for good where runs bring
    none. With ``memory`` each run belongs to a thread and leaves one checkpoint."""
    alone = _answering(bound=None)
    alone.add_edge("understand", "retrieve")
    graph = _answering(bound)
    _add(graph, "answer_parts", nodes.answer_parts(alone.compile()), bound)
    graph.add_conditional_edges("understand", nodes.after_understanding)
    graph.add_edge("answer_parts", END)
    return graph.compile(checkpointer=memory)


def _answering(bound: Context | None) -> AgentBuilder:
    """One question, but for what follows on ``understand``."""
    graph = StateGraph(State, context_schema=Context if bound is None else None, input_schema=Question)
    for name, node in _NODES.items():
        _add(graph, name, node, bound)

    graph.add_edge(START, "understand")
    graph.add_edge("retrieve", "judge")
    graph.add_conditional_edges("judge", nodes.after_judging)
    graph.add_edge("try_again", "retrieve")
    graph.add_edge("answer_question", "verify")
    graph.add_conditional_edges("verify", nodes.after_verifying)
    graph.add_edge("respond", END)
    graph.add_edge("refuse", END)
    return graph


def _add(
    graph: StateGraph[State, Context, Question, State], name: str, node: nodes.Node, bound: Context | None
) -> None:
    graph.add_node(name, node if bound is None else _binding(node, bound))


def _binding(node: nodes.Node, context: Context) -> nodes.Node:
    def run(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        return node(state, runtime.override(context=context))

    return run
