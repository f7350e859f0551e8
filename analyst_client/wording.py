"""Says an answer in words: in one line as far as one line can, with names and values as people write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyst_client.desk import AskedAnswer

_FEW_COLUMNS = 4


def sentence(asked: AskedAnswer) -> str:
    """Say an answer in one line, as far as one line can."""
    if not asked.rows:
        return "No rows."
    if len(asked.rows) > 1 or len(asked.columns) > _FEW_COLUMNS:
        return f"{len(asked.rows):,} row{'' if len(asked.rows) == 1 else 's'}."
    named = zip(asked.columns, asked.rows[0], strict=True)
    said = "; ".join(f"{words(name)}: {value_text(value)}" for name, value in named)
    return f"{said[:1].upper()}{said[1:]}."


def words(name: str) -> str:
    """Write a column's name as words."""
    return name.replace("_", " ").lower()


def value_text(value: Any) -> str:
    """Write one value of an answer."""
    match value:
        case None:
            return "no value"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal() | float():
            return f"{value:,.2f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case _:
            return str(value)
