"""A folder that is watched: wakes up when its files change, once per burst of changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from ingest.scan import IGNORE_FILE

_QUIET_MS, _LONGEST_MS = 150, 1_000  # a burst ends when nothing came for the one, or after the other
_LOOK_MS = 500


def bursts(corpus: Path, index: Path, stop: threading.Event | None = None) -> Iterator[None]:
    """One value at once, when watching has begun, and one after each burst; ends when ``stop`` is set.

    Nothing is lost between two values: what changes while the caller works is the next burst. Hidden files and the
    index itself, where it lies in the corpus, wake nobody.
    """
    root, own = corpus.resolve(), index.resolve()

    def counts(_: Change, path: str) -> bool:
        changed = Path(path)
        if changed.is_relative_to(own) or not changed.is_relative_to(root):
            return False
        parts = changed.relative_to(root).parts
        return parts == (IGNORE_FILE,) or not any(part.startswith((".", "~$")) for part in parts)

    begun = False
    for changes in watch(
        root,
        watch_filter=counts,
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if changes or not begun:
            begun = True
            yield
