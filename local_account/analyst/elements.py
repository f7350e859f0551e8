"""Elements of a semantic model: how tables hang together, and what an expression is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sqlglot
from sqlglot import Expr, exp

from local_account.analyst.words import phrase
from local_account.semantic.model import Expression, Kind, LogicalTable, SemanticModel

AGGREGATES: dict[type[Expr], str] = {
    exp.Sum: "sum",
    exp.Avg: "average",
    exp.Median: "median",
    exp.Max: "max",
    exp.Min: "min",
}
_MONEY = "in usd"


@dataclass(frozen=True)
class Element:
    """A dimension, fact, metric or filter with the table that it belongs to; a derived metric belongs to none."""

    table: str
    expression: Expression

    @property
    def name(self) -> str:
        """Its name in the catalog."""
        return self.expression.name

    @property
    def kind(self) -> Kind:
        """What it is for."""
        return self.expression.kind

    @property
    def ref(self) -> str:
        """How a query of the view names it."""
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def is_time(self) -> bool:
        """Whether its values are days."""
        return self.kind is Kind.TIME_DIMENSION and (self.expression.data_type or "DATE").upper().startswith("DATE")

    @property
    def is_number(self) -> bool:
        """Whether its values can be compared and summed."""
        kind = (self.expression.data_type or "").upper()
        return self.kind is Kind.FACT or kind.startswith(("NUMBER", "FLOAT", "INT", "DECIMAL", "DOUBLE"))

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false."""
        return (self.expression.data_type or "").upper() == "BOOLEAN"

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of dollars."""
        return _MONEY in self.expression.description.lower()

    @property
    def is_days(self) -> bool:
        """Whether it is a length of time in days."""
        return self.expression.description.lower().rstrip(".").endswith("in days")

    @property
    def is_counting(self) -> bool:
        """Whether its formula counts rows, whatever else it does."""
        return "COUNT" in self.expression.expr.upper()

    @property
    def is_extreme(self) -> bool:
        """Whether it is the greatest or the smallest of its rows."""
        return self.expression.expr.upper().startswith(("MAX(", "MIN("))

    @property
    def is_loss(self) -> bool:
        """Whether more of it is worse: refunds, customers who leave."""
        return bool({"REFUND", "REFUNDS", "CHURN", "CHURNED", "RISK", "LAPSED"} & set(self.name.split("_")))

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage from 0 to 100."""
        return "in percent" in self.expression.description.lower()

    @property
    def is_probability(self) -> bool:
        """Whether it is a probability from 0 to 1."""
        return "probability from 0 to 1" in self.expression.description.lower()


@lru_cache(maxsize=4_000)
def parsed(sql: str) -> Expr | None:
    """Return the tree of an expression of the model, or nothing where it cannot be read."""
    try:
        return sqlglot.parse_one(sql, dialect="snowflake")
    except sqlglot.errors.SqlglotError:
        return None


