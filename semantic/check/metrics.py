"""Rules of metrics: those of CREATE SEMANTIC VIEW, and those by which Cortex Analyst is stricter (its error 392700)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from semantic.check.rules import RuleSet, did_you_mean
from semantic.check.subject import Part
from semantic.source import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from semantic.check.rules import Faults
    from semantic.check.subject import Subject

rule = RuleSet()


@rule("M01")
def aggregating(subject: Subject) -> Faults:
    """A metric of a table aggregates by itself.

    Cortex Analyst refuses with 392700 what CREATE SEMANTIC VIEW lets pass: a metric of other metrics.
    """
    for part in subject.metrics:
        if part.sql is not None and not part.aggregates() and not part.windows():
            yield (
                part.element.at.of("expr"),
                f"The metric {part.path} contains no aggregate; write the aggregates out, or make it a derived metric.",
            )


@rule("M02")
def nested(subject: Subject) -> Faults:
    """An aggregate holds no other aggregate."""
    for part in subject.of_kind("metric"):
        for one in part.aggregates():
            if any(inner is not one and not isinstance(one.parent, exp.WithinGroup) for inner in _inside(one)):
                yield part.element.at.of("expr"), f"{part.path} aggregates an aggregate: {one.sql('snowflake')}."
                break


def _inside(aggregate: exp.Expr) -> Iterator[exp.Expr]:
    return (one for one in aggregate.find_all(exp.AggFunc) if one is not aggregate)


@rule("M03")
def aggregated_metrics(subject: Subject) -> Faults:
    """An aggregate of a table's metric is over rows, not over metrics."""
    for part in subject.of_kind("metric"):
        for column in part.columns():
            meant = subject.means(column, part.table)
            if isinstance(meant, Part) and meant.kind == "metric" and column.find_ancestor(exp.AggFunc):
                yield part.element.at.of("expr"), f"{part.path} aggregates the metric {meant.path}; aggregate its rows."


@rule("M04")
def bare_columns(subject: Subject) -> Faults:
    """A metric reads rows inside of an aggregate."""
    for part in subject.metrics:
        if not part.aggregates():
            continue
        for column in part.columns():
            meant = subject.means(column, part.table)
            is_metric = isinstance(meant, Part) and meant.kind == "metric"
            if not is_metric and not column.find_ancestor(exp.AggFunc, exp.WithinGroup, exp.Window):
                yield part.element.at.of("expr"), f"{part.path} reads {column.sql()} outside of any aggregate."
                break


@rule("M05")
def derived_of_metrics(subject: Subject) -> Faults:
    """A derived metric is made of tables' metrics."""
    for part in subject.derived:
        for column in part.columns():
            meant = subject.means(column, None)
            if meant is not None and not (isinstance(meant, Part) and meant.kind == "metric"):
                yield (
                    part.element.at.of("expr"),
                    f"The derived metric {part.path} reads {column.sql()}, which is no metric.",
                )


@rule("M06")
def derived_of_something(subject: Subject) -> Faults:
    """A derived metric reads a metric."""
    for part in subject.derived:
        if part.sql is not None and not part.columns():
            yield part.element.at.of("expr"), f"The derived metric {part.path} reads no metric, so it says nothing."


@rule("M07")
def derived_qualified(subject: Subject) -> Faults:
    """A derived metric names its metrics behind their tables."""
    owners = {part.element.name.upper(): part.path for part in subject.metrics}
    for part in subject.derived:
        for column in part.columns():
            if not column.table and subject.means(column, None) is None:
                near = owners.get(column.name.upper())
                repair = f"did you mean {near}?" if near else did_you_mean(column.name, owners.values())
                yield part.element.at.of("expr"), f"The derived metric {part.path} reads {column.name}; {repair}"


@rule("M08")
def derived_windows(subject: Subject) -> Faults:
    """A derived metric computes no window."""
    for part in subject.derived:
        if part.windows():
            yield part.element.at.of("expr"), f"The derived metric {part.path} computes a window; give it to one table."


