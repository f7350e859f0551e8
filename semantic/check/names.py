"""Rules of names: what Snowflake takes for a name, and which names would be one and the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from semantic.check.rules import RuleSet
from semantic.check.subject import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from semantic.check.rules import Faults
    from semantic.check.subject import Subject
    from semantic.source import Element, Named, Relationship, VerifiedQuery

rule = RuleSet()
_LONGEST = 255
# Words that Snowflake takes for no column or table unless they are quoted.
# https://docs.snowflake.com/en/sql-reference/reserved-keywords
_RESERVED = frozenset({
    "ALL", "ALTER", "AND", "ANY", "AS", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COLUMN", "CONNECT", "CONSTRAINT",
    "CREATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DELETE",
    "DISTINCT", "DROP", "ELSE", "EXISTS", "FALSE", "FOLLOWING", "FOR", "FROM", "FULL", "GRANT", "GROUP", "HAVING",
    "ILIKE", "IN", "INCREMENT", "INNER", "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LATERAL", "LEFT", "LIKE",
    "LOCALTIME", "LOCALTIMESTAMP", "MINUS", "NATURAL", "NOT", "NULL", "OF", "ON", "OR", "ORDER", "QUALIFY", "REGEXP",
    "REVOKE", "RIGHT", "RLIKE", "ROW", "ROWS", "SAMPLE", "SELECT", "SET", "SOME", "START", "TABLE", "TABLESAMPLE",
    "THEN", "TO", "TRIGGER", "TRUE", "TRY_CAST", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHENEVER",
    "WHERE", "WITH",
})  # fmt: skip


def _named(subject: Subject) -> Iterator[tuple[str, Named | Relationship | VerifiedQuery]]:
    """Yield all that has a name, with what it is."""
    yield from (("table", table) for table in subject.model.tables)
    yield from ((part.kind.replace("_", " "), part.element) for part in subject.parts)
    yield from (("relationship", one) for one in subject.model.relationships)
    yield from (("verified query", one) for one in subject.model.verified_queries)


@rule("N01")
def identifiers(subject: Subject) -> Faults:
    """A name is an identifier that needs no quotes."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$]*", subject.model.name):
        yield (
            subject.model.at.of("name"),
            f"The model's name {subject.model.name!r} needs quotes; {_repair(subject.model.name)}",
        )
    for kind, one in _named(subject):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$]*", one.name):
            yield one.at.of("name"), f"The name of {kind} {one.name!r} needs quotes; {_repair(one.name)}"


def _repair(name: str) -> str:
    return f"did you mean {re.sub(r'[^A-Za-z0-9_$]+', '_', name).strip('_').lower() or 'x'}?"


@rule("N02")
def reserved_words(subject: Subject) -> Faults:
    """A name is no reserved word."""
    for kind, one in _named(subject):
        if one.name.upper() in _RESERVED:
            yield one.at.of("name"), f"The name of {kind} {one.name} is a reserved word of SQL; add a word to it."


@rule("N03")
def long_names(subject: Subject) -> Faults:
    """A name has at most 255 characters."""
    for kind, one in _named(subject):
        if len(one.name) > _LONGEST:
            yield one.at.of("name"), f"The name of {kind} {one.name[:20]}... is longer than {_LONGEST} characters."


@rule("N04")
def tables_alike(subject: Subject) -> Faults:
    """No two tables have the same name in capitals, letters and digits alone."""
    return _alike("table", subject.model.tables)


@rule("N05")
def expressions_alike(subject: Subject) -> Faults:
    """No two expressions of a table have the same name in capitals, letters and digits alone."""
    for table in subject.model.tables:
        yield from _alike(f"expression of {table.name}", [element for _, element in table.expressions()])


@rule("N06")
def derived_alike(subject: Subject) -> Faults:
    """No two derived metrics have the same name, and none has that of a table's metric."""
    yield from _alike("derived metric", subject.model.metrics)
    owned = {plain(part.element.name): part for part in subject.metrics}
    for metric in subject.model.metrics:
        if owner := owned.get(plain(metric.name)):
            yield (
                metric.at.of("name"),
                f"The derived metric {metric.name} has the name of {owner.path}; keep one of them.",
            )


@rule("N07")
def metrics_alike(subject: Subject) -> Faults:
    """No two tables have a metric of the same name: each has one owner."""
    seen: dict[str, str] = {}
    for part in subject.metrics:
        name = plain(part.element.name)
        first = seen.setdefault(name, part.path)
        if first.partition(".")[0] != part.path.partition(".")[0]:
            yield part.element.at.of("name"), f"The metric {part.path} has the name of {first}; name the two apart."


@rule("N08")
def expressions_like_tables(subject: Subject) -> Faults:
    """No expression has the name of a table."""
    tables = {plain(table.name): table.name for table in subject.model.tables}
    for part in subject.parts:
        if name := tables.get(plain(part.element.name)):
            yield part.element.at.of("name"), f"{part.path} has the name of the table {name}; add a word to it."


@rule("N09")
def relationships_alike(subject: Subject) -> Faults:
    """No two relationships have the same name."""
    return _alike("relationship", subject.model.relationships)


@rule("N10")
def queries_alike(subject: Subject) -> Faults:
    """No two verified queries have the same name."""
    return _alike("verified query", subject.model.verified_queries)


def _alike(kind: str, named: Iterable[Element]) -> Faults:
    seen: dict[str, str] = {}
    for one in named:
        name: str = one.name  # type: ignore[attr-defined] - each of them has one
        first = seen.setdefault(plain(name), name)
        if first is not name:
            yield one.at.of("name"), f"The {kind} {name} has the same name as {first}; name the two apart."
