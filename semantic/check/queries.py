"""Rules of verified queries: their SQL names logical tables and what these declare, and answers the same every day."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from semantic.check.rules import RuleSet, did_you_mean
from semantic.check.subject import DIALECT, clocks
from semantic.check.texts import words
from semantic.source import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot.optimizer.scope import Scope

    from semantic.check.rules import Faults
    from semantic.check.subject import Subject
    from semantic.source import LogicalTable, VerifiedQuery

rule = RuleSet()
_PRIVATE = "private_access"
_EARLIEST = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


@cache
def _parsed(sql: str) -> list[exp.Expr] | None:
    """Parse statements; None where they cannot be read."""
    try:
        return [one for one in sqlglot.parse(sql, dialect=DIALECT) if one is not None]
    except (SqlglotError, RecursionError):
        return None


def _read(subject: Subject) -> Iterator[tuple[VerifiedQuery, exp.Query]]:
    """Yield the queries that are one readable query."""
    for query in subject.model.verified_queries:
        found = _parsed(query.sql)
        if found and len(found) == 1 and isinstance(found[0], exp.Query):
            yield query, found[0]


@rule("Q01")
def readable(subject: Subject) -> Faults:
    """A verified query can be read as SQL."""
    for query in subject.model.verified_queries:
        if _parsed(query.sql) is None:
            yield query.at.of("sql"), f"The SQL of {query.name} cannot be read."


@rule("Q02")
def one_select(subject: Subject) -> Faults:
    """A verified query is one SELECT, with or without WITH."""
    for query in subject.model.verified_queries:
        found = _parsed(query.sql)
        if found is not None and not (len(found) == 1 and isinstance(found[0], exp.Query)):
            yield (
                query.at.of("sql"),
                f"The SQL of {query.name} is not one query; write one that begins with SELECT or WITH.",
            )


@rule("Q03")
def physical_tables(subject: Subject) -> Faults:
    """A verified query reads logical tables, not physical ones."""
    physical = {table.base_table.table.upper(): table.name for table in subject.model.tables}
    logical = {table.name.upper() for table in subject.model.tables}
    for query, sql in _read(subject):
        for table in sql.find_all(exp.Table):
            name = table.name.upper()
            if table.db or (name in physical and name not in logical):
                near = f"did you mean {physical[name]}?" if name in physical else "name a table of the model."
                yield query.at.of("sql"), f"{query.name} reads the physical table {table.sql()}; {near}"


@rule("Q04")
def known_tables(subject: Subject) -> Faults:
    """A verified query's tables are declared."""
    physical = {table.base_table.table.upper() for table in subject.model.tables}
    names = [table.name for table in subject.model.tables]
    for query, sql in _read(subject):
        ctes = {cte.alias.upper() for cte in sql.find_all(exp.CTE)}
        for table in sql.find_all(exp.Table):
            name = table.name.upper()
            if not table.db and name not in ctes | physical and subject.model.table(_logical(name)) is None:
                yield query.at.of("sql"), f"{query.name} reads {table.name}; {did_you_mean(table.name, names)}"


def _logical(name: str) -> str:
    """Return the logical table that a verified query means: older ones write two underscores before it."""
    return name.removeprefix("__")


@rule("Q05")
def known_columns(subject: Subject) -> Faults:
    """A verified query's columns are declared dimensions and facts."""
    for query, sql in _read(subject):
        for scope in traverse_scope(sql.copy()):
            for column, tables in _columns(subject, scope):
                known = {n: p for table in tables for n, p in subject.names(table).items()}
                part = known.get(column.name.upper())
                if part is None:
                    repair = did_you_mean(column.name, known)
                    yield query.at.of("sql"), f"{query.name} reads {column.sql()}, which is not declared; {repair}"
                elif part.kind == "metric":
                    yield (
                        query.at.of("sql"),
                        f"{query.name} reads the metric {part.path} as a column; write out {part.element.expr}.",
                    )


