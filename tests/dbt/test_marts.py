"""Segments, metrics and the wide profile, customer by customer, against plain Python over bronze."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.support.warehouse import expected
import pytest
from tests.support.warehouse.small_bronze import AS_OF

from pipeline.gold_tables import ADDED_COLUMNS, GOLD_TABLES

if TYPE_CHECKING:
    from tests.support.warehouse.built_warehouse import Warehouse

PROFILE_COLUMNS = """
    customer_id customer_sk name email phone date_of_birth age city state zip_code account_open_date
    account_tenure_days card_type credit_limit segment segment_assigned_date segment_reason
    total_lifetime_value ltv_last_90_days ltv_last_365_days projected_12m_ltv customer_tenure_days average_monthly_spend
    current_month_spend previous_month_spend mom_absolute_change mom_percent_change three_month_trend
    avg_transaction_value_all_time avg_transaction_value_90d avg_transaction_value_30d atv_trend
    max_transaction_amount min_transaction_amount
    transaction_count transaction_count_90d days_since_last_transaction last_transaction_date last_transaction_amount
    customer_status top_category_1 top_category_2 top_category_3 churn_probability churn_prediction churn_risk_category
    as_of_date profile_updated_at
""".split()  # noqa: SIM905


def test_the_profile_has_the_agreed_columns_in_order_and_every_customer(warehouse: Warehouse) -> None:
    rows = warehouse.rows("select * from CUSTOMER_360_PROFILE")
    assert list(rows[0]) == PROFILE_COLUMNS
    assert {r["customer_id"] for r in rows} == set(expected.customers(warehouse.bronze))
    assert len(rows) == len(expected.customers(warehouse.bronze))


def test_lifetime_values_are_right_to_the_cent(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("METRIC_CUSTOMER_LTV")
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        row = found[customer_id]
        assert row["total_lifetime_value"] == expected.total(rows), customer_id
        assert row["ltv_last_90_days"] == expected.total(expected.window(rows, AS_OF, 90)), customer_id
        assert row["ltv_last_365_days"] == expected.total(expected.window(rows, AS_OF, 365)), customer_id


def test_projection_and_monthly_average_follow_their_definitions(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("METRIC_CUSTOMER_LTV")
    customers = expected.customers(warehouse.bronze)
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        tenure = (AS_OF - customers[customer_id]["account_open_date"]).days
        recent = float(expected.total(expected.window(rows, AS_OF, 90)))
        before = float(expected.total(expected.window(rows, AS_OF, 180, 90)))
        factor = 1.0
        if tenure >= 180 and before > 0:
            factor = 1 + 0.5 * max(-0.5, min(0.5, (recent - before) / before))
        projected = max(0, recent / max(1, min(90, tenure + 1)) * 365 * factor)
        monthly = float(expected.total(rows)) / max(1, tenure / 30.4375)
        row = found[customer_id]
        assert row["customer_tenure_days"] == tenure
        assert float(row["projected_12m_ltv"]) == pytest.approx(projected, abs=0.011), customer_id
        assert float(row["average_monthly_spend"]) == pytest.approx(monthly, abs=0.011), customer_id


def test_month_over_month_change(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("METRIC_MOM_SPEND_CHANGE")
    trends = set()
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        months = [expected.total(expected.window(rows, AS_OF, 30 * n + 30, 30 * n)) for n in range(3)]
        tenth = sum(months) / 30
        change = months[0] - months[2]
        trend = "increasing" if change > tenth else "decreasing" if change < -tenth else "stable"
        row = found[customer_id]
        assert (row["current_month_spend"], row["previous_month_spend"]) == (months[0], months[1]), customer_id
        assert row["mom_absolute_change"] == months[0] - months[1]
        assert row["mom_percent_change"] == expected.percent_change(months[0], months[1], bool(expected.purchases(rows))), customer_id
        assert row["three_month_trend"] == trend, customer_id
        trends.add(trend)
    assert trends == {"increasing", "decreasing", "stable"}


def test_transaction_values(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("METRIC_AVG_TRANSACTION_VALUE")
    trends = set()
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        row = found[customer_id]
        averages = []
        for name, part in (
            ("all_time", expected.purchases(rows)),
            ("90d", expected.purchases(expected.window(rows, AS_OF, 90))),
            ("30d", expected.purchases(expected.window(rows, AS_OF, 30))),
        ):
            averages.append(expected.total(part) / len(part) if part else Decimal(0))
            rounded = averages[-1].quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert row[f"avg_transaction_value_{name}"] == rounded, customer_id
        amounts = [r["amount"] for r in expected.purchases(rows)] or [Decimal(0)]
        assert (row["max_transaction_amount"], row["min_transaction_amount"]) == (max(amounts), min(amounts))
        last_90, last_30 = averages[1:]
        ratio = last_30 / last_90 if last_30 else Decimal(1)
        trend = "up" if ratio > Decimal("1.05") else "down" if ratio < Decimal("0.95") else "stable"
        assert row["atv_trend"] == trend, customer_id
        trends.add(row["atv_trend"])
    assert trends == {"up", "down", "stable"}


def test_transaction_statistics_of_the_profile(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("CUSTOMER_360_PROFILE")
    for customer_id, booked in expected.transactions(warehouse.bronze).items():
        row, rows = found[customer_id], expected.purchases(booked)
        spend = {r["merchant_category"]: Decimal(0) for r in rows}
        for r in booked:
            if r["merchant_category"] in spend:
                spend[r["merchant_category"]] += r["amount"]
        top = [*sorted(spend, key=lambda c: (-spend[c], c)), None, None, None][:3]
        assert [row[f"top_category_{n}"] for n in (1, 2, 3)] == top, customer_id
        assert row["transaction_count"] == len(rows)
        assert row["transaction_count_90d"] == len(expected.window(rows, AS_OF, 90))
        last = rows[-1] if rows else {"transaction_date": None, "amount": None}
        assert row["last_transaction_date"] == last["transaction_date"], customer_id
        assert row["last_transaction_amount"] == last["amount"], customer_id
        silence = (AS_OF - last["transaction_date"]).days if rows else None
        assert row["days_since_last_transaction"] == silence, customer_id


def test_status_is_of_the_day_and_by_purchases(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("CUSTOMER_360_PROFILE")
    seen = set()
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        recent = expected.purchases(expected.window(rows, AS_OF, 90))
        wanted = "Active" if recent else "Lapsed" if expected.purchases(rows) else "Not yet active"
        assert found[customer_id]["customer_status"] == wanted, customer_id
        seen.add(wanted)
    assert seen == {"Active", "Lapsed", "Not yet active"}
    assert {row["as_of_date"] for row in found.values()} == {AS_OF}


def test_every_segment_follows_from_the_rules(warehouse: Warehouse) -> None:
    found = warehouse.by_customer("CUSTOMER_SEGMENTS")
    customers = expected.customers(warehouse.bronze)
    seen = set()
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        wanted = expected.segment(customers[customer_id]["account_open_date"], rows, AS_OF)
        row = found[customer_id]
        assert (row["segment"], row["is_exact_rule"]) == wanted, (customer_id, row)
        last_90 = expected.purchases(expected.window(rows, AS_OF, 90))
        average = expected.total(last_90) / max(1, len(last_90))
        assert row["avg_transaction_value_90d"] == average.quantize(Decimal("0.01"), ROUND_HALF_UP), customer_id
        assert row["segment_reason"].startswith("Rule: " if wanted[1] else "Nearest rule: ")
        seen.add(wanted)
    assert {(s, True) for s in ("Declining", "High-Value Travelers", "New & Growing", "Budget-Conscious")} < seen
    assert {exact for _, exact in seen} == {True, False}


def test_history_holds_every_change_of_segment(warehouse: Warehouse) -> None:
    customers = expected.customers(warehouse.bronze)
    wanted = []
    for customer_id, rows in expected.transactions(warehouse.bronze).items():
        opened, previous = customers[customer_id]["account_open_date"], None
        for day in expected.recalculation_dates():
            if opened <= day:
                segment, _ = expected.segment(opened, rows, day)
                if segment != previous:
                    wanted.append((customer_id, day, segment, previous))
                previous = segment
    found = warehouse.rows("select * from CUSTOMER_SEGMENT_HISTORY")
    assert sorted((r["customer_id"], r["segment_assigned_date"], r["segment"]) for r in found) == sorted(
        w[:3] for w in wanted
    )
    assert {(r["customer_id"], r["segment_assigned_date"], r["previous_segment"]) for r in found} == {
        (w[0], w[1], w[3]) for w in wanted
    }
    current = {r["customer_id"]: r for r in found if r["is_current"]}
    for customer_id, row in warehouse.by_customer("CUSTOMER_360_PROFILE").items():
        assert row["segment"] == current[customer_id]["segment"]
        assert row["segment_assigned_date"] == current[customer_id]["segment_assigned_date"]


@pytest.mark.parametrize(
    ("case", "segment"),
    [
        ("stopped travelling", "Declining"),
        ("a year old to the day", "New & Growing"),
        ("46 days silent", "Declining"),
        ("spent once long ago", "Declining"),
    ],
)
def test_segments_of_hard_cases(warehouse: Warehouse, case: str, segment: str) -> None:
    row = warehouse.by_customer("CUSTOMER_SEGMENTS")[warehouse.bronze.cases[case]]
    assert (row["segment"], row["is_exact_rule"]) == (segment, True)


@pytest.mark.parametrize("case", ["45 days silent", "a year and a day old"])
def test_a_rule_ends_at_its_limit(warehouse: Warehouse, case: str) -> None:
    row = warehouse.by_customer("CUSTOMER_SEGMENTS")[warehouse.bronze.cases[case]]
    assert row["segment"] not in ("Declining", "New & Growing") or not row["is_exact_rule"]


def test_windows_begin_and_end_on_the_right_day(warehouse: Warehouse) -> None:
    row = warehouse.by_customer("CUSTOMER_360_PROFILE")[warehouse.bronze.cases["window edges"]]
    # day 0 .. 365 before as_of_date spent 1, 2, 4, ... dollars; see the edges in small_bronze
    assert row["current_month_spend"] == 1 + 2
    assert row["previous_month_spend"] == 4 + 8
    assert row["ltv_last_90_days"] == 1 + 2 + 4 + 8 + 16 + 32
    assert row["ltv_last_365_days"] == 2**10 - 1
    assert row["total_lifetime_value"] == 2**11 - 1


def test_what_silver_leaves_out_counts_nowhere(warehouse: Warehouse) -> None:
    profile = warehouse.by_customer("CUSTOMER_360_PROFILE")
    totals = {
        case: profile[warehouse.bronze.cases[case]]["total_lifetime_value"]
        for case in ("never spent", "declined only", "a refund and nothing", "corrected", "in the future")
    }
    assert totals == {
        "never spent": 0,
        "declined only": 0,
        "a refund and nothing": Decimal("-4.99"),
        "corrected": Decimal("75.00"),
        "in the future": Decimal("10.00"),
    }
    assert profile[warehouse.bronze.cases["loaded twice"]]["city"] == "Peoria"
    assert profile[warehouse.bronze.cases["same second"]]["last_transaction_amount"] == 3


@pytest.mark.parametrize(
    ("case", "figures"),
    [
        ("refunds", {
            "total_lifetime_value": 70, "ltv_last_90_days": 70, "current_month_spend": 40, "previous_month_spend": 30,
            "mom_percent_change": Decimal("33.33"), "transaction_count": 2, "transaction_count_90d": 2,
            "avg_transaction_value_90d": 50, "avg_transaction_value_30d": 60, "max_transaction_amount": 60,
            "min_transaction_amount": 40, "last_transaction_amount": 60, "days_since_last_transaction": 10,
            "top_category_1": "Airlines", "top_category_2": "Grocery", "top_category_3": None,
        }),
        ("refunds alone", {
            "total_lifetime_value": -25, "projected_12m_ltv": 0, "mom_percent_change": 0, "transaction_count": 0,
            "avg_transaction_value_90d": 0, "max_transaction_amount": 0, "last_transaction_amount": None,
            "days_since_last_transaction": None, "top_category_1": None,
        }),
        ("more refunds than purchases", {
            "current_month_spend": -50, "previous_month_spend": 100, "mom_percent_change": -100,
            "total_lifetime_value": 50, "transaction_count_90d": 1, "days_since_last_transaction": 40,
        }),
    ],
)  # fmt: skip
def test_refunds_lower_the_spend_and_nothing_else(warehouse: Warehouse, case: str, figures: dict[str, object]) -> None:
    row = warehouse.by_customer("CUSTOMER_360_PROFILE")[warehouse.bronze.cases[case]]
    assert {name: row[name] for name in figures} == figures


def test_recent_transactions_are_the_newest_fifty_declined_ones_too(warehouse: Warehouse) -> None:
    found: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for row in warehouse.rows("select * from CUSTOMER_RECENT_TRANSACTIONS order by customer_id, recency_rank"):
        assert row["recency_rank"] == len(found[row["customer_id"]]) + 1
        assert row["transaction_type"] == ("refund" if row["amount"] < 0 else "purchase")
        found[row["customer_id"]].append(
            (row["transaction_id"], row["transaction_timestamp"], row["amount"], row["merchant_category"], row["status"])
        )
    attempts = expected.attempts(warehouse.bronze)
    columns = ("transaction_id", "transaction_timestamp", "amount", "merchant_category", "status")
    for customer_id, rows in attempts.items():
        newest = [tuple(row[c] for c in columns) for row in rows[:-51:-1]]
        assert found[customer_id] == newest, customer_id
    assert any(len(rows) > 50 for rows in attempts.values())
    statuses = [row[-1] for row in found[warehouse.bronze.cases["corrected"]]]
    assert statuses == ["approved", "declined", "approved"], "the newest load says that it was declined"


@pytest.mark.parametrize("table", GOLD_TABLES)
def test_a_table_has_the_columns_that_the_stack_declares(warehouse: Warehouse, table: str) -> None:
    built = {row["name"]: row["type"] for row in warehouse.rows(f"describe table GOLD.{table}")}
    assert list(built.items()) == list(GOLD_TABLES[table].items())
    assert set(ADDED_COLUMNS.get(table, ())) <= built.keys()
