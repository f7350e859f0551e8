"""What SEMANTIC_VIEW answers: fan traps, rows without a partner, NULL, semi-additive metrics, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fakesnow.dialect import parse_one
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp

from local_account.semantic import yaml_form
from local_account.semantic.compiler import compile_query
from local_account.semantic.model import Expression, Kind
from local_account.semantic.query import SemanticQuery
from tests.support.orders_model import FAULTY, MODEL, STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session

# Each case: what it is about, the clauses, and the rows, worked out by hand from tests/support/orders_model.py.
ANSWERED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "a total of a parent is not multiplied by its children": ("METRICS customers.credits", [(161,)]),
    "metrics of three grains stand side by side": (
        "METRICS customers.credits, orders.revenue, items.qty", [(161, 150, 15)]
    ),
    "two children of one parent do not multiply each other": ("METRICS items.lines, shipments.parcels", [(5, 4)]),
    "two children by a dimension of their parent": (
        "DIMENSIONS orders.kind METRICS items.lines, shipments.parcels",
        [("shop", 1, 0), ("web", 3, 4), (None, 1, 0)],
    ),
    "a dimension two relationships away": (
        "DIMENSIONS regions.name METRICS orders.revenue", [("East", 60), ("West", None), (None, 90)]
    ),
    "rows without a partner are counted under NULL": (
        "DIMENSIONS regions.name METRICS orders.orders", [("East", 3), ("West", 1), (None, 2)]
    ),
    "COUNT of a constant counts its own rows only": (
        "DIMENSIONS regions.name METRICS customers.ones", [("East", 2), ("West", 1), (None, 2)]
    ),
    "a parent without children has a count of 0": (
        "DIMENSIONS regions.name METRICS regions.regions, customers.ones",
        [("East", 1, 2), ("North", 1, 0), ("West", 1, 1), (None, 0, 2)],
    ),
    "a parent without children has a sum of NULL": (
        "DIMENSIONS regions.name METRICS regions.regions, customers.credits",
        [("East", 1, 150), ("North", 1, None), ("West", 1, 10), (None, 0, 1)],
    ),
    "COUNT_IF by a dimension": (
        "DIMENSIONS regions.name METRICS customers.vips", [("East", 1), ("West", 0), (None, 0)]
    ),
    "of no rows a count is 0 and a sum NULL": (
        "METRICS customers.vips, customers.ones, customers.credits, orders.buyers WHERE regions.name = 'Nowhere'",
        [(0, 0, None, 0)],
    ),
    "groups of no rows are no groups": ("DIMENSIONS orders.kind METRICS orders.revenue WHERE orders.amount > 99", []),
    "a condition on a parent": ("METRICS orders.revenue WHERE regions.name = 'East'", [(60,)]),
    "a condition on what is missing": ("METRICS orders.orders WHERE regions.name IS NULL", [(2,)]),
    "a name without table is looked up in the whole view": ("METRICS revenue WHERE vip", [(30,)]),
    "a condition holds for every metric": (
        "METRICS customers.credits, orders.revenue WHERE customers.id <= 2", [(150, 60)]
    ),
    "one-to-one in the other direction": (
        "DIMENSIONS notes.note METRICS orders.revenue", [("gift", 10), ("late", 30), (None, 110)]
    ),
    "a derived metric divides two grains": ("METRICS per_order", [(2.5,)]),
    "a derived metric by a dimension of both": (
        "DIMENSIONS orders.kind METRICS per_order", [("shop", 1.5), ("web", 7 / 3), (None, 5)]
    ),
    "a derived metric aggregates by itself": ("METRICS lines_per_buyer", [(1.25,)]),
    "a metric divides two others of its table": ("METRICS customers.share", [(0.2,)]),
    "a metric may use a private one": ("METRICS customers.twice_secret", [(200,)]),
    "each metric goes along its own relationship": (
        "DIMENSIONS days.month METRICS orders.placed_orders, orders.shipped_orders",
        [("Feb", 3, 3), ("Jan", 2, 1), ("Mar", 1, 1), (None, 0, 1)],
    ),
    "a derived metric goes along the relationship of each part": (
        "DIMENSIONS days.month METRICS shipped_share", [("Feb", 1), ("Jan", 0.5), ("Mar", 1), (None, None)]
    ),
    "a condition goes along the metric's relationship": (
        "METRICS orders.placed_orders, orders.shipped_orders WHERE days.month = 'Jan'", [(2, 1)]
    ),
    "a balance is the last day's": ("METRICS balances.total", [(60,)]),
    "a balance of each customer is that of its own last day": (
        "DIMENSIONS customers.id METRICS balances.total", [(1, 200), (2, 60), (3, 7)]
    ),
    "a balance by another dimension of its table": (
        "DIMENSIONS balances.kind METRICS balances.total", [("checking", 60), ("savings", 10)]
    ),
    "a balance by day is a plain sum": (
        "DIMENSIONS balances.day METRICS balances.total",
        [("2024-01-31", 150), ("2024-02-29", 200), ("2024-03-31", 60), (None, 7)],
    ),
    "in the default order NULL is the last day": ("METRICS balances.undated", [(7,)]),
    "in descending order the first day is the last": ("METRICS balances.opening", [(150,)]),
    "of several non-additive dimensions the first decides": ("METRICS balances.closing", [(60,)]),
    "by one of several non-additive dimensions": (
        "DIMENSIONS balances.month METRICS balances.closing", [(1, 150), (2, 200), (3, 60), (None, 7)]
    ),
    "a condition holds before the last day is looked for": (
        "METRICS balances.total WHERE balances.day < '2024-03-01'", [(200,)]
    ),
    "a derived metric stays semi-additive": ("METRICS doubled", [(120,)]),
    "a semi-additive metric beside an additive one": ("METRICS balances.total, balances.entries", [(60, 6)]),
    "a semi-additive metric beside another grain": (
        "DIMENSIONS regions.name METRICS balances.total, customers.customers",
        [("East", 60, 2), ("West", 7, 1), (None, None, 2)],
    ),
    "a median is of each row once": (
        "DIMENSIONS regions.name METRICS orders.mid", [("East", 20), ("West", None), (None, 45)]
    ),
    "distinct values are counted over the whole": ("METRICS orders.buyers", [(4,)]),
    "a fact divides by its parent's": ("METRICS orders.credit_used", [(0.9,)]),
    "a fact counts the rows that belong to its own": (
        "FACTS customers.id, customers.times, customers.bought, customers.pieces",
        [(1, 2, 30, 3), (2, 1, 30, 1), (3, 1, None, 0), (4, 0, None, 0), (5, 0, None, 0)],
    ),
    "a metric of such a fact counts each of its rows once": (
        "METRICS customers.mean_bought, customers.mean_times, customers.customers", [(30, 0.8, 5)]
    ),
    "such a fact by a dimension of a parent": (
        "DIMENSIONS regions.name METRICS customers.mean_times", [("East", 1.5), ("West", 1), (None, 0)]
    ),
    "such a fact as a dimension of a child": (
        "DIMENSIONS customers.size METRICS orders.orders", [("L", 3), (None, 3)]
    ),
    "an aggregate of an aggregate": ("METRICS customers.mean_spent", [(2250,)]),
    "dimensions alone are distinct rows": ("DIMENSIONS regions.name", [("East",), ("North",), ("West",)]),
    "dimensions of two tables are those that occur": (
        "DIMENSIONS regions.name, orders.kind",
        [("East", "shop"), ("East", "web"), ("West", None), (None, "shop"), (None, "web")],
    ),
    "dimensions alone may be conditioned by their children": (
        "DIMENSIONS customers.id WHERE orders.kind = 'web'", [(1,), (2,), (None,)]
    ),
    "a dimension of a parent's": ("DIMENSIONS customers.loud", [("EAST",), ("WEST",), (None,)]),
    "a dimension of a dimension": ("DIMENSIONS customers.rank WHERE customers.rank > 'F'", [("WEST",)]),
    "facts are rows": ("FACTS orders.amount WHERE regions.name = 'East'", [(10,), (20,), (30,)]),
    "facts by dimensions of their table": (
        "FACTS orders.amount DIMENSIONS orders.kind WHERE orders.amount > 20", [(30, "web"), (40, "web"), (50, "shop")]
    ),
    "an expression over a dimension": (
        "DIMENSIONS YEAR(balances.day) AS y METRICS balances.entries", [(2024, 5), (None, 1)]
    ),
    "an aggregate of a fact": ("METRICS SUM(orders.amount) AS s, COUNT(customers.id) AS n", [(150, 5)]),
    "aggregates that are put together of their parts": (
        "DIMENSIONS regions.name METRICS AVG(amount) a, MIN(amount) b, MAX(orders.kind) c, COUNT(amount) d, orders",
        [("East", 20, 10, "web", 3, 3), ("West", None, None, None, 0, 1), (None, 45, 40, "web", 2, 2)],
    ),
    "aggregates beside one that has no parts": (
        "DIMENSIONS regions.name METRICS AVG(amount) a, COUNT(amount) d, SUM(amount * customers.id) f, buyers",
        [("East", 20, 3, 90, 2), ("West", None, 0, None, 1), (None, 45, 2, None, 1)],
    ),
    "distinct customers who are counted by their own dimension": (
        "DIMENSIONS customers.vip METRICS orders.buyers, COUNT(DISTINCT CASE WHEN amount > 5 THEN orders.kind END) k",
        [(False, 2, 1), (True, 1, 2), (None, 1, 2)],
    ),
    "distinct customers alone by their own dimension": (
        "DIMENSIONS customers.vip METRICS orders.buyers, orders.orders, orders.web_buyers",
        [(False, 2, 2, 1), (True, 1, 2, 1), (None, 1, 2, 1)],
    ),
    "parts of a day": (
        "DIMENSIONS MONTH(orders.placed) AS m METRICS orders.revenue, orders.orders WHERE orders.kind = 'web'",
        [(1, 10, 1), (2, 70, 2)],
    ),
    "an expression over metrics": ("METRICS orders.revenue / orders.orders AS x", [(25,)]),
    "all names of a table": ("METRICS shipments.*, items.*", [(4, 15, 5)]),
}  # fmt: skip
_RELATED = "must be related to and have an equal or lower level of granularity compared to"
REFUSED = {
    "a dimension of a child": (
        "DIMENSIONS orders.kind METRICS customers.customers", f"'ORDERS' {_RELATED} .* 'CUSTOMERS'"
    ),
    "a dimension of a grandchild": ("DIMENSIONS items.line METRICS customers.credits", f"'ITEMS' {_RELATED}"),
    "a dimension of a sibling": ("DIMENSIONS items.line METRICS shipments.parcels", f"'ITEMS' {_RELATED}"),
    "a condition on a child": ("METRICS customers.customers WHERE orders.kind = 'web'", f"'ORDERS' {_RELATED}"),
    "a semi-additive metric by a sibling": ("DIMENSIONS orders.kind METRICS balances.total", f"'ORDERS' {_RELATED}"),
    "one of several metrics that does not reach": (
        "DIMENSIONS orders.kind METRICS orders.revenue, customers.credits", "'ORDERS' .* 'CUSTOMERS'"
    ),
    "a derived metric one of whose grains does not reach": ("DIMENSIONS items.line METRICS per_order", "'ITEMS' "),
    "dimensions that have no rows in common": ("DIMENSIONS items.line, balances.kind", _RELATED),
    "a relationship that ends at no key": ("DIMENSIONS items.line METRICS balances.total", _RELATED),
    "two ways, of which none is named": ("DIMENSIONS days.month METRICS orders.revenue", "Multi-path relationship"),
    "an aggregate over two children": ("METRICS SUM(items.line * balances.day) AS x", "invalid identifier|related"),
    "metrics and facts": ("METRICS orders.revenue FACTS orders.amount", "METRICS or FACTS, not both"),
    "nothing": ("", "at least one of the clauses"),
    "a condition alone": ("WHERE vip", "at least one of the clauses"),
    "an unknown name": ("METRICS orders.revenu", "'ORDERS.REVENU'. The nearest .* is ORDERS.REVENUE"),
    "an unknown table": ("METRICS ordres.revenue", "ORDRES.REVENUE.*ORDERS.REVENUE"),
    "an unknown name without a table": ("DIMENSIONS nmae", "invalid identifier 'NMAE'.*REGIONS.NAME"),
    "a filter of the model": ("METRICS revenue WHERE is_rich", "CUSTOMERS.IS_RICH is a filter, .* write its condition"),
    "a filter by its full name": ("METRICS revenue WHERE customers.is_rich", "is a filter"),
    "an ambiguous name": ("DIMENSIONS kind", "Ambiguous column name 'KIND'"),
    "a physical column": ("DIMENSIONS customers.region_id", "invalid identifier"),
    "a private metric": ("METRICS customers.secret", "private metric"),
    "a metric as a dimension": ("DIMENSIONS orders.revenue", "ORDERS.REVENUE is a metric"),
    "a metric in the condition": ("METRICS orders.orders WHERE orders.revenue > 1", "ORDERS.REVENUE is a metric"),
    "an aggregate in the condition": ("METRICS orders.orders WHERE SUM(orders.amount) > 1", "not allowed here"),
    "a dimension as a metric": ("METRICS orders.kind", "is no metric"),
    "a metric without an aggregate": ("METRICS orders.loose", "Metric ORDERS.LOOSE must aggregate it"),
    "an aggregate of an aggregate of the same rows": ("METRICS orders.nested", "no rows that belong to its own"),
    "an aggregate of an aggregate in a query": ("METRICS AVG(SUM(orders.amount)) AS x", "not supported"),
    "a fact that aggregates its own rows": ("FACTS customers.hopeless", "aggregates no rows that belong to its own"),
    "a window": ("METRICS orders.running", "window function in a semantic view is not supported"),
    "a metric that needs itself": ("METRICS round", "leads back to itself"),
    "a fact that needs itself": ("FACTS orders.rounds", "leads back to itself"),
    "two columns of one name": ("DIMENSIONS balances.kind, orders.kind", "two columns of the name 'KIND'"),
    "an aggregate that names nothing": ("METRICS COUNT(*) AS n", "names no dimension or fact"),
    "a dimension that names nothing": ("DIMENSIONS 1 AS one METRICS orders.orders", "Missing reference"),
    "facts and dimensions of two tables": ("FACTS orders.amount DIMENSIONS customers.id", "of the same logical table"),
    "an asterisk alone": ("METRICS *", "needs the name of a table"),
    "a subquery in a metric": ("METRICS orders.revenue / (SELECT 2) AS x", "Subqueries are not allowed in metric"),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(unserved: Account) -> Iterator[Session]:
    """A session in a schema with the tables of the small model."""
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D") as session:
        session.execute("create or replace schema D.SV")
        session.execute("use schema D.SV")
        for statement in STATEMENTS.split(";"):
            session.execute(statement)
        session.execute(f"call SYSTEM$CREATE_SEMANTIC_VIEW_FROM_YAML('D.SV', $${yaml_form.write(MODEL)}$$)")
        yield session


def asked(clauses: str) -> SemanticQuery:
    node = parse_one(f"select * from semantic_view(shop {clauses})").find(exp.SemanticView)
    assert node is not None
    return SemanticQuery.of(node)


def found(session: Session, clauses: str) -> list[tuple[Any, ...]]:
    result = session.execute(f"select * from semantic_view(SHOP {clauses})")
    rows = [tuple(map(comparable, row.values())) for row in result.arrow.to_pylist()]
    return sorted(rows, key=lambda row: [(value is None, str(value)) for value in row])


def comparable(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return pytest.approx(float(value)) if hasattr(value, "__float__") else str(value)


@pytest.mark.parametrize(("clauses", "rows"), ANSWERED.values(), ids=ANSWERED)
def test_it_answers(shop: Session, clauses: str, rows: list[tuple[Any, ...]]) -> None:
    assert found(shop, clauses) == rows


@pytest.mark.parametrize(("clauses", "sentence"), REFUSED.values(), ids=REFUSED)
def test_it_refuses(clauses: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError, match=sentence):
        compile_query(FAULTY, asked(clauses))


@pytest.mark.parametrize(
    ("clauses", "names"),
    [
        ("DIMENSIONS regions.name METRICS orders.revenue", ["NAME", "REVENUE"]),
        ("METRICS orders.revenue DIMENSIONS regions.name", ["REVENUE", "NAME"]),
        ("DIMENSIONS regions.name AS region, UPPER(orders.kind)", ["REGION", "UPPER(ORDERS.KIND)"]),
        ('METRICS orders.revenue AS "Total", orders.orders AS n', ["Total", "N"]),
    ],
)
def test_columns_stand_in_the_order_of_the_clauses(clauses: str, names: list[str]) -> None:
    assert compile_query(MODEL, asked(clauses)).named_selects == names


@pytest.mark.parametrize(
    ("counted", "is_early"),
    [
        ("customer_id", True),
        ('"CUSTOMER_ID"', True),
        ("CASE WHEN kind = 'web' THEN customer_id END", True),
        ("kind", False),
        ("customer_id, kind", False),  # one customer has several
    ],
)
def test_only_the_column_that_all_hangs_on_is_counted_after_its_rows_are_one(counted: str, *, is_early: bool) -> None:
    metric = Expression("COUNTED", Kind.METRIC, f"COUNT(DISTINCT {counted})", "ORDERS")
    tables = tuple(
        replace(table, expressions=(*table.expressions, metric)) if table.name == "ORDERS" else table
        for table in MODEL.tables
    )
    query = compile_query(replace(MODEL, tables=tables), asked("DIMENSIONS customers.vip METRICS orders.counted"))
    (orders,) = (table for table in query.find_all(exp.Table) if table.name == "ORDERS")
    assert (orders.find_ancestor(exp.Select).args.get("joins") is None) == is_early
