"""What the catalog knows and fakesnow's INFORMATION_SCHEMA does not: owners, times, comments, and whole views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import Expr, exp

from local_account.catalog.objects import Database, Schema, Table, View
from local_account.queries import rewrite
from local_account.results import table_result
from local_account.types import DataType, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.results import Result
    from local_account.session.session import Session

_PLACE = ("TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME")
_KEYS = (*_PLACE, "COLUMN_NAME", "CATALOG_NAME", "SCHEMA_NAME")
# Views that fakesnow lacks: what gives their rows of a database.
MADE: dict[str, Callable[[Session, str], Result]] = {}


def complete(session: Session, expression: Expr) -> None:
    """Put the catalog's values in place of fakesnow's, wherever a query reads one of these tables."""
    if isinstance(expression, exp.Create) and expression.args.get("kind") == "VIEW":
        return  # it is read anew each time, and completed then
    for table in list(expression.find_all(exp.Table)):
        make = MADE.get(table.name.upper()) if table.db.upper() == "INFORMATION_SCHEMA" else None
        if make is not None and isinstance(table.this, exp.Identifier):
            relation = rewrite.as_relation(session, make(session, str(rewrite.table_name(table).database)))
            relation.set("alias", table.args.get("alias") or _called(table))
            _ = table.replace(relation)
            continue
        known = _KNOWN.get(table.name.upper()) if table.db.upper() == "INFORMATION_SCHEMA" else None
        if known is not None and isinstance(table.this, exp.Identifier):
            _ = table.replace(_completed(session, table, known(session)))


def _completed(session: Session, table: exp.Table, known: Result) -> Expr:
    """Return a query of the same columns, some of which have the values of what is known of each place."""
    alias = table.args.get("alias") or _called(table)
    read = table.copy()
    read.set("alias", exp.TableAlias(this=exp.to_identifier("of_fakesnow")))
    catalog = rewrite.as_relation(session, known)
    catalog.set("alias", exp.TableAlias(this=exp.to_identifier("of_catalog")))
    same = [exp.EQ(this=exp.column(name, "of_fakesnow"), expression=exp.column(name, "of_catalog"))
            for name in known.names if name in _KEYS]  # fmt: skip
    given = [
        exp.alias_(exp.func("COALESCE", exp.column(name, "of_catalog"), exp.column(name, "of_fakesnow")), name)
        for name in known.names
        if name not in _KEYS
    ]
    if table.name.upper() == "COLUMNS":
        given += _counting()
    star = exp.Column(this=exp.Star(replace=given), table=exp.to_identifier("of_fakesnow"))
    query = exp.select(star).from_(read).join(catalog, on=exp.and_(*same), join_type="left")
    return exp.Subquery(this=query, alias=alias)


def _called(table: exp.Table) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(table.name.upper(), quoted=True))


def _counting() -> list[Expr]:
    """Return what tells of AUTOINCREMENT, for which fakesnow made a sequence of its own."""
    default = exp.column("COLUMN_DEFAULT", "of_fakesnow")
    counts = exp.Like(this=default, expression=exp.Literal.string("%\\_fs\\_seq\\_%"))
    counts = exp.Escape(this=counts, expression=exp.Literal.string("\\"))
    return [
        exp.alias_(exp.Case(ifs=[exp.If(this=counts, true=exp.Null())], default=default.copy()), "COLUMN_DEFAULT"),
        exp.alias_(
            exp.Case(
                ifs=[exp.If(this=counts.copy(), true=exp.Literal.string("YES"))], default=exp.Literal.string("NO")
            ),
            "IS_IDENTITY",
        ),
    ]


_TOLD = [("COMMENT", "text"), ("CREATED", "timestamp_ltz"), ("LAST_ALTERED", "timestamp_ltz")]


def _tables(session: Session) -> Result:
    items = [*session.account.catalog.list(Table), *session.account.catalog.list(View)]
    columns = [(name, "text") for name in (*_PLACE, "TABLE_OWNER")]
    rows = [(*item.name.parts, item.owner, item.created_on, item.comment or None) for item in items]
    return table_result([*columns, ("CREATED", "timestamp_ltz"), ("COMMENT", "text")], rows)


def _views(session: Session) -> Result:
    """Return what is known of views; their definition is the statement that made them, as it was written."""
    columns = [(name, "text") for name in (*_PLACE, "TABLE_OWNER", "VIEW_DEFINITION", "IS_SECURE", "COMMENT")]
    rows = [
        (*item.name.parts, item.owner, item.text, "YES" if item.secure else "NO", item.comment or None,
         item.created_on)
        for item in session.account.catalog.list(View)
    ]  # fmt: skip
    return table_result([*columns, ("CREATED", "timestamp_ltz")], rows)


def _columns(session: Session) -> Result:
    required = _required(session)
    rows = [
        (*item.name.parts, column, item.column_comments.get(column),
         "NO" if column in required.get(item.name.parts, ()) else None, *_type(item.column_types.get(column)))
        for item in (*session.account.catalog.list(Table), *session.account.catalog.list(View))
        for column in {*item.column_comments, *item.column_types, *required.get(item.name.parts, ())}
    ]  # fmt: skip
    columns = [(name, "text") for name in (*_PLACE, "COLUMN_NAME", "COMMENT", "IS_NULLABLE", "DATA_TYPE")]
    return table_result([*columns, ("NUMERIC_PRECISION", "fixed"), ("NUMERIC_SCALE", "fixed")], rows)


def _schemata(session: Session) -> Result:
    names = [("CATALOG_NAME", "text"), ("SCHEMA_NAME", "text"), ("SCHEMA_OWNER", "text"), ("IS_TRANSIENT", "text")]
    rows = [
        (o.name.schema, o.name.name, o.owner, "YES" if o.get("TRANSIENT") else "NO", o.comment or None,
         *[o.created_on] * 2)
        for o in session.account.catalog.list(Schema)
    ]  # fmt: skip
    return table_result([*names, *_TOLD], rows)


def _databases(session: Session, _: str) -> Result:
    names = ("DATABASE_NAME", "DATABASE_OWNER", "IS_TRANSIENT")
    rows = [
        (o.name.name, o.owner, "YES" if o.get("TRANSIENT") else "NO", o.comment or None, *[o.created_on] * 2,
         o.parameters.get("DATA_RETENTION_TIME_IN_DAYS", 1), "STANDARD")
        for o in session.account.catalog.list(Database)
        if session.account.access.sees(session.role, o.kind, o.name)
    ]  # fmt: skip
    columns = [*((name, "text") for name in names), *_TOLD, ("RETENTION_TIME", "fixed"), ("TYPE", "text")]
    return table_result(columns, rows)


def _required(session: Session) -> dict[tuple[str, ...], list[str]]:
    """Return the columns of views that are never null, by the parts of the views' names."""
    views = {item.name.parts: item.never_null for item in session.account.catalog.list(View) if any(item.never_null)}
    found: dict[tuple[str, ...], list[str]] = {parts: [] for parts in views}
    query = "select database_name, schema_name, table_name, column_name, column_index from duckdb_columns()"
    for database, schema, view, column, position in session.connection.sql(query) if views else ():
        never = views.get((database, schema, view), [])
        if position <= len(never) and never[position - 1]:
            found[database, schema, view].append(column)
    return found


def reads(query: Expr) -> bool:
    """Tell whether a query reads one of these tables, whose names are complete."""
    return any(table.db.upper() == "INFORMATION_SCHEMA" for table in query.find_all(exp.Table))


def _type(declared: str | None) -> tuple[str | None, int | None, int | None]:
    """Return name, precision and scale of a declared type that DuckDB keeps as JSON, or in a wider type of numbers."""
    found = DataType.parse(declared) if declared else None
    if found is None or found.family not in (Family.SEMI_STRUCTURED, Family.EXACT):
        return None, None, None
    return found.name, found.precision, found.scale


_KNOWN: dict[str, Callable[[Session], Result]] = {
    "TABLES": _tables, "VIEWS": _views, "COLUMNS": _columns, "SCHEMATA": _schemata,
}  # fmt: skip
MADE["DATABASES"] = _databases
