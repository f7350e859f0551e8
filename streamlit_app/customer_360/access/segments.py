"""What the segment explorer asks: the figures of a selection of customers, by segment, risk and month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from customer_360.access.filters import condition, marks
from customer_360.vocabulary import SEGMENTS

if TYPE_CHECKING:
    from customer_360.database import Query
    from customer_360.selection import Selection

CHURN_BINS = 20  # of five points each, so that the limits of risk, 0.4 and 0.7, lie between two

_MONTHLY_SPEND = """
with

chosen as (

    select customer_id
    from GOLD.CUSTOMER_360_PROFILE
    where {where}

),

-- The month of the newest day counts only where it is over: half a month is no fall.
months as (

    select date_trunc(month, dateadd(day, 1, max(as_of_date)))::date as first_day_after
    from GOLD.CUSTOMER_360_PROFILE

)

select
    spent.month_start,
    sum(spent.spend)::float as spend_of_all,
    coalesce(sum(iff(chosen.customer_id is not null, spent.spend, null)), 0)::float as spend
from GOLD.CUSTOMER_MONTHLY_SPEND as spent
cross join months
left join chosen on spent.customer_id = chosen.customer_id
where
    spent.month_start < months.first_day_after
    and spent.month_start >= dateadd(month, -13, months.first_day_after)
group by 1
order by 1
"""
_MIGRATION = """
with

chosen as (

    select
        customer_id,
        segment
    from GOLD.CUSTOMER_360_PROFILE
    where {where}

),

-- Histories begin on a month's end: a year before the date of the data, or later where they are shorter.
start as (

    select greatest(
        min(segment_assigned_date),
        (select dateadd(month, ?, max(as_of_date)) from GOLD.CUSTOMER_360_PROFILE)
    ) as since
    from GOLD.CUSTOMER_SEGMENT_HISTORY

),

earlier as (

    select
        history.customer_id,
        history.segment
    from GOLD.CUSTOMER_SEGMENT_HISTORY as history
    cross join start
    where
        history.segment_assigned_date <= start.since
        and (history.segment_end_date is null or history.segment_end_date > start.since)

)

select
    start.since,
    earlier.segment as segment_before,
    chosen.segment,
    count(*) as customers
from chosen
cross join start
left join earlier on chosen.customer_id = earlier.customer_id
group by 1, 2, 3
order by 2, 3
"""


@dataclass(frozen=True)
class Figures:
    """The headline figures of a set of customers; averages are NaN for an empty set.

    Attributes:
        customers: How many there are.
        average_lifetime_value: US dollars.
        spend_90_days: US dollars, of all of them together.
        scored_customers: How many the churn probability is of: those with a status that risk is spoken of.
        average_churn_probability: From 0 to 1, of those.
    """

    customers: int
    average_lifetime_value: float
    spend_90_days: float
    scored_customers: int
    average_churn_probability: float


def by_segment(ask: Query, selection: Selection) -> pd.DataFrame:
    """Load the figures of a selection by segment.

    Returns:
        One row a segment that has customers, in the order of `SEGMENTS`: segment, customers, share (of the selection),
        lifetime_value, spend_90_days, average_lifetime_value (US dollars), scored_customers, churn_probabilities (their
        sum), average_churn_probability, and of the lifetime value p05, p25, p50, p75, p95 (US dollars).

    Raises: DatabaseUnavailableError.
    """
    where, params = condition(selection)
    quantiles = ",\n    ".join(
        f"percentile_cont({level}) within group (order by total_lifetime_value)::float as p{level[2:]:0<2}"
        for level in ("0.05", "0.25", "0.5", "0.75", "0.95")
    )
    of_risk = f"iff(customer_status in ({marks(selection.risk_statuses)}), churn_probability, null)"
    rows = ask(
        f"""
select
    segment,
    count(*) as customers,
    sum(total_lifetime_value)::float as lifetime_value,
    sum(ltv_last_90_days)::float as spend_90_days,
    count({of_risk}) as scored_customers,
    coalesce(sum({of_risk}), 0)::float as churn_probabilities,
    {quantiles}
