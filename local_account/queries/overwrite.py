"""INSERT OVERWRITE: the rows of a query in place of those of a table, whole or not at all.

The query may read the table that it overwrites, so its rows are set aside before anything is deleted
(https://docs.snowflake.com/en/sql-reference/sql/insert).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from local_account.results import Result
    from local_account.session.session import Session


def run(session: Session, expression: exp.Insert, params: Sequence[Any] | None) -> Result:
    """Execute an INSERT OVERWRITE whose tables have their full names.

    Returns: the number of rows inserted.
    Raises: ProgrammingError as an INSERT does; the table keeps its rows then.
    """
    schema = expression.this if isinstance(expression.this, exp.Schema) else None
    table = schema.this if schema else expression.this
    columns = [exp.column(part.copy()) for part in schema.expressions] if schema else [exp.Star()]
    aside = exp.table_(f"overwrite {uuid.uuid4()}", db="main", catalog="temp", quoted=True)
    with session.as_one_statement():
        # Values take the columns' types here, so that one that does not fit fails before anything is deleted.
        session.connection.run_translated(
            exp.Create(
                this=aside.copy(),
                kind="TABLE",
                expression=exp.select(*columns).from_(table.copy()).limit(0),
                properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
            )
        )
        session.connection.run_translated(
            exp.Insert(this=aside.copy(), expression=expression.expression, with_=expression.args.get("with_")),
            params,
            session.tag,
        )
        session.connection.sql(f"delete from {table.sql(dialect='duckdb')}")
        source = exp.select("*").from_(aside.copy())
        result = session.connection.run(exp.Insert(this=expression.this, expression=source), None, session.tag)
        session.connection.sql(f"drop table {aside.sql(dialect='duckdb')}")
    return result
