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
_BY_CHANCE = (
    exp.Rand, exp.Randn, exp.Uuid, exp.Normal, exp.Uniform, exp.Randstr, exp.Seq1, exp.Seq2, exp.Seq4, exp.Seq8,
)  # fmt: skip
_SESSION = (exp.CurrentUser, exp.CurrentRole, exp.SessionUser)
_SESSION_NAMES = frozenset({
    "CURRENT_AVAILABLE_ROLES", "CURRENT_IP_ADDRESS", "CURRENT_SECONDARY_ROLES", "CURRENT_SESSION", "IS_ROLE_IN_SESSION",
    "INVOKER_ROLE", "IS_DATABASE_ROLE_IN_SESSION",
})  # fmt: skip
# What is a number or a text, whatever it is made of.
_NO_CONDITIONS = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe, exp.Concat, exp.Upper, exp.Lower, exp.Trim,
    exp.Substring, exp.Length, exp.Abs, exp.Round, exp.Year, exp.Month, exp.DateDiff, exp.TimestampTrunc, exp.AggFunc,
)  # fmt: skip
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
    """A dimension, fact or filter is of one row, and aggregates nothing but the rows that belong to it."""
    for part in subject.of_kind(*_ROW_KINDS):
        for one in part.aggregates():
            if not any(_belongs(subject, part, column) for column in one.find_all(exp.Column)):
                yield part.element.at.of("expr"), f"{part.path} aggregates ({one.key.upper()}); make it a metric."
                break


def _belongs(subject: Subject, part: Part, column: exp.Column) -> bool:
    """Tell whether a name is of another table, many rows of which belong to one row of the expression's."""
    table = subject.model.table(column.table) if column.table else None
    here = part.table
    return table is not None and here is not None and table is not here and subject.reaches(table.name, here.name)


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


@rule("E15")
def session_functions(subject: Subject) -> Faults:
    """Nothing depends on who asks: that is for the rights and masks of the tables."""
    for part in subject.parts:
        for one in part.sql.find_all(*_SESSION, exp.Anonymous) if part.sql else ():
            if not isinstance(one, exp.Anonymous) or str(one.this).upper() in _SESSION_NAMES:
                yield part.element.at.of("expr"), f"{part.path} depends on who asks; leave that to rights and masks."


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
            inside = column.find_ancestor(exp.AggFunc) and part.kind != "metric" and _belongs(subject, part, column)
            if part.table and table and not subject.reaches(part.table.name, table.name) and not inside:
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
    if isinstance(sql, exp.Cast):
        return sql.to.is_type("boolean")
    return not isinstance(sql, _NO_CONDITIONS) and not (isinstance(sql, exp.Literal | exp.Null))


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
        for division in part.sql.find_all(exp.Div, exp.Mod) if part.sql else ():
            below = division.expression.unnest()
            is_number = isinstance(below, exp.Literal) and float(below.this) != 0
            if not is_number and not isinstance(below, exp.Nullif) and not _is_guarded(division, below):
                yield (
                    part.element.at.of("expr"),
                    f"{part.path} divides by {below.sql()}, which may be 0; write NULLIF({below.sql()}, 0).",
                )


def _is_guarded(division: exp.Expr, below: exp.Expr) -> bool:
    """Tell whether a CASE or IFF around a division looks at what it divides by."""
    around = division.find_ancestor(exp.Case, exp.If)
    while around is not None:
        branches = around.args["ifs"] if isinstance(around, exp.Case) else [around]
        if any(node == below for branch in branches for node in branch.this.walk()):
            return True
        around = around.find_ancestor(exp.Case, exp.If)
    return False
