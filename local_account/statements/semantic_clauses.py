"""What CREATE SEMANTIC VIEW says behind the name, read into the model that it declares.

https://docs.snowflake.com/en/sql-reference/sql/create-semantic-view
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.semantic.model import (
    Expression,
    Kind,
    LogicalTable,
    NonAdditive,
    Relationship,
    SemanticModel,
    VerifiedQuery,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_account.identifiers import Name
    from local_account.parsing import Cursor

_SECTIONS = {"FACTS": Kind.FACT, "DIMENSIONS": Kind.DIMENSION, "METRICS": Kind.METRIC}
_INSTRUCTIONS = {"AI_SQL_GENERATION": "sql_generation", "AI_QUESTION_CATEGORIZATION": "question_categorization"}


def read_clauses(cursor: Cursor, resolve: Callable[[Name], Name]) -> SemanticModel | None:
    """Read `TABLES (..) [RELATIONSHIPS (..)] [FACTS (..)] [DIMENSIONS (..)] [METRICS (..)] [COMMENT = ..] [AI_..]`.

    Args:
        cursor: stands behind the view's name.
        resolve: completes the name of a base table.

    Returns: the model, still without the view's name; None where no TABLES stand there.
    Raises: ProgrammingError where a clause is wrong or out of order.
    """
    if not cursor.accept("TABLES"):
        return None
    tables = [_table(part, resolve) for part in _parts(cursor)]
    model = SemanticModel(name="")
    if cursor.accept("RELATIONSHIPS"):
        model = replace(model, relationships=tuple(_relationship(part) for part in _parts(cursor)))
    found = [
        _expression(part, kind) for word, kind in _SECTIONS.items() if cursor.accept(word) for part in _parts(cursor)
    ]
    if cursor.accept("COMMENT", "="):
        model = replace(model, description=str(cursor.value()))
    model = _instructed(cursor, model)
    aliases = {table.name for table in tables}
    for expression in found:
        if expression.table is not None and expression.table not in aliases:
            raise does_not_exist("Logical table", expression.table)
        if expression.table is None and expression.kind is not Kind.METRIC:
            raise invalid_value(f"{expression.name} needs the name of its logical table before it.")
    placed = tuple(replace(one, expressions=tuple(e for e in found if e.table == one.name)) for one in tables)
    return replace(model, tables=placed, metrics=tuple(e for e in found if e.table is None))


def _instructed(cursor: Cursor, model: SemanticModel) -> SemanticModel:
    instructions = {}
    for word, key in _INSTRUCTIONS.items():
        if cursor.accept(word):
            cursor.accept("=")
            instructions[key] = str(cursor.value())
    queries: tuple[VerifiedQuery, ...] = ()
    if cursor.accept("AI_VERIFIED_QUERIES"):
        queries = tuple(_verified(part) for part in _parts(cursor))
    return replace(model, instructions=instructions, verified_queries=queries)


def _parts(cursor: Cursor) -> list[Cursor]:
    """Consume `(a, b, ...)`; return a cursor over each part."""
    cursor.expect("(")
    return cursor.inside().parts()


def _names(cursor: Cursor) -> tuple[str, ...]:
    return tuple(part.identifier() for part in _parts(cursor))


def _table(cursor: Cursor, resolve: Callable[[Name], Name]) -> LogicalTable:
    """Read `[alias AS] table [PRIMARY KEY (..)] [UNIQUE (..)]... [WITH SYNONYMS (..)] [COMMENT = '..']`."""
    name, alias = cursor.name(), None
    if cursor.accept("AS"):
        alias, name = name.name, cursor.name()
    base = resolve(name)
    primary = _names(cursor) if cursor.accept("PRIMARY", "KEY") else ()
    unique = []
    while cursor.accept("UNIQUE"):
        unique.append(_names(cursor))
    synonyms, comment = _described(cursor)
    return LogicalTable(
        alias or name.name,
        (str(base.database), str(base.schema), base.name),
        primary,
        tuple(unique),
        comment,
        synonyms,
    )


def _relationship(cursor: Cursor) -> Relationship:
    """Read `[name AS] table (columns) REFERENCES table [(columns)]`."""
    first = cursor.identifier()
    name = first
    if cursor.accept("AS"):
        first = cursor.identifier()
    columns = _names(cursor)
    cursor.expect("REFERENCES")
    right = cursor.identifier()
    if name == first:
        name = f"{first}_TO_{right}"
    found = Relationship(name, first, right, columns, _names(cursor) if cursor.looking_at("(") else ())
    if not cursor.done:
        raise not_supported(f"{cursor.rest()} in RELATIONSHIPS")
    return found


def _expression(cursor: Cursor, kind: Kind) -> Expression:
    """Read `[PRIVATE | PUBLIC] [table.]name [NON ADDITIVE BY (..)] [USING (..)] AS expression [WITH SYNONYMS ..]`."""
    private = cursor.accept("PRIVATE")
    cursor.accept("PUBLIC")
    name = cursor.name()
    non_additive = (
        tuple(_non_additive(part, name.schema) for part in _parts(cursor))
        if cursor.accept("NON", "ADDITIVE", "BY")
        else ()
    )
    using = _names(cursor) if cursor.accept("USING") else ()
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
    synonyms, comment = _described(cursor)
    return Expression(
        name.name, kind, text, name.schema,
        description=comment, synonyms=synonyms, private=private, non_additive=non_additive, using=using,
    )  # fmt: skip


def _non_additive(cursor: Cursor, table: str | None) -> NonAdditive:
    """Read `[table.]dimension [ASC | DESC] [NULLS FIRST | NULLS LAST]`."""
    name = cursor.name()
    descending = cursor.accept("DESC")
    if not descending:
        cursor.accept("ASC")
    # Without a word NULL is the greatest value, as in ORDER BY.
    nulls_first = descending
    if cursor.accept("NULLS"):
        nulls_first = cursor.accept("FIRST")
        if not nulls_first:
            cursor.expect("LAST")
    return NonAdditive(str(name.schema or table), name.name, descending, nulls_first)


def _verified(cursor: Cursor) -> VerifiedQuery:
    """Read `name AS (QUESTION '..' [VERIFIED_AT n] [ONBOARDING_QUESTION TRUE] [VERIFIED_BY '..'] SQL '..')`."""
    name = cursor.identifier()
    cursor.expect("AS", "(")
    given: dict[str, Any] = {}
    inside = cursor.inside()
    while not inside.done:
        key = inside.identifier()
        if key not in ("QUESTION", "VERIFIED_AT", "ONBOARDING_QUESTION", "VERIFIED_BY", "SQL") or key in given:
            raise not_supported(f"{key} in a verified query")
        inside.accept("=")
        given[key] = inside.value()
        inside.accept(",")
    for key in ("QUESTION", "SQL"):
        if not given.get(key):
            raise inside.unexpected(key)
    return VerifiedQuery(
        name,
        str(given["QUESTION"]),
        str(given["SQL"]).strip(),
        given.get("VERIFIED_AT"),
        given.get("VERIFIED_BY"),
        given.get("ONBOARDING_QUESTION") is True,
    )


def _described(cursor: Cursor) -> tuple[tuple[str, ...], str]:
    synonyms: tuple[str, ...] = ()
    comment = ""
    if cursor.accept("WITH", "SYNONYMS"):
        cursor.accept("=")
        synonyms = tuple(str(part.value()) for part in _parts(cursor))
    if cursor.accept("COMMENT", "="):
        comment = str(cursor.value())
    if not cursor.done:
        raise cursor.unexpected("the end of the definition")
    return synonyms, comment
