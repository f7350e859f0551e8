"""Functions that users made in SQL: each call becomes what the function's body says of its arguments.

https://docs.snowflake.com/en/developer-guide/udf/sql/udf-sql-introduction
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.catalog.objects import Function
from local_account.errors import not_supported
from local_account.identifiers import Name, identifier
from local_account.queries import column_names, rewrite
from local_account.queries.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_account.session.session import Session

_DEPTH = 20
_QUERY = re.compile(r"[(\s]*(?:select|with)\b", re.IGNORECASE)
_RANDOM = (exp.Rand, exp.Randstr, exp.Uuid, exp.Uniform, exp.Normal)
# What the arguments stand in, beside a body that is a query of its own.
_GIVEN = "_GIVEN"


def expand(session: Session, expression: Expr, text: str = "", inside: tuple[Function, ...] = ()) -> None:
    """Put bodies in place of calls, in a statement as it is written.

    Args:
        session: who asks; it needs USAGE on each function, and rights on what the bodies read.
        expression: the statement, which is changed in place.
        text: as the client wrote it, which names its columns.
        inside: the functions in whose bodies it stands, the innermost last.

    Raises: ProgrammingError: 1044 for other arguments than a function has, 3001 and 2003 without rights on it.
    """
    if not session.account.catalog.list(Function):
        return
    if not any(_meant(session, node, inside) for node in expression.find_all(exp.Anonymous)):
        return
    if len(inside) >= _DEPTH:
        raise not_supported(f"A function that calls others more than {_DEPTH} deep")
    column_names.name(expression, text)
    for node in reversed(list(expression.find_all(exp.Anonymous))):  # what is inside of others first
        if not (found := _meant(session, node, inside)):
            continue
        around = _whole(node)
        function = _chosen(found, node)
        session.require("USAGE", Function.KIND, function.name)
        table = around.parent if isinstance(around.parent, exp.TableFromRows | exp.Lateral) else None
        if (function.columns is None) != (table is None):
            raise not_supported(f"The function {function.called} in this place")
        body, arguments = body_of(session, function, inside), _arguments(function, node)
        if table is None:
            _ = around.replace(exp.cast(_value(function, body, arguments), function.returns, dialect="snowflake"))
        else:
            _ = table.replace(_rows(function, body, arguments, table.args.get("alias")))


def body_of(session: Session, function: Function, inside: tuple[Function, ...] = ()) -> Expr:
    """Return a function's body, an expression or a query, whose tables have their full names."""
    written = function.body.strip().rstrip(";")
    whole = exp.Paren(this=parsed(written) if _QUERY.match(written) else _expression(written))
    expand(session, whole, inside=(*inside, function))
    for table in whole.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not rewrite.is_cte(table):
            rewrite.set_name(table, rewrite.full_name(session, table, function.name))
    body: Expr = whole.this
    return body


def _expression(text: str) -> Expr:
    found: Expr = parsed(f"select {text}").args["expressions"][0]
    return found


def _whole(node: Expr) -> Expr:
    """Return a call with the names of the database and schema before it."""
    while isinstance(node.parent, exp.Dot) and node.arg_key == "expression":
        node = node.parent
    return node


def _meant(session: Session, node: exp.Anonymous, inside: tuple[Function, ...]) -> Sequence[Function]:
    """Return the functions that a call may mean: of its name, in the schema that it names or in which it stands."""
    before, parts = _whole(node), list[str]()
    if isinstance(before, exp.Dot):
        left = before.this
        parts = [identifier(part) for part in ((left.this, left.expression) if isinstance(left, exp.Dot) else (left,))]
    name = Name.of(*parts, str(node.this).upper())
    if inside:
        own = inside[-1].name
        name = Name.of(name.database or own.database, name.schema or own.schema, name.name)
    elif not session.database or not (name.schema or session.schema):
        return ()
    full = session.resolve(name)
    found = session.account.catalog.list(Function, full.database, full.schema)
    return [function for function in found if function.called == full.name]


