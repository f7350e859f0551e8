"""Drift of the churn model's features: how it is measured, and that it is seen where somebody plants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.support.platforms import Platform

ACTIVE = "GOLD.CHURN_SCORING_DATA where days_since_last_transaction < 90"
LEVELS = {
    "TOTAL_SPEND_90D", "TRANSACTION_COUNT_90D", "AVG_TRANSACTION_VALUE_90D", "DISTINCT_MERCHANT_CATEGORIES_90D",
    "ACTIVE_DAYS_180D", "DAYS_BETWEEN_TRANSACTIONS_AVG", "DECLINED_TRANSACTION_COUNT",
}  # fmt: skip

pytestmark = pytest.mark.timeout(600)


def measured(platform: Platform, run_id: str | None = None) -> dict[str, tuple[float, str, str]]:
    """Return index, status and details of drift by feature, of a run or of the first one."""
    return {
        name.removeprefix("drift_of_").upper(): (value, status, details)
        for name, value, status, details in platform.ask(
            "select check_name, observed_value, status, details from OBSERVABILITY.DATA_QUALITY_METRICS"
            f" where check_type = 'drift' and run_id = '{run_id or platform.record['run_id']}'"
        )
    }


def measured_again(platform: Platform) -> dict[str, tuple[float, str, str]]:
    """Measure drift of the scoring data as it is now."""
    ((version,),) = platform.ask("select any_value(model_version) from GOLD.CHURN_PREDICTIONS")
    platform.ask(f"call PLATFORM.MEASURE_CHURN_DRIFT('again', '{version}')")
    return measured(platform, "again")


def warned(found: dict[str, tuple[float, str, str]]) -> set[str]:
    """Return the features past the limit."""
    return {feature for feature, (_, status, _) in found.items() if status == "WARN"}


def shares(values: np.ndarray, upper_bounds: list[float]) -> np.ndarray:
    """Return which share of the values lies in each of the bins that end at the bounds, and beyond them."""
    found = np.searchsorted(upper_bounds, values, side="left")
    return np.maximum(np.bincount(found, minlength=len(upper_bounds) + 1) / len(values), 1e-4)


def stability_index(actual: np.ndarray, wanted: np.ndarray) -> float:
    """Return the population stability index of two distributions over the same bins."""
    return float(((actual - wanted) * np.log(actual / wanted)).sum())


def column(platform: Platform, sql: str) -> np.ndarray:
    """Return the one column that a query gives."""
    return np.array(platform.ask(sql), dtype=float)[:, 0]


def test_every_feature_is_watched_and_so_are_the_scores(platform: Platform) -> None:
    features = {feature for (feature,) in platform.ask("select feature from GOLD.CHURN_FEATURES")}
    found = measured(platform)
    assert found.keys() == {*features, "CHURN_PROBABILITY"}
    against_last_year = {feature for feature, (_, _, details) in found.items() if details.endswith(" 2023-12-31")}
    assert against_last_year == LEVELS
    assert all("the training of" in found[feature][2] for feature in features - LEVELS)
    limits = platform.ask(
        "select distinct expected, observed_value > 0.25, status from OBSERVABILITY.DATA_QUALITY_METRICS"
        " where check_type = 'drift'"
    )
    assert limits == [("at most 0.25", False, "PASS")]


@pytest.mark.parametrize(
    "feature", ["AGE", "DECLINED_TRANSACTION_COUNT_VS_ALL", "TRANSACTION_FREQUENCY_TREND", "CHURN_PROBABILITY"]
)
def test_what_the_model_reads_is_compared_with_its_training(platform: Platform, feature: str) -> None:
    now, training = ACTIVE, "GOLD.ML_TRAINING_DATA where part = 'TRAIN'"
    if feature == "CHURN_PROBABILITY":
        now, training = "GOLD.CHURN_PREDICTIONS where is_active", "GOLD.CHURN_EVALUATION"
    bins = platform.ask(
        "select lower_bound, upper_bound, expected_share from OBSERVABILITY.MODEL_BASELINES"
        f" where feature = '{feature}' order by bin"
    )
    bounds = [upper for _, upper, _ in bins[:-1]]
    assert [lower for lower, *_ in bins] == [None, *bounds]
    assert bins[-1][1] is None
    wanted = shares(column(platform, f"select {feature} from {training}"), bounds)
    assert [share for *_, share in bins] == pytest.approx(wanted.tolist(), abs=1e-5)
    if feature == "TRANSACTION_FREQUENCY_TREND":
        assert wanted.tolist() == pytest.approx([0.1, 0.8, 0.1], abs=0.02)
    index = stability_index(shares(column(platform, f"select {feature} from {now}"), bounds), wanted)
    assert measured(platform)[feature][0] == pytest.approx(index, abs=1e-3)


def test_levels_are_compared_with_the_same_day_a_year_earlier(platform: Platform) -> None:
    now, before = (
        column(
            platform,
            "select count(*) from GOLD.FACT_TRANSACTION where transaction_date > dateadd('day', -90,"
            f" '{day}'::date) and transaction_date <= '{day}' group by customer_id",
        )
        for day in ("2024-12-31", "2023-12-31")
    )
    # thirds, because they are fewer than 1,800 customers; a value that reaches over two thirds belongs to the first
    ordered = np.sort(before)
    firsts = {value: 3 * int(np.argmax(ordered == value)) // len(ordered) for value in np.unique(ordered)}
    tops = [max(value for value, third in firsts.items() if third == n) for n in range(2)]
    bounds = [(top + ordered[ordered > top][0]) / 2 for top in tops]
    index = stability_index(shares(now, bounds), shares(before, bounds))
    assert measured(platform)["TRANSACTION_COUNT_90D"][0] == pytest.approx(index, abs=1e-3)


def test_where_there_is_no_year_to_compare_with_levels_are_not_measured(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        platform.ask("delete from GOLD.FACT_TRANSACTION where transaction_date < '2023-07-05'")
        assert not LEVELS & measured_again(platform).keys()


def scored_again(platform: Platform) -> dict[str, tuple[float, str, str]]:
    """Build the features anew, and score and measure as a run does."""
    before = {run_id for (run_id,) in platform.ask("select distinct run_id from OBSERVABILITY.DATA_QUALITY_METRICS")}
    platform.ask("call PLATFORM.BUILD_CHURN_FEATURES()")
    platform.ask("call PLATFORM.PREDICT_CHURN()")
    ((run_id,),) = platform.ask(
        "select run_id from OBSERVABILITY.DATA_QUALITY_METRICS where check_type = 'drift'"
        " order by measured_at desc limit 1"
    )
    assert run_id not in before
    return measured(platform, run_id)


def test_a_feed_that_loses_a_quarter_of_everybody_s_transactions_is_seen(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        platform.ask(
            "delete from GOLD.FACT_TRANSACTION where transaction_date > '2024-10-02'"
            " and substr(md5(transaction_id), 1, 1) < '4'"
        )
        found = warned(scored_again(platform))
        assert {"TRANSACTION_COUNT_90D", "DAYS_BETWEEN_TRANSACTIONS_AVG"} <= found
        # the customers still behave among each other as those that the model knows
        assert found <= LEVELS


def test_a_third_of_the_customers_who_change_their_ways_are_seen(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        # as many purchases in 90 days as before, but none in the last thirty
        platform.ask(
            "update GOLD.FACT_TRANSACTION set transaction_date = transaction_date - 45"
            " where transaction_date > '2024-12-01' and substr(md5(customer_id), 1, 2) < '55'"
        )
        found = warned(scored_again(platform))
        assert "TRANSACTION_FREQUENCY_TREND" in found
        assert not found & {"TRANSACTION_COUNT_90D", "TRANSACTION_COUNT_90D_VS_ALL", "TOTAL_SPEND_90D"}


def test_every_feature_that_turns_constant_is_seen(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        features = [f for (f,) in platform.ask("select feature from GOLD.CHURN_FEATURES order by 1")]
        numbers = [f for f in features if f not in ("CARD_TYPE", "DAYS_SINCE_LAST_TRANSACTION")]
        (typical,) = platform.ask(f"select {', '.join(f'median({f})' for f in numbers)} from {ACTIVE}")
        platform.ask(
            "update GOLD.CHURN_SCORING_DATA set card_type = 'Gold', days_since_last_transaction ="
            " iff(days_since_last_transaction < 90, 1, days_since_last_transaction), "
            + ", ".join(f"{f} = {value}" for f, value in zip(numbers, typical, strict=True))
        )
        assert warned(measured_again(platform)) == set(features)


def test_a_shift_of_a_feature_past_the_limit_is_a_warning_that_people_see(platform_copy: Platform) -> None:
    failures = "select check_name from OBSERVABILITY.V_RECENT_DQ_FAILURES"
    incidents = "select subject from OBSERVABILITY.V_INCIDENTS where incident = 'drift'"
    with platform_copy.served() as platform:
        assert platform.ask(failures) == platform.ask(incidents) == []
        platform.ask("update GOLD.CHURN_SCORING_DATA set age = age + 30")
        found = measured_again(platform)
        assert warned(found) == {"AGE"}
        assert platform.ask(failures) == [("drift_of_age",)]
        assert platform.ask(incidents) == [("CHURN_SCORING_DATA.drift_of_age",)]


def test_a_season_is_no_drift(platform_copy: Platform) -> None:
    """Everybody buys twice as much in the last quarter of every year."""
    with platform_copy.served() as platform:
        platform.ask(
            "insert into GOLD.FACT_TRANSACTION select -transaction_key, 'S' || transaction_id, * exclude"
            " (transaction_key, transaction_id) from GOLD.FACT_TRANSACTION where quarter(transaction_date) = 4"
        )
        platform.ask(
            "insert into BRONZE.BRONZE_TRANSACTIONS select 'S' || transaction_id, * exclude (transaction_id) from"
            " BRONZE.BRONZE_TRANSACTIONS where status = 'declined' and quarter(transaction_date) = 4"
        )
        assert warned(scored_again(platform)) == set()
