"""Every metric by every single dimension of our model is what independent SQL says, or is refused.

The independent SQL reads one wide table for each table of metrics, which is joined by hand below, and the metrics' own
formulas over its columns. The rows are drawn at random: with keys that lead nowhere, without keys, and with NULL in
every column.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlglot
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.semantic import yaml_form
from local_account.semantic.compiler import compile_query
from local_account.semantic.model import Expression, Kind, LogicalTable, SemanticModel
from local_account.semantic.query import Asked, SemanticQuery
from semantic.rendering import render
from semantic.source import load

MODEL = yaml_form.read(render(load(Path(__file__).parents[2] / "semantic" / "model"), "memory"))
TABLES = {table.name: table for table in MODEL.tables}
ROWS = {"CUSTOMERS": 90, "DATES": 60, "MERCHANT_CATEGORIES": 12, "TRANSACTIONS": 700, "SEGMENTS": 70,
        "SEGMENT_HISTORY": 150, "MONTHLY_SPEND": 300}  # fmt: skip
# What the rows of each table belong to, by hand.
JOINS = {
    "CUSTOMERS": "customers c left join segments s on c.customers__customer_id = s.segments__customer_id",
    "SEGMENTS": "segments s left join customers c on c.customers__customer_id = s.segments__customer_id",
    "DATES": "dates d",
    "MERCHANT_CATEGORIES": "merchant_categories m",
    "TRANSACTIONS": (
        "transactions t left join customers c on t.transactions__customer_id = c.customers__customer_id "
        "left join segments s on c.customers__customer_id = s.segments__customer_id "
        "left join merchant_categories m "
        "on t.transactions__merchant_category_key = m.merchant_categories__merchant_category_key "
        "left join dates d on t.transactions__date_key = d.dates__date_key"
    ),
    "SEGMENT_HISTORY": (
        "segment_history h left join customers c on h.segment_history__customer_id = c.customers__customer_id "
        "left join segments s on c.customers__customer_id = s.segments__customer_id"
    ),
    "MONTHLY_SPEND": (
        "monthly_spend o left join customers c on o.monthly_spend__customer_id = c.customers__customer_id "
        "left join segments s on c.customers__customer_id = s.segments__customer_id"
    ),
}
DRAWS = 10
LETTERS = {"c": "CUSTOMERS", "s": "SEGMENTS", "d": "DATES", "m": "MERCHANT_CATEGORIES", "t": "TRANSACTIONS",
           "h": "SEGMENT_HISTORY", "o": "MONTHLY_SPEND"}  # fmt: skip
BESIDE = {table: {LETTERS[letter] for letter in re.findall(r"\b([a-z])\b(?!\.)", sql)} for table, sql in JOINS.items()}


def rows_of(table: LogicalTable) -> list[Expression]:
    return [e for e in table.expressions if e.kind in (Kind.DIMENSION, Kind.TIME_DIMENSION, Kind.FACT)]


def dimensions() -> list[Expression]:
    return [e for t in MODEL.tables for e in rows_of(t) if e.kind is not Kind.FACT]


def metrics_of(table: LogicalTable) -> list[Expression]:
    return [e for e in table.expressions if e.kind is Kind.METRIC]


def duckdb_sql(text: str) -> str:
    """Translate an expression by itself, its names TABLE.NAME written as the wide tables' columns."""
    return sqlglot.transpile(re.sub(r"\b([A-Za-z_]\w*)\.(\w+)", r"\1__\2", text), read="snowflake", write="duckdb")[0]


