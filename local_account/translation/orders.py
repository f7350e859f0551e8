"""What Snowflake checks of ORDER BY: behind DISTINCT and GROUP BY there is only what the rows still have.

Live: frostlake DistinctOrderKeyScope, GroupedOrderByScope. An expression of what is left stays one to order by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.errors import invalid_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPED = (exp.Tuple, exp.Paren, exp.Rollup, exp.Cube, exp.GroupingSets)


def check(statement: Expr) -> None:
    """Refuse to order rows by what they do not have.

    Args:
        statement: annotated with types.

    Raises: ProgrammingError: 1104, and 904 behind a set operation for what is no column of its result.
    """
    for order in statement.find_all(exp.Order):
        query = order.parent
        if not isinstance(query, exp.Query) or order.arg_key != "order":
            continue
        width = 0 if query.is_star else len(query.selects)
        for key in (each.this for each in order.expressions):
            if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit():
                if width and not 0 < int(key.name) <= width:
                    raise _refused(key.name)
            elif width and isinstance(query, exp.SetOperation):
                _require_output(query, key)
            elif width and isinstance(query, exp.Select):
                _check_key(query, key)


def _require_output(query: exp.SetOperation, key: Expr) -> None:
    """Refuse a name that the first branch does not give to a column. Raises: ProgrammingError (904)."""
    names = {projection.alias_or_name for projection in query.selects}
    for column in key.find_all(exp.Column):
        if column.table or column.name not in names:
            raise invalid_identifier(f"{column.table}.{column.name}" if column.table else column.name)


def _check_key(query: exp.Select, key: Expr) -> None:
    distinct, group = query.args.get("distinct") is not None, query.args.get("group")
    if not distinct and group is None:
        return
    left = [projection.unalias().unnest() for projection in query.expressions]
    names = {projection.alias_or_name for projection in query.expressions}
    if group is not None and not distinct:
        sets = [part for kind in ("rollup", "cube", "grouping_sets") for part in group.args.get(kind) or ()]
        left += list(_keys([*group.expressions, *sets], left))
    if (missing := _missing(key, left, names, aggregates=distinct)) is not None:
        raise _refused(_written(query, missing))


def _keys(expressions: list[Expr], selected: list[Expr]) -> Iterator[Expr]:
    """Yield what rows are grouped by; a number is the place of what is selected."""
    for each in expressions:
        if isinstance(each, _GROUPED):
            yield from _keys([*each.expressions, *([each.this] if isinstance(each, exp.Paren) else [])], selected)
        elif isinstance(each, exp.Literal) and each.name.isdigit() and 0 < int(each.name) <= len(selected):
            yield selected[int(each.name) - 1]
        else:
            yield each


def _missing(node: Expr, left: list[Expr], names: set[str], *, aggregates: bool) -> Expr | None:
    """Return the part of an expression that is not left, or None; aggregates: whether those have to be left too."""
    if any(_is_same(node, each) for each in left) or isinstance(node, exp.Query | exp.Subquery):
        return None
    if isinstance(node, exp.Column):
        known = node.type is not None and not node.is_type(exp.DType.UNKNOWN)
        return None if not known or (not node.table and node.name in names) else node
    if isinstance(node, exp.AggFunc | exp.Window):
        return node if aggregates else None
    parts = (_missing(part, left, names, aggregates=aggregates) for part in node.iter_expressions())
    return next((part for part in parts if part is not None), None)


def _is_same(node: Expr, other: Expr) -> bool:
    if isinstance(node, exp.Column) and isinstance(other, exp.Column):
        return node.name == other.name and (not node.table or not other.table or node.table == other.table)
    return node == other


def _written(query: exp.Select, missing: Expr) -> str:
    """Write what is missing as Snowflake does: a column with its table."""
    source = query.args.get("from_")
    alone = source.this if source is not None and not query.args.get("joins") else None
    if isinstance(missing, exp.Column):
        table = missing.table or (alone.alias_or_name if isinstance(alone, exp.Table) else "")
        return f"{table}.{missing.name}" if table else missing.name
    return missing.sql(dialect="snowflake")


def _refused(said: str) -> ProgrammingError:
    return ProgrammingError(
        msg=f"SQL compilation error:\n[{said}] is not a valid order by expression", errno=1104, sqlstate="42601"
    )
