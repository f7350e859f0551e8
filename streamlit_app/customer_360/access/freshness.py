"""How fresh the data are: the run that made them, the day that they are of, and the model that scored customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from datetime import datetime

    from customer_360.database import Query

_OF_PROFILES = """
select
    current_role() as role,
    current_account() as account,
    current_database() as database_name,
    count(*) as customers,
    max(as_of_date) as as_of_date,
    max(profile_updated_at) as updated_at,
    max(last_transaction_date) as newest_transaction
from GOLD.CUSTOMER_360_PROFILE
"""
_OF_SCORES = """
select
    max(model_version) as model_version,
    max(prediction_date) as prediction_date
from GOLD.CHURN_PREDICTIONS
"""
_OF_RUNS = """
select
    current_role() as role,
    current_account() as account,
    current_database() as database_name,
    count(*) as customers,
    max(as_of_date) as as_of_date,
    coalesce(max(ended_at), max(started_at)) as updated_at
from OBSERVABILITY.PIPELINE_RUN_METADATA
"""


@dataclass(frozen=True)
class Freshness:
    """Where the data come from, and how old they are.

    Attributes:
        role: Role that the page asks with.
        account: The account's locator.
        database: The database.
        as_of_date: Day that the data are of; every rolling window ends on it. None before the first run.
        updated_at: When the newest run wrote them (UTC). None before the first run.
        version: A text that is another after each run.
        newest_transaction: Day of the newest purchase; None where it was not asked.
    """

    role: str
    account: str
    database: str
    as_of_date: date | None
    updated_at: datetime | None
    version: str
    newest_transaction: date | None = None


@dataclass(frozen=True)
class Scoring:
    """The model whose churn probabilities are shown.

    Attributes:
        model_version: Name of its version; None where nobody is scored.
        prediction_date: Day on whose data it scored; None where nobody is.
    """

    model_version: str | None
    prediction_date: date | None

    @property
    def model_age_days(self) -> int | None:
        """Days between the data that the model learnt from and those it scored; None where its version names no day."""
        if self.model_version is None or self.prediction_date is None:
            return None
        try:
            learnt = date.fromisoformat(self.model_version[:10])
        except ValueError:
            return None
        return (self.prediction_date - learnt).days


def of_profiles(ask: Query) -> Freshness:
    """Load how fresh the customers' profiles are. Raises: DatabaseUnavailableError."""
    return _freshness(ask(_OF_PROFILES))


def of_runs(ask: Query) -> Freshness:
    """Load how fresh the records of runs are, for those who do not read customers. Raises: DatabaseUnavailableError."""
    return _freshness(ask(_OF_RUNS))


def of_scores(ask: Query) -> Scoring:
    """Load which model scored the customers. Raises: DatabaseUnavailableError."""
    row = ask(_OF_SCORES).iloc[0]
    return Scoring(_or_none(row["model_version"]), _or_none(row["prediction_date"]))


def _freshness(rows: pd.DataFrame) -> Freshness:
    row = rows.iloc[0]
    return Freshness(
        role=str(row["role"]),
        account=str(row["account"]),
        database=str(row["database_name"]),
        as_of_date=_or_none(row["as_of_date"]),
        updated_at=_or_none(row["updated_at"]),
        version=f"{row['updated_at']}/{row['customers']}",
        newest_transaction=_or_none(row.get("newest_transaction")),
    )


def _or_none(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value
