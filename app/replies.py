"""A model's reply read as a whole: for short tasks whose result is a few JSON objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_LONGEST = 20_000  # characters; a model that goes on is not heard out
_DECODER = json.JSONDecoder()


class WholeReply:
    """Hears a short reply to its end. One that was cut off loses its last object, no other."""

    def __init__(self) -> None:
        self.text = ""

    def restart(self) -> None:
        self.text = ""

    def hear(self, text: str) -> None:
        self.text = (self.text + text)[:_LONGEST]

    def finish(self, *, ended: bool) -> None:
        """Nothing: whoever reads the objects finds out."""

    def objects(self) -> Iterator[dict[str, Any]]:
        """The JSON objects in it, whatever stands around them."""
        at = 0
        while (start := self.text.find("{", at)) >= 0:
            try:
                value, at = _DECODER.raw_decode(self.text, start)
            except RecursionError:
                return
            except ValueError:
                at = start + 1
                continue
            yield value
