"""Races: each round runs every candidate once, so that all of them see the same noise."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

from eval.memory import PeakMemory
from eval.tables import table
from ingest.errors import UsageError


@dataclass(frozen=True, slots=True)
class Measurement:
    """One candidate: its seconds round by round, and the most memory the process tree held during any of
    them.
    """

    name: str
    seconds: tuple[float, ...]
    peak_mebibytes: float

    @property
    def median(self) -> float:
        """The middle time."""
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """Distance of the quartiles over the median: 0.1 is quiet, above 0.3 the figure is worth little."""
        low, _, high = quantiles(self.seconds, n=4, method="inclusive") if len(self.seconds) > 1 else (0.0, 0.0, 0.0)
        return (high - low) / self.median if self.median else 0.0


@dataclass(frozen=True, slots=True)
class Race:
    """All candidates and which of them is the baseline."""

    baseline: str
    measurements: tuple[Measurement, ...]

    def ratio(self, name: str) -> tuple[float, float, float]:
        """Times over the baseline's in the same round: median, least, most. 0.5 is twice as fast."""
        by_name = {one.name: one for one in self.measurements}
        ratios = [own / base for own, base in zip(by_name[name].seconds, by_name[self.baseline].seconds, strict=True)]
        return median(ratios), min(ratios), max(ratios)

    def table(self) -> str:
        """Markdown."""
        rows = []
        for one in self.measurements:
            middle, least, most = self.ratio(one.name)
            name = f"{one.name} (baseline)" if one.name == self.baseline else one.name
            ratio = "1" if one.name == self.baseline else f"{middle:.2f} [{least:.2f}, {most:.2f}]"
            rows.append([name, f"{one.median:.4g}", f"{one.spread:.2f}", ratio, f"{one.peak_mebibytes:,.0f}"])
        rounds = len(self.measurements[0].seconds)
        header = ["candidate", "median s", "spread", "times the baseline [least, most]", "peak MiB"]
        return f"{rounds} rounds, taking turns\n\n{table(header, rows)}\n"


def race(candidates: Mapping[str, Callable[[], object]], *, baseline: str, rounds: int = 5, warm_up: int = 1) -> Race:
    """Run every candidate ``warm_up + rounds`` times, in turns; the first ``warm_up`` are thrown away.

    A candidate is a function that does the work once, from the same start each time.
    """
    if baseline not in candidates:
        raise UsageError(f"No candidate {baseline!r} to be the baseline.", f"There are: {', '.join(candidates)}.")
    if rounds < 1:
        raise UsageError("A race needs at least one round.")
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    peaks = dict.fromkeys(candidates, 0.0)
    for turn in range(warm_up + rounds):
        for name, work in candidates.items():
            gc.collect()
            with PeakMemory() as memory:
                begin = time.perf_counter()
                work()
                spent = time.perf_counter() - begin
            if turn >= warm_up:
                seconds[name].append(spent)
                peaks[name] = max(peaks[name], memory.mebibytes)
    return Race(baseline, tuple(Measurement(name, tuple(seconds[name]), peaks[name]) for name in candidates))