class Shape:
    """A model with what follows from it: keys, reachable tables, grains of time, and pairs of fact and metric.

    Args:
        model: the content of a semantic view.
    """

    def __init__(self, model: SemanticModel) -> None:
        self.model = model
        self.tables: dict[str, LogicalTable] = {table.name: table for table in model.tables}
        self.elements = [Element(table.name, e) for table in model.tables for e in table.expressions if not e.private]
        self.elements += [Element("", e) for e in model.metrics if not e.private]
        self._by_ref = {element.ref.upper(): element for element in self.elements}
        self._times = {name: self._time_of(name) for name in self.tables}  # each reading asks for them often

    def element(self, table: str, name: str) -> Element | None:
        """Return an element by its table and name."""
        return self._by_ref.get(f"{table}.{name}".upper() if table else name.upper())

    def reachable(self, table: str) -> tuple[str, ...]:
        """Return a table and those that its rows belong to, the nearest first: their dimensions describe its rows."""
        found = [table]
        for here in found:
            found += [r.right for r in self.model.relationships if r.left == here and r.right not in found]
        return tuple(found)

    def tables_of(self, metric: Element) -> tuple[str, ...]:
        """Return the tables whose rows a metric counts or sums: several of one that is derived."""
        if metric.table:
            return (metric.table,)
        tree = parsed(metric.expression.expr)
        named = {c.table.upper() for c in tree.find_all(exp.Column)} if tree else set()
        return tuple(name for name in self.tables if name.upper() in named)

    def dimensions_for(self, measure: Element) -> frozenset[str]:
        """Return the tables whose dimensions may group a metric without a row being counted twice."""
        sets = [set(self.reachable(table)) for table in self.tables_of(measure)]
        return frozenset(set.intersection(*sets)) if sets else frozenset()

    def key(self, table: str) -> tuple[Element, ...]:
        """Return the dimensions that tell the rows of a table apart."""
        names = self.tables[table].primary_key if table in self.tables else ()
        found = [self.element(table, name) for name in names]
        return tuple(one for one in found if one)

    def identity(self, table: str) -> tuple[Element, ...]:
        """Return what a row is called by in a list: a dimension named like the table with ID, else its key."""
        named = self.element(table, "_".join((*phrase(table), "id")))
        return (named,) if named else self.key(table)

    def time_of(self, table: str) -> Element | None:
        """Return the day by which rows are counted into periods, where they are events that belong to something."""
        return self._times.get(table)

    def _time_of(self, table: str) -> Element | None:
        if not any(r.left == table for r in self.model.relationships):
            return None
        days = [e for e in self.elements if e.table == table and e.is_time and self._is_plain(e)]
        return next((e for e in days if self.at_grain(e, "year") is not None), days[0] if len(days) == 1 else None)

    def events(self) -> str | None:
        """Return the table of what happens day by day: the one that the most tables describe."""
        tables = [t.name for t in self.model.tables if self.time_of(t.name)]
        return max(tables, key=lambda name: len(self.reachable(name)), default=None)

    def main_table(self) -> str:
        """Return the table that the most figures and dimensions describe."""
        return max(self.model.tables, key=lambda table: len(table.expressions)).name

    def amount(self, table: str) -> Element | None:
        """Return the fact that says how large a row of events is: the first amount of money."""
        if self.time_of(table) is None:
            return None
        facts = (e for e in self.elements if e.table == table and e.kind is Kind.FACT)
        return next((e for e in facts if e.is_money), None)

    def amount_metric(self, table: str, function: str) -> Element | None:
        """Return the metric that is a function, such as the greatest or the mean, of the amounts of a table's rows."""
        amount = self.amount(table)
        for element in self.elements:
            tree = parsed(element.expression.expr) if element.kind is Kind.METRIC and element.table == table else None
            if amount is None or tree is None or AGGREGATES.get(type(tree)) != function or function == "sum":
                continue
            if any(c.name.upper() == amount.name for c in tree.find_all(exp.Column)):
                return element
        return None

    def counted_table(self, metric: Element) -> str | None:
        """Return the table of events whose rows a metric counts, if it does nothing else."""
        tree = parsed(metric.expression.expr) if metric.kind is Kind.METRIC and metric.table else None
        plain = isinstance(tree, exp.CountIf) or (
            isinstance(tree, exp.Count) and not isinstance(tree.this, exp.Distinct)
        )
        return metric.table if plain and self.time_of(metric.table) else None

    def mean_of(self, metric: Element) -> str | None:
        """Return the table over whose rows a metric is a mean or median, so that "per row" says nothing more of it."""
        tree = parsed(metric.expression.expr) if metric.table else None
        return metric.table if isinstance(tree, exp.Avg | exp.Median) else None

    def begun(self, metric: Element) -> Element | None:
        """Return the day on which the rows began that a metric counts by how new they are, such as new customers."""
        tree = parsed(metric.expression.expr) if metric.kind is Kind.METRIC else None
        if not isinstance(tree, exp.CountIf) or not isinstance(tree.this, exp.GT | exp.GTE):
            return None
        column = tree.this.this
        found = self.element(metric.table, column.name.upper()) if isinstance(column, exp.Column) else None
        return found if found is not None and found.is_time and self.at_grain(found, "year") is not None else None

    @staticmethod
    def _is_plain(element: Element) -> bool:
        return isinstance(parsed(element.expression.expr), exp.Column)

    @cached_property
    def _grains(self) -> dict[tuple[str, str, str], Element]:
        """Return by table, column and grain the time dimension that cuts the column down to the grain."""
        found: dict[tuple[str, str, str], Element] = {}
        for element in self.elements:
            tree = parsed(element.expression.expr) if element.kind is Kind.TIME_DIMENSION else None
            column = tree.find(exp.Column) if tree else None
            if tree is None or column is None:
                continue
            cut = tree.find(exp.DateTrunc, exp.TimestampTrunc)
            if cut is not None:
                grain = str(cut.args["unit"].name).lower()
            elif isinstance(tree, exp.Year):
                grain = "year"
            elif isinstance(tree, exp.Column):
                grain = "day"
            else:
                continue
            found.setdefault((element.table, column.name.upper(), grain), element)
            first_of = re.match(r"first day of the (week|month|quarter)\b", element.expression.description.lower())
            if grain == "day" and first_of is not None:
                found.setdefault((element.table, column.name.upper(), first_of[1]), element)
        return found

    def at_grain(self, time: Element, grain: str) -> Element | None:
        """Return the time dimension that holds the weeks, months, quarters or years of another; itself for days."""
        tree = parsed(time.expression.expr)
        column = tree.find(exp.Column) if tree else None
        if column is None:
            return time if grain == "day" else None
        return self._grains.get((time.table, column.name.upper(), grain), time if grain == "day" else None)

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], Element]:
        """Return by fact and function the metric that is just this function of the fact."""
        found: dict[tuple[str, str], Element] = {}
        for element in self.elements:
            tree = parsed(element.expression.expr) if element.kind is Kind.METRIC else None
            function = AGGREGATES.get(type(tree)) if tree is not None else None
            if tree is not None and function and isinstance(tree.this, exp.Column):
                fact = self.element(tree.this.table.upper() or element.table, tree.this.name.upper())
                if fact:
                    found.setdefault((fact.ref, function), element)
        # A model's own average of a fact, of the rows that count: of churn probability, without those who left.
        for element in self.elements:
            table, name = element.table, element.name
            fact = self.element(table, name.removeprefix("AVG_")) if name.startswith("AVG_") and table else None
            if element.kind is Kind.METRIC and fact is not None and fact.kind is Kind.FACT:
                found.setdefault((fact.ref, "average"), element)
        return found

    def metric_of(self, fact: Element, function: str) -> Element | None:
        """Return the metric that is this function of a fact, if the model has one."""
        return self._pairs.get((fact.ref, function))

    def fact_of(self, metric: Element) -> tuple[Element, str] | None:
        """Return the fact and the function of which a metric is made, where it is nothing more."""
        for (ref, function), one in self._pairs.items():
            if one == metric and (fact := self._by_ref.get(ref.upper())):
                return fact, function
        return None

    def distinct_count(self, table: str, of: str) -> Element | None:
        """Return the metric of a table that counts the different rows of another one to which its rows belong."""
        keys = {
            column for r in self.model.relationships if r.left == table and r.right == of for column in r.left_columns
        }
        for element in self.elements:
            tree = parsed(element.expression.expr) if element.kind is Kind.METRIC and element.table == table else None
            distinct = isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct)
            if tree is not None and distinct and any(c.name.upper() in keys for c in tree.find_all(exp.Column)):
                return element
        return None

    def percent_of(self, metric: Element) -> Element | None:
        """Return the metric that is a count in percent of all rows of its table, if the model has one."""
        text = "".join(metric.expression.expr.upper().split())
        wanted = f"100*{text}/NULLIF(COUNT("
        metrics = (e for e in self.elements if e.kind is Kind.METRIC and e.table == metric.table)
        return next((e for e in metrics if "".join(e.expression.expr.upper().split()).startswith(wanted)), None)

    def averages(self, metric: Element) -> list[Element]:
        """Return the metrics that divide a metric or average its rows."""
        name = metric.ref.upper()
        derived = [
            e for e in self.elements if e.kind is Kind.METRIC and e.expression.expr.upper().startswith(name + " /")
        ]
        averages = [
            e
            for e in self.elements
            if e.kind is Kind.METRIC and e.table == metric.table and e.name.startswith(("AVG_T", "AVERAGE_T"))
        ]
        return (averages[:1] + derived)[:3]

    def is_additive(self, metric: Element) -> bool:
        """Tell whether a metric of a whole is the sum of those of its parts."""
        tree = parsed(metric.expression.expr)
        if tree is None or metric.expression.non_additive or tree.find(exp.Distinct):
            return False
        return isinstance(tree, exp.Sum | exp.Count | exp.CountIf)

    def simple_filter(self, element: Element) -> tuple[Element, str | bool] | None:
        """Return the dimension and the value that a filter asks for, where it asks for no more."""
        tree = parsed(element.expression.expr)
        value: str | bool = not isinstance(tree, exp.Not)
        if isinstance(tree, exp.Not):
            tree = tree.this
        if (
            isinstance(tree, exp.EQ)
            and isinstance(tree.expression, exp.Literal)
            and tree.expression.is_string
            and value
        ):
            tree, value = tree.this, str(tree.expression.this)
        found = self.element(element.table, tree.name.upper()) if isinstance(tree, exp.Column) else None
        usable = found is not None and found.kind is Kind.DIMENSION and (found.is_flag or isinstance(value, str))
        return (found, value) if found is not None and usable else None

    def filter_sql(self, element: Element) -> str | None:
        """Return a filter's condition in names of the view, or nothing where it needs a column that is no element."""
        tree = parsed(element.expression.expr)
        if tree is None:
            return None
        by_column = {
            (e.table, e.expression.expr.upper()): e
            for e in reversed(self.elements)
            if e.kind is not Kind.METRIC and e.kind is not Kind.FILTER
        }
        tree = tree.copy()
        for column in list(tree.find_all(exp.Column)):
            table = column.table.upper() or element.table
            found = self.element(table, column.name.upper()) or by_column.get((table, column.name.upper()))
            if found is None or found.kind in {Kind.METRIC, Kind.FILTER}:
                return None
            named = exp.column(found.name, table=found.table)
            if column is tree:
                tree = named
            else:
                column.replace(named)
        return tree.sql(dialect="snowflake")
