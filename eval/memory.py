"""Peak resident memory of this process and all its children, sampled from beside."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

_INTERVAL_SECONDS = 0.1  # a shorter peak can be missed


class PeakMemory:
    """``with PeakMemory() as peak: ...``, then ``peak.mebibytes``: the largest sum of resident sizes seen.

    Pages shared between processes are counted once in each, so the sum is an upper bound.
    """

    def __init__(self) -> None:
        self.mebibytes = 0.0
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
        total = 0
        for process in (me, *me.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:  # it ended between the list and the look
                continue
        self.mebibytes = max(self.mebibytes, total / 2**20)
