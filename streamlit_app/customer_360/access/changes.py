"""What changed for the customers of a selection since the last run of an earlier day: segment, risk and status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from customer_360.access.filters import condition

if TYPE_CHECKING:
    from datetime import date

    from customer_360.database import Query
    from customer_360.selection import Selection

# The properties that are compared, as readers are told them, by the name of their column.
COMPARED = {"segment": "Segment", "churn_risk_category": "Churn risk", "customer_status": "Status"}

# Few rows, however many customers: one for each way in which somebody changed, or did not.
_CHANGES = """
with

chosen as (

    select
        customer_id,
        segment,
        churn_risk_category,
        customer_status
    from GOLD.CUSTOMER_360_PROFILE
    where {where}

)

select
    earlier.as_of_date as since,
    earlier.segment as segment_before,
    chosen.segment,
    earlier.churn_risk_category as churn_risk_category_before,
    chosen.churn_risk_category,
    earlier.customer_status as customer_status_before,
    chosen.customer_status,
    count(*) as customers
from chosen
left join GOLD.CUSTOMER_PREVIOUS_STANDING as earlier on chosen.customer_id = earlier.customer_id
group by 1, 2, 3, 4, 5, 6, 7
"""


@dataclass(frozen=True)
class Changes:
    """What changed since an earlier day.

    Attributes:
        since: The day of the run that is compared with.
        customers: How many of the selection were there then.
        newcomers: How many were not.
        changed: How many customers changed, by property in the order of `COMPARED`.
        moves: One row a way in which customers changed, that of most customers first: what (a value of `COMPARED`),
            before, now (Not scored, where there was no model), customers.
    """

    since: date
    customers: int
    newcomers: int
    changed: dict[str, int]
    moves: pd.DataFrame


def since_last_run(ask: Query, selection: Selection) -> Changes | None:
    """Load what changed for the customers of a selection. Of a risk those are spoken of whose risk is shown.

    Args:
        ask: the query.
        selection: the customers, by what they are now.

    Returns:
        The changes, or None where no earlier day was run, or nobody of the selection was there then.

    Raises: DatabaseUnavailableError.
    """
    where, params = condition(selection)
    rows = ask(_CHANGES.format(where=where), params)
    known = rows[rows["since"].notna()]
    if known.empty:
        return None
    moves = pd.concat([_moves(known, column, selection) for column in COMPARED], ignore_index=True)
    return Changes(
        since=known["since"].iloc[0],
        customers=int(known["customers"].sum()),
        newcomers=int(rows.loc[rows["since"].isna(), "customers"].sum()),
        changed={what: int(moves.loc[moves["what"] == what, "customers"].sum()) for what in COMPARED.values()},
        moves=moves.sort_values(["customers", "what", "before", "now"], ascending=[False, True, True, True]),
    )


def _moves(known: pd.DataFrame, column: str, selection: Selection) -> pd.DataFrame:
    """Count who moved from which value of a property to which other."""
    if column == "churn_risk_category":
        known = known[known["customer_status"].isin(selection.risk_statuses)]
    named = known[["customers"]].assign(
        what=COMPARED[column],
        before=known[f"{column}_before"].fillna("Not scored"),
        now=known[column].fillna("Not scored"),
    )
    moved = named[named["before"] != named["now"]]
    return moved.groupby(["what", "before", "now"])["customers"].sum().reset_index()