def _chosen(found: Sequence[Function], node: exp.Anonymous) -> Function:
    """Choose among functions of one name by the number of arguments.

    Raises: ProgrammingError: 1044 where none takes so many, 2 where several do.
    """
    count = len(node.expressions)
    fitting = [f for f in found if sum(default is None for *_, default in f.arguments) <= count <= len(f.arguments)]
    if not fitting:
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInvalid argument types for function '{found[0].called}'",
            errno=1044,
            sqlstate="42P13",
        )
    if len(fitting) > 1:
        raise not_supported(f"A call of {found[0].called}, of which several take {count} arguments,")
    return fitting[0]


def _arguments(function: Function, node: exp.Anonymous) -> dict[str, Expr]:
    """Return each argument by its name, as a value of its type."""
    given: dict[str, Expr] = {}
    names = [name for name, _, _ in function.arguments]
    for name, value in zip(names, node.expressions, strict=False):
        named = isinstance(value, exp.Kwarg)
        given[value.this.name.upper() if named else name] = value.expression if named else value
    for name, _, default in function.arguments:
        if name not in given and default is not None:
            given[name] = _expression(default)
    return {name: exp.cast(given[name].copy(), kind, dialect="snowflake") for name, kind, _ in function.arguments}


def _value(function: Function, body: Expr, arguments: dict[str, Expr]) -> Expr:
    """Return what a function gives for its arguments."""
    if not isinstance(body, exp.Query):
        whole = exp.Paren(this=body)
        _put(function, whole, arguments)
        return whole
    if not arguments:
        return exp.Subquery(this=body)
    # Among the body's own tables a column that is given would be taken for one of theirs.
    whole = exp.Paren(this=body)
    _put(function, whole, {name: exp.column(name, _GIVEN, quoted=True) for name in arguments})
    values = exp.select(*(exp.alias_(value, name, quoted=True) for name, value in arguments.items()))
    given = exp.Subquery(this=values, alias=exp.TableAlias(this=exp.to_identifier(_GIVEN, quoted=True)))
    return exp.Subquery(this=exp.select(exp.Subquery(this=whole.this)).from_(given))


def _rows(function: Function, body: Expr, arguments: dict[str, Expr], alias: Expr | None) -> Expr:
    """Return the rows that a function gives, under the names and of the types that it declares.

    Raises: ProgrammingError (2) for arguments that are columns.
    """
    if any(value.find(exp.Column) for value in arguments.values()):
        raise not_supported(f"The table function {function.called} of columns")
    whole = exp.Paren(this=body)
    _put(function, whole, arguments)
    columns = function.columns or []
    names = [exp.to_identifier(name, quoted=True) for name, _ in columns]
    inner = exp.Subquery(this=whole.this, alias=exp.TableAlias(this=exp.to_identifier("_ROWS"), columns=names))
    typed = [
        exp.alias_(exp.cast(exp.column(name, quoted=True), kind, dialect="snowflake"), name, quoted=True)
        for name, kind in columns
    ]
    called = alias or exp.TableAlias(this=exp.to_identifier(function.called, quoted=True))
    return exp.Subquery(this=exp.select(*typed).from_(inner), alias=called)


def _put(function: Function, body: Expr, arguments: Mapping[str, Expr]) -> None:
    """Put values in place of the names of arguments.

    Raises: ProgrammingError (2) where a random value would be there more than once, and another one each time.
    """
    used = [
        column for column in list(body.find_all(exp.Column))
        if not column.table and isinstance(column.this, exp.Identifier) and identifier(column.this) in arguments
    ]  # fmt: skip
    names = [identifier(column.this) for column in used]
    if any(names.count(name) > 1 and value.find(*_RANDOM) for name, value in arguments.items()):
        raise not_supported(f"A random argument of {function.called}, which reads it more than once,")
    for column in used:
        _ = column.replace(arguments[identifier(column.this)].copy())
