"""Text of documents inside a prompt: marked as data in a way that no document can undo.

Three walls. The fence's name is drawn at random for each request, so no document can write its end. Every line begins
with ``| ``, so no line of a document stands by itself. Invisible characters and the control marks of chat templates
(``<|im_start|>``, ``[INST]``), which a server might take for the end of a message, are broken up. All of it is undone
by comparing quotes without white space, bars and brackets (``ingest.normaliser``).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, field

_TEMPLATE_MARKS = re.compile(  # of Llama, Mistral, ChatML, Gemma, Phi and their kin
    r"<(?=\|)|<(?=/?(?:s|system|user|assistant|human|tool|start_of_turn|end_of_turn|think|bos|eos|pad|unk)\b[^\n<>]{0,20}>)"
    r"|<(?=</?SYS>>)|\[(?=/?(?:INST|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT)\])",
    re.I,
)
_INVISIBLE = ("Cf", "Cc", "Co", "Cs", "Cn")  # format, control, private, surrogate, unassigned


@dataclass(frozen=True, slots=True)
class Fence:
    """One request's fence."""

    name: str = field(default_factory=lambda: f"data-{secrets.token_hex(8)}")

    def wrap(self, label: str, text: str) -> str:
        """``text`` as data. ``label`` is ours (``passage 3``), never a document's."""
        lines = "\n".join(f"| {line}" for line in harmless(text).split("\n"))
        return f"<{self.name} {label}>\n{lines}\n</{self.name}>"


def harmless(text: str) -> str:
    """Only what a reader would see, with template marks broken by a space."""
    lines = (
        "".join(c for c in line if c == "\t" or unicodedata.category(c) not in _INVISIBLE) for line in text.splitlines()
    )
    return _TEMPLATE_MARKS.sub(lambda mark: f"{mark.group()} ", "\n".join(lines))
