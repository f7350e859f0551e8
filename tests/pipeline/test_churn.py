"""The churn model on the deployed platform: what is measured, predicted, explained and watched."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn import metrics
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from tests.support.platforms import Platform

NOT_FEATURES = {"CUSTOMER_ID", "PART", "LABEL_DATE", "IS_CHURNED", "CHURN_LABEL"}

pytestmark = pytest.mark.timeout(600)


def details(platform: Platform, operation: str = "TRAIN") -> dict[str, Any]:
    """Return the details of the newest execution."""
    ((text,),) = platform.ask(
        "select details from OBSERVABILITY.MODEL_EXECUTION_LOG"
        f" where operation = '{operation}' and status = 'SUCCEEDED' order by executed_at desc limit 1"
    )
    return json.loads(text)


def features(platform: Platform) -> list[str]:
    """Return the features that the catalog lists."""
    return [name for (name,) in platform.ask("select feature from GOLD.CHURN_FEATURES order by feature")]


def test_the_catalog_lists_the_features_that_are_trained_and_scored_on(platform: Platform) -> None:
    columns = {
        table: {name for (name,) in platform.ask(
            "select column_name from INFORMATION_SCHEMA.COLUMNS"
            f" where table_schema = 'GOLD' and table_name = '{table}'"
        )}
        for table in ("ML_TRAINING_DATA", "CHURN_SCORING_DATA")
    }  # fmt: skip
    assert columns["ML_TRAINING_DATA"] - NOT_FEATURES == set(features(platform))
    assert columns["CHURN_SCORING_DATA"] - {"CUSTOMER_ID"} == set(features(platform))
    shown = platform.ask("select factor, count_if(is_shown) from GOLD.CHURN_FEATURES group by factor")
    assert len(shown) == 6
    assert {count for _, count in shown} == {1}


def test_a_warehouse_that_dbt_did_not_build_is_not_labelled(platform: Platform) -> None:
    labels = "select count(*), max(label_date)::varchar from GOLD.CHURN_LABELS"
    before = platform.ask(labels)
    record = (
        "insert into OBSERVABILITY.PIPELINE_RUN_METADATA (run_id, task_name, status, as_of_date, started_at) select"
        " 'session-' || current_session(), '{}', '{}', max(as_of_date), sysdate() from OBSERVABILITY.PIPELINE_RUNS"
    )
    with platform.cursor() as cursor:
        try:
            cursor.execute(record.format("RUN_PIPELINE", "RUNNING"))
            with pytest.raises(ProgrammingError, match="dbt did not build the warehouse in this run"):
                cursor.execute("call PLATFORM.LABEL_CHURN()")
            cursor.execute(record.format("BUILD_WAREHOUSE", "FAILED"))
            with pytest.raises(ProgrammingError, match="dbt did not build the warehouse in this run"):
                cursor.execute("call PLATFORM.LABEL_CHURN()")
            cursor.execute(record.format("BUILD_WAREHOUSE", "SUCCEEDED"))
            cursor.execute("call PLATFORM.LABEL_CHURN()")
        finally:
            cursor.execute(
                "delete from OBSERVABILITY.PIPELINE_RUN_METADATA where run_id = 'session-' || current_session()"
            )
    assert platform.ask(labels) == before


def test_the_model_reads_levels_against_all_customers_only(platform: Platform) -> None:
    trained_on = {line["feature"] for line in details(platform)["feature_importance"]}
    kinds = dict(platform.ask("select feature, kind from GOLD.CHURN_FEATURES"))
    assert trained_on == {feature for feature, kind in kinds.items() if kind != "level"}
    levels = {feature for feature, kind in kinds.items() if kind == "level"}
    assert levels == {feature.removesuffix("_VS_ALL") for feature in trained_on if feature.endswith("_VS_ALL")}


def test_the_customer_id_alone_decides_who_trains_who_tunes_and_who_measures(platform: Platform) -> None:
    rows = platform.ask("select customer_id, part from GOLD.ML_TRAINING_DATA")
    for customer_id, part in rows:
        head = hashlib.md5(customer_id.encode(), usedforsecurity=False).hexdigest()[:2]
        assert part == ("TRAIN" if head < "b3" else "VALIDATION" if head < "cd" else "TEST")
    assert details(platform)["training_rows"] == sum(part == "TRAIN" for _, part in rows)
    measured = platform.ask("select customer_id, part from GOLD.CHURN_EVALUATION")
    assert sorted(measured) == sorted(row for row in rows if row[1] != "TRAIN")


def test_what_is_logged_is_what_the_field_s_library_measures(platform: Platform) -> None:
    rows = platform.ask("select part, is_churned, churn_probability, segment from GOLD.CHURN_EVALUATION")
    logged = details(platform)
    churned, scores = (np.array([row[i] for row in rows if row[0] == "TEST"], dtype=float) for i in (1, 2))
    alarms = scores >= logged["decision_threshold"]
    assert logged["held_out_rows"] == len(churned)
    assert logged["held_out_churned"] == churned.sum()
    expected = {
        "roc_auc": metrics.roc_auc_score(churned, scores),
        "pr_auc": metrics.average_precision_score(churned, scores),
        "brier": metrics.brier_score_loss(churned, scores),
        "f1": metrics.f1_score(churned, alarms),
        "precision": metrics.precision_score(churned, alarms),
        "recall": metrics.recall_score(churned, alarms),
    }
    assert {name: logged[name] for name in expected} == pytest.approx(expected, abs=1e-5)
    matrix = logged["confusion_matrix"]
    kinds = (("true_negative", "false_positive"), ("false_negative", "true_positive"))
    assert [[matrix[kind] for kind in row] for row in kinds] == metrics.confusion_matrix(churned, alarms).tolist()
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [abs((churned - scores)[bins == b].sum()) for b in range(10)]
    assert logged["calibration_error"] == pytest.approx(sum(gaps) / len(churned), abs=1e-5)
    assert sum(line["customers"] for line in logged["deciles"]) == len(churned)
    assert logged["lift_at_10_percent"] == pytest.approx(logged["deciles"][0]["observed"] / churned.mean(), abs=0.01)
    assert {line["segment"] for line in logged["segments"]} == {row[3] for row in rows if row[0] == "TEST"}
    assert {"auc_macro", "f1_weighted", "log_loss"} <= logged["model_reports"].keys()


def test_the_threshold_is_the_best_on_the_validation_part(platform: Platform) -> None:
    rows = platform.ask("select is_churned, churn_probability from GOLD.CHURN_EVALUATION where part = 'VALIDATION'")
    churned, scores = (np.array([row[i] for row in rows], dtype=float) for i in (0, 1))
    f1 = [metrics.f1_score(churned, scores >= percent / 100, zero_division=0) for percent in range(1, 100)]
    assert details(platform)["decision_threshold"] == pytest.approx((1 + int(np.argmax(f1))) / 100)


def test_the_log_says_what_was_trained_on_what_and_how_long(platform: Platform) -> None:
    ((version, checksum, seconds, run_id),) = platform.ask(
        "select model_version, data_checksum, seconds, run_id from OBSERVABILITY.MODEL_EXECUTION_LOG"
        " where operation = 'TRAIN'"
    )
    assert version == f"2024-12-31-{checksum[:8]}"
    assert len(checksum) == 32
    assert seconds > 0
    assert run_id == platform.record["run_id"]
    assert platform.ask("select distinct model_version from GOLD.CHURN_PREDICTIONS") == [(version,)]
    assert platform.ask("show snowflake.ml.classification in schema GOLD")[0][1] == "CHURN_MODEL"


def test_every_customer_is_scored_and_the_profile_shows_it(platform: Platform) -> None:
    threshold = details(platform)["decision_threshold"]
    rows = platform.ask(
        "select p.churn_probability, p.churn_prediction, p.churn_risk_category, s.churn_probability,"
        " s.churn_prediction, s.churn_risk_category, s.decision_threshold"
        " from GOLD.CUSTOMER_360_PROFILE p left join GOLD.CHURN_PREDICTIONS s on p.customer_id = s.customer_id"
    )
    assert len(rows) == 1_000
    for probability, prediction, category, *scored in rows:
        assert 0 <= probability <= 1
        assert prediction == (probability >= threshold)
        assert category == ("High" if probability > 0.7 else "Medium" if probability > 0.4 else "Low")
        assert scored == [probability, prediction, category, threshold]


def test_a_factor_s_contribution_is_what_the_model_says_without_it(platform: Platform) -> None:
    names = features(platform)
    silence = {name for (name,) in platform.ask("select feature from GOLD.CHURN_FEATURES where factor = 'Silence'")}
    columns = ", ".join(f"t.{name}" if name in silence else f"s.{name}" for name in names)
    typical = ", ".join(f"{'mode' if name == 'CARD_TYPE' else 'median'}({name}) as {name}" for name in names)
    rows = platform.ask(
        "select r.contribution, p.churn_probability - "
        "GOLD.CHURN_MODEL!PREDICT(INPUT_DATA => {q.*}):probability:CHURNED::float, r.feature_value, r.typical_value,"
        f" q.actual, q.of_typical from (select s.customer_id, {columns}, s.days_since_last_transaction as actual,"
        " t.days_since_last_transaction as of_typical from GOLD.CHURN_SCORING_DATA s cross join"
        f" (select {typical} from GOLD.ML_TRAINING_DATA where part = 'TRAIN' and not is_churned) t) q"
        " join GOLD.CHURN_RISK_FACTORS r on q.customer_id = r.customer_id and r.factor = 'Silence'"
        " join GOLD.CHURN_PREDICTIONS p on q.customer_id = p.customer_id"
    )
    assert len(rows) > 10
    for contribution, computed, value, typical_value, actual, of_typical in rows:
        assert contribution == pytest.approx(computed, abs=1e-4)
        assert (value, typical_value) == (actual, of_typical)


def test_a_level_is_shown_beside_that_of_today_s_typical_customer(platform: Platform) -> None:
    rows = platform.ask(
        "select r.feature_value, r.typical_value, s.transaction_count_90d, t.typical from GOLD.CHURN_RISK_FACTORS r"
        " join GOLD.CHURN_SCORING_DATA s on r.customer_id = s.customer_id cross join"
        " (select median(transaction_count_90d) as typical from GOLD.CHURN_SCORING_DATA"
        " where days_since_last_transaction < 90) t where r.feature = 'TRANSACTION_COUNT_90D'"
    )
    assert len(rows) > 10
    assert [(value, typical) for value, typical, *_ in rows] == [(value, typical) for *_, value, typical in rows]


def test_factors_are_ranked_and_belong_to_customers_at_some_risk(platform: Platform) -> None:
    rows = platform.ask(
        "select r.customer_id, r.factor_rank, r.contribution, p.churn_probability from GOLD.CHURN_RISK_FACTORS r"
        " join GOLD.CHURN_PREDICTIONS p on r.customer_id = p.customer_id order by 1, 2"
    )
    assert {row[0] for row in rows if row[3] > 0.7} == {
        c for (c,) in platform.ask("select customer_id from GOLD.CHURN_PREDICTIONS where churn_risk_category = 'High'")
    }
    by_customer: dict[str, list[Any]] = {}
    for row in rows:
        by_customer.setdefault(row[0], []).append(row)
    for found in by_customer.values():
        assert [row[1] for row in found] == list(range(1, len(found) + 1))
        assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)
        assert all(abs(row[2]) >= 0.0099 and row[3] >= 0.05 for row in found)
