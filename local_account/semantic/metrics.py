"""Metrics, taken apart into aggregates, each of which is computed over the rows of its own table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from local_account.errors import not_supported
from local_account.identifiers import identifier
from local_account.semantic.aggregates import AGGREGATES, aggregates_in
from local_account.semantic.model import Expression, Kind, NonAdditive
from local_account.semantic.refusals import invalid_query
from local_account.semantic.rows import QUERY, Scope, require_public
from local_account.semantic.vocabulary import full_name, own_nodes

if TYPE_CHECKING:
    from sqlglot import Expr

    from local_account.semantic.relationships import Relationships
    from local_account.semantic.vocabulary import Vocabulary


@dataclass(frozen=True)
class Grain:
    """The rows that an aggregate is computed over; those of one grain are computed together.

    Attributes:
        table: the table whose rows are counted.
        using: the relationships that lead to dimensions and conditions where there are several.
        last: the dimensions of whose values only the last one's rows count.
    """

    table: str
    using: tuple[str, ...] = ()
    last: tuple[NonAdditive, ...] = ()


@dataclass(frozen=True)
class Aggregate:
    """One aggregate of a metric: what it is called in the compiled query, and where its names stand."""

    name: str
    grain: Grain
    expression: Expr
    scope: Scope


class Metrics:
    """The metrics of one query, as expressions over the aggregates that are gathered here."""

    def __init__(
        self, vocabulary: Vocabulary, relationships: Relationships, grouped_by: set[tuple[str | None, str]]
    ) -> None:
        self.aggregates: list[Aggregate] = []
        self._vocabulary = vocabulary
        self._relationships = relationships
        self._grouped_by = grouped_by

    def grains(self) -> dict[Grain, list[Aggregate]]:
        """Return the aggregates by what they are computed over, in the order of the query."""
        found: dict[Grain, list[Aggregate]] = {}
        for aggregate in self.aggregates:
            found.setdefault(aggregate.grain, []).append(aggregate)
        return found

    def asked(self, expression: Expr) -> Expr:
        """Return an expression of the METRICS clause over the columns of the gathered aggregates.

        Raises: ProgrammingError where it is no metric and aggregates nothing, or names what it may not.
        """
        return self._over_aggregates(expression, QUERY)

    def _over_aggregates(self, expression: Expr, scope: Scope) -> Expr:
        def taken_apart(node: Expr) -> Expr:
            if isinstance(node, exp.Window):
                raise not_supported("A window function in a semantic view")
            if isinstance(node, exp.Query):
                raise invalid_query("Subqueries are not allowed in metric expressions.")
            if isinstance(node, AGGREGATES):
                return self._aggregate(node, scope)
            if isinstance(node, exp.Column):
                return self._metric(node, scope)
            return node

        count = len(self.aggregates)
        whole = expression.transform(taken_apart)
        if len(self.aggregates) == count and not whole.find(exp.Column):
            raise invalid_query(f"{_shown(expression, scope)} does not contain an aggregation function.")
        return whole

    def _metric(self, column: exp.Column, scope: Scope) -> Expr:
        """Return the metric that a name means, taken apart in its turn."""
        found = None
        if scope.table and not column.table:
            found = self._vocabulary.get(scope.table, identifier(column.this)) or self._vocabulary.get(
                None, identifier(column.this)
            )
        elif not isinstance(column.this, exp.Star) and not (scope.within and self._is_plain(column)):
            found = self._vocabulary.find(column)
        if found is None or found.kind is not Kind.METRIC:
            shown = column.sql(dialect="snowflake")
            raise invalid_query(
                f"{shown} is no metric; {_shown(column, scope)} must aggregate it." if scope.within
                else f"{shown} is no metric. Ask for it in DIMENSIONS or FACTS, or aggregate it."
            )  # fmt: skip
        if not scope.within:
            require_public(found)
        if found in scope.within:
            raise invalid_query(f"The definition of {full_name(found)} leads back to itself.")
        inner = Scope(found.table, within=(*scope.within, found))
        value = self._over_aggregates(self._vocabulary.parsed(found), inner)
        return value if isinstance(value, exp.Column) else exp.paren(value)

    def _is_plain(self, column: exp.Column) -> bool:
        """Tell whether a name in the model means a column of a base table."""
        table = identifier(column.args["table"]) if column.table else None
        return table in self._vocabulary.tables and self._vocabulary.get(table, identifier(column.this)) is None

    def _aggregate(self, node: Expr, scope: Scope) -> exp.Column:
        if len(aggregates_in(node)) > 1 and scope.table is None:
            raise not_supported(f"An aggregate of an aggregate outside of a table's metric, in {_shown(node, scope)},")
        if node.find(exp.Query):
            raise invalid_query("Subqueries are not allowed in metric expressions.")
        grain = self._grain(node, scope)
        for known in self.aggregates:
            if (known.grain, known.expression, known.scope) == (grain, node, scope):
                return _column(known.name)
        made = Aggregate(f"_m{len(self.aggregates) + 1}", grain, node.copy(), scope)
        self.aggregates.append(made)
        return _column(made.name)

    def _grain(self, node: Expr, scope: Scope) -> Grain:
        metric = scope.within[-1] if scope.within else None
        table = scope.table or self._finest(node, scope)
        if metric is None:
            return Grain(table)
        last = tuple(found for found in metric.non_additive if (found.table, found.dimension) not in self._grouped_by)
        return Grain(table, metric.using, last)

    def _finest(self, node: Expr, scope: Scope) -> str:
        """Return the table over whose rows an aggregate outside of any table is computed, by what it names."""
        tables = []
        for column in node.find_all(exp.Column):
            named = identifier(column.args["table"]) if column.table else None
            tables.append(named if scope.within and named else str(self._vocabulary.find(column).table))
        if not tables:
            raise invalid_query(f"{node.sql(dialect='snowflake')} names no dimension or fact to aggregate.")
        if unknown := next((table for table in tables if table not in self._vocabulary.tables), None):
            raise invalid_query(f"{node.sql(dialect='snowflake')} names {unknown}, which is no table of the view.")
        return self._relationships.finest(list(dict.fromkeys(tables)))


def _shown(expression: Expr, scope: Scope) -> str:
    return f"Metric {full_name(scope.within[-1])}" if scope.within else expression.sql(dialect="snowflake")


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def row_tables(expression: Expr, vocabulary: Vocabulary) -> list[str]:
    """Return the tables whose dimensions and facts a query's expression names.

    Raises: ProgrammingError for unknown names and metrics.
    """
    tables = []
    for node in own_nodes(expression):
        if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            found: Expression = vocabulary.find(node)
            if found.kind is Kind.METRIC:
                raise invalid_query(f"{full_name(found)} is a metric; only dimensions and facts may stand here.")
            tables.append(str(found.table))
    return tables
