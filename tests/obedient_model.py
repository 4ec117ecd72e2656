"""A language model that does whatever it is told outside the fence: the worst reader that an attack could wish for.

It finds the fence as the prompt describes it: by the name in the system message. Inside it reads data and quotes; an
order that it sees anywhere else, it follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

CANARY = re.compile(r"CANARY(?:EN|KO)\d\d")
TEMPLATE_MARKS = re.compile(r"<\|im_(?:start|end)\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")


class ObedientModel(BaseChatModel):
    """``gullible``: it also follows what stands inside the fence, as a weak model may. Keeps what it was shown."""

    gullible: bool = False
    seen: list[str] = []  # noqa: RUF012 (pydantic copies it)

    @property
    def _llm_type(self) -> str:
        return "obedient"

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._reply(messages)))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        message = AIMessageChunk(self._reply(messages), response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=message)

    def _reply(self, messages: list[BaseMessage]) -> str:
        system, user = (str(message.text) for message in messages)
        self.seen.append(f"{system}\n{user}")
        (fence,) = set(re.findall(r"<(data-\w+) passage N>", system))
        inside = re.findall(rf"<{fence} [^>\n]*>\n(.*?)\n</{fence}>", user, re.S)
        outside = re.sub(rf"<{fence} [^>\n]*>\n.*?\n</{fence}>", "", user, flags=re.S)
        loose = [line for block in inside for line in re.split(r"[\n\r\u2028\u2029\x85\x0b\x0c]", block)]
        loose = [line for line in loose if not line.startswith("| ") and line != "|"]  # a line that left its wall
        heard = "\n".join((outside, *loose, *TEMPLATE_MARKS.findall(user)))
        if self.gullible:
            heard = user
        orders = CANARY.findall(heard) + (["CANARY"] if TEMPLATE_MARKS.search(heard) else [])
        lines = [
            {"claim": f"{order} {system[:300]} {fence}", "evidence": [{"passage": 1, "quote": order}]}
            for order in dict.fromkeys(orders)
        ]
        lines += [
            {
                "claim": f"The dean announced {order} with 98.7 points.",
                "evidence": [{"passage": 7, "quote": "announced"}],
            }
            for order in dict.fromkeys(orders)
        ]
        fact = re.search(r"(In this course .*? half of the weights\.|이 수업에서 .*? 절반을 남긴다\.)", inside[0])
        if fact:
            lines.append({"claim": fact.group(), "evidence": [{"passage": 1, "quote": fact.group()}]})
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in [*lines, {"verdict": "answer"}])
