"""The ingestion jobs on the local account: what lands in bronze, and what happens to bad data and cut runs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.jobs import RunSettings, root_config
from pipeline.segments import SEGMENT_NAMES
from pipeline.sql_files import query

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.bronze_jobs import Ingestion

COUNT = 500
ROWS = 270 * COUNT
# Checksum of the transactions of 500 customers: another number means that every database changes.
CHECKSUM = 145147366881568
# Least and greatest amount by persona, USD, in the order of the segments.
RANGES = ((75, 2500), (15, 300), (5, 100), (10, 600), (5, 600))
CATEGORIES = {
    "Airlines", "Hotels", "Car Rental", "Travel Agencies", "Restaurants", "Fast Food", "Coffee Shops", "Online Retail",
    "Department Stores", "Clothing", "Electronics", "Home Improvement", "Entertainment", "Streaming Services",
    "Grocery", "Gas Stations", "Utilities", "Healthcare", "Insurance", "Education",
}  # fmt: skip
ORACLE = query("oracle_churn")
SPENDING = """
    select
        c.segment, t.customer_id,
        count_if(t.status = 'approved' and t.transaction_date > '2024-12-01') as last_count,
        sum(iff(t.status = 'approved' and t.transaction_date > '2024-12-01', t.amount, 0)) as last_spend,
        sum(iff(t.status = 'approved' and t.transaction_date between '2024-11-02' and '2024-12-01', t.amount, 0))
            as previous_spend,
        count_if(t.status = 'approved' and t.transaction_date > '2024-10-02') as count_90,
        sum(iff(t.status = 'approved' and t.transaction_date > '2024-10-02', t.amount, 0)) as spend_90,
        count_if(
            t.status = 'approved' and t.transaction_date > '2024-10-02'
            and t.merchant_category in ('Airlines', 'Hotels', 'Car Rental', 'Travel Agencies')
        ) as travel_90,
        datediff('day', max(iff(t.status = 'approved', t.transaction_date, null)), '2024-12-31'::date) as silent_days
    from BRONZE.BRONZE_TRANSACTIONS t join BRONZE.BRONZE_CUSTOMERS c on t.customer_id = c.customer_id
    group by 1, 2
