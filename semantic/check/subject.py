"""The model under check: its expressions parsed once, and what the names in them can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from semantic.check.warehouse import Columns
    from semantic.source import Expression, Kind, LogicalTable, Model

DIALECT = "snowflake"
# Functions that ask a clock: an answer would change from day to day, with the data as they are.
CLOCKS = (
    exp.CurrentDate,
    exp.CurrentTimestamp,
    exp.CurrentTime,
    exp.CurrentDatetime,
    exp.Localtime,
    exp.Localtimestamp,
)
CLOCK_NAMES = frozenset({"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "GETDATE", "SYSDATE", "SYSTIMESTAMP",
                         "LOCALTIME", "LOCALTIMESTAMP"})  # fmt: skip

# Of the aggregate functions by class, those that only rank or look at other rows.
_RANKING = (
    exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue,
    exp.NthValue,
)  # fmt: skip


def plain(name: str) -> str:
    """Return a name as Cortex Analyst compares it: in capitals, letters and digits alone."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


@dataclass(frozen=True)
class Part:
    """An expression of the model.

    Attributes:
        kind: what it is for.
        table: its logical table; None for a derived metric.
        element: its source.
        sql: its parsed SQL; None where it cannot be read.
    """

    kind: Kind
    table: LogicalTable | None
    element: Expression
    sql: exp.Expr | None

    @property
    def path(self) -> str:
        """Its name, behind that of its table."""
        return f"{self.table.name}.{self.element.name}" if self.table else self.element.name

    def columns(self) -> list[exp.Column]:
        """Return the names that it reads."""
        return list(self.sql.find_all(exp.Column)) if self.sql else []

    def aggregates(self) -> list[exp.Expr]:
        """Return the aggregates that it computes; windows are none."""
        found = self.sql.find_all(exp.AggFunc) if self.sql else ()
        return [one for one in found if not isinstance(one, _RANKING) and not isinstance(_holder(one), exp.Window)]

    def windows(self) -> list[exp.Window]:
        """Return the windows that it computes."""
        return list(self.sql.find_all(exp.Window)) if self.sql else []


def _holder(node: exp.Expr) -> exp.Expr | None:
    """Return what an aggregate stands in, past the WITHIN GROUP that belongs to it."""
    parent = node.parent
    return parent.parent if isinstance(parent, exp.WithinGroup) else parent


class Subject:
    """A model with what rules ask of it.

    Args:
        model: the source.
        columns: what the base tables have; empty where nobody knows.
    """

    def __init__(self, model: Model, columns: Columns) -> None:
        self.model = model
        self.columns = columns

    @cached_property
    def parts(self) -> list[Part]:
        """Every expression, derived metrics last."""
        found = [
            Part(kind, table, element, parsed(element.expr))
            for table in self.model.tables
            for kind, element in table.expressions()
        ]
        return found + [Part("metric", None, metric, parsed(metric.expr)) for metric in self.model.metrics]

    def of_kind(self, *kinds: Kind) -> Iterator[Part]:
        """Yield the expressions of these kinds."""
        return (part for part in self.parts if part.kind in kinds)

    @cached_property
    def metrics(self) -> list[Part]:
        """The metrics of tables."""
        return [part for part in self.of_kind("metric") if part.table]

    @cached_property
    def derived(self) -> list[Part]:
        """The metrics over several tables."""
        return [part for part in self.parts if part.table is None]

    def base_columns(self, table: LogicalTable) -> dict[str, bool]:
        """Return the columns of a table's base table, each with whether it is personal; empty where nobody knows."""
        return dict(self.columns.get(table.base_table.name.upper(), {}))

    def names(self, table: LogicalTable) -> dict[str, Part]:
        """Return what a logical table declares, by name in capitals; filters are no part of expressions."""
        return {part.element.name.upper(): part for part in self.parts if part.table is table and part.kind != "filter"}

    def means(self, column: exp.Column, home: LogicalTable | None) -> Part | str | None:
        """Return what a name in an expression means: an expression of the model, a base column, or nothing known.

        Args:
            column: the name.
            home: the table that its expression belongs to.
        """
        table = self.model.table(column.table) if column.table else home
        name = column.name.upper()
        if table is None:
            derived = (part for part in self.derived if part.element.name.upper() == name)
            return None if column.table else next(derived, None)
        known = self.names(table).get(name)
        base = self.base_columns(table)
        return known or (name if name in base or not base else None)

    @cached_property
    def edges(self) -> dict[str, set[str]]:
        """The tables that the rows of each table belong to, by name in capitals."""
        found: dict[str, set[str]] = {table.name.upper(): set() for table in self.model.tables}
        for one in self.model.relationships:
            found.setdefault(one.left_table.upper(), set()).add(one.right_table.upper())
        return found

    def reaches(self, left: str, right: str) -> bool:
        """Tell whether each row of a table belongs, over any number of relationships, to one row of another."""
        seen, todo = set(), [left.upper()]
        while todo:
            name = todo.pop()
            if name == right.upper():
                return True
            if name not in seen:
                seen.add(name)
                todo += self.edges.get(name, ())
        return False


def parsed(text: str) -> exp.Expr | None:
    """Parse one expression; None where it is none."""
    try:
        found = sqlglot.parse_one(f"SELECT {text} AS x", dialect=DIALECT)
    except (SqlglotError, RecursionError):
        return None
    one = isinstance(found, exp.Select) and len(found.expressions) == 1 and not found.args.get("from_")
    alias = found.expressions[0] if one else None
    return alias.this if isinstance(alias, exp.Alias) and alias.alias == "x" else None


def clocks(node: exp.Expr) -> list[str]:
    """Return the names of the clock functions that SQL calls."""
    found = [one.sql_name() for one in node.find_all(*CLOCKS)]
    found += [str(one.this).upper() for one in node.find_all(exp.Anonymous) if str(one.this).upper() in CLOCK_NAMES]
    return found + [c.name.upper() for c in node.find_all(exp.Column) if not c.table and c.name.upper() in CLOCK_NAMES]
