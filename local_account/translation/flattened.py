"""The arguments of FLATTEN, and what Snowflake refuses of them.

https://docs.snowflake.com/en/sql-reference/functions/flatten. Live: frostlake functions-flatten.
"""

from __future__ import annotations

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.translation.writes import shown
from local_account.types import DataType, Family

_NAMES = ("INPUT", "PATH", "OUTER", "RECURSIVE", "MODE")
_TAKEN = {
    "INPUT": (Family.SEMI_STRUCTURED,), "PATH": (Family.TEXT,), "OUTER": (Family.BOOLEAN,),
    "RECURSIVE": (Family.BOOLEAN,), "MODE": (Family.TEXT,),
}  # fmt: skip


def arguments(call: Expr) -> dict[str, Expr]:
    """Return what FLATTEN is given, by the names of its parameters.

    Raises: ProgrammingError (1011) without INPUT, and for other names.
    """
    given: dict[str, Expr] = {}
    for position, argument in enumerate((call.this, *call.expressions)):
        name = argument.this.name.upper() if isinstance(argument, exp.Kwarg) else _NAMES[position]
        if name not in _NAMES:
            raise _refused(
                f"invalid argument for function [FLATTEN] unexpected argument [{name}] at position {position + 1},"
            )
        given[name] = argument.expression if isinstance(argument, exp.Kwarg) else argument
    if "INPUT" not in given:
        raise _refused("missing required argument [INPUT] for function [FLATTEN]")
    return given


def check(statement: Expr) -> None:
    """Refuse arguments of FLATTEN that are of another type than its parameters.

    Args:
        statement: annotated with types.

    Raises: ProgrammingError (1008, 1011).
    """
    for call in statement.find_all(exp.Explode):
        positions = {
            name: str(position) for position, name in enumerate(_NAMES, 1) if not isinstance(call.this, exp.Kwarg)
        }
        named = {argument.this.name.upper() for argument in call.expressions if isinstance(argument, exp.Kwarg)}
        for name, value in arguments(call).items():
            kind = DataType.of_known(value.type)
            if kind is not None and kind.family not in _TAKEN[name]:
                parameter = name if name in named else positions.get(name, name)
                raise _refused(f"invalid type [{shown(kind, value)}] for parameter '{parameter}'", 1008)


def _refused(words: str, number: int = 1011) -> ProgrammingError:
    return ProgrammingError(msg=f"SQL compilation error:\n{words}", errno=number, sqlstate="22023")