"""


@pytest.fixture(scope="module")
def bronze(deploy_ingestion: Callable[[], Ingestion]) -> Ingestion:
    """Bronze after one run with 500 customers; tests that change it put everything back."""
    ingestion = deploy_ingestion()
    ingestion.stage_customers(COUNT)
    states = ingestion.run()
    assert {state for state, _ in states.values()} == {"SUCCEEDED"}, states
    return ingestion


@pytest.fixture(scope="module")
def spending(bronze: Ingestion) -> dict[str, list[dict[str, Any]]]:
    """What each customer did in the last 90 days, by persona."""
    names = ("segment", "customer_id", "last", "last_spend", "previous_spend", "count", "spend", "travel", "silent")
    rows = [dict(zip(names, row, strict=True)) for row in bronze.rows(SPENDING)]
    return {persona: [r for r in rows if r["segment"] == persona] for persona in SEGMENT_NAMES}


def share(values: list[bool]) -> float:
    return sum(values) / len(values)


def test_both_files_are_loaded_with_where_each_row_came_from(bronze: Ingestion) -> None:
    counts = bronze.rows(
        "select count(*), count(_loaded_at), count(_batch_id), count(distinct _source_file),"
        " min(_file_row_number), count(distinct _file_row_number) from BRONZE.BRONZE_CUSTOMERS"
    )[0]
    assert counts[:4] == (COUNT, COUNT, COUNT, 1)
    assert counts[5] == COUNT
    assert (
        bronze.value("select count(*) from BRONZE.BRONZE_CUSTOMER_CHANGES where _source_file like '%changes.csv'") > 0
    )


def test_ids_run_from_one_to_270_a_customer(bronze: Ingestion) -> None:
    assert bronze.rows(
        "select count(*), count(distinct transaction_id), min(transaction_id), max(transaction_id)"
        " from BRONZE.BRONZE_TRANSACTIONS"
    ) == [(ROWS, ROWS, "T00000000001", f"T{ROWS:011d}")]


def test_the_rows_are_pinned(bronze: Ingestion) -> None:
    assert bronze.checksum() == (ROWS, CHECKSUM)


def test_nobody_spends_before_the_opening_or_after_the_last_day(bronze: Ingestion) -> None:
    assert bronze.rows(
        "select count_if(t.transaction_date < c.account_open_date), count_if(t.transaction_date > '2024-12-31'),"
        " count_if(t.transaction_timestamp::date <> t.transaction_date), max(t.transaction_date)::varchar"
        " from BRONZE.BRONZE_TRANSACTIONS t join BRONZE.BRONZE_CUSTOMERS c on t.customer_id = c.customer_id"
    ) == [(0, 0, 0, "2024-12-31")]


def test_all_twenty_categories_and_no_other_occur(bronze: Ingestion) -> None:
    found = bronze.rows("select distinct merchant_category from BRONZE.BRONZE_TRANSACTIONS")
    assert {row[0] for row in found} == CATEGORIES


def test_three_percent_are_declined(bronze: Ingestion) -> None:
    declined = bronze.value("select count_if(status = 'declined') / count(*) from BRONZE.BRONZE_TRANSACTIONS")
    assert 0.025 < declined < 0.035


def test_amounts_lie_in_the_persona_s_range_and_are_skewed(bronze: Ingestion) -> None:
    rows = bronze.rows(
        "select c.segment, min(t.amount), max(t.amount), avg(t.amount), median(t.amount)"
        " from BRONZE.BRONZE_TRANSACTIONS t join BRONZE.BRONZE_CUSTOMERS c on t.customer_id = c.customer_id group by 1"
    )
    by_persona = {row[0]: row[1:] for row in rows}
    for persona, (least, greatest) in zip(SEGMENT_NAMES, RANGES, strict=True):
        low, high, mean, median = by_persona[persona]
        assert least <= low
        assert high <= greatest
        assert mean > 1.05 * float(median), persona


def test_evenings_weekends_and_december_are_busier(bronze: Ingestion) -> None:
    evening, night, weekend, late = bronze.rows(
        "select count_if(hour(transaction_timestamp) between 17 and 21) / count(*),"
        " count_if(hour(transaction_timestamp) < 6) / count(*),"
        " count_if(dayofweekiso(transaction_date) >= 5) / count(*),"
        " count_if(transaction_date between '2023-12-02' and '2023-12-31')"
        " / count_if(transaction_date between '2023-10-03' and '2023-11-01')"
        " from BRONZE.BRONZE_TRANSACTIONS"
    )[0]
    assert evening > 0.35
    assert night < 0.03
    assert weekend > 3.2 / 7
    assert late > 1.1


def test_purchases_come_in_bursts_not_evenly_spread(bronze: Ingestion) -> None:
    # Of a process without memory at these rates, 4 % of the gaps would be shorter than two hours.
    near, same_day = bronze.rows(
        "with gaps as (select transaction_date, datediff('second', lag(transaction_timestamp) over ("
        "partition by customer_id order by transaction_timestamp), transaction_timestamp) / 3600 as hours,"
        " count(*) over (partition by customer_id, transaction_date) as on_that_day"
        " from BRONZE.BRONZE_TRANSACTIONS where transaction_date between '2023-01-01' and '2023-12-31')"
        " select avg(iff(hours < 2, 1, 0)), avg(iff(on_that_day > 1, 1, 0)) from gaps where hours is not null"
    )[0]
    assert 0.15 < near < 0.25
    assert 0.4 < same_day < 0.6


def test_seven_in_ten_decline_gradually_the_others_at_once(bronze: Ingestion) -> None:
    kinds = dict(bronze.rows(
        "select decline_kind, count(*) from PLATFORM.GENERATOR_CUSTOMERS where decline_kind <> 'none' group by 1"
    ))  # fmt: skip
    assert set(kinds) == {"gradual", "sudden"}
    assert 0.6 < kinds["gradual"] / sum(kinds.values()) < 0.8
    rows = bronze.rows(
        "select g.decline_kind,"
        " count_if(t.transaction_date between '2024-07-01' and '2024-07-31')"
        " / count_if(t.transaction_date between '2023-07-01' and '2023-07-31'),"
        " avg(iff(t.transaction_date > '2024-09-30', t.amount, null))"
        " / avg(iff(t.transaction_date between '2023-07-01' and '2023-12-31', t.amount, null))"
        " from BRONZE.BRONZE_TRANSACTIONS t join PLATFORM.GENERATOR_CUSTOMERS g on t.customer_id = g.customer_id"
        " where g.decline_day > 1530 and g.decline_kind <> 'none' and t.status = 'approved' group by 1"
    )
    july = {row[0]: float(row[1]) for row in rows}
    assert july["gradual"] < 0.85  # well on their way
    assert july["sudden"] > 0.95  # nothing to see yet
    assert all(0.35 < float(row[2]) < 0.65 for row in rows)  # tickets end 40 to 60 % smaller


def test_some_customers_never_spend(bronze: Ingestion) -> None:
    silent = COUNT - bronze.value("select count(distinct customer_id) from BRONZE.BRONZE_TRANSACTIONS")
    assert 0 < silent < 0.03 * COUNT


def test_the_segment_rules_find_the_personas(spending: dict[str, list[dict[str, Any]]]) -> None:
    travelers, stable, budget, declining, growing = (spending[persona] for persona in SEGMENT_NAMES)
    assert share([r["spend"] > 5000 and r["travel"] > 0.3 * r["count"] and r["count"] > 20 for r in travelers]) > 0.9
    assert share([
        1000 <= r["spend"] <= 5000 and 10 <= r["count"] <= 30
        and 0.92 <= float(r["last_spend"]) / max(1.0, float(r["previous_spend"])) <= 1.08
        for r in stable
    ]) > 0.88  # fmt: skip
    assert share([r["count"] > 15 and r["spend"] < 50 * r["count"] for r in budget]) > 0.9
    assert share([r["silent"] is None or r["silent"] > 45 for r in declining]) > 0.8
    assert share([r["last_spend"] > 1.2 * float(r["previous_spend"]) for r in growing]) > 0.9


def test_a_tenth_of_the_active_churns_at_the_label_date(bronze: Ingestion) -> None:
    active, churned = bronze.rows(
        "with months as (select customer_id,"
        " max(iff(transaction_date between '2024-07-03' and '2024-09-30', 1, 0)) as before,"
        " max(iff(transaction_date between '2024-10-01' and '2024-12-29', 1, 0)) as after"
        " from BRONZE.BRONZE_TRANSACTIONS where status = 'approved' group by 1)"
        " select sum(before), count_if(before = 1 and after = 0) from months"
    )[0]
    assert 0.08 <= float(churned) / float(active) <= 0.15


def test_the_oracle_knows_how_many_leave_but_not_who(bronze: Ingestion) -> None:
    expected, left, best, worst = bronze.rows(
        f"with oracle as ({ORACLE}), months as (select customer_id,"
        " max(iff(transaction_date between '2024-07-03' and '2024-09-30', 1, 0)) as before,"
        " max(iff(transaction_date between '2024-10-01' and '2024-12-29', 1, 0)) as after"
        " from BRONZE.BRONZE_TRANSACTIONS where status = 'approved' group by 1)"
        " select sum(churn_probability), count_if(after = 0), avg(iff(after = 0, churn_probability, null)),"
        " avg(iff(after = 1, churn_probability, null))"
        " from oracle o join months m on o.customer_id = m.customer_id where before = 1"
    )[0]
    assert abs(float(expected) - left) < 3 * float(expected) ** 0.5
    assert 0.4 < best < 0.9
    assert 0.03 < worst < 0.12


def test_every_step_leaves_its_record(bronze: Ingestion) -> None:
    rows = bronze.rows(
        "select task_name, status, rows_expected, rows_processed, as_of_date::varchar, ended_at >= started_at"
        " from OBSERVABILITY.V_LATEST_PIPELINE_RUNS"
    )
    found = {row[0]: row[1:] for row in rows}
    changes = bronze.value("select count(*) from BRONZE.BRONZE_CUSTOMER_CHANGES")
    assert found["GENERATE_TRANSACTIONS"] == ("SUCCEEDED", ROWS, ROWS, "2024-12-31", True)
    assert found["RUN_PIPELINE"][0] == "SUCCEEDED"
    counted = dict(bronze.rows("select table_name, record_count from OBSERVABILITY.LAYER_RECORD_COUNTS"))
    assert counted == {"BRONZE_CUSTOMERS": COUNT, "BRONZE_CUSTOMER_CHANGES": changes, "BRONZE_TRANSACTIONS": ROWS}


def test_every_check_passes_on_good_data(bronze: Ingestion) -> None:
    assert bronze.rows("select check_name, status, failed_rows from OBSERVABILITY.V_RECENT_DQ_FAILURES") == []
    assert bronze.value("select count(*) from OBSERVABILITY.DATA_QUALITY_CHECKS") > 20


def test_a_cut_run_goes_on_where_it_stopped_and_ends_with_the_same_rows(bronze: Ingestion) -> None:
    batches = bronze.rows("select _batch_id, max(_loaded_at) from BRONZE.BRONZE_TRANSACTIONS group by 1 order by 1")
    assert len(batches) >= 3
    bronze.rows(f"delete from BRONZE.BRONZE_TRANSACTIONS where _batch_id >= '{batches[1][0]}'")
    assert {state for state, _ in bronze.run().values()} == {"SUCCEEDED"}
    assert bronze.checksum() == (ROWS, CHECKSUM)
    again = bronze.rows("select _batch_id, max(_loaded_at) from BRONZE.BRONZE_TRANSACTIONS group by 1 order by 1")
    assert again[0] == batches[0]
    assert all(new[1] > old[1] for new, old in zip(again[1:], batches[1:], strict=True))


def test_a_second_run_writes_nothing(bronze: Ingestion) -> None:
    loaded = "select max(_loaded_at) from BRONZE.BRONZE_TRANSACTIONS union all select max(_loaded_at) from BRONZE."
    before = bronze.rows(f"{loaded}BRONZE_CUSTOMERS")
    assert {state for state, _ in bronze.run().values()} == {"SUCCEEDED"}
    assert bronze.rows(f"{loaded}BRONZE_CUSTOMERS") == before


def test_replaced_customers_replace_their_transactions(deploy_ingestion: Callable[[], Ingestion]) -> None:
    ingestion = deploy_ingestion()
    ingestion.stage_customers(60)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    ingestion.stage_customers(40)
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    assert ingestion.value("select count(*) from BRONZE.BRONZE_CUSTOMERS") == 40
    assert ingestion.checksum()[0] == 40 * 270
    assert ingestion.value("select count(distinct split_part(_batch_id, '/', 1)) from BRONZE.BRONZE_TRANSACTIONS") == 1


FAULTS = {
    "BRONZE_CUSTOMERS.card_type_known":
        "update BRONZE.BRONZE_CUSTOMERS set card_type = 'Tin' where customer_id = 'C000007'",
    "BRONZE_TRANSACTIONS.merchant_category_known":
        "update BRONZE.BRONZE_TRANSACTIONS set merchant_category = 'Casino' where amount > 2000",
    "BRONZE_TRANSACTIONS.customer_exists":
        "update BRONZE.BRONZE_TRANSACTIONS set customer_id = 'C999999' where transaction_id = 'T00000000009'",
    "BRONZE_TRANSACTIONS.not_before_opening":
        "update BRONZE.BRONZE_TRANSACTIONS set transaction_date = '2019-12-31' where transaction_id = 'T00000000008'",
    "BRONZE_TRANSACTIONS.transaction_count":
        "delete from BRONZE.BRONZE_TRANSACTIONS where transaction_id = 'T00000000006'",
    "BRONZE_TRANSACTIONS.status_known":
        "update BRONZE.BRONZE_TRANSACTIONS set status = 'maybe' where transaction_id = 'T00000000007'",
    "BRONZE_CUSTOMER_CHANGES.credit_limit_in_range":
        "update BRONZE.BRONZE_CUSTOMER_CHANGES set credit_limit = 1",
}  # fmt: skip


def test_refunds_take_the_place_of_purchases_and_go_with_their_share(
    deploy_ingestion: Callable[..., Ingestion],
) -> None:
    ingestion = deploy_ingestion(RunSettings(refund_percent=2.5))
    ingestion.stage_customers(60)
    counts = (
        "select count(*), count_if(status = 'approved'), count_if(status = 'approved' and amount < 0),"
        " count_if(status = 'declined' and amount < 0), sum(abs(amount)) from BRONZE.BRONZE_TRANSACTIONS"
    )
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    rows, approved, refunds, declined, total = ingestion.rows(counts)[0]
    assert 2.0 < 100 * refunds / approved < 3.0
    assert declined == 0
    ingestion.rows(f"alter task PLATFORM.RUN_PIPELINE set config = $${root_config(RunSettings())}$$")
    assert {state for state, _ in ingestion.run().values()} == {"SUCCEEDED"}
    assert ingestion.rows(counts) == [(rows, approved, 0, 0, total)]


def test_planted_faults_stop_the_run_at_validation(deploy_ingestion: Callable[[], Ingestion]) -> None:
    ingestion = deploy_ingestion()
    ingestion.stage_customers(60)
    ingestion.run()
    for fault in FAULTS.values():
        ingestion.rows(fault)
    states = ingestion.run()
    state, error = states["VALIDATE_BRONZE"]
    assert state == "FAILED", states
    failed = ingestion.rows(
        "select table_name || '.' || check_name from OBSERVABILITY.V_RECENT_DQ_FAILURES where status = 'FAIL'"
    )
    # the changed date no longer is that of the timestamp either
    assert {row[0] for row in failed} == {*FAULTS, "BRONZE_TRANSACTIONS.date_is_that_of_timestamp"}
    assert all(check in str(error) for check in FAULTS)
    assert ingestion.rows("select status from OBSERVABILITY.PIPELINE_RUNS order by started_at desc")[0] == ("FAILED",)


MOVE = "update BRONZE.BRONZE_TRANSACTIONS set transaction_timestamp = {0}, transaction_date = ({0})::date where "
MERGE = """
update BRONZE.BRONZE_TRANSACTIONS
set customer_id = (select min_by(customer_id, account_open_date) from BRONZE.BRONZE_CUSTOMERS)
where
    customer_id between 'C000011' and 'C000016'
    or customer_id in (select customer_id from BRONZE.BRONZE_CUSTOMERS where account_open_date > '2024-12-21')
