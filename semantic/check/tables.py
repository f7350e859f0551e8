"""Rules of logical tables: what they stand for, and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semantic.check.rules import RuleSet, did_you_mean

if TYPE_CHECKING:
    from semantic.check.rules import Faults
    from semantic.check.subject import Subject

rule = RuleSet()
_MARTS = "GOLD"


@rule("T01")
def any_table(subject: Subject) -> Faults:
    """A model has a table."""
    if not subject.model.tables:
        yield subject.model.at, "The model has no tables; declare one under `tables:`."


@rule("T02")
def any_expression(subject: Subject) -> Faults:
    """A table has a dimension or a metric."""
    for table in subject.model.tables:
        if not (table.dimensions or table.time_dimensions or table.metrics):
            yield (
                table.at,
                f"The table {table.name} has neither a dimension nor a metric, so nothing can be asked of it.",
            )


@rule("T03")
def base_tables(subject: Subject) -> Faults:
    """A base table is one that is built."""
    for table in subject.model.tables:
        name = table.base_table.name.upper()
        if subject.columns and name not in subject.columns and table.base_table.schema_.upper() == _MARTS:
            yield table.base_table.at, f"There is no table {name}; {did_you_mean(name, subject.columns)}"


@rule("T04")
def schemas(subject: Subject) -> Faults:
    """A base table is in GOLD, which those who ask may read."""
    for table in subject.model.tables:
        if table.base_table.schema_.upper() != _MARTS:
            yield (
                table.base_table.at,
                f"{table.name} reads {table.base_table.name}; people are asked of {_MARTS} alone.",
            )


@rule("T05")
def key_columns(subject: Subject) -> Faults:
    """A key's columns are columns of the base table."""
    for table in subject.model.tables:
        known = subject.base_columns(table)
        for key in [*([table.primary_key] if table.primary_key else []), *table.unique_keys]:
            for column in key.columns:
                if known and column.upper() not in known:
                    repair = did_you_mean(column, known)
                    yield key.at, f"{table.base_table.name} has no column {column} for a key of {table.name}; {repair}"


@rule("T06")
def key_column_twice(subject: Subject) -> Faults:
    """A key names each column once."""
    for table in subject.model.tables:
        for key in [*([table.primary_key] if table.primary_key else []), *table.unique_keys]:
            if len({column.upper() for column in key.columns}) < len(key.columns):
                yield key.at, f"A key of {table.name} names a column twice; name it once."


@rule("T07")
def keys_alike(subject: Subject) -> Faults:
    """A unique key is not the primary key once more."""
    for table in subject.model.tables:
        seen = [{column.upper() for column in table.primary_key.columns}] if table.primary_key else []
        for key in table.unique_keys:
            columns = {column.upper() for column in key.columns}
            if columns in seen:
                yield key.at, f"A key of {table.name} over {', '.join(key.columns)} is there already; take it out."
            seen.append(columns)


@rule("T08")
def islands(subject: Subject) -> Faults:
    """Among several tables, each belongs to another by a relationship."""
    joined = {name.upper() for one in subject.model.relationships for name in (one.left_table, one.right_table)}
    for table in subject.model.tables:
        if len(subject.model.tables) > 1 and table.name.upper() not in joined:
            yield table.at, f"No relationship leads to or from {table.name}, so it can be asked with no other table."
