"""Reads what goes with a customer's risk of churn: the features that the model has, against all active customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from customer_360.database import Query

# Of GOLD.CHURN_FEATURES those whose values mean something to a reader, whatever the factor that they belong to.
MEASURES = (
    "DAYS_SINCE_LAST_TRANSACTION",
    "FREQUENCY_TREND_90D_VS_EVER",
    "SPEND_TREND_90D_VS_365D",
    "TRANSACTION_COUNT_90D",
    "DISTINCT_MERCHANT_CATEGORIES_90D",
    "DECLINED_TRANSACTION_PCT_EVER",
    "ACCOUNT_TENURE_DAYS",
)


@dataclass(frozen=True)
class Measured:
    """One feature of one customer, against all active customers of the day.

    Attributes:
        feature: as GOLD.CHURN_FEATURES names it.
        value: this customer's.
        typical: the median of the active customers.
        share_below: the share of the active customers with a lower value, half of the equal ones included.
        correlation: of the feature with the predicted probability, over the active customers; None where either is
            the same for all.
        risk_from_here_up: the average predicted probability of the active customers with this value or a greater one;
            None where there are none.
        risk_from_here_down: the same of those with this value or a lower one.
        contribution: by how much the model's probability would be lower if the feature's whole factor were that of a
            typical customer who stayed; None where it is less than a point, or the customer's risk below 5 %.
    """

    feature: str
    value: float
    typical: float
    share_below: float
    correlation: float | None
    risk_from_here_up: float | None
    risk_from_here_down: float | None
    contribution: float | None = None


@dataclass(frozen=True)
class Standing:
    """A customer among all active customers of the day.

    Attributes:
        active_customers: how many they are.
        average_probability: their average predicted probability of churn, 0 to 1.
        value_share_below: the share of them whose lifetime value is lower, half of the equal ones included.
        measured: one for each of `MEASURES`.
    """

    active_customers: int
    average_probability: float
    value_share_below: float
    measured: tuple[Measured, ...]


def load_standing(ask: Query, customer_id: str) -> Standing | None:
    """Read where a customer stands among the active ones.

    Args:
        ask: runs a query.
        customer_id: the whole number, such as C000042.

    Returns:
        None where the customer was not scored, or nobody is active.
    """
    of_all = _first(ask(_sql(_OF_ALL, ["count(*) as active_customers", _AVERAGE]), []))
    own = _first(ask(_own_sql(), [customer_id, customer_id]))
    if not own or not of_all["active_customers"]:
        return None
    row = of_all | own
    return Standing(
        active_customers=int(row["active_customers"] or 0),
        average_probability=row["average_probability"] or 0.0,
        value_share_below=row["value_share_below"] or 0.0,
        measured=tuple(
            Measured(
                feature,
                # No feature is NULL (WRITE_CHURN_FEATURES), so neither are these three.
                value=row[f"value_{number}"] or 0.0,
                typical=row[f"typical_{number}"] or 0.0,
                share_below=row[f"share_below_{number}"] or 0.0,
                correlation=row[f"correlation_{number}"],
                risk_from_here_up=row[f"risk_from_here_up_{number}"],
                risk_from_here_down=row[f"risk_from_here_down_{number}"],
                contribution=row[f"contribution_{number}"],
            )
            for number, feature in enumerate(MEASURES)
        ),
    )


# By feature: what is the same for every customer, and so is asked once of each run's data; and what is one's own.
_OF_ALL = {
    "typical": "median(active.{f})",
    "correlation": "corr(active.{f}, active.churn_probability)",
}
_OWN = {
    "value": "max(mine.{f})",
    "share_below": "avg(iff(active.{f} < mine.{f}, 1, iff(active.{f} = mine.{f}, 0.5, 0))::float)",
    "risk_from_here_up": "avg(iff(active.{f} >= mine.{f}, active.churn_probability, null))",
    "risk_from_here_down": "avg(iff(active.{f} <= mine.{f}, active.churn_probability, null))",
    "contribution": "max(contributed.{f})",
}
_AVERAGE = "avg(active.churn_probability) as average_probability"
_VALUE = (
    "avg(iff(active.total_lifetime_value < mine.total_lifetime_value, 1,"
    " iff(active.total_lifetime_value = mine.total_lifetime_value, 0.5, 0))::float) as value_share_below"
)


def _sql(parts: Mapping[str, str], selected: Sequence[str], more: str = "", joined: str = "") -> str:
    """Write the question for some parts of each feature, over the active customers."""
    measured = [
        f"{sql.format(f=feature.lower())} as {part}_{number}"
        for number, feature in enumerate(MEASURES)
        for part, sql in parts.items()
    ]
    return (
        "with scored as (select features.*, profiles.total_lifetime_value, profiles.churn_probability,"
        " profiles.customer_status from GOLD.CHURN_SCORING_DATA as features"
        " inner join GOLD.CUSTOMER_360_PROFILE as profiles on features.customer_id = profiles.customer_id),"
        f" active as (select * from scored where customer_status = 'Active'){more}"
        f" select {', '.join([*selected, *measured])} from active{joined}"
    )


def _own_sql() -> str:
    contributed = ", ".join(
        f"max(iff(feature = '{feature}', contribution, null)) as {feature.lower()}" for feature in MEASURES
    )
    more = (
        ", mine as (select * from scored where customer_id = ?),"
        f" contributed as (select {contributed} from GOLD.CHURN_RISK_FACTORS where customer_id = ?)"
    )
    # Without a row of the customer's own there is nothing to compare with: not even a row of NULLs.
    joined = " cross join mine cross join contributed having count(*) > 0"
    return _sql(_OWN, [_VALUE], more, joined)


def _first(rows: pd.DataFrame) -> dict[str, float | None]:
    """Return the one row by column, None for what is missing; nothing without a row."""
    found = rows.to_dict("records")[:1]
    return {str(name): None if pd.isna(value) else float(value) for row in found for name, value in row.items()}
