"""What Snowflake checks of conditions: in a clause that selects rows, a number, a text or a moment is none.

Live: frostlake SelectItemAliasScope, BooleanPredicate; within NOT, AND, OR and IFF values are converted instead.
"""

from __future__ import annotations

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.translation.writes import shown
from local_account.types import DataType, Family

_CLAUSES = (exp.Where, exp.Having, exp.Qualify)
_CALLED: dict[type[Expr], tuple[str, str]] = {
    exp.Typeof: ("TYPEOF", ""), exp.JSONExtract: ("GET", ", VARCHAR"),
    exp.ArraySize: ("ARRAY_SIZE", ""), exp.JSONKeys: ("OBJECT_KEYS", ""),
    exp.ArrayContains: ("ARRAY_CONTAINS", ", ARRAY"), exp.ArrayPosition: ("ARRAY_POSITION", ", ARRAY"),
}  # fmt: skip
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


def check_arguments(statement: Expr) -> None:
    """Refuse functions of VARIANT that are given a text: here they would read it as one.

    Args:
        statement: annotated with types.

    Raises: ProgrammingError (1044).
    """
    for node in statement.find_all(*_CALLED):
        of_array = isinstance(node, exp.ArrayContains | exp.ArrayPosition)
        value = node.args["expression"] if of_array else node.this
        kind = DataType.of_known(value.type)
        plain = isinstance(node, exp.JSONExtract) and not node.args.get("variant_extract")
        refused = _NEVER if isinstance(node, exp.ArraySize | exp.JSONKeys) else (Family.TEXT,)
        if kind is None or plain or kind.family not in refused:
            continue
        name, other = _CALLED[type(node)]
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInvalid argument types for function '{name}': ({shown(kind, value)}{other})",
            errno=1044,
            sqlstate="42P13",
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
