"""`python -m eval.rewriting --set INDEX=CASES.jsonl --recorded FILE.jsonl`: what rewriting by a model is worth.

Rewritings come from a recording (``{"id", "question", "phrasings"}``), the answers from an ideal reader: it quotes the
gold evidence as soon as a passage of its prompt holds it, and else finds nothing, which is what makes the agent try
again. So the figures show what the search puts before a model, and not how well any model reads.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from app import prompts
from app.assistant import Assistant
from app.chat_model import ChatModel
from eval.cases import Case, load_cases
from eval.evidence import gold_ranks, shows
from eval.results import CitationResult, PassageResult
from eval.retrieval_metrics import hit, reciprocal_rank
from eval.statistics import difference
from eval.tables import number, signed, table
from ingest.normaliser import strip_marks

_BEGINNING = prompts.REWRITE.partition("\n")[0]
_DEPTH = 10


class IdealReader(BaseChatModel):
    """Answers one case from whatever prompt it gets. ``rewriting``: what it replies when it is asked for one."""

    case: Any  # Case: pydantic knows no msgspec
    rewriting: str

    @property
    def _llm_type(self) -> str:
        return "ideal"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        message = AIMessage(self._reply(messages), response_metadata={"finish_reason": "stop"})
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _reply(self, messages: list[BaseMessage]) -> str:
        system, user = (str(message.text) for message in messages)
        if system.startswith(_BEGINNING):
            return self.rewriting
        for place, block in re.findall(r"<data-\w+ passage (\d+)>\n(.*?)\n</data-", user, re.S):
            location, _, text = re.sub(r"^\| ", "", block, flags=re.M).partition("\n")
            for gold in self.case.gold:
                quote = gold.quote or text[-200:]
                if location.startswith(f"({gold.file}") and strip_marks(quote) in strip_marks(text):
                    claim = {"claim": quote[:600], "evidence": [{"passage": int(place), "quote": quote}]}
                    return json.dumps(claim, ensure_ascii=False) + '\n{"verdict": "answer"}'
        return '{"verdict": "none"}'


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: whether the evidence was shown, the ranks of the passages that hold it in the last search, the calls,
    and whether the agent asked for a rewriting."""

    shown: float
    hit_1: float
    hit_5: float
    reciprocal: float
    calls: int
    rewritten: bool


def outcome(assistant: Assistant, case: Case, rewriting: str) -> Outcome:
    """``rewriting`` "": there is none to be had, and the second try goes without; the call for it is not counted."""
    model = ChatModel(IdealReader(case=case, rewriting=rewriting), "ideal", pause=lambda _: None)
    answer = assistant.ask(case.question, history=case.history, model=model)
    cited = [CitationResult(path=c.path, quote=c.quote) for c in answer.citations]
    ranks = gold_ranks(case, [PassageResult(path=p.path, text=p.text) for p in answer.passages]) or (None,)
    rewritten = "rewritten" in answer.trace
    calls = answer.trace.get("model", {"calls": int(rewritten)})["calls"]
    return Outcome(
        shown=float(any(shows(citation, gold) for citation in cited for gold in case.gold)),
        hit_1=hit(ranks, 1),
        hit_5=hit(ranks, 5),
        reciprocal=reciprocal_rank(ranks, _DEPTH),
        calls=calls if rewriting else calls - int(rewritten),
        rewritten=rewritten,
    )


def compare(assistant: Assistant, cases: Sequence[Case], recorded: Mapping[str, str]) -> list[tuple[Outcome, Outcome]]:
    """Each case (without, with)."""
    return [(outcome(assistant, case, ""), outcome(assistant, case, recorded[case.case_id])) for case in cases]


def report(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> str:
    """Means without and with, the paired difference."""
    rows = []
    for label in ("shown", "hit_1", "hit_5", "reciprocal"):
        without, along = ([float(getattr(one, label)) for one in side] for side in zip(*pairs, strict=True))
        found = difference(without, along)
        rows.append(
            [label, number(sum(without) / len(pairs)), number(sum(along) / len(pairs)), signed(found.mean),
             f"{signed(found.low)} to {signed(found.high)}", f"{found.p:.3f}"]
        )  # fmt: skip
    header = [f"{name} (n {len(pairs)})", "without", "with", "difference", "95 %", "p"]
    return f"{table(header, rows)}\n"


def calls(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> str:
    """How often the model was called, all its calls together."""
    without, along = (sum(one.calls for one in side) for side in zip(*pairs, strict=True)) if pairs else (0, 0)
    asked = sum(one.rewritten for _, one in pairs)
    return f"{name} {len(pairs)}: rewritten {asked}, calls {without} -> {along}\n"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.rewriting", description=__doc__)
    parser.add_argument("--set", action="append", required=True, metavar="INDEX=CASES.jsonl", dest="sets")
    parser.add_argument("--recorded", type=Path, required=True, action="append")
    chosen = parser.parse_args(arguments)
    lines = [line for path in chosen.recorded for line in path.read_text("utf-8").splitlines()]
    recorded = {json.loads(line)["id"]: line for line in lines}
    everything: list[tuple[Outcome, Outcome]] = []
    for text in chosen.sets:
        index, _, path = text.partition("=")
        cases = [case for case in load_cases(Path(path)) if case.case_id in recorded]
        assistant = Assistant.open(Path(index))
        pairs = compare(assistant, [case for case in cases if case.answerable], recorded)
        sys.stdout.write(report(Path(path).parent.name, pairs))
        rest = compare(assistant, [case for case in cases if not case.answerable], recorded)
        sys.stdout.write(f"{calls('answerable', pairs)}{calls('unanswerable', rest)}\n")
        everything += pairs
        assistant.close()
    sys.stdout.write(report("all", everything))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