"""
ODDITIES = (
    MERGE,
    MOVE.format("'2024-12-21'::timestamp_ntz") + "transaction_date > '2024-12-21'",
    MOVE.format("dateadd('day', 31, transaction_timestamp)") + "transaction_date between '2023-07-01' and '2023-07-31'",
    "update BRONZE.BRONZE_TRANSACTIONS set merchant_category = 'Grocery' where merchant_category = 'Insurance'",
    "update BRONZE.BRONZE_TRANSACTIONS set amount = 3000 where transaction_id = 'T00000000009'",
)
WARNINGS = {
    "reaches_as_of_date": 10,
    "each_of_the_last_30_days_has_transactions": 10,
    "every_month_has_transactions": 1,
    "merchant_category_shares": 1,
    "customers_without_transactions_percent": 1,
    "amount_in_range_of_segment": 1,
}


def test_planted_oddities_are_warnings_that_are_seen(deploy_ingestion: Callable[[], Ingestion]) -> None:
    ingestion = deploy_ingestion()
    ingestion.stage_customers(60)
    ingestion.run()
    for oddity in ODDITIES:
        ingestion.rows(oddity)
    states = ingestion.run()
    assert states["VALIDATE_BRONZE"] == ("SUCCEEDED", None), states["VALIDATE_BRONZE"][1]
    seen = ingestion.rows("select check_name, failed_rows, status from OBSERVABILITY.V_RECENT_DQ_FAILURES")
    assert {name: failed for name, failed, _ in seen} == WARNINGS
    assert {status for _, _, status in seen} == {"WARN"}


def test_batches_hold_days_apart_so_that_a_day_is_found_in_one_of_them(bronze: Ingestion) -> None:
    ranges = bronze.rows(
        "select min(transaction_date), max(transaction_date) from BRONZE.BRONZE_TRANSACTIONS group by _batch_id"
        " order by 1"
    )
    assert len(ranges) >= 3
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ranges))
