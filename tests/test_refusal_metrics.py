"""Answering and refusing, each with its price."""

import pytest

from eval.refusal_metrics import (
    RiskPoint,
    answered,
    answered_right,
    area_under_risk,
    at_threshold,
    false_answer,
    false_refusal,
    risk_coverage,
)


def test_each_rate_speaks_only_of_its_own_cases() -> None:
    assert false_refusal(answerable=True, refused=True) == 1.0
    assert false_refusal(answerable=True, refused=False) == 0.0
    assert false_refusal(answerable=False, refused=True) is None
    assert false_answer(answerable=False, refused=False) == 1.0
    assert false_answer(answerable=False, refused=True) == 0.0
    assert false_answer(answerable=True, refused=False) is None


def test_answered_precision_leaves_refusals_out_and_never_rewards_an_answer_from_nowhere() -> None:
    assert answered_right(answerable=True, refused=False, right=True) == 1.0
    assert answered_right(answerable=True, refused=False, right=False) == 0.0
    assert answered_right(answerable=False, refused=False, right=True) == 0.0
    assert answered_right(answerable=True, refused=True, right=False) is None
    assert (answered(refused=False), answered(refused=True)) == (1.0, 0.0)


def test_the_curve_by_hand() -> None:
    curve = risk_coverage((0.9, 0.5, None), (True, False, False))
    assert curve == (RiskPoint(0.9, 1 / 3, 0.0), RiskPoint(0.5, 2 / 3, 0.5))
    assert area_under_risk(curve) == pytest.approx(0.25)


def test_equal_confidences_enter_the_curve_together() -> None:
    assert risk_coverage((0.5, 0.5), (True, False)) == (RiskPoint(0.5, 1.0, 0.5),)


def test_one_threshold_for_all_sets() -> None:
    curve = risk_coverage((0.9, 0.5), (True, False))
    assert at_threshold(curve, 0.7) == RiskPoint(0.7, 0.5, 0.0)
    assert at_threshold(curve, 0.5) == RiskPoint(0.5, 1.0, 0.5)
    assert at_threshold(curve, 0.95) == RiskPoint(0.95, 0.0, 0.0)


def test_a_system_that_never_answers_has_no_curve() -> None:
    assert risk_coverage((None, None), (False, False)) == ()
    assert area_under_risk(()) is None


def test_verdicts_and_confidences_must_match() -> None:
    with pytest.raises(ValueError, match="1 confidences but 2"):
        risk_coverage((0.1,), (True, True))
