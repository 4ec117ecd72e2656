"""Charts as inline SVG: small pure functions from points to elements. Colours come from the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.curves import Points
from eval.markup import Safe, join, tag

_WIDTH, _HEIGHT = 380.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 22.0, 12.0, 44.0
_STYLES = 6  # line styles in the style sheet
_NAMES = 6  # names along an axis
_ROUND = ((1, 5), (2, 4), (4, 4), (5, 5), (10, 5))  # ends of an axis by their first digit, and steps up to there


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, with labelled ticks. ``scale`` maps a value to where it stands."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    scale: Callable[[float], float] = float

    def share(self, value: float) -> float:
        """0 at ``low``, 1 at ``high``; what lies outside is drawn at the edge."""
        low, high = self.scale(self.low), self.scale(self.high)
        return min(1.0, max(0.0, (self.scale(min(self.high, max(self.low, value))) - low) / (high - low)))


def share_axis(label: str) -> Axis:
    """0 to 1, printed as percentages."""
    return Axis(label, 0.0, 1.0, tuple((n / 4, f"{n * 25} %") for n in range(5)))


def count_axis(label: str, high: int) -> Axis:
    """1 to ``high``, at most ten ticks."""
    step = max(1, math.ceil(high / 10))
    return Axis(label, 1.0, float(max(2, high)), tuple((float(n), str(n)) for n in range(1, high + 1, step)))


def seconds_axis(label: str, values: Sequence[float]) -> Axis:
    """Powers of ten around the values, logarithmic."""
    positive = [value for value in values if value > 0] or [1.0]
    low = math.floor(math.log10(min(positive)))
    high = max(low + 1, math.ceil(math.log10(max(positive))))
    ticks = tuple((10.0**power, _seconds(power)) for power in range(low, high + 1))
    return Axis(label, 10.0**low, 10.0**high, ticks, math.log10)


def line_chart(title: str, x: Axis, y: Axis, lines: Mapping[str, Points], *, steps: bool = False) -> Safe | None:
    """A figure with its legend; None when no line has a point. ``steps``: a value holds until the next one."""
    drawn = {name: points for name, points in lines.items() if points}
    if not drawn:
        return None
    shown = [_line(_place(points, x, y), style, steps) for style, points in enumerate(drawn.values())]
    description = f"{title}. {x.label} against {y.label}: " + "; ".join(
        f"{name} from {points[0][1]:.2f} to {points[-1][1]:.2f}" for name, points in drawn.items()
    )
    svg = tag(
        "svg", tag("title", title), _frame(x, y), shown,
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img", aria_label=description, class_="chart",
    )  # fmt: skip
    return tag("figure", tag("figcaption", title), svg, _legend(tuple(drawn)) if len(drawn) > 1 else None)


def bar_chart(title: str, names: Sequence[str], stacks: Mapping[str, Sequence[float]]) -> Safe | None:
    """A bar for each name, its parts one on the other in the order of ``stacks``; None when nothing is above zero."""
    tops = [sum(parts) for parts in zip(*stacks.values(), strict=True)]
    if not any(tops):
        return None
    y = _amount_axis(max(tops))
    wide = (_WIDTH - _LEFT - _RIGHT) / len(names)
    base = dict.fromkeys(range(len(names)), 0.0)
    bars: list[Safe] = []
    for style, values in enumerate(stacks.values()):
        for place, value in enumerate(values):
            if value > 0:
                low, high = _down(base[place], y), _down(base[place] + value, y)
                bars.append(
                    tag("rect", x=round(_LEFT + wide * (place + 0.15), 1), width=round(wide * 0.7, 1), y=round(high, 1),
                        height=round(low - high, 1), class_=f"bar{style}")
                )  # fmt: skip
                base[place] += value
    every = max(1, math.ceil(len(names) / _NAMES))
    x = Axis("", 0.0, float(len(names)), tuple((n + 0.5, names[n]) for n in range(0, len(names), every)))
    counted = "; ".join(f"{name} {sum(values):g}" for name, values in stacks.items())
    svg = tag(
        "svg", tag("title", title), _frame(x, y), bars,
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img", class_="chart",
        aria_label=f"{title}. {names[0]} to {names[-1]}: {counted}",
    )  # fmt: skip
    return tag("figure", tag("figcaption", title), svg, _bar_legend(tuple(stacks)) if len(stacks) > 1 else None)


def dated_axis(names: Sequence[str]) -> Axis:
    """Periods from the first to the last, as many labelled as there is room for."""
    every = max(1, math.ceil(len(names) / _NAMES))
    return Axis("", 0.0, max(1.0, len(names) - 1), tuple((float(n), names[n]) for n in range(0, len(names), every)))


def interval(mean: float, low: float, high: float) -> Safe:
    """A rate with its 95 % interval on a line from 0 to 1."""
    width, middle = 120.0, 8.0

    def at(value: float) -> float:
        return 4 + (width - 8) * min(1.0, max(0.0, value))

    return tag(
        "svg",
        tag("line", x1=at(0), x2=at(1), y1=middle, y2=middle, class_="rail"),
        tag("line", x1=at(low), x2=at(high), y1=middle, y2=middle, class_="whisker"),
        tag("circle", cx=at(mean), cy=middle, r=4.0, class_="dot"),
        viewBox=f"0 0 {width:g} 16", class_="interval", role="img",
        aria_label=f"{mean:.3f}, between {low:.3f} and {high:.3f}",
    )  # fmt: skip


def share_bar(share: float, *, good: bool) -> Safe:
    """A share of all as a bar; the number stands beside it."""
    full = tag("rect", x=0, y=3, width=100, height=10, class_="rest")
    part = tag("rect", x=0, y=3, width=round(100 * share, 2), height=10, class_="right" if good else "wrong")
    return tag("svg", full, part, viewBox="0 0 100 16", preserveAspectRatio="none", class_="share", aria_hidden="true")


def _place(points: Points, x: Axis, y: Axis) -> list[tuple[float, float]]:
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    return [(_LEFT + wide * x.share(a), _TOP + high * (1 - y.share(b))) for a, b in points]


def _down(value: float, y: Axis) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - y.share(value))


def _amount_axis(most: float) -> Axis:
    """0 to a round number that is not below ``most``, in whole steps."""
    power = 10.0 ** math.floor(math.log10(max(1.0, most)))
    factor, parts = next((factor, parts) for factor, parts in _ROUND if factor * power >= most)
    high = factor * power
    step = max(1.0, high / parts)
    return Axis("", 0.0, high, tuple((step * n, f"{step * n:g}") for n in range(round(high / step) + 1)))


def _line(places: Sequence[tuple[float, float]], style: int, steps: bool) -> Safe:
    name = f"line{style % _STYLES}"
    if len(places) == 1:
        return tag("circle", cx=round(places[0][0], 1), cy=round(places[0][1], 1), r=4.0, class_=f"{name} point")
    path = f"M{places[0][0]:.1f} {places[0][1]:.1f}"
    for across, down in places[1:]:
        path += f"H{across:.1f}V{down:.1f}" if steps else f"L{across:.1f} {down:.1f}"
    return tag("path", d=path, class_=name)


def _frame(x: Axis, y: Axis) -> Safe:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts: list[Safe] = []
    for value, label in y.ticks:
        ((_, down),) = _place(((x.low, value),), x, y)
        parts.append(tag("line", x1=_LEFT, x2=right, y1=round(down, 1), y2=round(down, 1), class_="grid"))
        parts.append(tag("text", label, x=_LEFT - 6, y=round(down + 4, 1), class_="tick end"))
    for value, label in x.ticks:
        ((across, _),) = _place(((value, y.low),), x, y)
        parts.append(tag("line", x1=round(across, 1), x2=round(across, 1), y1=bottom, y2=bottom + 4, class_="axis"))
        parts.append(tag("text", label, x=round(across, 1), y=bottom + 17, class_="tick middle"))
    parts.append(tag("line", x1=_LEFT, x2=right, y1=bottom, y2=bottom, class_="axis"))
    parts.append(tag("text", x.label, x=(_LEFT + right) / 2, y=_HEIGHT - 6, class_="label middle"))
    return join(parts)


def _legend(names: Sequence[str]) -> Safe:
    entries = []
    for style, name in enumerate(names):
        stroke = tag("line", x1=0, x2=26, y1=6, y2=6, class_=f"line{style % _STYLES}")
        entries.append(tag("li", tag("svg", stroke, viewBox="0 0 26 12", class_="key", aria_hidden="true"), name))
    return tag("ul", entries, class_="legend")


def _bar_legend(names: Sequence[str]) -> Safe:
    entries = [
        tag("li", tag("svg", tag("rect", x=4, y=1, width=10, height=10, class_=f"bar{style}"),
                      viewBox="0 0 18 12", class_="key", aria_hidden="true"), name)
        for style, name in enumerate(names)
    ]  # fmt: skip
    return tag("ul", entries, class_="legend")


def _seconds(power: int) -> str:
    value = 10.0**power
    return f"{value:g} s" if power >= 0 else f"{value * 1e3:g} ms" if power >= -3 else f"{value * 1e6:g} µs"
