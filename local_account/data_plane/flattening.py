"""FLATTEN as the call of a macro, whose rows stay in the order of what they are parts of.

https://docs.snowflake.com/en/sql-reference/functions/flatten
"""

from __future__ import annotations

from sqlglot import Expr, exp

from local_account.data_plane.json_trees import PARTS
from local_account.errors import invalid_value, not_supported
from local_account.translation import flattened, macros


def flatten(node: Expr) -> None:
    """Write FLATTEN with its arguments.

    Raises: ProgrammingError: 2 for arguments other than INPUT that are no constants, others for ones it does not take.
    """
    given = flattened.arguments(node)
    whole, path, mode = given.pop("INPUT"), given.get("PATH"), given.get("MODE", exp.Literal.string("BOTH"))
    for name, constant in given.items():
        if not isinstance(constant, exp.Literal | exp.Boolean | exp.Null):
            raise not_supported(f"FLATTEN with {name} => {constant.sql(dialect='snowflake')}")
    if mode.name.upper() not in ("OBJECT", "ARRAY", "BOTH"):
        raise invalid_value(f"Bad flattening mode '{mode.name}' (not 'BOTH', 'ARRAY', or 'OBJECT')")
    way = path.name if path else ""
    alone = exp.Boolean(this=whole.find(exp.Column, exp.Query) is None)
    if way:
        whole = exp.JSONExtract(this=whole.copy(), expression=exp.Literal.string(f"$.{way}"))
    is_outer = "OUTER" in given and not _is_false(given["OUTER"])
    is_joined = _is_left_joined(node) and not is_outer
    whole = _set_before(node, whole)
    name, kind = "flatten", exp.Literal.string(mode.name.upper())
    if "RECURSIVE" in given and not _is_false(given["RECURSIVE"]):
        name, kind = "flatten_deep", exp.Anonymous(this=PARTS, expressions=[macros.json_of(whole), kind])
    flags = exp.Boolean(this=is_outer or is_joined), kind, alone, exp.Boolean(this=is_joined)
    in_from(node, macros.call(name, whole.copy(), exp.Literal.string(way), *flags))


def in_from(node: Expr, call: Expr) -> None:
    """Put the call of a macro that gives rows in place of TABLE(f(...)) or LATERAL f(...).

    Raises: ProgrammingError (2) anywhere else.
    """
    around = node.parent
    if not isinstance(around, exp.TableFromRows | exp.Lateral):
        raise not_supported(f"{node.sql_name() if isinstance(node, exp.Func) else 'A table function'} in this place")
    around.replace(exp.Table(this=call, alias=around.args.get("alias")))


def _is_false(node: Expr) -> bool:
    return isinstance(node, exp.Null) or (isinstance(node, exp.Boolean) and not node.this)


def _is_left_joined(node: Expr) -> bool:
    """Tell whether a LEFT JOIN without a condition keeps rows that have no parts, and make it a cross join.

    DuckDB joins a LEFT JOIN LATERAL in no order.
    """
    join = node.parent.parent if node.parent else None
    if not isinstance(join, exp.Join) or join.side != "LEFT" or join.args.get("on") != exp.true():
        return False
    for key, value in (("side", None), ("kind", "CROSS"), ("on", None)):
        join.set(key, value)
    return True


def _set_before(node: Expr, whole: Expr) -> Expr:
    """Have what is flattened computed in a list of its own before, and return what reads it there.

    DuckDB joins what is made of each row back by the values of its columns, in no order; those of lists it numbers.
    """
    join = node.parent.parent if node.parent else None
    query = join.parent if join else None
    if not isinstance(join, exp.Join) or not isinstance(query, exp.Select) or join.side in ("RIGHT", "FULL"):
        return whole
    stars = [star for star in query.expressions if isinstance(star, exp.Star)]
    if whole.find(exp.Column) is None or _asks_for_all(query, stars):
        return whole
    joins = query.args["joins"]
    name = f"_set_before_{len(joins)}"
    kept = exp.Anonymous(this="list_value", expressions=[whole.copy()])
    is_listed = not any(join.args.get(key) for key in ("kind", "side", "on", "method"))
    table = exp.select(exp.alias_(kept, name)).subquery(name)
    joins.insert(join.index, exp.Join(this=table, kind=None if is_listed else "CROSS"))
    query.set("joins", joins)
    for star in stars:
        star.set("except_", [*(star.args.get("except_") or ()), exp.to_identifier(name)])
    return exp.Anonymous(this="list_extract", expressions=[exp.column(name, name), exp.Literal.number(1)])


def _asks_for_all(query: exp.Select, stars: list[exp.Star]) -> bool:
    """Tell whether an asterisk that is no column of its own, such as that of OBJECT_CONSTRUCT(*), stands for them."""
    return any(
        star not in stars and not isinstance(star.parent, exp.Count | exp.Column)
        for projection in query.expressions
        for star in projection.find_all(exp.Star)
    )
