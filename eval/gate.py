"""The gate: a later run must not be worse than an earlier one, by more than allowed and by more than chance.

A rule is a metric, perhaps of one slice, and how far its mean may move: ``hit@5 < -0.02``, ``false_answer > 0.05``,
``mrr@10[language=ko] < -0.03``. It fails when the mean of the paired differences (new minus base) crosses the limit and
the rules, tested together, show the difference at 5 %. So a run that changed nothing passes nineteen times of twenty
however many rules there are, and a loss that a few cases could have given by luck is named, not failed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.comparison import Scored, in_the_same_order
from eval.figures import DIMENSIONS, paired
from eval.scoring import BY_NAME
from eval.statistics import SIGNIFICANCE, Difference, difference, significant
from eval.tables import signed, table
from ingest.errors import UsageError

_RULE = re.compile(r"\s*([\w@]+)\s*(?:\[\s*(\w+)\s*=\s*([^\]]+?)\s*\])?\s*([<>])\s*([+-]?\d*\.?\d+)\s*")
_EXAMPLE = 'Write it as in "hit@5 < -0.02", "false_answer > 0.05" or "mrr@10[language=ko] < -0.03".'


@dataclass(frozen=True, slots=True)
class Rule:
    """What must not happen. ``dimension`` empty: over all cases."""

    text: str
    metric: str
    dimension: str
    value: str
    below: bool
    limit: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule with what was found. ``crossed``: the mean is beyond the limit; ``failed``: and it is more than chance."""

    rule: Rule
    difference: Difference
    crossed: bool
    failed: bool

    @property
    def verdict(self) -> str:
        """In words."""
        if self.failed:
            return "FAILED"
        if not self.crossed:
            return "passed"
        if self.difference.least_p > SIGNIFICANCE:
            return "passed: crossed, but too few cases moved to tell it from chance"
        return "passed: crossed, but may be chance"


def parse_rule(text: str) -> Rule:
    """``metric < limit`` with a limit of at most 0, or ``metric > limit`` with one of at least 0."""
    found = _RULE.fullmatch(text)
    if found is None:
        raise UsageError(f"--fail-on {text!r}: this is no rule.", _EXAMPLE)
    metric, dimension, value, sign, number = found.groups()
    if metric not in BY_NAME:
        raise UsageError(f"--fail-on {text!r}: no figure {metric!r}.", f"Figures: {', '.join(BY_NAME)}.")
    if dimension is not None and dimension not in DIMENSIONS:
        raise UsageError(f"--fail-on {text!r}: no slices by {dimension!r}.", f"Slices: {', '.join(DIMENSIONS)}.")
    below, limit = sign == "<", float(number)
    if limit > 0 if below else limit < 0:
        raise UsageError(f"--fail-on {text!r}: it would fail when nothing changed.", _EXAMPLE)
    return Rule(" ".join(text.split()), metric, dimension or "", value or "", below, limit)


def check(base: Scored, new: Scored, rules: Sequence[Rule]) -> tuple[Checked, ...]:
    """Every rule against two runs over the same cases, in the order given."""
    rows = in_the_same_order(base, new)
    found: dict[Rule, Difference] = {}
    for rule in rules:
        places = [
            place
            for place, case in enumerate(base.cases)
            if not rule.dimension or DIMENSIONS[rule.dimension](case) == rule.value
        ]
        old, now = paired([base.rows[place] for place in places], [rows[place] for place in places], rule.metric)
        if not old:
            raise UsageError(f"--fail-on {rule.text!r}: no case has this figure in both runs.", "Correct the rule.")
        found[rule] = difference(old, now)
    shown = significant({str(place): one for place, one in enumerate(found.values())})
    checked = []
    for place, (rule, delta) in enumerate(found.items()):
        crossed = delta.mean < rule.limit if rule.below else delta.mean > rule.limit
        checked.append(Checked(rule, delta, crossed, crossed and shown[str(place)]))
    return tuple(checked)


def gate_table(checked: Sequence[Checked]) -> str:
    """What a person reads in the log of a build."""
    rows = [
        [one.rule.text, str(one.difference.count), signed(one.difference.mean), f"{one.difference.p:.4f}", one.verdict]
        for one in checked
    ]
    failed = sum(one.failed for one in checked)
    verdict = f"gate: {failed} of {len(checked)} rules failed" if failed else f"gate: passed, {len(checked)} rules"
    return f"{table(['fails on', 'n', 'difference', 'p', 'verdict'], rows)}\n\n{verdict}\n"
