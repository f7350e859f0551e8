"""SHOW of databases, schemas, tables, views, objects, columns, sequences, functions and integrations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from local_account.catalog.objects import Database, NotificationIntegration, Relation, Schema, Sequence, Table, View
from local_account.errors import invalid_value, not_supported
from local_account.identifiers import Name
from local_account.queries.columns import Column, columns, row_counts
from local_account.queries.rights import missing
from local_account.results import Result, table_result
from local_account.statements import listing
from local_account.statements.declared import text
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_account.catalog.base import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session

_TERSE = [("created_on", "timestamp_ltz"), ("name", "text"), ("kind", "text"), ("database_name", "text"),
          ("schema_name", "text")]  # fmt: skip


_TABLES = listing.column_list(
    "created_on:t name database_name schema_name kind comment cluster_by rows:n bytes:n owner retention_time "
    "automatic_clustering change_tracking search_optimization search_optimization_progress:n "
    "search_optimization_bytes:n is_external enable_schema_evolution owner_role_type is_event budget is_hybrid "
    "is_iceberg is_dynamic is_immutable"
)
_OBJECTS = listing.column_list(
    "created_on:t name database_name schema_name kind comment cluster_by rows:n bytes:n owner retention_time "
    "owner_role_type budget is_hybrid is_dynamic is_iceberg is_interactive"
)
_VIEWS = listing.column_list(
    "created_on:t name reserved database_name schema_name owner comment text is_secure is_materialized "
    "owner_role_type change_tracking"
)
_SCHEMAS = listing.column_list(
    "created_on:t name is_default is_current database_name owner comment options retention_time owner_role_type budget"
)
_DATABASES = listing.column_list(
    "created_on:t name is_default is_current origin owner comment options retention_time kind budget owner_role_type"
)


_OF_VIEWS = "Views describing the contents of schemas in this database"


def _retention(item: CatalogObject) -> str:
    return text(item.parameters.get("DATA_RETENTION_TIME_IN_DAYS", 1))


def _change_tracking(item: Table) -> str:
    return "ON" if str(item.parameters.get("CHANGE_TRACKING")).upper() == "TRUE" else "OFF"


def _terse(items: Iterable[CatalogObject], kind: str | None = "") -> Result:
    shown = [(o.created_on, o.name.name, o.kind if kind == "" else kind, *_place(o)) for o in items]
    return table_result(_TERSE, shown)


def _place(item: CatalogObject) -> tuple[str | None, str | None]:
    return (item.name.schema, None) if item.kind == "SCHEMA" else (item.name.database, item.name.schema)


def _kind(session: Session, item: CatalogObject) -> str:
    if str(item.name) in session.temporaries:
        return "TEMPORARY"
    if isinstance(item, Table) and item.transient:
        return "TRANSIENT"
    return item.kind


@handles("SHOW TABLES", "SHOW TERSE TABLES")
def show_tables(session: Session, statement: Statement) -> Result:
    """SHOW [TERSE] TABLES [LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT ..]."""
    items = listing.visible(session, Table, statement.cursor)
    if "TERSE" in statement.phrase:
        return _terse(items)
    counts = row_counts(session, (o.name for o in items))
    rows = [
        (o.created_on, o.name.name, o.name.database, o.name.schema, _kind(session, o), o.comment, o.cluster_by or "",
         counts[o.name], 0, o.owner, _retention(o), "ON" if o.cluster_by else "OFF",
         _change_tracking(o), "OFF", None, None, "N", "N", "ROLE", "N", None, "N", "N", "N", "N")
        for o in items
    ]  # fmt: skip
    return table_result(_TABLES, rows)


@handles("SHOW VIEWS", "SHOW TERSE VIEWS")
def show_views(session: Session, statement: Statement) -> Result:
    """SHOW [TERSE] VIEWS [LIKE ..] [IN ..] [STARTS WITH ..] [LIMIT ..]."""
    items = listing.visible(session, View, statement.cursor)
    if "TERSE" in statement.phrase:
        return _terse(items)
    rows = [
        (o.created_on, o.name.name, "", o.name.database, o.name.schema, o.owner, o.comment, o.text or "",
         text(bool(o.secure)), "false", "ROLE", "OFF")
        for o in items
    ]  # fmt: skip
    return table_result(_VIEWS, rows)


@handles("SHOW OBJECTS", "SHOW TERSE OBJECTS")
def show_objects(session: Session, statement: Statement) -> Result:
    """SHOW [TERSE] OBJECTS: tables and views."""
    items = listing.select(session, (Table, View), listing.read(session, "TABLE", statement.cursor))
    if "TERSE" in statement.phrase:
        return _terse(items)
    counts = row_counts(session, (o.name for o in items if o.kind == "TABLE"))
    rows = [
        (o.created_on, o.name.name, o.name.database, o.name.schema, o.kind, o.comment, o.cluster_by or "",
         counts.get(o.name), 0 if o.kind == "TABLE" else None, o.owner,
         _retention(o), "ROLE", None, "N", "N", "N", "N")
        for o in items
    ]  # fmt: skip
    return table_result(_OBJECTS, rows)


@handles("SHOW SCHEMAS", "SHOW TERSE SCHEMAS")
def show_schemas(session: Session, statement: Statement) -> Result:
    """SHOW [TERSE] SCHEMAS [LIKE ..] [IN DATABASE d | ACCOUNT] [STARTS WITH ..] [LIMIT ..]."""
    items = _schemas(session, listing.read(session, "SCHEMA", statement.cursor))
    if "TERSE" in statement.phrase:
        return _terse(items, None)
    rows = []
    for o in items:
        current = (session.database, session.schema) == (o.name.schema, o.name.name)
        flags = [flag for key, flag in (("TRANSIENT", "TRANSIENT"), ("MANAGED_ACCESS", "MANAGED ACCESS")) if o.get(key)]
        rows.append((o.created_on, o.name.name, "N", "Y" if current else "N", o.name.schema, o.owner, o.comment,
                     ", ".join(flags), _retention(o), "ROLE" if o.owner else "", None))  # fmt: skip
    return table_result(_SCHEMAS, rows)


def _schemas(session: Session, options: listing.Options) -> list[Schema]:
    """Return the schemas that are listed, with the INFORMATION_SCHEMA of each database, which nobody made or owns."""
    found = listing.select(session, [Schema], replace(options, limit=None))
    if options.matches("INFORMATION_SCHEMA"):
        databases = listing.select(session, [Database], listing.Options())
        found += [
            Schema(Name.of(each.name.name, "INFORMATION_SCHEMA"), "", comment=_OF_VIEWS)
            for each in databases
            if options.database in (None, each.name.name)
        ]
    return sorted(found, key=lambda schema: schema.name.parts)[: options.limit]


@handles("SHOW DATABASES", "SHOW TERSE DATABASES")
def show_databases(session: Session, statement: Statement) -> Result:
    """SHOW [TERSE] DATABASES [LIKE ..] [STARTS WITH ..] [LIMIT ..]."""
    items = listing.visible(session, Database, statement.cursor)
    if "TERSE" in statement.phrase:
        return _terse(items, "STANDARD")
    rows = [
        (o.created_on, o.name.name, "N", "Y" if session.database == o.name.name else "N", "", o.owner, o.comment,
         "TRANSIENT" if o.transient else "", _retention(o), "STANDARD", None, "ROLE")
        for o in items
    ]  # fmt: skip
    return table_result(_DATABASES, rows)


@handles("SHOW COLUMNS")
def show_columns(session: Session, statement: Statement) -> Result:
    """SHOW COLUMNS [LIKE ..] [IN TABLE | VIEW name | SCHEMA s | DATABASE d]."""
    cursor = statement.cursor
    pattern = str(cursor.value()) if cursor.accept("LIKE") else "%"
    items = relations_in(session, cursor)
    rows = [
        (item.name.name, item.name.schema, c.name, _described(c),
         "true" if c.nullable else "NOT_NULL", c.default or "", "COLUMN", "", c.comment or "", item.name.database,
         c.identity or "", None)
        for item in items
        for c in columns(session, item.name)
        if listing.like(pattern, c.name)
    ]  # fmt: skip
    names = (
        "table_name schema_name column_name data_type null? default kind expression comment database_name "
        "autoincrement schema_evolution_record"
    )
    return table_result(listing.column_list(names), rows)


def _described(column: Column) -> str:
    return json.dumps(column.type.json(nullable=column.nullable), separators=(",", ":"))


def relations_in(session: Session, cursor: Cursor) -> list[Relation]:
    """Consume IN of a SHOW that may name a table or view; return the relations that it means."""
    explicit = cursor.looking_at("IN", "TABLE") or cursor.looking_at("IN", "VIEW")
    plain = cursor.looking_at("IN") and not any(
        cursor.looking_at("IN", word) for word in ("SCHEMA", "DATABASE", "ACCOUNT")
    )
    if not explicit and not plain:
        return listing.select(session, (Table, View), listing.read(session, "TABLE", cursor))
    cursor.next()
    is_view = explicit and cursor.next().upper == "VIEW"
    given = cursor.name()
    if is_view and given.database is None:
        raise invalid_value(f"Must specify the full search path starting from database for {given.name}")
    name = session.resolve(given)
    found = session.account.catalog.find_relation(name)
    if found is None or not session.account.access.sees(session.role, found.kind, name):
        raise missing(name)
    return [found]


@handles("SHOW SEQUENCES")
def show_sequences(session: Session, statement: Statement) -> Result:
    """SHOW SEQUENCES [LIKE ..] [IN ..]."""
    items = listing.visible(session, Sequence, statement.cursor)
    names = listing.column_list(
        "name database_name schema_name next_value:n interval:n created_on:t owner comment owner_role_type ordered"
    )
    rows = []
    for o in items:
        last, step = session.connection.sql(
            "select coalesce(last_value + increment_by, start_value), increment_by from duckdb_sequences()"
            " where database_name = ? and schema_name = ? and sequence_name = ?",
            list(o.name.parts),
        )[0]
        rows.append((o.name.name, o.name.database, o.name.schema, last, step, o.created_on, o.owner, o.comment, "ROLE",
                     "Y" if o.ordered else "N"))  # fmt: skip
    return table_result(names, rows)


@handles("SHOW REPLICATION DATABASES")
def show_replication_databases(session: Session, statement: Statement) -> Result:
    """SHOW REPLICATION DATABASES [LIKE ..] [WITH PRIMARY account.database]: none, since nothing is replicated."""
    cursor = statement.cursor
    if cursor.accept("LIKE"):
        cursor.value()
    if cursor.accept("WITH", "PRIMARY"):
        session.account.catalog.get("DATABASE", Name(cursor.name().name))
    names = listing.column_list(
        "region_group snowflake_region created_on account_name name comment is_primary primary "
        "replication_allowed_to_accounts failover_allowed_to_accounts organization_name account_locator"
    )
    return table_result(names, [])


@handles("SHOW INTEGRATIONS")
def show_integrations(session: Session, statement: Statement) -> Result:
    """SHOW INTEGRATIONS [LIKE ..]: of every type."""
    options = listing.read(session, "INTEGRATION", statement.cursor)
    names = listing.column_list("name type category enabled comment created_on:t")
    rows = [
        (o.name.name, o.type if isinstance(o, NotificationIntegration) else "EXTERNAL_STAGE",
         o.kind.removesuffix(" INTEGRATION"), text(o.get("ENABLED")), o.comment, o.created_on)
        for o in sorted(session.account.catalog.integrations(), key=lambda o: o.name.name)
        if options.matches(o.name.name) and session.account.access.sees(session.role, "INTEGRATION", Name(o.name.name))
    ]  # fmt: skip
    return table_result(names, rows)


@handles("SHOW")
def show_other(_session: Session, statement: Statement) -> Result:
    """Refuse every other kind."""
    raise not_supported(f"SHOW {statement.cursor.rest()}")
