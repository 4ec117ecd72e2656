"""The graph for LangGraph Studio (``langgraph.json`` names ``make_graph``): over the index last ingested here."""

from __future__ import annotations

from functools import cache

from app.assistant import Assistant
from app.graph import AgentGraph
from app.places import find_index
from app.settings import AppSettings
from ingest.settings import load_settings


def make_graph() -> AgentGraph:
    """The agent with what its nodes use. Studio calls this for every run."""
    return shared_assistant().bound_graph()


@cache
def shared_assistant() -> Assistant:
    """Opened once for the life of the process."""
    index = find_index(None)
    return Assistant.open(index, load_settings(AppSettings, "app", index))