@dataclass(frozen=True)
class Warehouse:
    """A DuckDB with the base tables, and a wide table for each table of metrics."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> dict[Any, tuple[Any, ...]]:
        found = self.connection.execute(sql).fetchall()
        assert len({row[0] for row in found}) == len(found)
        return {row[0]: row[1:] for row in found}

    def compiled(self, query: SemanticQuery, model: SemanticModel = MODEL) -> dict[Any, tuple[Any, ...]]:
        return self.rows(compile_query(model, query).sql(dialect="duckdb"))


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    connection = duckdb.connect(":memory:")
    connection.execute("set threads = 1")
    connection.execute("create schema gold")
    drawn = random.Random(20241231)  # noqa: S311 - rows, no secrets
    for table in MODEL.tables:
        _make(connection, table, drawn)
    for name, joins in JOINS.items():
        connection.execute(f"create table wide_{name} as select * from {joins}")
    return Warehouse(connection)


def _make(connection: duckdb.DuckDBPyConnection, table: LogicalTable, drawn: random.Random) -> None:
    """Make a base table of random rows, and beside it the same with the model's own columns alone, by full name."""
    types = {e.expr.upper(): e for e in rows_of(table) if re.fullmatch(r"\w+", e.expr)}
    columns = {name: _type(str(e.data_type)) for name, e in types.items()}
    if table.name == "DATES":
        columns |= {"QUARTER": "BIGINT", "MONTH": "BIGINT", "DAY_OF_WEEK": "BIGINT"}
    base = f"gold.{table.base[2]}"
    connection.execute(f"create table {base} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number in range(ROWS[table.name]):
        row = {name: _value(name, kind, types.get(name), drawn) for name, kind in columns.items()}
        if len(table.primary_key) == 1:
            row[table.primary_key[0]] = _key(table.primary_key[0], number)
        rows[tuple(row[key] for key in table.primary_key)] = row
    connection.register("drawn", pa.Table.from_pylist(list(rows.values())))
    connection.execute(f"insert into {base} by name select * from drawn")
    named = ", ".join(f"{duckdb_sql(e.expr)} as {table.name}__{e.name}" for e in rows_of(table))
    connection.execute(f"create view {table.name} as select {named} from {base}")


def _type(data_type: str) -> str:
    return {"NUMBER(38,0)": "BIGINT", "TIMESTAMP_NTZ": "TIMESTAMP", "FLOAT": "DOUBLE"}.get(
        data_type, data_type.replace("NUMBER", "DECIMAL")
    )


def _key(name: str, number: int) -> Any:
    return f"C{number:06}" if name == "CUSTOMER_ID" else number


def _value(name: str, kind: str, expression: Expression | None, drawn: random.Random) -> Any:  # noqa: PLR0911
    if drawn.random() < 0.1:
        return None
    if name == "CUSTOMER_ID" or name.endswith("_KEY"):
        return _key(name, drawn.randrange(100 if name == "CUSTOMER_ID" else 15 if "CATEGORY" in name else 70))
    if kind == "VARCHAR":
        return drawn.choice((expression.sample_values if expression else ()) or ("a", "b", "AL", "TX"))
    if kind == "BOOLEAN":
        return drawn.random() < 0.5
    if kind in ("DATE", "TIMESTAMP"):
        return dt.datetime(2024, 12, 31) - dt.timedelta(days=drawn.randrange(800))  # noqa: DTZ001
    if kind == "DOUBLE":
        return drawn.randrange(9) / 8
    return drawn.randrange(1, 8) if kind == "BIGINT" else drawn.randrange(-900, 3_000) / 4


def _name(table: str | None, name: str) -> exp.Column:
    return exp.column(
        exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None
    )


def _query(dimension: Expression | None, metrics: list[Expression]) -> SemanticQuery:
    """Ask for metrics by one dimension, or by none, which is written as a first column all the same."""
    grouped = [Asked("dimensions", _name(dimension.table, dimension.name), "D")] if dimension else []
    return SemanticQuery((*grouped, *(Asked("metrics", _name(m.table, m.name), f"M_{m.name}") for m in metrics)))


def _same(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    return all(
        a == b if a is None or b is None or not hasattr(a, "__float__") else math.isclose(a, b, rel_tol=1e-9)
        for a, b in zip(left, right, strict=True)
    )


def _differences(found: dict[Any, tuple[Any, ...]], right: dict[Any, tuple[Any, ...]]) -> list[Any]:
    return [key for key in found.keys() | right.keys() if key not in found or key not in right
            or not _same(found[key], right[key])]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if metrics_of(table)])
def test_each_metric_by_each_dimension_is_right_or_refused(warehouse: Warehouse, name: str) -> None:
    metrics = metrics_of(TABLES[name])
    formulas = ", ".join(duckdb_sql(metric.expr) for metric in metrics)
    wrong, compared, refused = [], 0, 0
    for dimension in dimensions():
        if dimension.table in BESIDE[name]:
            found = warehouse.compiled(_query(dimension, metrics))
            column = f"{dimension.table}__{dimension.name}"
            right = warehouse.rows(f"select {column}, {formulas} from wide_{name} group by 1")
            wrong += [(column, key, found.get(key), right.get(key)) for key in _differences(found, right)]
            compared += len(metrics)
            continue
        for metric in metrics:
            with pytest.raises(ProgrammingError, match=f"'{dimension.table}' must be related to .* '{name}'"):
                compile_query(MODEL, _query(dimension, [metric]))
            refused += 1
    assert wrong == []
    assert compared + refused == len(metrics) * len(dimensions())
    assert compared >= len(metrics)


def test_the_metrics_of_all_tables_together(warehouse: Warehouse) -> None:
    """Each total is its own table's, whatever stands beside it."""
    for name, table in TABLES.items():
        formulas = ", ".join(duckdb_sql(metric.expr) for metric in metrics_of(table))
        asked = [metric for other in (table, *MODEL.tables) for metric in metrics_of(other)]
        query = compile_query(MODEL, _query(None, list(dict.fromkeys(asked))))
        found = warehouse.connection.execute(query.sql(dialect="duckdb")).fetchone()
        right = warehouse.connection.execute(f"select {formulas} from wide_{name}").fetchone()
        assert found is not None
        assert right is not None
        assert _same(found[: len(right)], right)


