"""The estimate against sums made by hand, and its assumptions against where they come from."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from c360.cost import rates
from c360.cost.assumptions import EFFORTS, AssumptionError, Assumptions, with_settings
from c360.cost.estimate import Line, estimate
from c360.cost.sizing import Alert, Graph, Sizing, Task, Warehouse
from components.repository import ROOT
from pipeline.jobs import RunSettings, build_jobs, build_retraining

EMPTY = Sizing({}, (), (), "", 0, brings_files=False, retention_days=0)
ONE, TWO = Warehouse("ONE", 1, 60), Warehouse("TWO", 2, 60)


def lines(sizing: Sizing, **assumed: object) -> dict[str, Line]:
    found = estimate(sizing, replace(Assumptions(), **assumed)).lines  # pyrefly: ignore[bad-argument-type]
    return {line.what: line for line in found}


def test_nothing_costs_nothing() -> None:
    found = estimate(EMPTY, Assumptions())
    assert (found.credits_per_month, found.dollars_per_month, found.by_warehouse()) == (0, 0, {})


def test_a_run_costs_what_its_warehouses_are_awake() -> None:
    """A works 0-100 on TWO; B 100-700 on ONE; C 700-730 on TWO, which fell asleep at 160."""
    tasks = (Task("A", "TWO"), Task("B", "ONE", ("A",)), Task("C", "TWO", is_finalizer=True))
    sizing = replace(EMPTY, warehouses={"ONE": ONE, "TWO": TWO}, graphs=(Graph("A", tasks, "0 6 * * * UTC"),))
    found = lines(sizing, task_seconds={"A": 100, "B": 600, "C": 30})
    spent = {what: line.credits_per_day for what, line in found.items() if line.warehouse}
    assert spent == pytest.approx({"task A": 160 * 2 / 3600, "task B": 660 / 3600, "task C": 90 * 2 / 3600})
    assert found["task B"].dollars_per_day == pytest.approx(660 / 3600 * 3)
    by_warehouse = estimate(sizing, Assumptions(task_seconds={"A": 100, "B": 600, "C": 30})).by_warehouse()
    assert by_warehouse == pytest.approx({"ONE": 660 / 3600, "TWO": 500 / 3600})


def test_a_month_is_a_twelfth_of_a_year() -> None:
    graph = Graph("A", (Task("A", "ONE"),), 86_400.0)
    found = estimate(replace(EMPTY, warehouses={"ONE": ONE}, graphs=(graph,)), Assumptions(task_seconds={"A": 3540}))
    assert found.credits_per_day == pytest.approx(1)
    assert found.credits_per_month == pytest.approx(365 / 12)
    assert found.dollars_per_month == pytest.approx(365 / 4)


def test_what_runs_by_hand_only_costs_as_often_as_somebody_is_assumed_to_run_it() -> None:
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, graphs=(Graph("A", (Task("A", "ONE"),), None),))
    assert lines(sizing)["task A"].credits_per_day == 0
    assert lines(sizing, runs_by_hand=2, task_seconds={"A": 30})["task A"].credits_per_day == pytest.approx(180 / 3600)


def test_the_alert_wakes_its_warehouse_for_each_look() -> None:
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, alerts=(Alert("I", "ONE", 14_400.0),))
    assert lines(sizing)["alert I"].credits_per_day == pytest.approx(6 * 62 / 3600)
    suspended = replace(sizing, alerts=(Alert("I", "ONE", None),))
    assert lines(suspended)["alert I"].credits_per_day == 0


def test_an_alert_that_looks_all_the_time_costs_a_whole_day_and_no_more() -> None:
    sizing = replace(EMPTY, warehouses={"TWO": replace(TWO, auto_suspend=600)}, alerts=(Alert("I", "TWO", 300.0),))
    assert lines(sizing)["alert I"].credits_per_day == pytest.approx(48)


def test_a_page_costs_until_it_sleeps_and_its_warehouse_behind_it() -> None:
    """Four visits of 10 and 5 minutes, two hours apart, each with a minute behind it: 64 minutes on 5 of 7 days."""
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, app_warehouse="ONE")
    found = lines(sizing, visits_per_day=4)
    assert found["app"].credits_per_day == pytest.approx(64 / 60 * 5 / 7)
    assert lines(sizing, visits_per_day=0)["app"].credits_per_day == 0
    # 100 visits in eight hours follow each other within 4.8 minutes: from the first to the last, and its 16 minutes.
    crowded = lines(sizing, visits_per_day=100, workdays_per_week=7)
    assert crowded["app"].credits_per_day == pytest.approx((8 * 60 * 99 / 100 + 16) / 60)


def test_a_look_while_somebody_visits_wakes_nothing() -> None:
    """One visit 9:00-9:15; looks at midnight, 9:00 would be one of 8 a day: one of them falls into the visit."""
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, app_warehouse="ONE", alerts=(Alert("I", "ONE", 10_800.0),))
    found = lines(sizing, visits_per_day=1, workdays_per_week=7)
    assert found["app"].credits_per_day + found["alert I"].credits_per_day == pytest.approx((7 * 62 + 960) / 3600)


def test_messages_cost_ai_credits_of_their_own_price() -> None:
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, app_warehouse="ONE")
    found = lines(sizing, messages_per_day=70)["assistant"]
    assert (found.credits_per_day, found.dollars_per_day) == (0, pytest.approx(50 * 0.067 * 2.2))
    assert lines(sizing, messages_per_day=70, ai_routing="global")["assistant"].dollars_per_day == pytest.approx(6.7)
    assert "assistant" not in lines(EMPTY)


def test_storage_is_what_lives_and_what_time_travel_and_fail_safe_keep() -> None:
    """2**20 customers of 2**20 bytes are a TiB; a tenth of it anew each day, kept for 3 + 7 days, is another."""
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, customers=2**20, retention_days=3)
    assumed = {"bytes_per_customer": 2**20, "bytes_per_transaction": 0, "bucket_bytes_per_customer": 2**10}
    assert lines(sizing, **assumed)["storage"].dollars_per_day == pytest.approx(23 * 12 / 365)
    daily = replace(sizing, graphs=(Graph("A", (Task("A", "ONE"),), 86_400.0),))
    assert lines(daily, **assumed)["storage"].dollars_per_day == pytest.approx(46 * 12 / 365)
    assert lines(sizing, **assumed)["bucket"].dollars_per_day == pytest.approx(0.023 * 12 / 365)
    files = replace(sizing, brings_files=True)
    more = assumed | {"transactions_per_customer": 2, "bucket_bytes_per_transaction": 512}
    assert lines(files, **more)["bucket"].dollars_per_day == pytest.approx(0.046 * 12 / 365)


def test_editions_differ_in_the_price_of_a_credit_only() -> None:
    sizing = replace(EMPTY, warehouses={"ONE": ONE}, app_warehouse="ONE")
    prices = {e: lines(sizing, edition=e)["app"].dollars_per_day for e in rates.DOLLARS_PER_CREDIT}
    spent = lines(sizing)["app"].credits_per_day
    assert prices == pytest.approx({"standard": 2 * spent, "enterprise": 3 * spent, "business-critical": 4 * spent})


def test_sizes_double() -> None:
    assert all(larger == 2 * smaller for smaller, larger in pairwise(rates.CREDITS_PER_HOUR.values()))


def test_every_task_of_ours_has_its_seconds() -> None:
    days = date(2024, 12, 31)
    names = {job.name for s in ("synthetic", "files") for job in build_jobs(RunSettings(as_of_date=days, source=s))}
    assert names | {job.name for job in build_retraining()} == set(EFFORTS)
    assert Assumptions().of_task("BUILD_WAREHOUSE", 25_000) == 90 + 60
    assert Assumptions().of_task("NEW", 50_000) == 60


def test_a_page_sleeps_when_its_configuration_says() -> None:
    config = tomllib.loads((ROOT / "streamlit_app/.streamlit/config.toml").read_text())
    assert Assumptions().socket_minutes == config["snowflake"]["sleep"]["streamlitSleepTimeoutMinutes"]


def test_the_rates_were_read_within_half_a_year() -> None:
    """Prices change: read the pages that rates.py names again, and set its day."""
    assert datetime.now(UTC).date() - rates.READ_ON < timedelta(days=183)


def test_assumptions_are_set_by_name() -> None:
    found = with_settings(["visits_per_day=3", "edition=standard", "CLOSE_RUN=1.5"])
    assert found == Assumptions(visits_per_day=3, edition="standard", task_seconds={"CLOSE_RUN": 1.5})
    assert with_settings([]) == Assumptions()
    assert found.of_task("CLOSE_RUN", 50_000) == 1.5


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("visits=3", "'visits' is no assumption"),
        ("visits_per_day", "it should be a number from 0"),
        ("visits_per_day=many", "it should be a number from 0"),
        ("visits_per_day=nan", "it should be a number from 0"),
        ("visits_per_day=-1", "it should be a number from 0"),
        ("open_hours=0", "it should be a number from 1 to 24"),
        ("workdays_per_week=8", "it should be a number from 0 to 7"),
        ("edition=free", "choose one of standard, enterprise, business-critical"),
        ("task_seconds=1", "'task_seconds' is no assumption"),
        ("CLOSE_RUN=soon", "it should be a number from 0"),
    ],
)
def test_what_cannot_be_assumed_is_refused(setting: str, expected: str) -> None:
    with pytest.raises(AssumptionError, match=expected):
        with_settings([setting])