def _columns(subject: Subject, scope: Scope) -> Iterator[tuple[exp.Column, list[LogicalTable]]]:
    """Yield the columns of a SELECT that can only be of logical tables, with the tables that they may be of."""
    sources: dict[str, LogicalTable | None] = {}
    around: Scope | None = scope
    while around:  # a query within another may read the rows of that one
        for alias, source in around.sources.items():
            is_table = isinstance(source, exp.Table)
            sources.setdefault(alias, subject.model.table(_logical(source.name)) if is_table else None)
        around = around.parent
    aliases = {one.alias.upper() for one in getattr(scope.expression, "selects", ()) if one.alias}
    for column in scope.columns:
        if column.find_ancestor(exp.Query) is not scope.expression:
            continue  # of a query within, which has its turn
        if column.table:
            table = next((t for a, t in sources.items() if a.upper() == column.table.upper()), None)
            if table:
                yield column, [table]
        elif column.name.upper() not in aliases and all(sources.values()):
            yield column, [table for table in sources.values() if table]


@rule("Q14")
def private_columns(subject: Subject) -> Faults:
    """A verified query reads nothing private."""
    for query, sql in _read(subject):
        for scope in traverse_scope(sql.copy()):
            for column, tables in _columns(subject, scope):
                parts = [subject.names(table).get(column.name.upper()) for table in tables]
                if any(part and getattr(part.element, "access_modifier", "") == _PRIVATE for part in parts):
                    yield query.at.of("sql"), f"{query.name} reads {column.sql()}, which is private; read what is not."


@rule("Q06")
def clock_functions(subject: Subject) -> Faults:
    """A verified query asks no clock."""
    for query, sql in _read(subject):
        for name in clocks(sql)[:1]:
            yield query.at.of("sql"), f"{query.name} asks a clock ({name}); use the day that the data are of."


@rule("Q07")
def stars(subject: Subject) -> Faults:
    """A verified query names its columns."""
    for query, sql in _read(subject):
        if any(one.is_star for select in sql.find_all(exp.Select) for one in select.selects):
            yield query.at.of("sql"), f"{query.name} selects *; name the columns, so that new ones change no answer."


@rule("Q08")
def limits(subject: Subject) -> Faults:
    """A verified query that takes the first rows orders them."""
    for query, sql in _read(subject):
        if any(select.args.get("limit") and not select.args.get("order") for select in sql.find_all(exp.Query)):
            yield query.at.of("sql"), f"{query.name} limits rows that it does not order; add ORDER BY."


@rule("Q09")
def personal_groups(subject: Subject) -> Faults:
    """A verified query groups by nothing personal."""
    personal = {
        part.element.name.upper()
        for part in subject.parts
        if isinstance(part.element, Dimension) and part.element.personal
    }
    for query, sql in _read(subject):
        for select in sql.find_all(exp.Select):
            group = select.args.get("group")
            for column in group.find_all(exp.Column) if group else ():
                if column.name.upper() in personal:
                    yield (
                        query.at.of("sql"),
                        f"{query.name} groups by {column.name}, which is personal; list it instead.",
                    )


@rule("Q10")
def questions_twice(subject: Subject) -> Faults:
    """A question is asked once."""
    seen: dict[str, str] = {}
    for query in subject.model.verified_queries:
        first = seen.setdefault(words(query.question).rstrip("?. "), query.name)
        if first != query.name:
            yield query.at.of("question"), f"{query.name} asks what {first} asks; take one out."


@rule("Q11")
def dates(subject: Subject) -> Faults:
    """When a query was verified is told in seconds since 1970."""
    for query in subject.model.verified_queries:
        if query.verified_at is not None and not _EARLIEST <= query.verified_at <= _LATEST:
            yield (
                query.at.of("verified_at"),
                f"{query.name} was verified at {query.verified_at}, which is no time in seconds since 1970-01-01.",
            )


@rule("Q12")
def voices(subject: Subject) -> Faults:
    """Somebody vouches for a verified query, and since when is known."""
    for query in subject.model.verified_queries:
        for key in ("verified_by", "verified_at"):
            if getattr(query, key) is None:
                yield query.at, f"{query.name} does not say {key}; add it."


@rule("Q13")
def onboarding(subject: Subject) -> Faults:
    """Of several verified queries, one at least is offered at the beginning."""
    queries = subject.model.verified_queries
    if queries and not any(query.use_as_onboarding_question for query in queries):
        yield queries[0].at, "No verified query is marked `use_as_onboarding_question: true`; mark some."
