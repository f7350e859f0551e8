"""Which columns of a query are never null, as Snowflake tells of a view: those that are a column which is NOT NULL.

It goes by how the query is written: no expression is, nor what an outer join adds, nor a set operation's columns.
Live: frostlake ddl-view-column-nullability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.identifiers import identifier
from local_account.queries import rewrite
from local_account.queries.columns import columns

if TYPE_CHECKING:
    from local_account.session.session import Session

# The columns of something that is read, in order, and whether they are never null; None where they are not known.
_Columns = list[tuple[str, bool]] | None


def never_null(session: Session, query: Expr) -> list[bool]:
    """Tell of each column of a query whether it is never null; nothing where its columns are not known.

    Args:
        session: whose tables are read.
        query: its tables have full names.
    """
    return [never for _, never in _given(session, query, {}) or []]


def _given(session: Session, query: Expr, named: dict[str, _Columns]) -> _Columns:
    query = query.unnest()
    for cte in query.ctes if isinstance(query, exp.Query) else ():
        named = named | {identifier(cte.args["alias"].this): _renamed(_given(session, cte.this, named), cte)}
    if isinstance(query, exp.SetOperation):
        found = _given(session, query.left, named)
        return [(name, False) for name, _ in found] if found else None
    if not isinstance(query, exp.Select):
        return None
    sources = _sources(session, query, named)
    found = list[tuple[str, bool]]()
    for projection in query.expressions:
        if projection.is_star:
            all_of = _all(projection, sources)
            if all_of is None:
                return None
            found += all_of
        else:
            found.append((projection.alias_or_name.upper(), _never(projection.unalias(), sources)))
    group = query.args.get("group")
    plain = group is None or not any(group.args.get(key) for key in ("cube", "rollup", "grouping_sets"))
    return [(name, never and plain) for name, never in found]


def _sources(session: Session, query: exp.Select, named: dict[str, _Columns]) -> dict[str, _Columns]:
    """Return the columns of what a query reads, by the names that it gives it."""
    first = query.args.get("from_")
    found = dict[str, _Columns]()
    for part in [first] if first else []:
        found |= _source(session, part.this, named)
    for join in [*(query.args.get("laterals") or ()), *(query.args.get("joins") or ())]:
        added = _source(session, join.this, named) if isinstance(join, exp.Join) else {"": None}
        side = str(join.args.get("side") or join.args.get("method") or "").upper()
        if side in ("RIGHT", "FULL"):
            found = {name: _cleared(given) for name, given in found.items()}
        if side in ("LEFT", "FULL", "ASOF"):
            added = {name: _cleared(given) for name, given in added.items()}
        if join.args.get("using") or side == "NATURAL":
            added = dict.fromkeys(added)  # an asterisk gives what both have once
        found |= added
    return found


def _source(session: Session, source: Expr, named: dict[str, _Columns]) -> dict[str, _Columns]:
    alias = source.args.get("alias")
    called = identifier(alias.this) if alias and alias.this else source.alias_or_name
    if source.args.get("pivots"):
        return {called: None}
    if isinstance(source, exp.Subquery):
        return {called: _renamed(_given(session, source.this, named), source)}
    if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
        return {called: None}
    if not source.db:
        return {called: _renamed(named.get(identifier(source.this)), source)}
    name = rewrite.table_name(source)
    if str(name) not in session.temporaries and session.account.catalog.find_relation(name) is None:
        return {called: None}
    return {called: _renamed([(c.name, not c.nullable) for c in columns(session, name)], source)}


def _renamed(given: _Columns, source: Expr) -> _Columns:
    """Return columns by the names that an alias lists."""
    alias = source.args.get("alias")
    names = [identifier(column) for column in alias.columns] if alias else []
    return [*zip(names, (never for _, never in given), strict=False)] if given and names else given


def _cleared(given: _Columns) -> _Columns:
    return None if given is None else [(name, False) for name, _ in given]


def _all(star: Expr, sources: dict[str, _Columns]) -> _Columns:
    """Return the columns of an asterisk, that of one source or of all."""
    plain = star.this if isinstance(star, exp.Column) else star
    if any(plain.args.get(key) for key in ("except_", "replace", "rename", "ilike")):
        return None
    asked = [identifier(star.args["table"])] if isinstance(star, exp.Column) and star.table else list(sources)
    found = [sources.get(name) for name in asked]
    return None if None in found else [column for given in found for column in given or []]


def _never(value: Expr, sources: dict[str, _Columns]) -> bool:
    """Tell whether a value is one column that is never null."""
    if not isinstance(value, exp.Column):
        return False
    name, table = identifier(value.this), value.args.get("table")
    asked = [sources.get(identifier(table))] if table else list(sources.values())
    return [never for given in asked for column, never in given or [] if column == name] == [True]
