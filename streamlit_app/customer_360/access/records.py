"""Turns the rows of a query into dataclasses whose fields are its columns."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

Record = TypeVar("Record")
Value = str | float | int | bool | date | datetime | None


def columns(record: type[object], leave_out: Iterable[str] = ()) -> str:
    """Return the SELECT list of a dataclass: its fields, in order.

    Args:
        record: a dataclass whose fields bear the names of columns.
        leave_out: fields that are not asked for; they keep their defaults.
    """
    return ", ".join(field.name for field in fields(record) if field.name not in set(leave_out))  # type: ignore[arg-type]


def records(rows: pd.DataFrame, record: type[Record]) -> tuple[Record, ...]:
    """Make one dataclass of each row.

    Args:
        rows: with columns that are fields of the dataclass; decimals become floats, missing values None.
        record: the dataclass.
    """
    names = list(rows.columns)
    return tuple(
        record(**dict(zip(names, map(plain, row), strict=True))) for row in rows.itertuples(index=False, name=None)
    )


def plain(value: object) -> Value:
    """Return a cell as Python has it: a float for a decimal, a date for a day, None for what is missing."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, str | float | int | date):
        return value
    raise TypeError(f"A cell of the type {type(value).__name__} has no place on the page.")
