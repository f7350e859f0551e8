"""The result of a statement: an Arrow table, its Snowflake column types, and what clients read beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from fakesnow import statement_type

from local_account.types import DIGITS, arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fakesnow.rowtype import ColumnInfo


_BOUND = 1 << 63


@dataclass
class Result:
    """What a statement returned.

    arrow: the rows; rowtype: one entry a column (Snowflake's names of types, lower case); statement_type: Snowflake's
    statementTypeId; affected: rows changed by DML, else None; put: the upload or download command of PUT and GET.
    """

    arrow: pa.Table
    rowtype: list[ColumnInfo]
    statement_type: int = statement_type.SELECT
    affected: int | None = None
    query_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    put: dict[str, Any] | None = None

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [c["name"] for c in self.rowtype]

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows as tuples of Python values."""
        return list(zip(*(c.to_pylist() for c in self.arrow.columns), strict=True)) if self.rowtype else []

    def scalar(self) -> Any:
        """Return the first column of the first row, or None where there is no row."""
        return self.arrow.column(0)[0].as_py() if self.arrow.num_rows else None


def column_info(name: str, kind: str) -> ColumnInfo:
    """Describe one column of a control-plane result; `kind` is the protocol's name of its type."""
    length = 16777216 if kind == "text" else None
    numeric = kind == "fixed"
    return {
        "name": name, "database": "", "schema": "", "table": "", "nullable": True, "type": kind,
        "byteLength": length, "length": length, "scale": 9 if kind.startswith("time") else 0 if numeric else None,
        "precision": 38 if numeric else 0 if kind.startswith("time") else None, "collation": None,
    }  # fmt: skip


def table_result(
    columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], kind: int = statement_type.SHOW
) -> Result:
    """Build a result from (name, type) columns and rows of Python values."""
    listed = list(rows)
    arrays = [_array([row[i] for row in listed], t) for i, (_, t) in enumerate(columns)]
    arrow = pa.Table.from_arrays(arrays, names=[n for n, _ in columns])
    return Result(arrow, [column_info(n, t) for n, t in columns], kind)


def _array(values: list[Any], kind: str) -> pa.Array:
    """Return the values of a column; whole numbers that 64 bits do not hold are decimals."""
    long = kind == "fixed" and any(isinstance(value, int) and not -_BOUND <= value < _BOUND for value in values)
    return pa.array(values, type=pa.decimal128(DIGITS, 0) if long else arrow_type(kind))


def status_result(message: str, kind: int = statement_type.DDL) -> Result:
    """Build the one-row `status` result of DDL."""
    return table_result([("status", "text")], [(message,)], kind)
