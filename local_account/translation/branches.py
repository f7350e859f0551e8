"""Branches of UNION and its kin: a text beside a number, a moment or a truth value is read as one, as Snowflake does.

https://docs.snowflake.com/en/sql-reference/operators-query#general-usage-notes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.translation.annotators import together
from local_account.translation.numbers import is_text

if TYPE_CHECKING:
    from collections.abc import Iterator


def agree(statement: Expr) -> None:
    """Cast texts that stand beside values of another type in the same column of a set operation.

    Args:
        statement: annotated with types; it is changed in place.
    """
    for operation in statement.find_all(exp.SetOperation):
        if isinstance(operation.parent, exp.SetOperation):
            continue  # the outermost tells of all its branches
        branches = list(_branches(operation))
        if any(select.is_star for select in branches) or len({len(select.expressions) for select in branches}) > 1:
            continue
        for column in zip(*(select.expressions for select in branches), strict=True):
            _agree([projection.unalias() for projection in column])


def _branches(query: Expr) -> Iterator[exp.Select]:
    """Yield the SELECTs that a set operation puts together."""
    match query:
        case exp.SetOperation():
            yield from _branches(query.this)
            yield from _branches(query.expression)
        case exp.Subquery():
            yield from _branches(query.this)
        case exp.Select():
            yield query


def _agree(values: list[Expr]) -> None:
    known = [value for value in values if not isinstance(value, exp.Null)]
    if not any(map(is_text, known)) or all(map(is_text, known)):
        return
    wanted = together(known)
    if not isinstance(wanted, exp.DataType) or wanted.this in exp.DataType.TEXT_TYPES:
        return
    for value in filter(is_text, known):
        read = exp.Cast(this=value.copy(), to=wanted.copy())
        read.type = wanted.copy()
        _ = value.replace(read)
