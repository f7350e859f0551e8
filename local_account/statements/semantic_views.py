"""SEMANTIC VIEW objects: logical tables with facts, dimensions and metrics, checked against the tables they name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fakesnow import statement_type

from local_account.catalog.objects import SemanticView
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name, joined
from local_account.queries.rights import missing, require_on_relation
from local_account.results import Result, table_result
from local_account.statements.declared import (
    COMMENT,
    CREATED_ON,
    DATABASE_NAME,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA_NAME,
    Kind,
    Property,
    const,
    declare,
)
from local_account.statements.registry import Statement, handles

if TYPE_CHECKING:
    from local_account.parsing import Cursor
    from local_account.session.session import Session

Expressions = list[dict[str, Any]]
_SECTIONS = ("FACTS", "DIMENSIONS", "METRICS")
_REFUSED = ("AI_SQL_GENERATION", "AI_QUESTION_CATEGORIZATION", "AI_VERIFIED_QUERIES", "COPY", "WITH")


def _clauses(cursor: Cursor) -> dict[str, Any]:
    """Read `TABLES (..) [RELATIONSHIPS (..)] [FACTS (..)] [DIMENSIONS (..)] [METRICS (..)]`, in this order."""
    if not cursor.accept("TABLES"):
        return {}
    definition: dict[str, Any] = {"TABLES": [_table(part) for part in _parts(cursor)]}
    if cursor.accept("RELATIONSHIPS"):
        definition["RELATIONSHIPS"] = [_relationship(part) for part in _parts(cursor)]
    for section in _SECTIONS:
        if cursor.accept(section):
            definition[section] = [_expression(part) for part in _parts(cursor)]
    for word in _REFUSED:
        if cursor.looking_at(word):
            raise not_supported(f"{word} in CREATE SEMANTIC VIEW")
    return {"DEFINITION": json.dumps(definition)}


def _parts(cursor: Cursor) -> list[Cursor]:
    """Consume `(a, b, ...)`; return a cursor over each part."""
    cursor.expect("(")
    return cursor.inside().parts()


def _names(cursor: Cursor) -> list[str]:
    return [part.identifier() for part in _parts(cursor)]


def _table(cursor: Cursor) -> dict[str, Any]:
    """Read `[alias AS] table [PRIMARY KEY (..)] [UNIQUE (..)]... [WITH SYNONYMS (..)] [COMMENT = '..']`."""
    name, alias = cursor.name(), None
    if cursor.accept("AS"):
        alias, name = name.name, cursor.name()
    table: dict[str, Any] = {"ALIAS": alias or name.name, "NAME": list(name.parts)}
    if cursor.accept("PRIMARY", "KEY"):
        table["PRIMARY_KEY"] = _names(cursor)
    while cursor.accept("UNIQUE"):
        table.setdefault("UNIQUE_KEYS", []).append(_names(cursor))
    return table | _described(cursor)


def _relationship(cursor: Cursor) -> dict[str, Any]:
    """Read `[name AS] table (columns) REFERENCES table [(columns)]`."""
    first = cursor.identifier()
    name = first
    if cursor.accept("AS"):
        first = cursor.identifier()
    found = {"NAME": name, "TABLE": first, "COLUMNS": _names(cursor)}
    cursor.expect("REFERENCES")
    found["REFERENCED"] = cursor.identifier()
    return found | ({"REFERENCED_COLUMNS": _names(cursor)} if cursor.looking_at("(") else {})


def _expression(cursor: Cursor) -> dict[str, Any]:
    """Read `[PRIVATE | PUBLIC] [table.]name AS expression [WITH SYNONYMS (..)] [COMMENT = '..']`."""
    is_private = cursor.accept("PRIVATE")
    cursor.accept("PUBLIC")
    name = cursor.name()
    cursor.expect("AS")
    first, depth = cursor.index, 0
    while (token := cursor.peek()) is not None:
        if not depth and (cursor.looking_at("WITH", "SYNONYMS") or cursor.looking_at("COMMENT", "=")):
            break
        depth += (token.text == "(") - (token.text == ")")
        cursor.index += 1
    if cursor.index == first:
        raise cursor.unexpected("an expression")
    text = cursor.sql[cursor.tokens[first].start : cursor.tokens[cursor.index - 1].end]
    return {"TABLE": name.schema, "NAME": name.name, "EXPRESSION": text, "PRIVATE": is_private} | _described(cursor)


def _described(cursor: Cursor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if cursor.accept("WITH", "SYNONYMS"):
        cursor.accept("=")
        found["SYNONYMS"] = [str(part.value()) for part in _parts(cursor)]
    if cursor.accept("COMMENT", "="):
        found["COMMENT"] = str(cursor.value())
    if not cursor.done:
        raise cursor.unexpected("the end of the definition")
    return found


def _prepare(session: Session, item: SemanticView, given: dict[str, Any]) -> None:
    if "DEFINITION" not in given:
        if not item.definition:
            raise invalid_value(f"Semantic view {item.name} needs TABLES.")
        return
    definition = json.loads(given["DEFINITION"])
    if not (definition.get("DIMENSIONS") or definition.get("METRICS")):
        raise invalid_value(f"Semantic view {item.name} must define at least one dimension or metric.")
    tables = {table["ALIAS"]: _base(session, table) for table in definition["TABLES"]}
    for relationship in definition.get("RELATIONSHIPS", []):
        for key in ("TABLE", "REFERENCED"):
            _known(tables, relationship[key])
    for table in definition["TABLES"]:
        for column in [c for key in (table.get("PRIMARY_KEY", []), *table.get("UNIQUE_KEYS", [])) for c in key]:
            _bind(session, tables, table["ALIAS"], joined([column]))
    _bind_expressions(session, tables, definition)
    given["DEFINITION"] = json.dumps(definition)


def _bind_expressions(session: Session, tables: dict[str, Name], definition: dict[str, Any]) -> None:
    """Check every fact, dimension and metric, and note its type."""
    for section in _SECTIONS:
        for expression in definition.get(section, []):
            if expression["TABLE"] is None:
                raise not_supported("A metric derived from several tables")
            rows = _rows(definition, expression["TABLE"]) if section == "METRICS" else []
            expression["DATA_TYPE"] = _bind(session, tables, expression["TABLE"], expression["EXPRESSION"], rows)


def _base(session: Session, table: dict[str, Any]) -> Name:
    """Return the full name of a logical table's base, which the role must be able to read."""
    name = session.resolve(Name.of(*table["NAME"]))
    require_on_relation(session, "SELECT", name)
    table["NAME"] = list(name.parts)
    return name


