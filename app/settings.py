"""Settings of answering: ``[app]`` in seodang.toml, then ``SEODANG_*``, then flags."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import UsageError


@dataclass(frozen=True, slots=True)
class AppSettings:
    """How many passages, and how sure an answer must be."""

    passages: int = 8  # shown to the answerer
    refuse_below: float = 0.4  # confidence in [0, 1] under which the answer is "not in the materials"

    def __post_init__(self) -> None:
        if not 1 <= self.passages <= 50 or not 0 <= self.refuse_below <= 1:
            raise UsageError(
                f"passages {self.passages}, refuse_below {self.refuse_below}: out of range.",
                "passages is 1 to 50, refuse_below 0 to 1.",
            )
