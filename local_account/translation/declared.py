"""What Snowflake checks of declarations: that a column's default, and what a function gives, are of the declared type.

Live: frostlake ddl-column-default-match, ddl-udf-return-type-compat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.translation import annotation
from local_account.translation.writes import shown
from local_account.types import DEFAULT_BINARY, DEFAULT_TEXT, LONGEST_TEXT, DataType, Family

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = (Family.EXACT, Family.APPROXIMATE)
_MOMENTS = (Family.DATE, Family.TIME, Family.TIMESTAMP)
# Defaults of which families no column of a family takes; of moments only those that would be cut.
_NEVER = {
    Family.EXACT: (Family.TEXT,),
    Family.APPROXIMATE: (Family.TEXT,),
    Family.DATE: (Family.TEXT, Family.TIMESTAMP),
    Family.TIME: (Family.TEXT, Family.TIMESTAMP),
    Family.TIMESTAMP: (Family.TEXT,),
    Family.TEXT: (*_NUMBERS, *_MOMENTS),
    Family.BOOLEAN: _NUMBERS,
}
_LONGEST_BINARY = 8 * DEFAULT_BINARY


def check_default(column: str, declared: DataType, default: Expr) -> None:
    """Refuse a default that its column does not take.

    Raises: ProgrammingError: 2023 for a value of another type, 2 for any value of a BINARY column.
    """
    if declared.family is Family.BINARY:
        raise ProgrammingError(
            msg="SQL compilation error: Default values are not allowed on 'BINARY' columns.", errno=2, sqlstate="0A000"
        )
    given = type_of(default)
    never = _NUMBERS if declared.name == "VARIANT" else _NEVER.get(declared.family, ())
    if given is not None and given.family in never:
        raise ProgrammingError(
            msg=f"SQL compilation error:\nDefault value data type does not match data type for column {column}",
            errno=2023,
            sqlstate="22000",
        )


def check_added_default(column: str, declared: DataType, default: Expr) -> None:
    """Refuse a default of a column that is added to a table: only constants of the column's own family are taken.

    Live: frostlake ddl-add-column-default.

    Raises: ProgrammingError: 2023 for a constant of another family, 2 for what is no constant, or a BINARY column's.
    """
    value = default.this if isinstance(default, exp.Neg) else default
    if isinstance(value, exp.Null) or (isinstance(value, exp.Column) and value.name.upper() == "NEXTVAL"):
        return
    if not isinstance(value, exp.Literal | exp.Boolean) and declared.family is not Family.BINARY:
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInvalid column default expression [{default.sql(dialect='snowflake')}]",
            errno=2,
            sqlstate="0A000",
        )
    given = type_of(default)
    numbers = given is not None and given.family in _NUMBERS and declared.family in _NUMBERS
    if declared.family in (Family.BINARY, Family.SEMI_STRUCTURED) or given is None or numbers:
        check_default(column, declared, default)
    elif given.family is not declared.family:
        raise ProgrammingError(
            msg="SQL compilation error:\nExpression type does not match column data type, "
            f"expecting {declared} but got {shown(given, default)} for column {column}",
            errno=2023,
            sqlstate="22000",
        )


def check_returned(declared: DataType, body: Expr, arguments: Mapping[str, str]) -> None:
    """Refuse a function that gives another family of values than it declares.

    Args:
        declared: the type that it returns.
        body: an expression.
        arguments: the types of its arguments by name.

    Raises: ProgrammingError (1044).
    """
    given = type_of(body, arguments)
    if given is None or isinstance(body, exp.Null):
        return
    same = given.name == declared.name if Family.TEXT not in (given.family, declared.family) else (
        given.family is declared.family
    )  # fmt: skip
    if not same:
        raise ProgrammingError(
            msg=f"SQL compilation error:\nDeclared return type '{_written(declared)}' is incompatible with actual "
            f"return type '{_written(given, body)}'",
            errno=1044,
            sqlstate="42P13",
        )


def type_of(expression: Expr, names: Mapping[str, str] | None = None) -> DataType | None:
    """Return the type of an expression without tables, or None where it is not known; names: those it may use."""
    query = exp.select(expression.copy())
    if names:
        values = [exp.alias_(exp.cast(exp.Null(), kind, dialect="snowflake"), name) for name, kind in names.items()]
        query = query.from_(exp.Subquery(this=exp.select(*values), alias=exp.TableAlias(this=exp.to_identifier("_A"))))
    for name in query.find_all(exp.Identifier):
        if not name.quoted:
            name.set("this", str(name.this).upper())
    types = annotation.annotate(query, lambda _: {}).types
    return DataType.of_known(types[0]) if types else None


def _written(kind: DataType, value: Expr | None = None) -> str:
    """Write a type as the error does: a text or bytes of no given length have the longest one."""
    if isinstance(value, exp.Literal) and value.is_string:
        return f"VARCHAR({len(value.name)})"
    if kind.name == "VARCHAR" and kind.length in (None, DEFAULT_TEXT):
        return f"VARCHAR({LONGEST_TEXT})"
    return f"BINARY({_LONGEST_BINARY})" if kind.name == "BINARY" else str(kind)
