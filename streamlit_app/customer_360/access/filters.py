"""A selection of customers as a condition of SQL, and what there is to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer_360.selection import LIMIT_STEP, Extent, Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from customer_360.database import Query


def extent(ask: Query) -> Extent:
    """Load what there is to choose from. Raises: DatabaseUnavailableError."""
    rows = ask(
        "select state, min(credit_limit)::float as lowest, max(credit_limit)::float as highest, count(*) as customers"
        " from GOLD.CUSTOMER_360_PROFILE group by state order by state"
    )
    if rows.empty:
        return Extent((), (0, LIMIT_STEP), 0)
    low, high = rows["lowest"].min(), rows["highest"].max()
    return Extent(
        states=tuple(rows["state"].dropna()),
        credit_limit=(int(low // LIMIT_STEP * LIMIT_STEP), int(-(-high // LIMIT_STEP) * LIMIT_STEP)),
        customers=int(rows["customers"].sum()),
    )


def condition(selection: Selection) -> tuple[str, list[object]]:
    """Return a selection as the condition of a query of GOLD.CUSTOMER_360_PROFILE, and the values that it binds."""
    clauses: list[str] = []
    params: list[object] = []
    for column, values in (
        ("segment", selection.segments),
        ("card_type", selection.card_types),
        ("churn_risk_category", selection.churn_risks),
        ("customer_status", selection.selected_statuses),
        ("state", selection.states),
    ):
        if values:
            clauses.append(f"{column} in ({marks(values)})")
            params.extend(values)
    if selection.credit_limit:
        clauses.append("credit_limit between ? and ?")
        params.extend(selection.credit_limit)
    return " and ".join(clauses) or "true", params


def marks(values: Sequence[object]) -> str:
    """Return as many `?` as there are values, for a list of them in SQL."""
    return ", ".join("?" * len(values))
