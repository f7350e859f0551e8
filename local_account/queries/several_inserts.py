"""INSERT ALL and INSERT FIRST: the rows of one query into several tables, whole or not at all.

https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fakesnow import statement_type
from sqlglot import Expr, exp

from local_account.errors import not_supported, syntax_error
from local_account.queries import rewrite
from local_account.results import Result, table_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session

_OVERWRITES = re.compile(r"\s*insert\s+overwrite\b", re.IGNORECASE)


def run(session: Session, expression: exp.MultitableInserts, text: str) -> Result:
    """Execute a multi-table INSERT, whose query is asked once.

    Args:
        session: whose statement it is.
        expression: the statement.
        text: as the client wrote it: sqlglot forgets OVERWRITE.

    Returns: of each table, in the order in which they are named, how many rows it got.
    Raises: ProgrammingError as its query and each INSERT do; nothing is written then.
    """
    if next(expression.find_all(exp.Placeholder), None):
        raise not_supported("INSERT into several tables with bound values")
    source = expression.args["source"]
    counts: dict[str, int] = {}
    with session.as_one_statement():
        rows = session.execute(_query(source).sql(dialect="snowflake")).query_id
        for insert, condition in _routed(expression):
            table = insert.this.this if isinstance(insert.this, exp.Schema) else insert.this
            name = str(session.resolve(rewrite.table_name(table)))
            overwrites = name not in counts and bool(_OVERWRITES.match(text))
            written = _insert(insert, rows, condition, overwrites=overwrites)
            counts[name] = counts.get(name, 0) + int(session.execute(written).scalar())
    columns = [(f"number of rows inserted into {name.rpartition('.')[2]}", "fixed") for name in counts]
    result = table_result(columns, [list(counts.values())], statement_type.INSERT)
    result.affected = sum(counts.values())
    return result


def _query(source: Expr) -> Expr:
    return source if isinstance(source, exp.Query) else exp.select("*").from_(source)


def _routed(expression: exp.MultitableInserts) -> Iterator[tuple[exp.Insert, Expr | None]]:
    """Yield each INTO with the condition of the rows that it takes.

    Raises: ProgrammingError (1003) for FIRST without a condition.
    """
    first = str(expression.args.get("kind")).upper() == "FIRST"
    before: list[Expr] = []
    current: Expr | None = None
    for part in expression.expressions:
        condition = part.expression
        if condition is not None:
            current = exp.and_(condition, _none(before)) if first and before else condition
            before.append(condition)
        elif part.args.get("else_"):
            current = _none(before)
        elif first and not before:
            raise syntax_error("syntax error: INSERT FIRST has a WHEN before each INTO.")
        yield part.this, current


def _none(conditions: list[Expr]) -> Expr:
    """Return that none of some conditions is true; one that is NULL is not."""
    return exp.Not(this=exp.Coalesce(this=exp.or_(*conditions), expressions=[exp.false()]))


def _insert(insert: exp.Insert, rows: str, condition: Expr | None, *, overwrites: bool) -> str:
    """Return the SQL that inserts rows of a result into one table."""
    given = insert.expression
    values = given.expressions[0].expressions if isinstance(given, exp.Values) else [exp.Star()]
    query = exp.select(*(value.copy() for value in values)).from_(f"TABLE(RESULT_SCAN('{rows}'))", dialect="snowflake")
    if condition is not None:
        query = query.where(condition.copy())
    into = f"INSERT {'OVERWRITE ' if overwrites else ''}INTO {insert.this.sql(dialect='snowflake')}"
    return f"{into} {query.sql(dialect='snowflake')}"
