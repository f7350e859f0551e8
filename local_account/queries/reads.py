"""What a query reads beyond plain tables: masked columns, and views whose result depends on who asks.

DuckDB's views are fixed when they are made. A view that calls session functions, reads a masked column or the
INFORMATION_SCHEMA is therefore replaced by its own query each time it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import Expr, exp

from local_account.catalog.objects import View
from local_account.errors import not_supported
from local_account.identifiers import Name, identifier
from local_account.queries import forms, information_schema, nullability, rewrite, semantic_selects, semantic_views
from local_account.queries.columns import columns
from local_account.queries.masks import hidden_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.catalog.objects import Relation
    from local_account.session.session import Session


def view_properties(session: Session, query: Expr, view: Name) -> dict[str, Any]:
    """Describe a view's query for later reads: its text with full names, its sources, whether it calls the session."""
    whole = query.copy()
    for join in whole.find_all(exp.Join):
        forms.give_condition(join)  # without it the text of the query would have no side
    rewrite.resolve_identifiers(whole, None)
    semantic_selects.write_out(session, whole, view)
    sources = rewrite.qualify(session, whole, view)
    of_model = semantic_views.name_columns(session, whole)
    return {
        "QUERY": whole.sql(dialect="snowflake"),
        "SOURCES": [list(name.parts) for _, name in sources],
        "NEVER_NULL": [] if of_model else nullability.never_null(session, whole),
        "DYNAMIC": of_model or rewrite.calls_session(whole) or information_schema.reads(whole),
    }


def apply(session: Session, tables: list[tuple[exp.Table, Name]], target: Expr | None = None) -> None:
    """Replace, among the tables that a statement reads, those with masks and those views that must be expanded."""
    catalog = session.account.catalog
    hidden_in: dict[Name, dict[str, Expr]] = {}
    replaced: list[tuple[exp.Table, Relation, dict[str, Expr]]] = []
    for table, name in tables:
        if table is target:
            continue
        item = catalog.find_relation(name)
        if item is None:
            continue
        _require_as_made(session, table, item)
        if name not in hidden_in:
            hidden_in[name] = hidden_columns(session, item)
        if hidden_in[name] or _depends_on_role(session, item):
            replaced.append((table, item, hidden_in[name]))
    named = _names_in(replaced[0][0].root()) if replaced else None  # before anything of them is replaced
    for table, item, hidden in replaced:
        wanted = named if table.find_ancestor(exp.Select) else None
        table.replace(_replacement(session, table, item, hidden, wanted))


def _require_as_made(session: Session, table: exp.Table, item: Relation) -> None:
    """Refuse a view of an asterisk that stands for more columns, or fewer, than when it was made.

    Raises: ProgrammingError (2057).
    """
    made = len(item.never_null) if isinstance(item, View) else 0
    now = len(session.connection.column_types.of(table)) if made else 0
    if now not in (0, made):
        raise ProgrammingError(
            msg=f"SQL compilation error:\nView definition for '{item.name}' declared {made} column(s), "
            f"but view query produces {now} column(s).",
            errno=2057,
            sqlstate="42601",
        )


def mask_written(session: Session, statement: Expr) -> None:
    """Mask what UPDATE, DELETE or MERGE reads of the table that it writes: conditions, and values on the right.

    Raises: ProgrammingError for a name in a subquery that may be the masked column's or another table's.
    """
    table = statement.this
    if not isinstance(statement, exp.Update | exp.Delete | exp.Merge) or not isinstance(table, exp.Table):
        return
    item = session.account.catalog.find_relation(rewrite.table_name(table))
    hidden = hidden_columns(session, item) if item else {}
    if not hidden:
        return
    alias = table.args.get("alias")
    called = identifier(alias.this if alias else table.this)
    others = {id(column) for column in (*_written(statement), *_of_sources(statement))}
    for column in list(statement.find_all(exp.Column)):
        name = identifier(column.this)
        if name not in hidden or id(column) in others:
            continue
        qualifier = column.args.get("table")
        if qualifier is None and column.find_ancestor(exp.Select):
            raise not_supported(f"The name {name} of a masked column without its table, in a subquery of a change,")
        if qualifier is None or identifier(qualifier) == called:
            column.replace(_qualified(hidden[name], qualifier))


