"""COALESCE, IFF, CASE and their kin over values of several types: each is read as the one type that they make.

A text beside a number is a number, beside a date a date; a number beside a BOOLEAN is one. Read from a live account by
others (frostlake: query-conditional-branch-type); https://docs.snowflake.com/en/sql-reference/data-type-conversion
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.translation import quantities, readings
from local_account.translation.numbers import NUMBERS, is_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES: dict[type[Expr], tuple[str, ...]] = {
    exp.Case: ("default",),
    exp.If: ("true", "false"),
    exp.Nvl2: ("true", "false"),
}
_READ = (*NUMBERS, exp.DType.DATE, exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.BOOLEAN)


def chosen(node: Expr) -> Expr:
    """Write a conditional, whose type is noted at it."""
    if node.type is None or not node.is_type(*_READ):
        return node
    for parent, key, index, value in list(_values(node)):
        is_number = node.is_type(exp.DType.BOOLEAN) and value.is_type(*NUMBERS)
        if (is_text(value) or is_number) and not isinstance(value, exp.Null):
            cast = readings.read(exp.Cast(this=value.copy(), to=node.type.copy()))
            parent.set(key, quantities.cast_to_number(cast) if isinstance(cast, exp.Cast) else cast, index)
    return node


def _values(node: Expr) -> Iterator[tuple[Expr, str, int | None, Expr]]:
    """Yield the values that a conditional chooses among, each with its place."""
    if isinstance(node, exp.Case):
        yield from ((branch, "true", None, branch.args["true"]) for branch in node.args["ifs"])
    for key in _PLACES.get(type(node), ("this", "expressions")):
        found = node.args.get(key)
        if isinstance(found, list):
            several = enumerate(found)
            yield from ((node, key, index, value) for index, value in several if _is_result(node, index))
        elif isinstance(found, exp.Expr):
            yield node, key, None, found


def _is_result(node: Expr, index: int) -> bool:
    """Tell whether an argument of a list is a value that may be chosen; of DECODE every second one, and the last."""
    count = len(node.expressions)
    return not isinstance(node, exp.DecodeCase) or (index > 1 and (index % 2 == 0 or index == count - 1))
