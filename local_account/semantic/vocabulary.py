"""The names of a semantic model, and the expressions that they stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fakesnow.dialect import parse_one
from sqlglot import exp

from local_account.identifiers import identifier, written
from local_account.semantic.model import Expression, Kind
from local_account.semantic.refusals import invalid_query, unknown_name
from local_account.tokens import without_positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import Expr

    from local_account.semantic.model import SemanticModel

ROW_KINDS = (Kind.DIMENSION, Kind.TIME_DIMENSION, Kind.FACT)
_OF_CLAUSE = {"dimensions": (Kind.DIMENSION, Kind.TIME_DIMENSION), "metrics": (Kind.METRIC,), "facts": (Kind.FACT,)}


def own_nodes(node: Expr) -> Iterator[Expr]:
    """Walk through an expression from the outside inwards, up to its subqueries, which are walked past."""
    return node.walk(prune=lambda found: isinstance(found, exp.Query))


class Vocabulary:
    """What the names of one model mean; its expressions are parsed once."""

    def __init__(self, model: SemanticModel) -> None:
        self.tables = {table.name: table for table in model.tables}
        self._named: dict[tuple[str | None, str], Expression] = {
            (table.name, found.name): replace(found, table=table.name)
            for table in model.tables
            for found in table.expressions
            if found.kind is not Kind.FILTER
        }
        self._named |= {(None, metric.name): replace(metric, table=None) for metric in model.metrics}
        self._filters = {(t.name, f.name) for t in model.tables for f in t.expressions if f.kind is Kind.FILTER}
        self._parsed: dict[Expression, Expr] = {}

    def get(self, table: str | None, name: str) -> Expression | None:
        """Return the expression of a name; None where the table, or with None the view, has none of that name."""
        return self._named.get((table, name))

    def has(self, name: str) -> bool:
        """Tell whether a dimension, fact or metric has a name, whatever its table."""
        return any(own == name for _, own in self._named)

    def find(self, column: exp.Column) -> Expression:
        """Return what a query means by a name, with its table or without.

        Raises: ProgrammingError where the model has no such name, or several.
        """
        name = identifier(column.this)
        table = identifier(column.args["table"]) if column.table else None
        if column.args.get("db"):
            raise unknown_name(".".join(written(identifier(part)) for part in _identifiers(column)), self._full_names())
        matches = [found for (of, own), found in self._named.items() if own == name and table in (None, of)]
        if len(matches) > 1:
            raise invalid_query(f"Ambiguous column name '{written(name)}'.")
        if matches:
            return matches[0]
        if found := next((key for key in self._filters if key[1] == name and table in (None, key[0])), None):
            raise invalid_query(
                f"{_full(found)} is a filter, which Cortex Analyst alone reads; write its condition out."
            )
        raise unknown_name(_full((table, name)), self._full_names(table) or self._full_names())

    def _full_names(self, table: str | None = None) -> list[str]:
        return [_full(key) for key in self._named if table in (None, key[0])]

    def all_of(self, table: str, clause: str) -> list[Expression]:
        """Return what `table.*` means in a clause: every public expression of the kind, in the model's order.

        Raises: ProgrammingError for an unknown table.
        """
        if table not in self.tables:
            raise unknown_name(written(table), map(written, self.tables))
        kinds = _OF_CLAUSE[clause]
        return [
            found for (of, _), found in self._named.items() if of == table and found.kind in kinds and not found.private
        ]

    def parsed(self, expression: Expression) -> Expr:
        """Return an expression of the model as SQL, which must not be changed."""
        if expression not in self._parsed:
            select = without_positions(parse_one(f"select {expression.expr} as parsed"))
            self._parsed[expression] = select.expressions[0].this
        return self._parsed[expression]


def _identifiers(column: exp.Column) -> list[exp.Identifier]:
    return [part for part in column.parts if isinstance(part, exp.Identifier)]


def full_name(expression: Expression) -> str:
    """Return an expression's name with its table."""
    return _full((expression.table, expression.name))


def _full(key: tuple[str | None, str]) -> str:
    return ".".join(written(part) for part in key if part)
