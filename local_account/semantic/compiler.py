"""From a query of a semantic view to the SELECT over base tables that it stands for.

No join multiplies what is counted: each metric is computed over the rows of its own table, which is joined with
dimensions and conditions many-to-one only. Metrics of several tables are computed apart and put together by the values
of the dimensions.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.identifiers import identifier
from local_account.semantic.aggregates import or_of_no_rows
from local_account.semantic.early import aggregated_early
from local_account.semantic.metrics import Metrics, row_tables
from local_account.semantic.query import Asked, SemanticQuery
from local_account.semantic.refusals import invalid_query
from local_account.semantic.relationships import Relationships
from local_account.semantic.rows import QUERY, Rows, Subqueries
from local_account.semantic.vocabulary import Vocabulary

if TYPE_CHECKING:
    from sqlglot import Expr

    from local_account.semantic.metrics import Aggregate, Grain
    from local_account.semantic.model import NonAdditive, SemanticModel


def compile_query(model: SemanticModel, query: SemanticQuery) -> exp.Select:
    """Return the SELECT that a query of a semantic view stands for.

    Args:
        model: what the semantic view declares.
        query: what is asked of it.

    Returns: a SELECT of the base tables by their full names, with one column for each that is asked for, in order.
    Raises: ProgrammingError for names that are unknown, private or out of place (904, 10234), for a dimension or
        condition that a metric's table does not reach many-to-one (10234), and for what is not supported (2).
    """
    return _Compilation(*_read(model), query).select()


def vocabulary_of(model: SemanticModel) -> Vocabulary:
    """Return what the names of a model mean."""
    return _read(model)[0]


@lru_cache(maxsize=64)
def _read(model: SemanticModel) -> tuple[Vocabulary, Relationships]:
    return Vocabulary(model), Relationships(model)


class _Compilation:
    """One query on its way."""

    def __init__(self, vocabulary: Vocabulary, relationships: Relationships, query: SemanticQuery) -> None:
        self._vocabulary = vocabulary
        self._relationships = relationships
        columns = tuple(named for asked in query.columns for named in self._without_star(asked))
        self._query = replace(query, columns=columns).checked()
        self._subqueries = Subqueries()

    def select(self) -> exp.Select:
        made = self._aggregated() if self._query.named("metrics") else self._plain()
        return self._subqueries.define(made)

    def _without_star(self, asked: Asked) -> list[Asked]:
        """Return what is asked for, one by one where it is `table.*`."""
        if isinstance(asked.expression, exp.Star):
            raise invalid_query("An asterisk needs the name of a table before it, such as customers.*.")
        if not isinstance(asked.expression, exp.Column) or not isinstance(asked.expression.this, exp.Star):
            return [asked]
        table = identifier(asked.expression.args["table"])
        return [
            Asked(asked.clause, _column(found.name, table)) for found in self._vocabulary.all_of(table, asked.clause)
        ]

    def _tables(self, *expressions: Expr | None) -> list[str]:
        named = [table for e in expressions if e is not None for table in row_tables(e, self._vocabulary)]
        return list(dict.fromkeys(named))

    def _named_in(self, asked: Asked) -> list[str]:
        """Return the tables that a dimension or fact is of. Raises: ProgrammingError where it names nothing."""
        tables = self._tables(asked.expression)
        if not tables:
            shown = asked.expression.sql(dialect="snowflake")
            raise invalid_query(f"Invalid expression {shown}: Missing reference to a row-level expression.")
        return tables

    def _rows(self, base: str, using: tuple[str, ...] = ()) -> Rows:
        return Rows(self._vocabulary, self._relationships, base, self._subqueries, using)

    def _where(self, select: exp.Select, condition: Expr | None) -> exp.Select:
        return select.where(condition, copy=False) if condition is not None else select

    def _condition(self, rows: Rows) -> Expr | None:
        return rows.row_level(self._query.where) if self._query.where is not None else None

    def _plain(self) -> exp.Select:
        """Select dimensions, each combination once, or facts, row by row."""
        columns, where = self._query.columns, self._query.where
        asked = [table for column in columns for table in self._named_in(column)]
        everywhere = list(dict.fromkeys([*asked, *self._tables(where)]))
        dimensions, facts = self._query.named("dimensions"), self._query.named("facts")
        if facts and dimensions and len(everywhere) > 1:
            raise invalid_query(
                "Facts and dimensions of one query, its condition included, must all be of the same logical table; "
                f"these are of {', '.join(everywhere)}."
            )
        base = self._relationships.finest(list(dict.fromkeys(asked)) if facts else everywhere)
        rows = self._rows(base)
        projections = [_named(rows.row_level(column.expression), column.title) for column in columns]
        condition = self._condition(rows)
        select = self._where(rows.select(*projections), condition)
        return select.distinct(copy=False) if dimensions else select

    def _aggregated(self) -> exp.Select:
        """Select metrics for each combination of the dimensions, or for all rows where there is none."""
        dimensions = self._query.named("dimensions")
        for column in dimensions:
            self._named_in(column)
        grouped_by = {self._full_name(column.expression) for column in dimensions}
        metrics = Metrics(self._vocabulary, self._relationships, grouped_by)
        values = {c.title: metrics.asked(c.expression) for c in self._query.named("metrics")}
        keys = {column.title: f"_d{n}" for n, column in enumerate(dimensions, 1)}
        source = self._combined(metrics.grains(), list(keys.values()))
        projections = [
            _named(_column(keys[c.title]) if c.clause == "dimensions" else values[c.title], c.title)
            for c in self._query.columns
        ]
        return exp.select(*projections).from_(_subquery(source))

    def _full_name(self, expression: Expr) -> tuple[str | None, str]:
        if not isinstance(expression, exp.Column):
            return (None, "")
        found = self._vocabulary.find(expression)
        return (found.table, found.name)

    def _combined(self, grains: dict[Grain, list[Aggregate]], keys: list[str]) -> exp.Select:
        """Put what was aggregated apart together by the dimensions, NULL being one of their values.

        A group that one grain does not have gets what its aggregates are of no rows: NULL, and 0 of a count.
        """
        parts = [self._of_grain(grain, own, keys) for grain, own in grains.items()]
        if len(parts) == 1:
            return parts[0]
        everything = [aggregate for own in grains.values() for aggregate in own]
        stacked: exp.Query | None = None
        for part, own in zip(parts, grains.values(), strict=True):
            names = {aggregate.name for aggregate in own}
            row = exp.select(
                *map(_column, keys),
                *(_column(a.name) if a.name in names else _named(exp.Null(), a.name) for a in everything),
            ).from_(_subquery(part))
            stacked = row if stacked is None else exp.union(stacked, row, distinct=False, copy=False)
        assert stacked is not None  # noqa: S101 - there is a grain, or nothing was asked for
        values = [_named(_once(aggregate), aggregate.name) for aggregate in everything]
        whole = exp.select(*map(_column, keys), *values).from_(_subquery(stacked))
        return whole.group_by(*map(_column, keys), copy=False) if keys else whole

    def _of_grain(self, grain: Grain, aggregates: list[Aggregate], keys: list[str]) -> exp.Select:
        """Aggregate the rows of one table by the dimensions."""
        rows = self._rows(grain.table, grain.using)
        dimensions = [rows.row_level(column.expression) for column in self._query.named("dimensions")]
        condition = self._condition(rows)
        values = [_named(rows.aggregate(a.expression, a.scope), a.name) for a in aggregates]
        named = [_named(value, key) for value, key in zip(dimensions, keys, strict=True)]
        if grain.last:
            select = self._of_last_rows(rows, grain.last, named, values, condition)
        else:
            early = aggregated_early(rows, named, values, condition)
            select = early or self._where(rows.select(*named, *values), condition)
        return (
            select.group_by(*(exp.Literal.number(n) for n in range(1, len(keys) + 1)), copy=False) if keys else select
        )

    def _of_last_rows(
        self,
        rows: Rows,
        last: tuple[NonAdditive, ...],
        named: list[exp.Alias],
        values: list[exp.Alias],
        condition: Expr | None,
    ) -> exp.Select:
        """Aggregate those rows of each group that come last in the order of the non-additive dimensions."""
        order = [
            exp.Ordered(
                this=rows.row_level(_column(found.dimension, found.table), QUERY),
                desc=not found.descending,
                nulls_first=not found.nulls_first,
            )
            for found in last
        ]
        inputs: dict[Expr, str] = {}
        for column in [c for value in values for c in value.find_all(exp.Column)]:
            inputs.setdefault(column.copy(), f"_c{len(inputs) + 1}")
        outer = [value.transform(lambda n: _column(inputs[n]) if n in inputs else n) for value in values]
        partition = [value.this.copy() for value in named]
        rank = exp.Window(this=exp.Rank(), partition_by=partition, order=exp.Order(expressions=order))
        inner = rows.select(*named, *(_named(c, name) for c, name in inputs.items()), _named(rank, "_rank"))
        ranked = _subquery(self._where(inner, condition))
        keys = [_column(value.alias) for value in named]
        return exp.select(*keys, *outer).from_(ranked).where(_column("_rank").eq(1), copy=False)


def _once(aggregate: Aggregate) -> Expr:
    """Return the one value of an aggregate among the rows of a group, of which the other grains' are NULL."""
    return or_of_no_rows(exp.AnyValue(this=_column(aggregate.name)), aggregate.expression)


def _named(value: Expr, name: str) -> exp.Alias:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def _column(name: str, table: str | None = None) -> exp.Column:
    of = exp.to_identifier(table, quoted=True) if table else None
    return exp.column(exp.to_identifier(name, quoted=True), table=of)


def _subquery(query: exp.Query) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("_part", quoted=True)))
