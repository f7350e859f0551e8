"""What the campaign tab asks of the profiles: who is in an audience, what they spent, their scores, and their list."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer_360.access.filters import marks
from customer_360.campaign.roi import Figures
from customer_360.campaign.warnings import Counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from customer_360.campaign.targets import Target
    from customer_360.database import Query

# The median is of all customers of a segment, whatever their status.
_CUSTOMERS = """
with customers as (
    select
        customer_id,
        segment,
        card_type,
        customer_status,
        ltv_last_90_days,
        projected_12m_ltv,
        total_lifetime_value,
        churn_probability,
        median(ltv_last_90_days) over (partition by segment) as segment_median_spend
    from GOLD.CUSTOMER_360_PROFILE
)
"""
_COMPOSITION = """
select
    segment,
    card_type,
    customer_status,
    count(*) as customers,
    sum(ltv_last_90_days)::float as spend_90_days,
    count(churn_probability) as scored_customers,
    coalesce(sum(churn_probability), 0)::float as churn_probability_sum
from customers
where {condition}
group by segment, card_type, customer_status
order by segment, card_type, customer_status
"""
_FIGURES = """
select
    {number} as scenario,
    count(*) as customers,
    coalesce(sum(ltv_last_90_days), 0)::float as spend_90_days,
    count_if(customer_status = 'Lapsed') as lapsed,
    count_if(customer_status = 'Not yet active') as not_yet_active,
    count_if(churn_probability is null) as without_score
from customers
where {condition}
"""
_SCORES = """
select churn_probability::float as churn_probability, projected_12m_ltv::float as projected_12m_ltv
from customers
where {condition} and churn_probability is not null
order by churn_probability desc, customer_id
"""
_LIST = """
select
    customers.customer_id,
    {contact}
    customers.segment,
    customers.churn_probability::float as churn_probability,
    customers.total_lifetime_value::float as ltv
from customers
{joined}
where {condition}
{page}
order by customers.churn_probability desc nulls last, customers.customer_id
"""
_CONTACT = "profiles.name,\n    profiles.email,"
_JOINED = "inner join GOLD.CUSTOMER_360_PROFILE as profiles on customers.customer_id = profiles.customer_id"
_PAGE = """qualify
    row_number() over (order by customers.churn_probability desc nulls last, customers.customer_id) between ? and ?"""


@dataclass(frozen=True)
class CampaignAudience:
    """An audience, counted. Amounts in US dollars.

    Attributes:
        composition: one row a segment and card type: segment, card_type, customers, spend_90_days.
        figures: its size and its spend.
        counted: who is in it.
        average_churn_probability: of those with a score, 0-1; NaN where nobody has one.
        left_out: customers by status whom the other filters name, but not the status.
    """

    composition: pd.DataFrame
    figures: Figures
    counted: Counted
    average_churn_probability: float
    left_out: dict[str, int]


@dataclass(frozen=True)
class ScenarioFigures:
    """The audience of one scenario: its size and spend, and who is in it."""

    figures: Figures
    counted: Counted


def load_audience(ask: Query, target: Target) -> CampaignAudience:
    """Count the audience of a target, and whom its status leaves out, in one query."""
    condition, params = _condition(target, with_status=False)
    rows = ask(_CUSTOMERS + _COMPOSITION.format(condition=condition), params)
    is_in = rows["customer_status"].isin(target.statuses) if target.statuses else rows["customer_status"].notna()
    inside = rows[is_in]
    scored = int(inside["scored_customers"].sum())
    by_status = inside.groupby("customer_status")["customers"].sum()
    customers = int(inside["customers"].sum())
    return CampaignAudience(
        composition=inside.groupby(["segment", "card_type"], as_index=False)[["customers", "spend_90_days"]].sum(),
        figures=Figures(customers, float(inside["spend_90_days"].sum())),
        counted=Counted(
            customers=customers,
            lapsed=int(by_status.get("Lapsed", 0)),
            not_yet_active=int(by_status.get("Not yet active", 0)),
            without_score=customers - scored,
        ),
        average_churn_probability=float(inside["churn_probability_sum"].sum()) / scored if scored else math.nan,
        left_out={str(k): int(n) for k, n in rows[~is_in].groupby("customer_status")["customers"].sum().items()},
    )


def load_figures(ask: Query, targets: Sequence[Target]) -> list[ScenarioFigures]:
    """Count the audiences of several targets in one query, in their order."""
    parts, params = [], []
    for number, target in enumerate(targets):
        condition, values = _condition(target)
        parts.append(_FIGURES.format(number=number, condition=condition))
        params += values
    if not parts:
        return []
    rows = ask(f"{_CUSTOMERS}{' union all '.join(parts)} order by scenario", params)
    counts = rows[["customers", "lapsed", "not_yet_active", "without_score"]].to_numpy("int64").tolist()
    spends = rows["spend_90_days"].to_numpy("float64").tolist()
    return [
        ScenarioFigures(Figures(count[0], spend), Counted(*count)) for count, spend in zip(counts, spends, strict=True)
    ]


def load_scores(ask: Query, target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Load what the expected profit needs of a target's customers with a score.

    Returns:
        Their churn probabilities, 0-1, and the spend projected for their next twelve months, US dollars; each of shape
        (customers,).
    """
    condition, params = _condition(target)
    rows = ask(_CUSTOMERS + _SCORES.format(condition=condition), params)
    return rows["churn_probability"].to_numpy("float64"), rows["projected_12m_ltv"].to_numpy("float64")


def load_target_list(
    ask: Query, target: Target, *, with_contact: bool, page: tuple[int, int] | None = None
) -> pd.DataFrame:
    """Load the customers of a target, those likeliest to leave first.

    Args:
        ask: runs a query.
        target: whom the campaign is for.
        with_contact: whether the reader may see names and e-mail addresses; they are not asked for otherwise.
        page: number of the first and of the last row, from 1; None for all.

    Returns:
        One row a customer: customer_id, name and email (with contact only), segment, churn_probability (0-1) and ltv
        (lifetime value, US dollars).
    """
    condition, params = _condition(target)
    contact, joined = (_CONTACT, _JOINED) if with_contact else ("", "")
    text = _LIST.format(condition=condition, contact=contact, joined=joined, page=_PAGE if page else "")
    return ask(_CUSTOMERS + text, [*params, *(page or ())])


def _condition(target: Target, *, with_status: bool = True) -> tuple[str, list[Any]]:
    """Return the condition that a target stands for, and its values in order."""
    parts, params = ["true"], []
    for column, values in (
        ("customers.segment", target.segments),
        ("customers.card_type", target.card_types),
        ("customers.customer_status", target.statuses if with_status else ()),
    ):
        if values:
            parts.append(f"{column} in ({marks(values)})")
            params += values
    if target.churn_above is not None:
        parts.append("customers.churn_probability > ?")
        params.append(target.churn_above)
    if target.has_low_spend:
        parts.append("customers.ltv_last_90_days <= customers.segment_median_spend")
    return " and ".join(parts), params
