"""Rules of relationships: where they begin and end, and that no way leads around."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from semantic.check.rules import RuleSet, did_you_mean
from semantic.check.values import base_type

if TYPE_CHECKING:
    from semantic.check.rules import Faults
    from semantic.check.subject import Part, Subject
    from semantic.source import ColumnPair, LogicalTable, Relationship

rule = RuleSet()


@rule("R01")
def known_tables(subject: Subject) -> Faults:
    """A relationship's tables are tables of the model."""
    tables = [table.name for table in subject.model.tables]
    for one in subject.model.relationships:
        for key, name in (("left_table", one.left_table), ("right_table", one.right_table)):
            if subject.model.table(name) is None:
                yield (
                    one.at.of(key),
                    f"The relationship {one.name} names the table {name}; {did_you_mean(name, tables)}",
                )


@rule("R02")
def self_joins(subject: Subject) -> Faults:
    """A relationship joins two tables."""
    for one in subject.model.relationships:
        if one.left_table.upper() == one.right_table.upper():
            yield (
                one.at,
                f"The relationship {one.name} joins {one.left_table} with itself; declare a second table of it.",
            )


@rule("R03")
def circles(subject: Subject) -> Faults:
    """No way along relationships leads back."""
    try:
        TopologicalSorter({left: right - {left} for left, right in subject.edges.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        among = (r for r in subject.model.relationships if {r.left_table.upper(), r.right_table.upper()} <= set(circle))
        first = next(among)
        yield first.at, f"Relationships lead around: {' -> '.join(name.lower() for name in circle)}; take one out."


@rule("R04")
def keys(subject: Subject) -> Faults:
    """A relationship ends at a declared key, with all of its columns."""
    for one in subject.model.relationships:
        table = subject.model.table(one.right_table)
        if table is None:
            continue
        known = [key.columns for key in ([table.primary_key] if table.primary_key else []) + table.unique_keys]
        columns = {pair.right_column.upper() for pair in one.relationship_columns}
        if columns not in [{column.upper() for column in key} for key in known]:
            said = " or ".join(f"({', '.join(key)})" for key in known) or "none"
            ends = f"{', '.join(sorted(columns)).lower()} of {table.name}"
            yield one.at, f"The relationship {one.name} ends at {ends}, whose keys are: {said}."


@rule("R05")
def declared_columns(subject: Subject) -> Faults:
    """A join column is a declared dimension or fact, on both sides.

    Cortex Analyst refuses with 392700 what CREATE SEMANTIC VIEW lets pass.
    """
    for one in subject.model.relationships:
        for pair in one.relationship_columns:
            for table, column in _sides(subject, one, pair):
                if table is not None and _declared(subject, table, column) is None:
                    known = [name.lower() for name, part in subject.names(table).items() if part.kind != "metric"]
                    what = f"{column}, which is no dimension or fact of {table.name}"
                    repair = f"declare it, or {did_you_mean(column, known)}"
                    yield pair.at, f"The relationship {one.name} joins by {what}; {repair}"


def _sides(subject: Subject, one: Relationship, pair: ColumnPair) -> list[tuple[LogicalTable | None, str]]:
    return [
        (subject.model.table(one.left_table), pair.left_column),
        (subject.model.table(one.right_table), pair.right_column),
    ]


def _declared(subject: Subject, table: LogicalTable, column: str) -> Part | None:
    found = subject.names(table).get(column.upper())
    return found if found and found.kind != "metric" else None


@rule("R06")
def columns_twice(subject: Subject) -> Faults:
    """A relationship names a column once."""
    for one in subject.model.relationships:
        for side in ("left_column", "right_column"):
            names = [getattr(pair, side).upper() for pair in one.relationship_columns]
            if len(set(names)) < len(names):
                yield one.at, f"The relationship {one.name} names a {side.replace('_', ' ')} twice; name it once."


@rule("R07")
def alike(subject: Subject) -> Faults:
    """Two relationships do not say the same."""
    seen: dict[tuple[object, ...], str] = {}
    for one in subject.model.relationships:
        pairs = sorted((pair.left_column.upper(), pair.right_column.upper()) for pair in one.relationship_columns)
        key = (one.left_table.upper(), one.right_table.upper(), *pairs)
        first = seen.setdefault(key, one.name)
        if first is not one.name:
            yield one.at, f"The relationship {one.name} says what {first} says; take one out."


@rule("R08")
def types(subject: Subject) -> Faults:
    """Join columns are of one type."""
    for one in subject.model.relationships:
        for pair in one.relationship_columns:
            found = [_declared(subject, table, name) if table else None for table, name in _sides(subject, one, pair)]
            kinds = {base_type(getattr(part.element, "data_type", "")) for part in found if part}
            if len(kinds) > 1:
                said = " and ".join(sorted(kinds))
                yield pair.at, f"The relationship {one.name} joins {pair.left_column} by values of two types: {said}."


@rule("R09")
def several_ways(subject: Subject) -> Faults:
    """Where several ways lead from one table to another, its metrics say which they use."""
    for table in subject.model.tables:
        starts = [one for one in subject.model.relationships if one.left_table.upper() == table.name.upper()]
        doubled = {
            two.name
            for n, one in enumerate(starts)
            for two in starts[n + 1 :]
            if any(
                subject.reaches(one.right_table, other.name) and subject.reaches(two.right_table, other.name)
                for other in subject.model.tables
            )
        }
        for metric in table.metrics if doubled else []:
            if not metric.using_relationships:
                which = f"say in using_relationships which {table.name}.{metric.name} goes."
                yield metric.at, f"Several ways lead from {table.name} to one table; {which}"
