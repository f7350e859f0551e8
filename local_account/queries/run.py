"""Statements of the data plane: queries, DML, and DDL of tables, views and sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow.statement_type import statement_type_id
from sqlglot import exp

from local_account.data_plane import plane
from local_account.queries import merge, reads, relations, rewrite
from local_account.queries.parse import inline_variables, is_unset, name_placeholders, parsed, unknown
from local_account.queries.rights import DML, authorise, dml_privileges, require_warehouse, target
from local_account.results import Result, table_result

if TYPE_CHECKING:
    from local_account.session.session import Session

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


def execute(session: Session, sql: str, binds: list[Any]) -> Result:
    """Execute one statement on the data plane with the rights of the session's role.

    Raises: ProgrammingError: not supported (2), syntax (1003), missing objects or rights (2003, 3001), and what the
        statement itself runs into.
    """
    text = inline_variables(session, sql)
    expression = parsed(name_placeholders(text) if binds else text)
    params: list[Any] = list(binds)
    if isinstance(expression, exp.Set) or is_unset(expression):
        return plane.run(session.connection, expression, None)
    if isinstance(expression, relations.STATEMENTS):
        return relations.execute(session, expression, params, sql)
    if not isinstance(expression, _QUERIES + DML):
        raise unknown(sql)
    prepared = rewrite.prepare(session, expression, params)
    tables = rewrite.qualify(session, prepared)
    authorise(session, prepared, tables)
    require_warehouse(session, prepared, tables)
    reads.apply(session, tables, target(prepared))
    if isinstance(prepared, DML) and not session.autocommit and not session.in_transaction:
        session.execute("BEGIN")
    if isinstance(prepared, exp.Merge):
        return merge.run(session, prepared, params)
    return plane.run(session.connection, prepared, params, session.tag)


def describe(session: Session, sql: str) -> Result:
    """Return the columns of a statement's result, without rows and without executing it."""
    expression = parsed(inline_variables(session, sql))
    if isinstance(expression, DML):
        kinds = dml_privileges(expression)
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
    return plane.run(session.connection, empty, None)
