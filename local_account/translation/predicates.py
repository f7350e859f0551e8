"""What Snowflake checks of conditions: in a clause that selects rows, a number, a text or a moment is none.

Live: frostlake SelectItemAliasScope, BooleanPredicate; within NOT, AND, OR and IFF values are converted instead.
"""

from __future__ import annotations

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.translation.writes import shown
from local_account.types import DataType, Family

_CLAUSES = (exp.Where, exp.Having, exp.Qualify)
_NEVER = (Family.EXACT, Family.APPROXIMATE, Family.TEXT, Family.DATE, Family.TIME, Family.TIMESTAMP, Family.BINARY)


def check(statement: Expr) -> None:
    """Refuse WHERE, HAVING, QUALIFY and ON with a value that is no condition.

    Args:
        statement: annotated with types.

    Raises: ProgrammingError (2016).
    """
    conditions = [clause.this for clause in statement.find_all(*_CLAUSES)]
    conditions += [on for join in statement.find_all(exp.Join) if (on := join.args.get("on")) is not None]
    for condition in conditions:
        kind = DataType.of_known(condition.type)
        if kind is not None and kind.family in _NEVER:
            raise ProgrammingError(
                msg=f"SQL compilation error:\nInvalid data type [{shown(kind, condition)}] for predicate"
                f" [{_written(condition)}]",
                errno=2016,
                sqlstate="22000",
            )


def _written(condition: Expr) -> str:
    """Write a condition as Snowflake does: names in upper case, a column with its table."""
    select = condition.find_ancestor(exp.Select)
    source = select.args.get("from_") if select else None
    alone = source.this if source is not None and select is not None and not select.args.get("joins") else None
    whole = condition.copy()
    for column in whole.find_all(exp.Column):
        if not column.table and isinstance(alone, exp.Table):
            column.set("table", exp.to_identifier(alone.alias_or_name))
    for name in whole.find_all(exp.Identifier):
        name.set("quoted", False)
    return whole.sql(dialect="snowflake")
