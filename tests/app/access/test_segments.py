"""The explorer's figures are those of SQL that was written without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from customer_360.access import customer_list, filters, freshness, segments
from customer_360.access.customer_list import Order
from customer_360.selection import Selection
from customer_360.vocabulary import SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.platforms import Platform

SELECTIONS = {
    "all": (Selection(), "true", "customer_status = 'Active'"),
    "two segments": (
        Selection(segments=("Declining", "New & Growing")),
        "segment = 'Declining' or segment = 'New & Growing'",
        "customer_status = 'Active'",
    ),
    "lapsed gold": (
        Selection(card_types=("Gold",), statuses=("Lapsed",)),
        "card_type = 'Gold' and customer_status = 'Lapsed'",
        "customer_status = 'Lapsed'",
    ),
    "low risk, rich, of two states": (
        Selection(churn_risks=("Low",), states=("CA", "TX"), credit_limit=(5_000, 99_999)),
        "churn_risk_category = 'Low' and state in ('CA', 'TX') and customer_status = 'Active' and credit_limit >= 5000",
        "customer_status = 'Active'",
    ),
    "nobody": (Selection(segments=("Declining",), credit_limit=(1, 2)), "false", "true"),
}
by_selection = pytest.mark.parametrize("name", SELECTIONS)


@by_selection
def test_figures_by_segment(ask: Callable[..., pd.DataFrame], platform: Platform, name: str) -> None:
    selection, where, of_risk = SELECTIONS[name]
    found = segments.by_segment(ask, selection)
    expected = platform.ask(
        "select segment, count(*), avg(total_lifetime_value)::float, sum(ltv_last_90_days)::float,"
        f" avg(case when {of_risk} then churn_probability end), median(total_lifetime_value)::float"
        f" from GOLD.CUSTOMER_360_PROFILE where {where} group by 1"
    )
    assert list(found["segment"]) == [s for s in SEGMENTS if s in {row[0] for row in expected}]
    columns = ["customers", "average_lifetime_value", "spend_90_days", "average_churn_probability", "p50"]
    for segment, *values in expected:
        row = found.set_index("segment").loc[segment, columns]
        assert [v if pd.notna(v) else None for v in row] == [v if v is None else pytest.approx(v) for v in values]
    quantiles = found[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (quantiles[:, :-1] <= quantiles[:, 1:]).all()
    assert found["share"].sum() == pytest.approx(1 if expected else 0)


@by_selection
def test_headline_figures(ask: Callable[..., pd.DataFrame], platform: Platform, name: str) -> None:
    selection, where, of_risk = SELECTIONS[name]
    found = segments.figures(segments.by_segment(ask, selection))
    ((customers, value, spend, scored, churn),) = platform.ask(
        "select count(*), avg(total_lifetime_value)::float, coalesce(sum(ltv_last_90_days), 0)::float,"
        f" count_if({of_risk}), avg(case when {of_risk} then churn_probability end)"
        f" from GOLD.CUSTOMER_360_PROFILE where {where}"
    )
    assert (found.customers, found.scored_customers) == (customers, scored)
    assert found.spend_90_days == pytest.approx(spend)
    for shown, average in ((found.average_lifetime_value, value), (found.average_churn_probability, churn)):
        assert pd.isna(shown) if average is None else shown == pytest.approx(average)


@by_selection
def test_the_bins_of_the_histogram(ask: Callable[..., pd.DataFrame], platform: Platform, name: str) -> None:
    selection, where, of_risk = SELECTIONS[name]
    found = segments.churn_histogram(ask, selection)
    rows = platform.ask(
        f"select churn_probability, churn_risk_category from GOLD.CUSTOMER_360_PROFILE where ({where}) and {of_risk}"
    )
    assert found["customers"].sum() == len(rows)
    for bin_ in found.itertuples():
        inside = [
            p for p, risk in rows if bin_.low <= p < bin_.high + (bin_.high == 1) and risk == bin_.churn_risk_category
        ]
        assert len(inside) == bin_.customers


@pytest.mark.parametrize("name", [name for name in SELECTIONS if name != "nobody"])
def test_spend_by_month(ask: Callable[..., pd.DataFrame], platform: Platform, name: str) -> None:
    selection, where, _ = SELECTIONS[name]
    found = segments.monthly_spend(ask, selection)
    assert [f"{month:%Y-%m}" for month in found["month_start"]] == [
        "2023-12", *(f"2024-{month:02}" for month in range(1, 13)),
    ]  # fmt: skip
    expected = platform.ask(
        "select sum(f.net_amount)::float, coalesce(sum(iff(p.customer_id is not null, f.net_amount, 0)), 0)::float"
        f" from GOLD.FACT_TRANSACTION as f left join (select * from GOLD.CUSTOMER_360_PROFILE where {where}) as p"
        " on f.customer_id = p.customer_id where f.transaction_date >= '2023-12-01'"
        " group by date_trunc('month', f.transaction_date) order by date_trunc('month', f.transaction_date)"
    )
    assert list(found["spend_of_all"]) == pytest.approx([of_all for of_all, _ in expected])
    assert list(found["spend"]) == pytest.approx([of_chosen for _, of_chosen in expected])
    assert pd.isna(found["change"].iloc[0])
    for column, which in (("change_of_all", 0), ("change", 1)):
        before, after = expected[-2][which], expected[-1][which]
        shown = found[column].iloc[-1]
        assert pd.isna(shown) if before <= 0 else shown == pytest.approx(after / before - 1)


@by_selection
def test_moves_between_segments(ask: Callable[..., pd.DataFrame], platform: Platform, name: str) -> None:
    selection, where, _ = SELECTIONS[name]
    found = segments.migration(ask, selection)
    expected = platform.ask(
        "select e.segment, p.segment, count(*)"
        f" from (select customer_id, segment from GOLD.CUSTOMER_360_PROFILE where {where}) as p"
        " left join (select * from GOLD.CUSTOMER_SEGMENT_EVALUATIONS where recalculation_date = '2023-12-31') as e"
        " on p.customer_id = e.customer_id group by 1, 2"
    )
    if found is None:
        assert expected == []
        return
    assert f"{found.since:%Y-%m-%d}" == "2023-12-31"
    moves: dict[tuple[Any, Any], int] = {
        (None if pd.isna(m.segment_before) else m.segment_before, m.segment): m.customers
        for m in found.moves.itertuples()
    }
    assert moves == {(before, now): count for before, now, count in expected}
    assert found.moves.groupby("segment_before", dropna=False)["share"].sum().to_list() == pytest.approx(
        [1.0] * found.moves["segment_before"].nunique(dropna=False)
    )


@pytest.mark.parametrize("column", customer_list.listed_columns(with_names=True))
@pytest.mark.parametrize("descending", [True, False])
def test_the_list_s_pages_fit_together(ask: Callable[..., pd.DataFrame], column: str, *, descending: bool) -> None:
    order = Order(column, descending=descending)
    selection = Selection(segments=("Declining",))
    whole = customer_list.customers(ask, selection, order, with_names=True)
    pages = [
        customer_list.customers(ask, selection, order, with_names=True, rows=(start, 50))
        for start in range(0, len(whole), 50)
    ]
    pd.testing.assert_frame_equal(pd.concat(pages, ignore_index=True), whole)
    assert whole["customer_id"].is_unique
    values = whole[column]
    assert not values.isna().any() or values.isna().idxmax() == values.notna().sum(), "those without a value come last"
    present = values.dropna().to_list()
    assert present == sorted(present, reverse=descending)


def test_no_change_of_spend_is_told_of_who_spent_in_neither_month(
    ask: Callable[..., pd.DataFrame], platform: Platform
) -> None:
    found = customer_list.customers(ask, Selection(), Order("customer_id", descending=False), with_names=False)
    ((nothing,),) = platform.ask(
        "select count(*) from GOLD.CUSTOMER_360_PROFILE where current_month_spend = 0 and previous_month_spend = 0"
    )
    assert nothing > 0
    assert found["mom_percent_change"].isna().sum() == nothing
    assert "name" not in found


def test_a_column_that_is_not_listed_is_no_order(ask: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="no column name"):
        customer_list.customers(ask, Selection(), Order("name", descending=False), with_names=False)


def test_what_there_is_to_choose_from(ask: Callable[..., pd.DataFrame], platform: Platform) -> None:
    found = filters.extent(ask)
    ((low, high, states, customers),) = platform.ask(
        "select min(credit_limit)::float, max(credit_limit)::float, count(distinct state), count(*)"
        " from GOLD.CUSTOMER_360_PROFILE"
    )
    assert (len(found.states), found.customers) == (states, customers)
    assert found.credit_limit[0] <= low
    assert found.credit_limit[1] >= high
    assert all(bound % 500 == 0 for bound in found.credit_limit)


def test_how_fresh_the_data_are(ask: Callable[..., pd.DataFrame], platform: Platform) -> None:
    fresh = freshness.of_profiles(ask)
    ((day, newest, updated),) = platform.ask(
        "select max(as_of_date), max(last_transaction_date), max(profile_updated_at) from GOLD.CUSTOMER_360_PROFILE"
    )
    assert (fresh.role, fresh.as_of_date, fresh.newest_transaction) == ("APP_MARKETING", day, newest)
    assert fresh.updated_at == updated
    assert str(updated)[:19] in fresh.version
