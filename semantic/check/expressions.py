"""Rules of SQL: what an expression may hold, and what the names in it mean."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sqlglot import exp

from semantic.check.rules import RuleSet, did_you_mean
from semantic.check.subject import Part, clocks

if TYPE_CHECKING:
    from semantic.check.rules import Faults
    from semantic.check.subject import Subject

rule = RuleSet()
_BY_CHANCE = (exp.Rand, exp.Randn, exp.Uuid)
_ROW_KINDS = ("dimension", "time_dimension", "fact", "filter")


@rule("E01")
def readable(subject: Subject) -> Faults:
    """An expression is one expression of SQL."""
    for part in subject.parts:
        if part.sql is None:
            yield (
                part.element.at.of("expr"),
                f"The expression of {part.path} cannot be read as SQL: {part.element.expr}",
            )


@rule("E02")
def subqueries(subject: Subject) -> Faults:
    """An expression asks no query of its own."""
    for part in subject.parts:
        if part.sql and part.sql.find(exp.Query):
            yield (
                part.element.at.of("expr"),
                f"{part.path} holds a query; make what it finds a column of the base table.",
            )


@rule("E03")
def aggregates_in_rows(subject: Subject) -> Faults:
    """A dimension, fact or filter is of one row, and aggregates nothing."""
    for part in subject.of_kind(*_ROW_KINDS):
        for one in part.aggregates()[:1]:
            yield part.element.at.of("expr"), f"{part.path} aggregates ({one.key.upper()}); make it a metric."


@rule("E04")
def windows_in_rows(subject: Subject) -> Faults:
    """A dimension or filter computes no window."""
    for part in subject.of_kind("dimension", "time_dimension", "filter"):
        if part.windows():
            yield part.element.at.of("expr"), f"{part.path} computes a window; make what it finds a column or a fact."


@rule("E05")
def clock_functions(subject: Subject) -> Faults:
    """Nothing asks a clock: the present day is a column."""
    for part in subject.parts:
        for name in clocks(part.sql)[:1] if part.sql else ():
            yield part.element.at.of("expr"), f"{part.path} asks a clock ({name}); use the day that the data are of."


@rule("E06")
def chance(subject: Subject) -> Faults:
    """Nothing is drawn by chance."""
    for part in subject.parts:
        if part.sql and (found := part.sql.find(*_BY_CHANCE)):
            yield (
                part.element.at.of("expr"),
                f"{part.path} draws by chance ({found.key.upper()}): no two answers would agree.",
            )


@rule("E07")
def own_names(subject: Subject) -> Faults:
    """A name without a table is one of the expression's own table."""
    for part in subject.parts:
        for column in part.columns():
            if part.table and not column.table and subject.means(column, part.table) is None:
                known = {**subject.base_columns(part.table), **subject.names(part.table)}
                repair = did_you_mean(column.name, known)
                yield part.element.at.of("expr"), f"{part.path} reads {column.name}, which is nowhere; {repair}"


@rule("E08")
def known_tables(subject: Subject) -> Faults:
    """A name's table is one of the model."""
    tables = [table.name for table in subject.model.tables]
    for part in subject.parts:
        for column in part.columns():
            if column.table and subject.model.table(column.table) is None:
                repair = did_you_mean(column.table, tables)
                yield part.element.at.of("expr"), f"{part.path} reads the table {column.table}; {repair}"


@rule("E09")
def known_names(subject: Subject) -> Faults:
    """A name behind a table is one of that table."""
    for part in subject.parts:
        for column in part.columns():
            table = subject.model.table(column.table) if column.table else None
            if table and subject.means(column, part.table) is None:
                known = {**subject.base_columns(table), **subject.names(table)}
                repair = did_you_mean(column.name, known)
                yield part.element.at.of("expr"), f"{part.path} reads {column.sql()}, which is nowhere; {repair}"


@rule("E10")
def reachable(subject: Subject) -> Faults:
    """Another table is read where each row belongs to one of its rows."""
    for part in subject.parts:
        for column in part.columns():
            table = subject.model.table(column.table) if column.table else None
            if part.table and table and not subject.reaches(part.table.name, table.name):
                yield (
                    part.element.at.of("expr"),
                    f"{part.path} reads {column.sql()}, and no relationship leads from {part.table.name} there.",
                )


@rule("E11")
def circles(subject: Subject) -> Faults:
    """No expression is part of itself."""
    graph: dict[str, set[str]] = {}
    for part in subject.parts:
        meant = (subject.means(column, part.table) for column in part.columns())
        inner = {one.path for one in meant if isinstance(one, Part) and not _is_column(subject, part, one)}
        graph.setdefault(part.path, set()).update(inner)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        first = next(part for part in subject.parts if part.path == circle[-1])
        yield first.element.at.of("expr"), f"Expressions are made of each other: {' -> '.join(circle)}."


def _is_column(subject: Subject, part: Part, meant: Part) -> bool:
    """Tell whether an expression that reads its own name means the base table's column of that name."""
    return (
        part is meant
        and part.table is not None
        and (part.element.name.upper() in subject.base_columns(part.table) or not subject.base_columns(part.table))
    )


@rule("E12")
def conditions(subject: Subject) -> Faults:
    """A filter is a condition."""
    for part in subject.of_kind("filter"):
        if part.sql is not None and not _is_condition(subject, part):
            yield part.element.at.of("expr"), f"The filter {part.path} is no condition; compare it with something."


def _is_condition(subject: Subject, part: Part) -> bool:
    sql = part.sql.unnest() if part.sql else None
    if isinstance(sql, exp.Column):
        meant = subject.means(sql, part.table)
        return not isinstance(meant, Part) or getattr(meant.element, "data_type", "").upper() == "BOOLEAN"
    return isinstance(sql, exp.Predicate | exp.Connector | exp.Not | exp.Boolean)


@rule("E13")
def metrics_in_rows(subject: Subject) -> Faults:
    """A row does not read metrics."""
    for part in subject.of_kind(*_ROW_KINDS):
        for column in part.columns():
            meant = subject.means(column, part.table)
            if isinstance(meant, Part) and meant.kind == "metric":
                yield part.element.at.of("expr"), f"{part.path} reads the metric {meant.path}, which is of many rows."


@rule("E14")
def divisions(subject: Subject) -> Faults:
    """Nothing is divided by what may be 0."""
    for part in subject.parts:
        for division in part.sql.find_all(exp.Div) if part.sql else ():
            below = division.expression.unnest()
            is_number = isinstance(below, exp.Literal) and float(below.this) != 0
            if not is_number and not isinstance(below, exp.Nullif):
                yield (
                    part.element.at.of("expr"),
                    f"{part.path} divides by {below.sql()}, which may be 0; write NULLIF({below.sql()}, 0).",
                )
