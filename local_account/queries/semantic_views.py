"""SEMANTIC_VIEW(...) in a FROM clause: the query of base tables that stands in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.catalog.objects import SemanticView, model_of
from local_account.errors import not_supported
from local_account.identifiers import Name
from local_account.queries import kept_keys, rewrite
from local_account.queries.rights import missing
from local_account.semantic.compiler import compile_query
from local_account.semantic.keys import keys_of
from local_account.semantic.query import SemanticQuery

if TYPE_CHECKING:
    from local_account.session.session import Session

Tables = list[tuple[exp.Table, Name]]
_BESIDE = ("alias", "joins", "pivots", "sample")  # what may stand behind a table in a FROM clause


def expand(session: Session, expression: Expr, tables: Tables) -> Tables:
    """Replace each SEMANTIC_VIEW(...) by its query, the inner ones first.

    Args:
        session: who asks.
        expression: a statement whose tables have their full names.
        tables: these tables with their names.

    Returns: the tables of the statement as it is now.
    Raises: ProgrammingError for what a semantic view cannot answer.
    """
    for node in reversed(list(expression.find_all(exp.SemanticView))):
        name = rewrite.table_name(node.this)
        query = put_in_place(node, _compiled(session, node))
        tables = [*tables, *rewrite.qualify(session, query, name)]
    present = {id(table) for table in expression.find_all(exp.Table)}
    return [(table, name) for table, name in tables if id(table) in present]


def name_columns(session: Session, expression: Expr) -> bool:
    """Name the columns of each SEMANTIC_VIEW(...), which the text of a view does not keep in their order.

    Args:
        session: who asks.
        expression: a view's query whose tables have their full names.

    Returns: whether there was any.
    """
    found = list(expression.find_all(exp.SemanticView))
    for node in reversed(found):
        names = _compiled(session, node).named_selects
        columns = (exp.column(exp.to_identifier(name, quoted=True)) for name in names)
        put_in_place(node, exp.select(*columns).from_(exp.Table(this=node.copy())))
    return bool(found)


def _compiled(session: Session, node: exp.SemanticView) -> exp.Select:
    name = rewrite.table_name(node.this)
    item = session.account.catalog.find(SemanticView, name)
    if item is None:
        raise missing(name)
    select = compile_query(model_of(item), SemanticQuery.of(node))
    kept_keys.require(session, keys_of(select))
    prepared = rewrite.prepare(session, select, None)
    assert isinstance(prepared, exp.Select)  # noqa: S101 - prepare changes functions, not the kind of statement
    return prepared


def put_in_place(node: exp.SemanticView, query: exp.Select) -> exp.Subquery:
    """Put a query in place of a SEMANTIC_VIEW(...), with all that stands behind it; return it as it stands there."""
    table = node.parent
    assert isinstance(table, exp.Table)  # noqa: S101 - the grammar has it nowhere else
    if unknown := [key for key, value in table.args.items() if value and key not in ("this", *_BESIDE)]:
        raise not_supported(f"{', '.join(unknown).upper()} behind SEMANTIC_VIEW(...)")
    beside = {key: table.args[key] for key in _BESIDE if table.args.get(key)}
    instead = exp.Subquery(this=query, **beside)
    _ = table.replace(instead)
    return instead