@pytest.mark.parametrize("metric", MODEL.metrics, ids=lambda metric: metric.name)
def test_each_derived_metric_is_made_of_its_parts(warehouse: Warehouse, metric: Expression) -> None:
    """A derived metric is its formula over those of its parts that the wide tables give, a missing count being 0."""
    parts = dict.fromkeys(re.findall(r"\b(\w+)\.(\w+)", metric.expr.upper()))
    formula = duckdb_sql(metric.expr)
    compared = 0
    for dimension in dimensions():
        if not all(dimension.table in BESIDE[table] for table, _ in parts):
            with pytest.raises(ProgrammingError, match="must be related to"):
                compile_query(MODEL, _query(dimension, [metric]))
            continue
        column = f"{dimension.table}__{dimension.name}"
        pieces = [
            f"select {column} as d, {duckdb_sql(_formula(table, name))} as {table}__{name} from wide_{table} group by 1"
            for table, name in parts
        ]
        every = " union ".join(f"select d from ({piece})" for piece in pieces)
        joined = " ".join(
            f"left join ({piece}) p{n} on e.d is not distinct from p{n}.d" for n, piece in enumerate(pieces)
        )
        filled = ", ".join(
            f"coalesce({t}__{n}, 0) as {t}__{n}" if _formula(t, n).upper().startswith("COUNT") else f"{t}__{n}"
            for t, n in parts
        )
        right = warehouse.rows(f"select d, {formula} from (select e.d, {filled} from ({every}) e {joined})")
        assert _differences(warehouse.compiled(_query(dimension, [metric])), right) == []
        compared += 1
    assert compared > 20


def _formula(table: str, name: str) -> str:
    return next(metric.expr for metric in metrics_of(TABLES[table]) if metric.name == name)


def test_there_are_enough_pairs_to_mean_something() -> None:
    pairs = sum(len(metrics_of(TABLES[d.table or ""])) for d in dimensions())
    assert pairs >= 1_000
    assert sum(len(metrics_of(t)) * sum(d.table in BESIDE[t.name] for d in dimensions()) for t in MODEL.tables) >= 1_000


# Conditions that are drawn, by the table that they look at.
CONDITIONS = {
    "CUSTOMERS": ("customers.segment = 'Declining'", "customers.card_type in ('Gold', 'Silver')", "customers.age > 4",
                  "customers.state is null", "not (customers.customer_status = 'Lapsed')"),
    "TRANSACTIONS": ("transactions.transaction_type = 'purchase'", "transactions.transaction_amount > 300"),
    "MERCHANT_CATEGORIES": ("merchant_categories.is_discretionary",),
    "DATES": ("dates.weekday in ('Monday', 'Friday')",),
    "SEGMENTS": ("segments.is_exact_rule or segments.travel_percent_90d is null",),
}  # fmt: skip


def _drawn(drawn: random.Random) -> tuple[list[Expression], list[Expression], str]:
    """Draw metrics of one to three tables, up to three dimensions that all of them reach, and a condition."""
    tables = drawn.sample([name for name, table in TABLES.items() if metrics_of(table)], drawn.randint(1, 3))
    metrics = [m for name in tables for m in drawn.sample(metrics_of(TABLES[name]), 1)]
    reached = [d for d in dimensions() if all(d.table in BESIDE[name] for name in tables)]
    grouped = drawn.sample(reached, min(len(reached), drawn.randint(0, 3)))
    usable = [c for table, some in CONDITIONS.items() if all(table in BESIDE[name] for name in tables) for c in some]
    conditions = drawn.sample(usable, min(len(usable), drawn.randint(0, 2)))
    return metrics, grouped, drawn.choice((" and ", " or ")).join(conditions)


@pytest.mark.parametrize("seed", range(6))
def test_metrics_of_several_tables_by_several_dimensions(warehouse: Warehouse, seed: int) -> None:
    """What is drawn equals the metrics one by one, a count of no rows being 0 and the rest NULL."""
    drawn = random.Random(seed)  # noqa: S311 - queries, no secrets
    for _ in range(DRAWS):
        metrics, grouped, where = _drawn(drawn)
        columns = [f"{d.table}__{d.name}" for d in grouped]
        by = f" group by {', '.join(columns)}" if columns else ""
        condition = f" where {duckdb_sql(where)}" if where else ""
        found: dict[tuple[Any, ...], list[Any]] = {}
        for number, metric in enumerate(metrics):
            formula = duckdb_sql(metric.expr)
            sql = f"select {', '.join([*columns, formula])} from wide_{metric.table}{condition}{by}"
            for row in warehouse.connection.execute(sql).fetchall():
                values = found.setdefault(row[: len(columns)], [_of_no_rows(one) for one in metrics])
                values[number] = row[len(columns)]
        query = SemanticQuery(
            (*(Asked("dimensions", _name(d.table, d.name), f"D_{n}") for n, d in enumerate(grouped)),
             *(Asked("metrics", _name(m.table, m.name), f"M_{n}") for n, m in enumerate(metrics))),
            sqlglot.parse_one(where, read="snowflake") if where else None,
        )  # fmt: skip
        rows = warehouse.connection.execute(compile_query(MODEL, query).sql(dialect="duckdb")).fetchall()
        answered = {row[: len(columns)]: row[len(columns) :] for row in rows}
        assert len(answered) == len(rows)
        told = (columns, [m.name for m in metrics], where)
        assert _differences(answered, {key: tuple(values) for key, values in found.items()}) == [], told


def _of_no_rows(metric: Expression) -> int | None:
    return 0 if metric.expr.upper().startswith("COUNT") else None
