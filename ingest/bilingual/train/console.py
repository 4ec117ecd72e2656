"""Progress and tables on standard output."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """One line, at once: training logs are followed while they grow."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
