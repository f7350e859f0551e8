"""What a query reads beyond plain tables: masked columns, and views whose result depends on who asks.

DuckDB's views are fixed when they are made. A view that calls session functions, or reads a masked column, is therefore
replaced by its own query each time it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakesnow.dialect import parse_one
from sqlglot import Expr, exp

from local_account import rewrite
from local_account.columns import columns

if TYPE_CHECKING:
    from local_account.catalog import CatalogObject
    from local_account.parsing import Name
    from local_account.session import Session


def view_properties(session: Session, query: Expr, view: Name) -> dict[str, object]:
    """Describe a view's query for later reads: its text with full names, its sources, whether it calls the session."""
    whole = rewrite.resolve_identifiers(query.copy(), None)
    sources = rewrite.qualify(session, whole, view)
    return {
        "QUERY": whole.sql(dialect="snowflake"),
        "SOURCES": [list(name.parts) for _, name in sources],
        "DYNAMIC": rewrite.calls_session(whole),
    }


def apply(session: Session, tables: list[tuple[exp.Table, Name]], target: Expr | None = None) -> None:
    """Replace, among the tables that a statement reads, those with masks and those views that must be expanded."""
    catalog = session.account.catalog
    for table, name in tables:
        if table is target:
            continue
        item = catalog.find("TABLE", name) or catalog.find("VIEW", name)
        if item is None or not _special(session, item):
            continue
        table.replace(_replacement(session, table, item))


def _special(session: Session, item: CatalogObject) -> bool:
    """Tell whether reading an object needs more than its name."""
    if item["MASKING"] or item["DYNAMIC"]:
        return True
    catalog = session.account.catalog
    for parts in item["SOURCES"] or ():
        name = type(item.name).of(*parts)
        source = catalog.find("TABLE", name) or catalog.find("VIEW", name)
        if source is not None and _special(session, source):
            return True
    return False


def _replacement(session: Session, table: exp.Table, item: CatalogObject) -> exp.Subquery:
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(item.name.name, quoted=True))
    inner: Expr = exp.select("*").from_(_bare(table))
    if item.kind == "VIEW" and item["QUERY"]:
        inner = _expanded(session, item)
    masks = item["MASKING"] or {}
    if masks:
        names = [c.name for c in columns(session, item.name)]
        projections = [
            exp.alias_(_mask(session, masks[n], n), exp.to_identifier(n, quoted=True)) if n in masks else _column(n)
            for n in names
        ]
        inner = exp.select(*projections).from_(exp.Subquery(this=inner, alias=exp.to_identifier("_unmasked")))
    return exp.Subquery(this=inner, alias=alias)


def _bare(table: exp.Table) -> exp.Table:
    bare = table.copy()
    bare.set("alias", None)
    bare.set("joins", None)
    return bare


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _expanded(session: Session, view: CatalogObject) -> Expr:
    query = rewrite.prepare(session, parse_one(view["QUERY"]), None)
    apply(session, rewrite.qualify(session, query, view.name))
    named = [exp.to_identifier(c.name, quoted=True) for c in columns(session, view.name)]
    alias = exp.TableAlias(this=exp.to_identifier("_view"), columns=named)
    return exp.select("*").from_(exp.Subquery(this=query, alias=alias))


def _mask(session: Session, policy: str, column: str) -> Expr:
    """Return the policy's expression over a column, its session functions answered for the role that asks."""
    item = next(o for o in session.account.catalog.list("MASKING POLICY") if str(o.name) == policy)
    select = parse_one(f"select {item['BODY']}")
    for reference in list(select.find_all(exp.Column)):
        if reference.name.upper() == item["ARGUMENT"] and not reference.table:
            reference.replace(_column(column))
    prepared = rewrite.prepare(session, select, None)
    expression: Expr = prepared.expressions[0]
    return expression.this if isinstance(expression, exp.Alias) else expression
