"""`python -m eval.benchmarks.asking CORPUS --cases FILE.jsonl [--rounds 2]`: where a warm question spends its time.

Every question is asked twice in turns, alone and in a conversation of its own. What its nodes take they say themselves
(``trace["milliseconds"]``); the rest is the graph around them. A remembered question also writes langgraph's checkpoint
and the record for people; the record is written once more elsewhere to tell the two apart.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.answers import Answer
from app.assistant import Assistant
from app.conversations import Conversations, StoredTurn
from eval import product
from eval.cases import load_cases
from eval.tables import table

_WARM_UP = 10


@dataclass(slots=True)
class Times:
    """Milliseconds, one of each a question."""

    nodes: list[float] = field(default_factory=list)
    graph: list[float] = field(default_factory=list)  # around them
    remembering: list[float] = field(default_factory=list)  # the graph, its checkpoint and the record
    record: list[float] = field(default_factory=list)

    def table(self) -> str:
        """Medians, beside those of the nodes."""
        nodes, graph, remembering, record = map(median, (self.nodes, self.graph, self.remembering, self.record))
        rows = {
            "the nodes (baseline)": nodes,
            "langgraph around them": graph,
            "langgraph with its checkpoint": remembering - record,
            "langgraph with its checkpoint, and the record": remembering,
        }
        cells = [[name, f"{value:.1f}", f"{value / nodes:.2f}"] for name, value in rows.items()]
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        header = ["median of a question", "ms", "times the nodes"]
        return f"{len(self.nodes)} questions, load {load:.1f}\n\n{table(header, cells)}\n"


def asking(assistant: Assistant, questions: Sequence[str], elsewhere: Path, rounds: int = 1) -> Times:
    """Ask, without a model. ``elsewhere``: a folder for the second writing of the record."""
    times, record = Times(), Conversations(elsewhere)
    for question in questions[:_WARM_UP]:
        assistant.ask(question)
    record.start("warm")
    for turn in range(rounds):
        for number, question in enumerate(questions):
            answer, around = _timed(assistant, question, None)
            times.nodes.append(_in_nodes(answer))
            times.graph.append(around)
            answer, around = _timed(assistant, question, f"{turn}-{number}")
            times.remembering.append(around)
            started = time.perf_counter()
            record.add(f"{turn}-{number}", StoredTurn(question, answer))
            times.record.append(1000 * (time.perf_counter() - started))
    return times


def _timed(assistant: Assistant, question: str, conversation: str | None) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = assistant.ask(question, conversation=conversation, model="none")
    return answer, 1000 * (time.perf_counter() - started) - _in_nodes(answer)


def _in_nodes(answer: Answer) -> float:
    return float(sum(answer.trace["milliseconds"].values()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.asking", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    questions = [case.question for case in load_cases(arguments.cases)]
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        product.bring_up_to_date(arguments.corpus, index, {})
        assistant = Assistant.open(index)
        sys.stdout.write(asking(assistant, questions, Path(folder), arguments.rounds).table())
        assistant.close()


if __name__ == "__main__":
    main()
