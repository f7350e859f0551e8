"""The selected customers themselves, by pages or all of them, in any order of their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer_360.access.filters import condition

if TYPE_CHECKING:
    import pandas as pd

    from customer_360.database import Query
    from customer_360.selection import Selection

# A customer who spent in neither month is -100 % or 0 % in the mart, as segments need; a reader is told of no change.
_SPEND_CHANGE = "iff(current_month_spend = 0 and previous_month_spend = 0, null, mom_percent_change)"


@dataclass(frozen=True)
class Order:
    """An order of the list of customers.

    Attributes:
        column: Column of the list.
        descending: Whether the greatest comes first; those without a value always come last.
    """

    column: str
    descending: bool


def listed_columns(*, with_names: bool) -> dict[str, str]:
    """Return the columns of the list of customers, each with its expression.

    Args:
        with_names: whether names may be read.
    """
    columns = {
        "customer_id": "customer_id",
        "name": "name",
        "segment": "segment",
        "card_type": "card_type",
        "customer_status": "customer_status",
        "state": "state",
        "credit_limit": "credit_limit::float",
        "total_lifetime_value": "total_lifetime_value::float",
        "ltv_last_90_days": "ltv_last_90_days::float",
        "mom_percent_change": f"{_SPEND_CHANGE}::float",
        "churn_probability": "churn_probability",
        "churn_risk_category": "churn_risk_category",
    }
    return columns if with_names else {name: text for name, text in columns.items() if name != "name"}


def customers(
    ask: Query,
    selection: Selection,
    order: Order,
    *,
    with_names: bool,
    rows: tuple[int, int] | None = None,
) -> pd.DataFrame:
    """Load the customers of a selection.

    Args:
        ask: the query.
        selection: which customers.
        order: of the rows; customers who are equal come in the order of their numbers, so that pages fit together.
        with_names: whether names are read.
        rows: how many to pass over, and how many to load; default: all.

    Returns:
        One row a customer, with the columns of `listed_columns`; amounts in US dollars, mom_percent_change in percent.

    Raises: DatabaseUnavailableError.
    """
    columns = listed_columns(with_names=with_names)
    if order.column not in columns:
        raise ValueError(f"The list of customers has no column {order.column}.")
    where, params = condition(selection)
    listed = ",\n    ".join(f"{text} as {name}" for name, text in columns.items())
    key = f"{columns[order.column]} {'desc' if order.descending else 'asc'} nulls last"
    limit = ""
    if rows:
        limit = "limit ? offset ?"
        params += [rows[1], rows[0]]
    return ask(
        f"""
select
    {listed}
from GOLD.CUSTOMER_360_PROFILE
where {where}
order by {key}, customer_id asc
{limit}
""",
        params,
    )
