"""The answering agent in one screen.

understand -> retrieve -> judge -+-> answer -> verify -+-> respond
                 ^               |                     |
                 +-- try again <-+--- (once) ----------+
                                 +-> refuse <----------+
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from app import nodes
from app.state import Context, Question, State

AgentGraph = CompiledStateGraph[State, Context, Question, State]


def build_graph(memory: BaseCheckpointSaver[str] | None = None) -> AgentGraph:
    """Nodes and edges only; what they use comes with each run (``Context``). With ``memory`` each run belongs to a
    thread and leaves one checkpoint."""
    graph = StateGraph(State, context_schema=Context, input_schema=Question)
    graph.add_node("understand", nodes.understand_question)
    graph.add_node("retrieve", nodes.retrieve)
    graph.add_node("judge", nodes.judge_evidence)
    graph.add_node("try_again", nodes.try_again)
    graph.add_node("answer_question", nodes.answer_question)
    graph.add_node("verify", nodes.verify_citations)
    graph.add_node("respond", nodes.respond)
    graph.add_node("refuse", nodes.refuse)

    graph.add_edge(START, "understand")
    graph.add_edge("understand", "retrieve")
    graph.add_edge("retrieve", "judge")
    graph.add_conditional_edges("judge", nodes.after_judging)
    graph.add_edge("try_again", "retrieve")
    graph.add_edge("answer_question", "verify")
    graph.add_conditional_edges("verify", nodes.after_verifying)
    graph.add_edge("respond", END)
    graph.add_edge("refuse", END)
    return graph.compile(checkpointer=memory)
