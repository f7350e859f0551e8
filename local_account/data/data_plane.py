"""Statements of the data plane: queries, DML, and DDL of tables, views and sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow.dialect import parse
from fakesnow.statement_type import statement_type_id
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.data import engine, merge, reads, relations, rewrite
from local_account.data.results import Result, table_result
from local_account.data.translation import without_positions
from local_account.errors import not_supported, syntax_error
from local_account.parsing import Name

if TYPE_CHECKING:
    from local_account.session.session import Session

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_DML = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_INFORMATION_SCHEMA = "INFORMATION_SCHEMA"


def execute(session: Session, sql: str, binds: list[Any]) -> Result:
    """Execute one statement on the data plane with the rights of the session's role.

    Raises: ProgrammingError: not supported (2), syntax (1003), missing objects or rights (2003, 3001), and what the
        statement itself runs into.
    """
    text = rewrite.inline_variables(session, sql)
    expression = parsed(rewrite.name_placeholders(text) if binds else text)
    params: list[Any] = list(binds)
    if isinstance(expression, exp.Set) or rewrite.is_unset(expression):
        return engine.run(session.connection, expression, None)
    if isinstance(expression, relations.STATEMENTS):
        return relations.execute(session, expression, params, sql)
    if not isinstance(expression, _QUERIES + _DML):
        raise not_supported(f"The statement {_head(sql)}")
    prepared = rewrite.prepare(session, expression, params)
    tables = rewrite.qualify(session, prepared)
    authorise(session, prepared, tables)
    require_warehouse(session, prepared, tables)
    reads.apply(session, tables, _target(prepared))
    if isinstance(prepared, _DML) and not session.autocommit and not session.in_transaction:
        session.execute("BEGIN")
    if isinstance(prepared, exp.Merge):
        return merge.run(session, prepared, params)
    return engine.run(session.connection, prepared, params, session.tag)


def describe(session: Session, sql: str) -> Result:
    """Return the columns of a statement's result, without rows and without executing it."""
    expression = parsed(rewrite.inline_variables(session, sql))
    if isinstance(expression, _DML):
        kinds = _dml_privileges(expression)
        words = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted"}
        names = [
            f"number of rows {words[k]}" for k in kinds if not (isinstance(expression, exp.Insert) and k == "DELETE")
        ]
        return table_result([(n, "fixed") for n in names], [], statement_type_id(expression))
    if not isinstance(expression, _QUERIES):
        return table_result([("status", "text")], [], statement_type_id(expression))
    for placeholder in list(expression.find_all(exp.Placeholder)):
        placeholder.replace(exp.Null())
    prepared = rewrite.prepare(session, expression, None)
    tables = rewrite.qualify(session, prepared)
    authorise(session, prepared, tables)
    reads.apply(session, tables)
    empty = exp.select("*").from_(exp.Subquery(this=prepared, alias=exp.to_identifier("q"))).limit(0)
    return engine.run(session.connection, empty, None)


def parsed(sql: str) -> Expr:
    """Parse exactly one statement. Raises: ProgrammingError (1003, or 8 for several statements)."""
    statements = [s for s in parse(sql) if s is not None and not isinstance(s, exp.Semicolon)]
    if not statements:
        raise syntax_error("Empty SQL statement.")
    if len(statements) > 1:
        raise ProgrammingError(
            msg=f"Actual statement count {len(statements)} did not match the desired statement count 1.",
            errno=8,
            sqlstate="0A000",
        )
    return without_positions(statements[0])


def _head(sql: str) -> str:
    words = sql.split()
    return " ".join(words[:4]).upper()[:60]


def authorise(session: Session, expression: Expr, tables: list[tuple[exp.Table, Name]]) -> None:
    """Check the current role's rights on every table that a query or DML statement names."""
    target = _target(expression)
    for table, name in tables:
        if name.schema == _INFORMATION_SCHEMA:
            session.require("USAGE", "DATABASE", Name(str(name.database)))
            continue
        privileges = _dml_privileges(expression) if table is target else ("SELECT",)
        for privilege in privileges:
            require_on_relation(session, privilege, name)


def _target(expression: Expr) -> Expr | None:
    """Return the table that DML writes."""
    target = expression.this if isinstance(expression, _DML) else None
    return target.this if isinstance(target, exp.Schema) else target


def require_on_relation(session: Session, privilege: str, name: Name) -> str:
    """Check a privilege on a table or view; return its kind."""
    kind = session.find_relation(name)
    if kind is None:
        # USAGE around it is checked first, so that nobody learns what exists where they may not look.
        session.require_containers(name)
        raise relations.missing(name)
    session.require(privilege, kind, name)
    return kind


def _dml_privileges(expression: Expr) -> tuple[str, ...]:
    match expression:
        case exp.Insert():
            return ("INSERT", "DELETE") if expression.args.get("overwrite") else ("INSERT",)
        case exp.Update():
            return ("UPDATE",)
        case exp.Delete():
            return ("DELETE",)
        case _:
            return tuple(merge.actions(expression)) if isinstance(expression, exp.Merge) else ()


def require_warehouse(session: Session, expression: Expr, tables: list[tuple[exp.Table, Name]]) -> None:
    """Refuse to compute without a warehouse; metadata, constants and session functions need none."""
    computes = any(name.schema != _INFORMATION_SCHEMA for _, name in tables) or expression.find(exp.Generator)
    if not computes:
        return
    if session.warehouse is None:
        raise ProgrammingError(
            msg="No active warehouse selected in the current session. Select an active warehouse with the 'use "
            "warehouse' command.",
            errno=606,
            sqlstate="57P03",
        )
    session.require("USAGE", "WAREHOUSE", Name(session.warehouse))
