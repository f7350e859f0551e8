"""Session variables: SET and UNSET, and what $name stands for.

https://docs.snowflake.com/en/sql-reference/session-variables
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import Expr, exp

from local_account.errors import does_not_exist, invalid_value, not_supported, syntax_error
from local_account.queries.rewrite import constant, function_name, identifier, literal
from local_account.results import Result, status_result
from local_account.tokens import tokenize

if TYPE_CHECKING:
    from local_account.session.session import Session

_LONGEST = 256  # of a text, in bytes


def inline(session: Session, sql: str) -> str:
    """Replace $name outside of literals by the session variable's value. Raises: ProgrammingError for unknown ones."""
    if "$" not in sql:
        return sql
    tokens = tokenize(sql)
    pieces, position = [], 0
    for dollar, word in itertools.pairwise(tokens):
        if dollar.text == "$" and dollar.kind == "punct" and word.kind == "word" and word.start == dollar.end:
            value = session.variables.get(word.upper)
            if value is None:
                raise does_not_exist("Session variable", f"${word.upper}")
            pieces += [sql[position : dollar.start], value]
            position = word.end
    return "".join(pieces) + sql[position:]


def is_assignment(expression: Expr) -> bool:
    """Tell whether a statement is SET or UNSET; sqlglot reads the latter as an aliased column, or as a function."""
    unset = isinstance(expression, exp.Alias) and expression.this.name.upper() == "UNSET"
    return isinstance(expression, exp.Set) or unset or function_name(expression) == "UNSET"


def assign(session: Session, expression: Expr, params: list[Any] | None) -> Result:
    """Give session variables the values that expressions have now, or take variables away.

    Raises: ProgrammingError (1003) where names and values differ in number, and what the expressions run into.
    """
    if isinstance(expression, exp.Set):
        (item,) = expression.expressions if len(expression.expressions) == 1 else (None,)
        equation = item.this if isinstance(item, exp.SetItem) else None
        if not isinstance(equation, exp.EQ):
            raise not_supported("SET in this form")
        names, values = _listed(equation.this), _listed(equation.expression)
        if len(names) != len(values):
            raise syntax_error(f"Invalid assignment: {len(names)} variables, but {len(values)} values.")
        found = {_name(name): _value(session, value, params) for name, value in zip(names, values, strict=True)}
        session.variables |= found
        now = datetime.now(UTC)
        session.variables_set |= {name: (session.variables_set.get(name, (now,))[0], now) for name in found}
    else:
        taken = expression.expressions if isinstance(expression, exp.Anonymous) else [expression.args["alias"]]
        for name in taken:
            session.variables.pop(_name(name), None)
            session.variables_set.pop(_name(name), None)
    return status_result("Statement executed successfully.")


def _listed(expression: Expr) -> list[Expr]:
    if isinstance(expression, exp.Tuple):
        return list(expression.expressions)
    return [expression.this if isinstance(expression, exp.Paren) else expression]


def _name(node: Expr) -> str:
    part = node.this if isinstance(node, exp.Column) else node
    if not isinstance(part, exp.Identifier):
        raise syntax_error(f"{node.sql(dialect='snowflake')} is no name of a variable.")
    return identifier(part)


def _value(session: Session, node: Expr, params: list[Any] | None) -> str:
    """Return the value of an expression, as SQL."""
    if isinstance(node, exp.Literal | exp.Boolean | exp.Null):
        found: Any = constant(session, node, params)
    else:
        query = node.this if isinstance(node, exp.Subquery) else exp.select(node.copy())
        rows = session.execute(query.sql(dialect="snowflake"), params).rows()
        if len(rows) > 1:
            raise invalid_value("Single-row subquery returns more than one row.")
        found = rows[0][0] if rows else None
    if isinstance(found, bytes):
        raise not_supported("A session variable of type BINARY")
    if isinstance(found, str) and len(found.encode()) > _LONGEST:
        raise invalid_value(f"Assignment to a session variable is too long: at most {_LONGEST} bytes are possible.")
    return literal(found).sql(dialect="snowflake")