@rule("M09")
def derived_clauses(subject: Subject) -> Faults:
    """A derived metric has neither relationships of its own nor dimensions that it is not added over."""
    for metric in subject.model.metrics:
        for key in ("using_relationships", "non_additive_dimensions"):
            if getattr(metric, key):
                yield (
                    metric.at.of(key),
                    f"The derived metric {metric.name} has {key}; give them to the metrics it reads.",
                )


def _metrics(subject: Subject) -> Iterator[tuple[Part, Metric]]:
    return ((part, part.element) for part in subject.metrics if isinstance(part.element, Metric))


@rule("M10")
def used_relationships(subject: Subject) -> Faults:
    """A relationship that a metric uses is declared."""
    known = {one.name.upper(): one for one in subject.model.relationships}
    for part, metric in _metrics(subject):
        for index, name in enumerate(metric.using_relationships):
            if name.upper() not in known:
                repair = did_you_mean(name, [one.name for one in known.values()])
                yield metric.at.of("using_relationships", index), f"{part.path} uses the relationship {name}; {repair}"


@rule("M11")
def used_from_here(subject: Subject) -> Faults:
    """A relationship that a metric uses begins at its table."""
    known = {one.name.upper(): one for one in subject.model.relationships}
    for part, metric in _metrics(subject):
        for index, name in enumerate(metric.using_relationships):
            found = known.get(name.upper())
            if found and part.table and found.left_table.upper() != part.table.name.upper():
                yield (
                    metric.at.of("using_relationships", index),
                    f"{part.path} uses {found.name}, which begins at {found.left_table} and not at {part.table.name}.",
                )


@rule("M12")
def non_additive(subject: Subject) -> Faults:
    """A dimension that a metric is not added over is there, and each row belongs to one of its values."""
    for part, metric in _metrics(subject):
        for one in metric.non_additive_dimensions:
            table = subject.model.table(one.table)
            names = {n: p for n, p in subject.names(table).items() if "dimension" in p.kind} if table else {}
            if table is None:
                repair = did_you_mean(one.table, [table.name for table in subject.model.tables])
                yield one.at, f"{part.path} is not added over a dimension of {one.table}; {repair}"
            elif one.dimension.upper() not in names:
                yield one.at, f"{part.path} is not added over {one.dimension}; {did_you_mean(one.dimension, names)}"
            elif part.table and not subject.reaches(part.table.name, table.name):
                yield (
                    one.at,
                    f"{part.path} cannot be told apart by {one.table}.{one.dimension}: no relationship leads there.",
                )


@rule("M13")
def non_additive_twice(subject: Subject) -> Faults:
    """A dimension that a metric is not added over is named once."""
    for part, metric in _metrics(subject):
        seen: set[tuple[str, str]] = set()
        for one in metric.non_additive_dimensions:
            key = (one.table.upper(), one.dimension.upper())
            if key in seen:
                yield one.at, f"{part.path} names {one.table}.{one.dimension} twice; name it once."
            seen.add(key)


@rule("M14")
def counted_constants(subject: Subject) -> Faults:
    """Rows are counted by a column that they have.

    COUNT(*), COUNT(1) and SUM(1) count the row that an outer join makes where nothing was found.
    """
    for part in subject.of_kind("metric"):
        for one in part.aggregates():
            whole = one.parent if isinstance(one.parent, exp.WithinGroup) else one
            if not whole.find(exp.Column):
                yield (
                    part.element.at.of("expr"),
                    f"{part.path} counts {one.sql('snowflake')}; count the key of its rows.",
                )


@rule("M15")
def added_percentages(subject: Subject) -> Faults:
    """A column of keys or shares is not added up."""
    for part in subject.metrics:
        for total in part.sql.find_all(exp.Sum) if part.sql else ():
            meant = subject.means(total.this, part.table) if isinstance(total.this, exp.Column) else None
            unit = getattr(meant.element, "unit", "") if isinstance(meant, Part) else ""
            if unit.startswith(("percent", "probability")):
                yield (
                    part.element.at.of("expr"),
                    f"{part.path} adds up {meant_path(meant)}, which is in {unit}; take a mean.",
                )


def meant_path(meant: Part | str | None) -> str:
    """Return how a message calls what a name means."""
    return meant.path if isinstance(meant, Part) else str(meant)
