"""Peak resident memory of this process and all its children, sampled from beside."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

_INTERVAL_SECONDS = 0.1  # a shorter peak can be missed


class PeakMemory:
    """``with PeakMemory() as peak: ...``, then ``peak.mebibytes``: the largest sum of resident sizes seen;
    ``peak.children``: the same without this process; ``peak.largest_child``: the most that any one child had.

    Pages shared between processes are counted once in each, so the sum is an upper bound.
    """

    def __init__(self) -> None:
        self.mebibytes = 0.0
        self.children = 0.0
        self.largest_child = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> PeakMemory:
        self._sample()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sample()
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL_SECONDS):
            self._sample()

    def _sample(self) -> None:
        me = psutil.Process()
        total = 0.0
        for process in me.children(recursive=True):
            try:
                own = process.memory_info().rss
            except psutil.NoSuchProcess:  # it ended between the list and the look
                continue
            total += own / 2**20
            self.largest_child = max(self.largest_child, own / 2**20)
        self.children = max(self.children, total)
        self.mebibytes = max(self.mebibytes, total + me.memory_info().rss / 2**20)
