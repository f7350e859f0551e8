"""What Snowflake tells of an INSERT, UPDATE or DELETE: how many rows it changed.

https://docs.snowflake.com/en/sql-reference/sql/update
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.results import table_result

if TYPE_CHECKING:
    from local_account.results import Result

_COUNTED: dict[type[Expr], tuple[str, ...]] = {
    exp.Insert: ("number of rows inserted",),
    exp.Update: ("number of rows updated", "number of multi-joined rows updated"),
    exp.Delete: ("number of rows deleted",),
}
KINDS = tuple(_COUNTED)


def counted(statement: Expr, kind: int, changed: int, multi_joined: int) -> Result:
    """Build the result of a change.

    Args:
        statement: one of `KINDS`.
        kind: its statement type.
        changed: how many rows it changed.
        multi_joined: how many of them several rows of the other tables stood for.
    """
    names = next(names for kinds, names in _COUNTED.items() if isinstance(statement, kinds))
    result = table_result([(name, "fixed") for name in names], [[changed, multi_joined][: len(names)]], kind)
    result.affected = changed
    return result


def multi_joined(statement: Expr) -> exp.Select | None:
    """Return what counts the rows that an UPDATE will find several values for, or None where each has one."""
    source = statement.args.get("from_") if isinstance(statement, exp.Update) else None
    if source is None:
        return None
    table = statement.this.copy()
    row = exp.column("rowid", table=table.alias_or_name, quoted=True)
    joined = exp.select("1").from_(table).join(source.this.copy(), join_type="cross").group_by(row)
    if where := statement.args.get("where"):
        joined.set("where", where.copy())
    several = joined.having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
    return exp.select(exp.Count(this=exp.Star())).from_(several.subquery("several"))
