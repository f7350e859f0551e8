"""What semantic views are made of: DESCRIBE SEMANTIC VIEW, and SHOW of semantic dimensions, facts and metrics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fakesnow import statement_type

from local_account.catalog.objects import SemanticView, model_of
from local_account.errors import not_supported
from local_account.results import Result, table_result
from local_account.semantic.model import Kind
from local_account.statements import listing
from local_account.statements.object_names import read_name
from local_account.statements.registry import Statement, handles
from local_account.statements.semantic_views import found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_account.semantic.model import Expression, LogicalTable, Relationship, SemanticModel, VerifiedQuery
    from local_account.session.session import Session

Row = tuple[str | None, ...]
_DESCRIBED = {
    Kind.FACT: "FACT",
    Kind.DIMENSION: "DIMENSION",
    Kind.TIME_DIMENSION: "DIMENSION",
    Kind.METRIC: "METRIC",
}
_INSTRUCTIONS = {"sql_generation": "AI_SQL_GENERATION", "question_categorization": "AI_QUESTION_CATEGORIZATION"}
_KINDS = {
    "DIMENSIONS": (Kind.DIMENSION, Kind.TIME_DIMENSION),
    "FACTS": (Kind.FACT,),
    "METRICS": (Kind.METRIC,),
}


@handles("DESCRIBE SEMANTIC VIEW", "DESC SEMANTIC VIEW")
def describe(session: Session, statement: Statement) -> Result:
    """DESCRIBE SEMANTIC VIEW name: one row for each property of each table, relationship and expression.

    https://docs.snowflake.com/en/sql-reference/sql/desc-semantic-view
    """
    model = model_of(found(session, read_name(session, statement.cursor, SemanticView.KIND)))
    if not statement.cursor.done:
        raise not_supported(f"DESCRIBE SEMANTIC VIEW ... {statement.cursor.rest()}")
    names = ("object_kind", "object_name", "parent_entity", "property", "property_value")
    return table_result([(name, "text") for name in names], list(_rows(model)), statement_type.DESCRIBE)


def _rows(model: SemanticModel) -> Iterator[Row]:
    if model.description:
        yield (None, None, None, "COMMENT", model.description)
    for table in model.tables:
        yield from _of_table(table)
    for relationship in model.relationships:
        yield from _of_relationship(relationship)
    kinds = list(_DESCRIBED)
    shown = [e for table in model.tables for e in table.expressions if e.kind in kinds]
    for one in sorted(shown, key=lambda e: kinds.index(e.kind)):
        yield from _of_expression(_DESCRIBED[one.kind], one)
    for one in model.metrics:
        yield from _of_expression("DERIVED_METRIC", one)
    for query in model.verified_queries:
        yield from _of_query(query)
    for key, word in _INSTRUCTIONS.items():
        if text := model.instructions.get(key):
            yield ("CUSTOM_INSTRUCTIONS", None, None, word, text)


def _properties(kind: str, name: str, parent: str | None, values: Mapping[str, object]) -> Iterator[Row]:
    for key, value in values.items():
        if value not in (None, "", (), False):
            yield (kind, name, parent, key, json.dumps(value) if isinstance(value, tuple) else str(value))


def _of_table(table: LogicalTable) -> Iterator[Row]:
    database, schema, name = table.base
    values = {
        "BASE_TABLE_DATABASE_NAME": database,
        "BASE_TABLE_SCHEMA_NAME": schema,
        "BASE_TABLE_NAME": name,
        "PRIMARY_KEY": table.primary_key,
        "SYNONYMS": table.synonyms,
        "COMMENT": table.description,
    }
    yield from _properties("TABLE", table.name, None, values)
    for key in table.unique_keys:
        yield ("TABLE", table.name, None, "UNIQUE_KEY", json.dumps(key))


def _of_relationship(one: Relationship) -> Iterator[Row]:
    values = {"TABLE": one.left, "REF_TABLE": one.right, "FOREIGN_KEY": one.left_columns, "REF_KEY": one.right_columns}
    yield from _properties("RELATIONSHIP", one.name, one.left, values)


def _of_expression(kind: str, one: Expression) -> Iterator[Row]:
    has_access = one.kind in (Kind.FACT, Kind.METRIC)
    values = {
        "TABLE": one.table,
        "EXPRESSION": one.expr,
        "DATA_TYPE": one.data_type,
        "SYNONYMS": one.synonyms,
        "COMMENT": one.description,
        "ACCESS_MODIFIER": ("PRIVATE" if one.private else "PUBLIC") if has_access else None,
    }
    yield from _properties(kind, one.name, one.table, values)


def _of_query(query: VerifiedQuery) -> Iterator[Row]:
    values = {
        "QUESTION": query.question,
        "SQL": query.sql,
        "VERIFIED_AT": query.verified_at,
        "VERIFIED_BY": query.verified_by,
        "ONBOARDING_QUESTION": "TRUE" if query.onboarding else "FALSE",
    }
    yield from _properties("AI_VERIFIED_QUERY", query.name, None, values)


@handles("SHOW SEMANTIC DIMENSIONS", "SHOW SEMANTIC FACTS", "SHOW SEMANTIC METRICS")
def show(session: Session, statement: Statement) -> Result:
    """SHOW SEMANTIC DIMENSIONS | FACTS | METRICS [LIKE ..] [IN view | IN SCHEMA | ..] [STARTS WITH ..] [LIMIT ..].

    https://docs.snowflake.com/en/sql-reference/sql/show-semantic-dimensions
    """
    kinds = _KINDS[statement.phrase.rpartition(" ")[2]]
    views, options = _selected(session, statement)
    rows = [
        (*view.name.parts, one.table, one.name, one.data_type, json.dumps(one.synonyms), one.description)
        for view in views
        for one in _expressions(model_of(view))
        if one.kind in kinds and options.matches(one.name) and not one.private
    ]
    rows.sort(key=lambda row: [part or "" for part in row[:5]])
    names = (
        "database_name", "schema_name", "semantic_view_name", "table_name", "name", "data_type", "synonyms", "comment",
    )  # fmt: skip
    return table_result([(name, "text") for name in names], rows[: options.limit])


def _expressions(model: SemanticModel) -> Iterator[Expression]:
    for table in model.tables:
        yield from table.expressions
    yield from model.metrics


def _selected(session: Session, statement: Statement) -> tuple[list[SemanticView], listing.Options]:
    """Return the views that are asked about, and which of their expressions: LIKE and the like are about these."""
    cursor = statement.cursor
    begin = cursor.index
    pattern = str(cursor.value()) if cursor.accept("LIKE") else None
    if cursor.accept("IN") and not any(cursor.looking_at(word) for word in ("ACCOUNT", "DATABASE", "SCHEMA")):
        view = found(session, session.resolve(cursor.name()))
        if cursor.accept("FOR"):
            raise not_supported("FOR METRIC in SHOW SEMANTIC DIMENSIONS")
        start = str(cursor.value()) if cursor.accept("STARTS", "WITH") else ""
        limit = cursor.whole_number() if cursor.accept("LIMIT") else None
        if not cursor.done:
            raise not_supported(f"SHOW ... {cursor.rest()}")
        return [view], listing.Options(like=pattern, start=start, limit=limit)
    cursor.index = begin
    options = listing.read(session, SemanticView.KIND, cursor)
    within = listing.Options(database=options.database, schema=options.schema)
    return listing.select(session, [SemanticView], within), options
