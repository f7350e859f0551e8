"""Renewing the churn model: what changes, and what stays whatever goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import Error, ProgrammingError

from c360.account_process import find, is_alive
from tests.support.platforms import Platform, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCORES = "select customer_id, GOLD.CHURN_MODEL!PREDICT(INPUT_DATA => {*}) from GOLD.CHURN_SCORING_DATA order by 1"
PREDICTIONS = "select * from GOLD.CHURN_PREDICTIONS order by customer_id"
FACTORS = "select * from GOLD.CHURN_RISK_FACTORS order by customer_id, factor_rank"
PROFILE = "select customer_id, churn_probability, churn_risk_category from GOLD.CUSTOMER_360_PROFILE order by 1"
LOG = (
    "select operation, status, error_message from OBSERVABILITY.MODEL_EXECUTION_LOG"
    " where run_id <> '{}' order by executed_at"
)

pytestmark = pytest.mark.timeout(600)


def models(platform: Platform) -> list[str]:
    """Return the names of the models of the platform."""
    return [row[1] for row in platform.ask("show snowflake.ml.classification in schema GOLD")]


def log(platform: Platform) -> list[tuple[Any, ...]]:
    """Return what was logged about models after the first run."""
    return platform.ask(LOG.format(platform.record["run_id"]))


def kept(platform: Platform) -> list[Any]:
    """Return everything that a retrain must leave alone where it fails."""
    return [platform.ask(query) for query in (SCORES, PREDICTIONS, FACTORS, PROFILE)]


def test_on_the_same_data_the_same_model_and_the_same_answers_come_out(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        before = kept(platform)
        ((outcome,),) = platform.ask("call GOLD.RETRAIN_CHURN_MODEL()")
        assert outcome.startswith("promoted 2024-12-31-")
        assert kept(platform) == before
        assert models(platform) == ["CHURN_MODEL", "CHURN_MODEL_PREVIOUS"]
        assert [(operation, status) for operation, status, _ in log(platform)] == [
            ("EVALUATE", "SUCCEEDED"), ("TRAIN", "SUCCEEDED"), ("PREDICT", "SUCCEEDED"), ("RETRAIN", "SUCCEEDED"),
        ]  # fmt: skip


def test_the_quarterly_task_retrains(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        platform.ask("execute task PLATFORM.RETRAIN_CHURN")
        wait_until(lambda: ("RETRAIN", "SUCCEEDED", None) in log(platform), 120)
        ((tasks,),) = platform.ask(
            "select count(*) from OBSERVABILITY.PIPELINE_RUN_METADATA"
            " where task_name = 'RETRAIN_CHURN_MODEL' and status = 'SUCCEEDED' and as_of_date = '2024-12-31'"
        )
        assert tasks == 1


def test_a_worse_model_is_not_put_to_use(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        before = kept(platform)
        platform.ask(
            "create or replace procedure PLATFORM.FIT_CHURN_MODEL() returns varchar language sql execute as caller as"
            " $$ begin create or replace snowflake.ml.classification GOLD.CHURN_MODEL_CANDIDATE(INPUT_DATA =>"
            " SYSTEM$QUERY_REFERENCE('select age, churn_label from GOLD.ML_TRAINING_DATA'), TARGET_COLNAME =>"
            " 'CHURN_LABEL'); return '{\"model_reports\": {}}'; end $$"
        )
        ((outcome,),) = platform.ask("call GOLD.RETRAIN_CHURN_MODEL()")
        assert outcome.startswith("not promoted 2024-12-31-")
        assert kept(platform) == before
        assert "CHURN_MODEL_PREVIOUS" not in models(platform)
        ((promoted, compared),) = platform.ask(
            "select parse_json(details):promoted::boolean, parse_json(details):compared_with is not null"
            " from OBSERVABILITY.MODEL_EXECUTION_LOG where operation = 'TRAIN' order by executed_at desc limit 1"
        )
        assert (promoted, compared) == (False, True)


@pytest.mark.parametrize(
    "fault",
    [
        "alter table GOLD.FACT_TRANSACTION rename column transaction_amount to amount_lost",
        "update GOLD.FACT_TRANSACTION set transaction_date = dateadd('year', -2, transaction_date)",
    ],
)
def test_a_broken_table_leaves_model_and_predictions_and_is_logged(platform_copy: Platform, fault: str) -> None:
    with platform_copy.served() as platform:
        before = [platform.ask(query) for query in (PREDICTIONS, FACTORS, PROFILE)]
        scoring = platform.ask("select * from GOLD.CHURN_SCORING_DATA order by customer_id")
        platform.ask(fault)
        with pytest.raises(ProgrammingError, match="RETRAIN_CHURN_MODEL"):
            platform.ask("call GOLD.RETRAIN_CHURN_MODEL()")
        assert [platform.ask(query) for query in (PREDICTIONS, FACTORS, PROFILE)] == before
        assert "CHURN_MODEL" in models(platform)
        assert len(platform.ask(SCORES)) == len(scoring)
        operation, status, error = log(platform)[-1]
        assert (operation, status) == ("RETRAIN", "FAILED")
        assert error
        assert platform.ask("select count(*) from OBSERVABILITY.PIPELINE_RUN_METADATA where status = 'RUNNING'") == [
            (0,)
        ]


def _is_fitting(platform: Platform) -> bool:
    return "CHURN_MODEL_CANDIDATE" in models(platform)


def _has_begun(platform: Platform) -> bool:
    return ("RETRAIN", "RUNNING", None) in log(platform)


@pytest.mark.parametrize("moment", [_has_begun, _is_fitting])
def test_a_kill_leaves_model_and_predictions_and_the_next_retrain_logs_it(
    platform_copy: Platform, moment: Callable[[Platform], bool]
) -> None:
    with _to_be_killed(platform_copy) as platform:
        before = kept(platform)
        platform.ask("execute task PLATFORM.RETRAIN_CHURN")
        wait_until(lambda: moment(platform))
        account = find(platform.home)
        assert account
        os.kill(account.pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(account.pid))
    with platform_copy.served() as platform:
        assert [platform.ask(query) for query in (PREDICTIONS, FACTORS, PROFILE)] == before[1:]
        assert platform.ask(SCORES) == before[0]
        platform.ask("call GOLD.RETRAIN_CHURN_MODEL()")
        assert ("RETRAIN", "FAILED", "The retrain was interrupted before it could be closed.") in log(platform)
        assert log(platform)[-1][:2] == ("RETRAIN", "SUCCEEDED")
        assert kept(platform) == before


@contextmanager
def _to_be_killed(platform: Platform) -> Iterator[Platform]:
    with subprocess.Popen(
        platform.arguments("account"), env=platform.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            assert "ready" in process.stdout.readline()
            yield platform
        finally:
            process.kill()


def test_a_promotion_that_was_interrupted_is_finished_or_taken_back(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        ((used,),) = platform.ask("call PLATFORM.CHURN_MODEL_IN_USE()")
        assert '"threshold"' in used
        platform.ask("alter snowflake.ml.classification GOLD.CHURN_MODEL rename to GOLD.CHURN_MODEL_PREVIOUS")
        with pytest.raises(Error, match="does not exist"):
            platform.ask(SCORES)
        assert platform.ask("call PLATFORM.CHURN_MODEL_IN_USE()") == [(used,)]
        assert models(platform) == ["CHURN_MODEL"]
        platform.ask("alter snowflake.ml.classification GOLD.CHURN_MODEL rename to GOLD.CHURN_MODEL_PREVIOUS")
        platform.ask("call PLATFORM.FIT_CHURN_MODEL()")
        # a candidate that nobody has accepted is not put to use
        assert platform.ask("call PLATFORM.CHURN_MODEL_IN_USE()") == [(used,)]
        platform.ask("alter snowflake.ml.classification GOLD.CHURN_MODEL rename to GOLD.CHURN_MODEL_PREVIOUS")
        accepted = '{"version": "accepted"}'
        platform.ask(f"alter snowflake.ml.classification GOLD.CHURN_MODEL_CANDIDATE set comment = '{accepted}'")
        assert platform.ask("call PLATFORM.CHURN_MODEL_IN_USE()") == [(accepted,)]
        assert models(platform) == ["CHURN_MODEL", "CHURN_MODEL_PREVIOUS"]


def test_later_runs_keep_the_model_unless_its_data_was_replaced(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        ((outcome,),) = platform.ask("call PLATFORM.TRAIN_CHURN_MODEL()")
        assert outcome.startswith("kept 2024-12-31-")
        assert [row[:2] for row in log(platform)] == [("EVALUATE", "SUCCEEDED")]
        platform.ask("update GOLD.ML_TRAINING_DATA set age = age + 1 where customer_id like 'C00001%'")
        ((outcome,),) = platform.ask("call PLATFORM.TRAIN_CHURN_MODEL()")
        assert outcome.startswith(("promoted ", "not promoted "))


def test_baselines_are_kept_of_the_model_in_use_and_of_the_one_before(platform_copy: Platform) -> None:
    versions = "select distinct model_version from OBSERVABILITY.MODEL_BASELINES order by 1"
    with platform_copy.served() as platform:
        ((first,),) = platform.ask(versions)
        platform.ask(
            "insert into OBSERVABILITY.MODEL_BASELINES (model_version, feature) values ('2019-12-31-x', 'AGE')"
        )
        # a model of other features gives way to whatever is trained next
        described = f'{{"version": "{first}", "features": "others"}}'
        platform.ask(f"alter snowflake.ml.classification GOLD.CHURN_MODEL set comment = '{described}'")
        platform.ask("update GOLD.ML_TRAINING_DATA set age = age + 1 where customer_id like 'C00001%'")
        ((outcome,),) = platform.ask("call PLATFORM.TRAIN_CHURN_MODEL()")
        assert outcome.startswith("promoted ")
        assert platform.ask(versions) == sorted([(first,), (outcome.removeprefix("promoted "),)])


def test_the_checksum_covers_every_feature_and_the_label(platform_copy: Platform) -> None:
    with platform_copy.served() as platform:
        ((checksum,),) = platform.ask("call PLATFORM.CHECKSUM_CHURN_TRAINING()")
        seen = {checksum}
        names = [name for (name,) in platform.ask("select feature from GOLD.CHURN_FEATURES")]
        for name in [*names, "CHURN_LABEL"]:
            is_text = name in ("CARD_TYPE", "CHURN_LABEL")
            changed = f"{name} || 'x'" if is_text else f"{name} + 0.001"
            platform.ask(f"update GOLD.ML_TRAINING_DATA set {name} = {changed} where customer_id = 'C000002'")
            seen.add(platform.ask("call PLATFORM.CHECKSUM_CHURN_TRAINING()")[0][0])
        assert len(seen) == len(names) + 2