from GOLD.CUSTOMER_360_PROFILE
where {where}
group by segment
""",
        [*selection.risk_statuses, *selection.risk_statuses, *params],
    )
    ordered = rows.set_index("segment").reindex([s for s in SEGMENTS if s in set(rows["segment"])]).reset_index()
    return ordered.assign(
        share=ordered["customers"] / max(ordered["customers"].sum(), 1),
        average_lifetime_value=ordered["lifetime_value"] / ordered["customers"],
        average_churn_probability=ordered["churn_probabilities"] / ordered["scored_customers"].where(lambda n: n > 0),
    )


def figures(segments: pd.DataFrame) -> Figures:
    """Add up the headline figures of a selection.

    Args:
        segments: as `by_segment` returns.
    """
    customers, scored = int(segments["customers"].sum()), int(segments["scored_customers"].sum())
    return Figures(
        customers=customers,
        average_lifetime_value=float(segments["lifetime_value"].sum()) / customers if customers else float("nan"),
        spend_90_days=float(segments["spend_90_days"].sum()),
        scored_customers=scored,
        average_churn_probability=float(segments["churn_probabilities"].sum()) / scored if scored else float("nan"),
    )


def churn_histogram(ask: Query, selection: Selection) -> pd.DataFrame:
    """Load how the churn probabilities of a selection spread.

    Returns:
        One row a bin and level of risk that has customers: low and high (the bin's bounds, 0 to 1),
        churn_risk_category, customers.

    Raises: DatabaseUnavailableError.
    """
    where, params = condition(selection)
    rows = ask(
        f"""
select
    least(floor(churn_probability * {CHURN_BINS}), {CHURN_BINS - 1})::integer as bin,
    churn_risk_category,
    count(*) as customers
from GOLD.CUSTOMER_360_PROFILE
where {where} and churn_probability is not null and customer_status in ({marks(selection.risk_statuses)})
group by 1, 2
order by 1, 2
""",
        [*params, *selection.risk_statuses],
    )
    return rows.assign(low=rows["bin"] / CHURN_BINS, high=(rows["bin"] + 1) / CHURN_BINS).drop(columns="bin")


def monthly_spend(ask: Query, selection: Selection) -> pd.DataFrame:
    """Load what a selection and all customers spent in each complete month of the last 13.

    Returns:
        One row a month, oldest first: month_start (a timestamp), spend, spend_of_all (US dollars), and how each differs
        from the month before: change, change_of_all (shares of one; missing for the first month).

    Raises: DatabaseUnavailableError.
    """
    where, params = condition(selection)
    rows = ask(
        _MONTHLY_SPEND.format(where=where),
        params,
    )
    rows = rows.assign(month_start=pd.to_datetime(rows["month_start"]))
    return rows.assign(change=_change(rows["spend"]), change_of_all=_change(rows["spend_of_all"]))


def _change(amounts: pd.Series) -> pd.Series:
    """Return how each amount differs from the one before, as a share of it; missing where there was none before."""
    before = amounts.shift()
    return amounts / before.where(before > 0) - 1


@dataclass(frozen=True)
class Migration:
    """Who moved from which segment to which.

    Attributes:
        since: The day that the present is compared with.
        moves: One row a pair that has customers: segment_before (None for who was no customer yet), segment (now),
            customers, share (of the segment before).
    """

    since: pd.Timestamp
    moves: pd.DataFrame


def migration(ask: Query, selection: Selection, months: int = 12) -> Migration | None:
    """Load how the customers of a selection moved between segments.

    Args:
        ask: the query.
        selection: the customers, by what they are now.
        months: how far to look back from the date of the data; at most to the beginning of the histories.

    Returns:
        The moves, or None where nobody is selected.

    Raises: DatabaseUnavailableError.
    """
    where, params = condition(selection)
    rows = ask(
        _MIGRATION.format(where=where),
        [*params, -months],
    )
    if rows.empty:
        return None
    of_before = rows.groupby("segment_before", dropna=False)["customers"].transform("sum")
    moves = rows.assign(share=rows["customers"] / of_before).drop(columns="since")
    return Migration(pd.Timestamp(rows["since"].iloc[0]), moves)