def _known(tables: dict[str, Name], alias: str) -> Name:
    if alias not in tables:
        raise does_not_exist("Logical table", alias)
    return tables[alias]


def _rows(definition: dict[str, Any], alias: str) -> Expressions:
    """Return the facts and dimensions of a table, which its metrics may name."""
    return [e for section in ("FACTS", "DIMENSIONS") for e in definition.get(section, []) if e["TABLE"] == alias]


def _bind(
    session: Session, tables: dict[str, Name], alias: str, expression: str, rows: Expressions | None = None
) -> str:
    """Check that an expression can be computed over its table; return its type as SHOW COLUMNS names it."""
    base = _known(tables, alias)
    columns = {str(column["name"]) for column in session.describe(f"select * from {joined(base.parts)}").rowtype}
    more = "".join(f", {e['EXPRESSION']} as {joined([e['NAME']])}" for e in rows or [] if e["NAME"] not in columns)
    shown = session.describe(
        f"select {expression} as value from (select *{more} from {joined(base.parts)}) as {joined([alias])}"
    )
    return str(shown.rowtype[0]["type"]).upper()


SEMANTIC_VIEW = declare(
    Kind(
        SemanticView,
        {"DEFINITION": Property()},
        (CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, COMMENT, OWNER, ROLE_TYPE, const("extension", None)),
        clauses=_clauses,
        prepare=_prepare,
        created="Semantic view {name} successfully created.",
        describe=False,
    )
)


@handles("DESCRIBE SEMANTIC VIEW", "DESC SEMANTIC VIEW")
def describe(session: Session, statement: Statement) -> Result:
    """DESCRIBE SEMANTIC VIEW name: one row for each property of each table, relationship and expression."""
    name = session.resolve(statement.cursor.name())
    item = session.account.catalog.find(SemanticView, name)
    session.require_containers(name)
    if item is None or not session.account.access.sees(session.role, "SEMANTIC VIEW", name):
        raise missing(name)
    definition = json.loads(item.definition)
    rows: list[tuple[str | None, ...]] = [(None, None, None, "COMMENT", item.comment)] if item.comment else []
    for table in definition["TABLES"]:
        base = dict(zip(("DATABASE", "SCHEMA", "TABLE"), table["NAME"], strict=True))
        rows += _described_rows(
            "TABLE", table["ALIAS"], None,
            {
                "BASE_TABLE_DATABASE_NAME": base["DATABASE"], "BASE_TABLE_SCHEMA_NAME": base["SCHEMA"],
                "BASE_TABLE_NAME": base["TABLE"], "PRIMARY_KEY": table.get("PRIMARY_KEY"),
                "SYNONYMS": table.get("SYNONYMS"), "COMMENT": table.get("COMMENT"),
            },
        )  # fmt: skip
    for found in definition.get("RELATIONSHIPS", []):
        rows += _described_rows(
            "RELATIONSHIP", found["NAME"], found["TABLE"],
            {
                "TABLE": found["TABLE"], "REF_TABLE": found["REFERENCED"], "FOREIGN_KEY": found["COLUMNS"],
                "REF_KEY": found.get("REFERENCED_COLUMNS"),
            },
        )  # fmt: skip
    for section in _SECTIONS:
        for found in definition.get(section, []):
            rows += _described_rows(
                section.removesuffix("S"), found["NAME"], found["TABLE"],
                {
                    "TABLE": found["TABLE"], "EXPRESSION": found["EXPRESSION"], "DATA_TYPE": found["DATA_TYPE"],
                    "SYNONYMS": found.get("SYNONYMS"), "COMMENT": found.get("COMMENT"),
                    "ACCESS_MODIFIER": "PRIVATE" if found["PRIVATE"] else "PUBLIC",
                },
            )  # fmt: skip
    names = ("object_kind", "object_name", "parent_entity", "property", "property_value")
    return table_result([(n, "text") for n in names], rows, statement_type.DESCRIBE)


def _described_rows(kind: str, name: str, parent: str | None, values: dict[str, Any]) -> list[tuple[str | None, ...]]:
    shown = {key: json.dumps(value) if isinstance(value, list) else value for key, value in values.items()}
    return [(kind, name, parent, key, value) for key, value in shown.items() if value is not None]
