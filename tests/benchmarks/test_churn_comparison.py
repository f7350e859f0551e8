"""The comparison of churn rankers: its measures on rows made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from churn import Held, Target, calibration_error, quality, regression, strongest_feature


def held(scores: list[float], churned: list[bool]) -> Held:
    """The same rows as validation and as test part."""
    part = np.array(["VALIDATION"] * len(scores) + ["TEST"] * len(scores))
    return Held(part, np.array(churned * 2), {"ranker": np.array(scores * 2)})


def test_a_perfect_ranker_is_measured_as_perfect() -> None:
    found = quality(held([0.9, 0.8, 0.1, 0.0], [True, True, False, False]), "ranker")
    assert (found.f1, found.roc_auc, found.pr_auc, found.lift) == (1, 1, 1, 2)
    assert found.threshold == pytest.approx(0.8)
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.01 + 0) / 4)


def test_the_threshold_comes_from_validation_alone() -> None:
    part = np.array(["VALIDATION"] * 4 + ["TEST"] * 4)
    churned = np.array([True, True, False, False, True, True, False, False])
    scores = np.array([0.9, 0.8, 0.1, 0.0, 0.9, 0.5, 0.1, 0.0])
    found = quality(Held(part, churned, {"ranker": scores}), "ranker")
    assert found.threshold == pytest.approx(0.8)
    assert found.f1 == pytest.approx(2 / 3)


def test_days_are_no_probability() -> None:
    found = quality(held([90.0, 40.0, 3.0, 1.0], [True, True, False, False]), "ranker")
    assert found.brier is None
    assert found.calibration_error is None


def test_calibration_compares_predicted_and_observed_shares() -> None:
    churned = np.array([True] * 2 + [False] * 8)
    assert calibration_error(churned, np.full(10, 0.2)) == pytest.approx(0)
    assert calibration_error(churned, np.full(10, 0.5)) == pytest.approx(0.3)


def test_the_strongest_feature_may_rank_backwards() -> None:
    churned = np.array([True, True, False, False])
    features = {"noise": np.array([1.0, 3.0, 2.0, 4.0]), "spend": np.array([1.0, 2.0, 3.0, 4.0])}
    assert strongest_feature(features, churned) == ("spend", 1.0)


def test_the_regression_learns_from_the_training_part_alone() -> None:
    part = np.array(["TRAIN"] * 40 + ["TEST"] * 40)
    value = np.tile(np.arange(40.0), 2)
    churned = np.concatenate([np.arange(40) >= 20, np.arange(40) < 20])
    chance = regression({"value": value}, part, churned)
    assert chance[79] > 0.9  # as the training part says, though the test part is the other way round


def test_a_target_is_met_within_its_bounds() -> None:
    assert Target("x", 0.65, 0.65).is_met
    assert not Target("x", 0.64, 0.65).is_met
    assert not Target("x", 16.0, 8, 15).is_met
    assert Target("x", 0.02, None, 0.03).is_met
