"""SQL over logical tables, as verified queries are written, made SQL over base tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fakesnow.dialect import parse_one
from sqlglot import exp

from local_account.identifiers import identifier
from local_account.semantic.compiler import compile_query
from local_account.semantic.model import Kind
from local_account.semantic.query import Asked, SemanticQuery
from local_account.semantic.refusals import invalid_query

if TYPE_CHECKING:
    from sqlglot import Expr

    from local_account.semantic.model import LogicalTable, SemanticModel

_ROWS = (Kind.DIMENSION, Kind.TIME_DIMENSION, Kind.FACT)
_PREFIX = "__"


def physical(model: SemanticModel, sql: str) -> Expr:
    """Return a query over logical tables as one over base tables: each stands before it, with what it declares.

    Args:
        model: whose tables the query names, plainly or with two underscores before the name.
        sql: one SELECT, with or without WITH.

    Raises: ProgrammingError where it is no query, or names a table that is none of the model's.
    """
    query = parse_one(sql)
    if not isinstance(query, exp.Query):
        raise invalid_query("A verified query must be a SELECT.")
    tables = {table.name: table for table in model.tables}
    own = {cte.alias_or_name.upper() for cte in query.find_all(exp.CTE)}
    found: dict[str, LogicalTable] = {}
    for node in list(query.find_all(exp.Table)):
        name = identifier(node.this)
        if not node.args.get("db") and name in own:
            continue
        table = tables.get(name.removeprefix(_PREFIX)) if not node.args.get("db") else None
        if table is None:
            raise invalid_query(f"{node.sql(dialect='snowflake')} is no logical table of {model.name}.")
        found[table.name] = table
        if not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        node.set("this", exp.to_identifier(_PREFIX + table.name, quoted=True))
    logical = [exp.CTE(this=rows_of(model, one), alias=_alias(_PREFIX + one.name)) for one in found.values()]
    given = query.args.get("with_")
    query.set("with_", exp.With(expressions=[*logical, *(given.expressions if given else [])]))
    return query


def rows_of(model: SemanticModel, table: LogicalTable) -> exp.Select:
    """Return the rows of a logical table with its dimensions and facts, one for each row of its base table."""
    # Facts come row by row, where dimensions would come once each.
    rows = tuple(replace(e, kind=Kind.FACT, private=False) for e in table.expressions if e.kind in _ROWS)
    others = tuple(replace(one, expressions=rows) if one.name == table.name else one for one in model.tables)
    owner = exp.to_identifier(table.name, quoted=True)
    asked = (
        Asked("facts", exp.Column(this=exp.to_identifier(one.name, quoted=True), table=owner.copy()), one.name)
        for one in rows
    )
    return compile_query(replace(model, tables=others), SemanticQuery(tuple(asked)))


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True))