def _written(statement: Expr) -> Iterator[Expr]:
    """Yield the columns that a change writes, as they stand in the statement."""
    whens = statement.args.get("whens")
    for change in [statement] + [when.args["then"] for when in (whens.expressions if whens else [])]:
        if isinstance(change, exp.Update):
            yield from (assignment.this for assignment in change.expressions)
        elif isinstance(change, exp.Insert) and isinstance(change.this, exp.Tuple):
            yield from change.this.expressions


def _of_sources(statement: Expr) -> Iterator[Expr]:
    """Yield the columns in what a change joins with: no subquery there sees the table that is written."""
    for key in ("using", "from_"):
        found = statement.args.get(key)
        for source in found if isinstance(found, list) else [found] if found else []:
            yield from source.find_all(exp.Column)


def _qualified(masked: Expr, qualifier: Expr | None) -> Expr:
    """Return what is read in place of a column, with the columns that it reads of the same table."""
    whole = exp.paren(masked)
    for column in whole.find_all(exp.Column):
        column.set("table", qualifier.copy() if qualifier else None)
    return whole


def _depends_on_role(session: Session, item: Relation) -> bool:
    """Tell whether a view's result depends on who asks: it calls the session, or reads a masked column."""
    if not isinstance(item, View):
        return False
    if item.dynamic:
        return True
    catalog = session.account.catalog
    for parts in item.sources:
        name = Name.of(*parts)
        source = catalog.find_relation(name)
        if source is not None and (hidden_columns(session, source) or _depends_on_role(session, source)):
            return True
    return False


# What reads columns that it does not name. COUNT(*) reads none.
_OF_ALL_COLUMNS = (exp.Star, exp.Pivot, exp.Parameter)


def _names_in(statement: Expr) -> frozenset[str] | None:
    """Return the names that a statement uses, for columns or else; None where it may read columns without a name."""
    for node in statement.find_all(*_OF_ALL_COLUMNS):
        if not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
            return None
    if any(join.args.get("method") == "NATURAL" for join in statement.find_all(exp.Join)):
        return None
    return frozenset(identifier(name) for name in statement.find_all(exp.Identifier))


def _replacement(
    session: Session, table: exp.Table, item: Relation, hidden: dict[str, Expr], wanted: frozenset[str] | None
) -> exp.Subquery:
    """Write what a role reads in place of a table or view; of one with masks no more columns than are wanted.

    Masked tables are wide, and each column would be translated with every statement.
    """
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(item.name.name, quoted=True))
    inner: Expr = exp.select("*").from_(_bare(table))
    if isinstance(item, View) and item.query:
        inner = _expanded(session, item)
    if hidden:
        names = [column.name for column in columns(session, item.name)]
        if wanted is not None:
            names = [name for name in names if name in wanted] or names[:1]
        projections = [
            _column(name)
            if (instead := hidden.get(name)) is None
            else exp.alias_(instead, exp.to_identifier(name, quoted=True))
            for name in names
        ]
        unmasked = exp.Subquery(this=inner, alias=exp.to_identifier("_unmasked"))
        inner = exp.select(*projections, copy=False).from_(unmasked, copy=False)
    return exp.Subquery(this=inner, alias=alias, **{part: table.args.get(part) for part in _AROUND})


# What stands at a table in the tree and works on all that is read of it.
_AROUND = ("joins", "pivots", "laterals")


def _bare(table: exp.Table) -> exp.Table:
    bare = table.copy()
    for part in ("alias", *_AROUND):
        bare.set(part, None)
    return bare


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _expanded(session: Session, view: View) -> Expr:
    written = parse_one(view.query)
    forms.write(session, written)
    query = rewrite.prepare(session, written, None)
    tables = rewrite.qualify(session, query, view.name)
    information_schema.complete(session, query)
    apply(session, semantic_views.expand(session, query, tables))
    named = [exp.to_identifier(c.name, quoted=True) for c in columns(session, view.name)]
    alias = exp.TableAlias(this=exp.to_identifier("_view"), columns=named)
    return exp.select("*").from_(exp.Subquery(this=query, alias=alias))
