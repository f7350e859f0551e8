"""CALL, anonymous blocks and EXECUTE IMMEDIATE."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from fakesnow import statement_type
from snowflake.connector.errors import ProgrammingError

from local_account.catalog.objects import Procedure
from local_account.errors import does_not_exist, not_supported
from local_account.parsing import Cursor
from local_account.queries import variables
from local_account.queries.parse import unknown
from local_account.results import Result, column_info, table_result
from local_account.scripting.compilation import compiled
from local_account.scripting.interpreter import Outcome, run_block
from local_account.scripting.parser import is_block
from local_account.scripting.values import Cell, convert
from local_account.statements.procedures import argument_text
from local_account.statements.registry import Statement, handles
from local_account.tokens import unquote
from local_account.types import VARCHAR, DataType, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.identifiers import Name
    from local_account.session.session import Session


@handles("CALL")
def call(session: Session, statement: Statement) -> Result:
    """Run a procedure, or a system function as a procedure."""
    cursor = statement.cursor
    written = cursor.name()
    if written.name.startswith("SYSTEM$"):
        result = session.execute(f"select {written.name}{cursor.rest()}", statement.binds)
        return _named(result, written.name)
    texts, names = call_arguments(cursor)
    name = session.resolve(written)
    values = session.execute(f"select {', '.join(texts)}", statement.binds).rows()[0] if texts else ()
    found = _overload(session, name, values, names)
    session.require("USAGE", Procedure.KIND, found.name)
    outcome = _run(session, found, _cells(session, found, values, names))
    if found.columns is not None:
        if outcome.table is None:
            raise ProgrammingError(msg=f"{name.name} must RETURN TABLE(...).", errno=2141, sqlstate="42601")
        return outcome.table
    returns = DataType.parse(found.returns)
    return _scalar(name.name, convert(outcome.value, returns), returns)


def _named(result: Result, name: str) -> Result:
    result.rowtype[0]["name"] = name
    return Result(result.arrow.rename_columns([name, *result.arrow.column_names[1:]]), result.rowtype)


def _scalar(name: str, value: Any, returns: DataType) -> Result:
    """Build a call's one-row result; exact numbers with a scale keep it."""
    if returns.family is Family.EXACT and not isinstance(value, int | None):
        precision, scale = 38, -value.as_tuple().exponent
        arrow = pa.table({name: pa.array([value], pa.decimal128(precision, scale))})
        info = column_info(name, "fixed")
        info["scale"] = scale
        return Result(arrow, [info])
    return table_result([(name, returns.protocol)], [(value,)], statement_type.SELECT)


def call_arguments(cursor: Cursor) -> tuple[list[str], list[str | None]]:
    """Consume the arguments of a CALL, to its end.

    Returns: their expressions as written and, for `name => expression`, their names.
    """
    texts: list[str] = []
    names: list[str | None] = []
    cursor.expect("(")
    while not cursor.accept(")"):
        following = cursor.peek(1)
        named = following is not None and following.text == "=>"
        names.append(cursor.identifier() if named else None)
        cursor.accept("=>")
        texts.append(argument_text(cursor))
        cursor.accept(",")
    if not cursor.done:
        raise cursor.unexpected("the end of CALL")
    return texts, names


def _overload(session: Session, name: Name, values: tuple[Any, ...], names: list[str | None]) -> Procedure:
    """Choose the procedure whose arguments take these values."""
    found = session.account.catalog.list(Procedure, name.database, name.schema)
    found = [o for o in found if o.called == name.name]
    if not found:
        raise does_not_exist(Procedure.KIND, name)
    fitting = [o for o in found if _fits(o, values, names)]
    if len(fitting) > 1:
        exact = [o for o in fitting if _exact(o, values)]
        fitting = exact or fitting
    if len(fitting) != 1:
        count = "no procedure" if not fitting else "more than one procedure"
        given = ", ".join(type(v).__name__ for v in values)
        raise ProgrammingError(
            msg=f"SQL compilation error:\nInvalid argument types for function '{name.name}': {count} takes ({given}).",
            errno=1044, sqlstate="42P13",
        )  # fmt: skip
    return fitting[0]


def _fits(item: Procedure, values: tuple[Any, ...], names: list[str | None]) -> bool:
    declared = item.arguments
    given = {n for n in names if n}
    positional = names.count(None)
    if len(values) > len(declared) or not given <= {a[0] for a in declared}:
        return False
    return all(i < positional or a[0] in given or a[2] is not None for i, a in enumerate(declared))


def _exact(item: Procedure, values: tuple[Any, ...]) -> bool:
    types = [DataType.of_value(v) for v in values]
    declared = [DataType.parse(a[1]) for a in item.arguments]
    return all(found is None or found.name == wanted.name for found, wanted in zip(types, declared, strict=False))


def _cells(session: Session, item: Procedure, values: tuple[Any, ...], names: list[str | None]) -> dict[str, Cell]:
    declared = item.arguments
    given = {n or declared[i][0]: v for i, (n, v) in enumerate(zip(names, values, strict=True))}
    cells = {}
    for name, written, default in declared:
        value = given[name] if name in given else session.execute(f"select {default}").scalar()
        wanted = DataType.parse(written)
        cells[name] = Cell(wanted, convert(value, wanted))
    return cells


def _run(session: Session, item: Procedure, arguments: dict[str, Cell]) -> Outcome:
    """Run the body in the caller's session, or for owner's rights in a session of the owner's in its own schema."""
    block = compiled(item.body, frozenset(arguments), of_procedure=True)
    where = f"Procedure {item.name.schema}.{item.called}"
    if item.execute_as == "CALLER":
        return run_block(session, block, arguments, where=where, cancelled=_cancelled(session))
    owner = session.derive(role=item.owner, database=item.name.database, schema=item.name.schema)
    try:
        return run_block(owner, block, arguments, where=where, cancelled=_cancelled(session))
    finally:
        owner.close()


def _cancelled(session: Session) -> Callable[[], bool]:
    return lambda: session.task is not None and session.task.cancelled.is_set()


@handles("DECLARE", "BEGIN")
def anonymous_block(session: Session, statement: Statement) -> Result:
    """Run a block that stands alone."""
    if not is_block(statement.sql):
        raise unknown(statement.sql)
    outcome = run_block(session, compiled(statement.sql), cancelled=_cancelled(session))
    return _anonymous(outcome)


def _anonymous(outcome: Outcome) -> Result:
    if outcome.table is not None:
        return outcome.table
    value = outcome.value
    numeric = isinstance(value, bool | int | Decimal | float)
    returns = (DataType.of_value(value) if numeric else None) or VARCHAR
    return _scalar("anonymous block", convert(value, returns), returns)


@handles("EXECUTE IMMEDIATE")
def execute_immediate(session: Session, statement: Statement) -> Result:
    """Run the statement or block in a literal, or in a session variable."""
    cursor = statement.cursor
    if cursor.looking_at("$"):  # a session variable
        cursor = Cursor.over(variables.inline(session, cursor.rest()))
    token = cursor.next()
    if token.kind not in ("string", "dollar") or not cursor.done:
        raise not_supported("EXECUTE IMMEDIATE of anything but one literal, outside of a block,")
    return session.execute(unquote(token), statement.binds)
