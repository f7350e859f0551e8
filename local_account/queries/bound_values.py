"""Values that a client bound as text and that an INSERT writes into columns of other types, read as Snowflake does.

A driver that binds an array with a NULL among dates sends them all as text: days and moments as numbers since 1970,
times of day in nanoseconds, bytes in
hexadecimal digits.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlglot import Expr, exp

from local_account.identifiers import identifier, joined
from local_account.types import DataType, Family

if TYPE_CHECKING:
    from local_account.session.session import Session

_NUMBER = re.compile(r"-?\d{5,}")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - DuckDB reads it in UTC
# Below each bound a number counts units of which a second has so many
# (https://docs.snowflake.com/en/sql-reference/functions/to_timestamp).
_UNITS = ((31_536_000_000, 1), (31_536_000_000_000, 1_000), (31_536_000_000_000_000, 1_000_000), (None, 1_000_000_000))
_MILLION = 1_000_000


def moment(number: int) -> datetime:
    """Return the moment that a number in a text means: its size tells seconds from milli-, micro- and nanoseconds."""
    per_second = next(unit for bound, unit in _UNITS if bound is None or abs(number) < bound)
    return _EPOCH + timedelta(microseconds=number * _MILLION // per_second)


def convert(session: Session, expression: Expr, params: list[Any]) -> None:
    """Read the bound texts of an INSERT ... VALUES by the types of their columns.

    Args:
        session: whose statement it is.
        expression: the statement, its table named in full.
        params: values of its placeholders, which are changed in place.
    """
    values = expression.expression if isinstance(expression, exp.Insert) else None
    texts = {n for n, v in enumerate(params, 1) if isinstance(v, str) and _may_be_no_text(v)}
    schema = expression.this if isinstance(expression.this, exp.Schema) else None
    table = schema.this if schema else expression.this
    if not texts or not isinstance(values, exp.Values) or not isinstance(table, exp.Table):
        return
    place = joined(part.name for part in table.parts)
    rows = session.connection.sql("select name, type from pragma_table_info(?)", [place])
    types = dict(rows)
    names = [identifier(part) for part in schema.expressions] if schema else [name for name, _ in rows]
    for row in values.expressions:
        for name, value in zip(names, row.expressions if isinstance(row, exp.Tuple) else [row], strict=False):
            number = int(value.name[1:]) if isinstance(value, exp.Placeholder) and value.name[1:].isdigit() else 0
            if number in texts and name in types:
                params[number - 1] = _read(params[number - 1], DataType.of_duckdb(types[name]).family)


def _may_be_no_text(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value) or _HEXADECIMAL.fullmatch(value))


def _read(value: str, family: Family) -> Any:
    if family is Family.BINARY and _HEXADECIMAL.fullmatch(value):
        return bytes.fromhex(value)
    if family in (Family.DATE, Family.TIMESTAMP) and _NUMBER.fullmatch(value):
        found = moment(int(value))
        return found.date() if family is Family.DATE else found
    if family is Family.TIME and _NUMBER.fullmatch(value):
        return (_EPOCH + timedelta(microseconds=int(value) // 1000)).time()
    return value
