"""A small semantic model, in which every shape of relationship occurs once, and its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from local_account.semantic.model import Expression, Kind, LogicalTable, NonAdditive, Relationship, SemanticModel

STATEMENTS = """
create table REGIONS (id int, name varchar);
insert into REGIONS values (1, 'East'), (2, 'West'), (3, 'North');
create table CUSTOMERS (id int, region_id int, credit int, vip boolean);
insert into CUSTOMERS values (1, 1, 100, true), (2, 1, 50, false), (3, 2, 10, false), (4, null, 1, false),
    (5, 9, null, false);
create table ORDERS (id int, customer_id int, placed date, shipped date, amount int, kind varchar);
insert into ORDERS values
    (10, 1, '2024-01-01', '2024-01-03', 10, 'web'), (11, 1, '2024-01-02', '2024-02-01', 20, 'shop'),
    (12, 2, '2024-02-01', null, 30, 'web'), (13, 3, '2024-02-02', '2024-02-03', null, null),
    (14, 99, '2024-02-05', '2024-02-06', 40, 'web'), (15, null, '2024-03-01', '2024-03-01', 50, 'shop');
create table ITEMS (order_id int, line int, qty int);
insert into ITEMS values (10, 1, 1), (10, 2, 2), (11, 1, 3), (12, 1, 4), (77, 1, 5);
create table SHIPMENTS (order_id int, parcel int);
insert into SHIPMENTS values (10, 1), (10, 2), (10, 3), (12, 1);
create table NOTES (order_id int, note varchar);
insert into NOTES values (10, 'gift'), (12, 'late');
create table DAYS (day date, month varchar);
insert into DAYS values ('2024-01-01', 'Jan'), ('2024-01-02', 'Jan'), ('2024-01-03', 'Jan'), ('2024-02-01', 'Feb'),
    ('2024-02-02', 'Feb'), ('2024-02-03', 'Feb'), ('2024-02-05', 'Feb'), ('2024-02-06', 'Feb'), ('2024-03-01', 'Mar');
create table BALANCES (customer_id int, day date, kind varchar, balance int);
insert into BALANCES values (1, '2024-01-31', 'checking', 100), (1, '2024-01-31', 'savings', 10),
    (1, '2024-02-29', 'checking', 200), (2, '2024-01-31', 'checking', 40), (2, '2024-03-31', 'checking', 60),
    (3, null, 'checking', 7)
"""


def _table(
    name: str, key: str, dimensions: str = "", facts: tuple[str, ...] = (), metrics: tuple[Expression, ...] = ()
) -> LogicalTable:
    """Build a logical table; a dimension or fact is `name` or `name AS expression`."""

    def expression(text: str, kind: Kind) -> Expression:
        called, _, expr = text.partition(" AS ")
        of_days = called in ("day", "placed")
        return Expression(called.upper(), kind, expr or called, name, "DATE" if of_days else None)

    return LogicalTable(
        name,
        ("D", "SV", name),
        tuple(key.upper().split()),
        expressions=(
            *(expression(one, Kind.DIMENSION) for one in dimensions.split(", ") if one),
            *(expression(one, Kind.FACT) for one in facts),
            *metrics,
        ),
    )


def _metric(name: str, expr: str, table: str | None = None, **more: Any) -> Expression:
    return Expression(name, Kind.METRIC, expr, table, **more)


def _many_to_one(left: str, column: str, right: str, key: str = "ID", name: str | None = None) -> Relationship:
    return Relationship(name or f"{left}_{right}", left, right, (column,), (key,))


_DAY = NonAdditive("BALANCES", "DAY", nulls_first=True)
MODEL = SemanticModel(
    "SHOP",
    tables=(
        _table("REGIONS", "id", "id, name", metrics=(_metric("REGIONS", "COUNT(*)", "REGIONS"),)),
        _table(
            "CUSTOMERS",
            "id",
            "id, vip, loud AS UPPER(regions.name), rank AS loud, size AS CASE WHEN bought > 25 THEN 'L' END",
            facts=("bought AS SUM(orders.amount)", "times AS COUNT(orders.id)", "pieces AS COUNT(items.line)"),
            metrics=(
                _metric("MEAN_BOUGHT", "AVG(bought)", "CUSTOMERS"), _metric("MEAN_TIMES", "AVG(times)", "CUSTOMERS"),
                _metric("MEAN_SPENT", "AVG(SUM(orders.amount * credit))", "CUSTOMERS"),
                _metric("CUSTOMERS", "COUNT(*)", "CUSTOMERS"), _metric("ONES", "COUNT(1)", "CUSTOMERS"),
                _metric("CREDITS", "SUM(credit)", "CUSTOMERS"), _metric("VIPS", "COUNT_IF(vip)", "CUSTOMERS"),
                _metric("SHARE", "customers.vips / ones", "CUSTOMERS"),
                _metric("SECRET", "MAX(credit)", "CUSTOMERS", private=True),
                _metric("TWICE_SECRET", "2 * secret", "CUSTOMERS"),
            ),
        ),
        _table(
            "ORDERS", "id", "kind, placed",
            facts=("amount", "of_credit AS amount / customers.credit"),
            metrics=(
                _metric("ORDERS", "COUNT(*)", "ORDERS"), _metric("REVENUE", "SUM(amount)", "ORDERS"),
                _metric("MID", "MEDIAN(amount)", "ORDERS"), _metric("BUYERS", "COUNT(DISTINCT customer_id)", "ORDERS"),
                _metric("WEB_BUYERS", "COUNT(DISTINCT CASE WHEN kind = 'web' THEN customer_id END)", "ORDERS"),
                _metric("CREDIT_USED", "SUM(of_credit)", "ORDERS"),
                _metric("PLACED_ORDERS", "COUNT(*)", "ORDERS", using=("PLACED",)),
                _metric("SHIPPED_ORDERS", "COUNT(*)", "ORDERS", using=("SHIPPED",)),
            ),
        ),
        _table("ITEMS", "order_id line", "line", metrics=(
            _metric("QTY", "SUM(qty)", "ITEMS"), _metric("LINES", "COUNT(*)", "ITEMS"),
        )),
        _table("SHIPMENTS", "order_id parcel", metrics=(_metric("PARCELS", "COUNT(1)", "SHIPMENTS"),)),
        _table("NOTES", "order_id", "note"),
        _table("DAYS", "day", "month"),
        _table(
            "BALANCES", "customer_id day kind", "day, kind, month AS MONTH(day)",
            metrics=(
                _metric("TOTAL", "SUM(balance)", "BALANCES", non_additive=(_DAY,)),
                _metric("UNDATED", "SUM(balance)", "BALANCES", non_additive=(NonAdditive("BALANCES", "DAY"),)),
                _metric("OPENING", "SUM(balance)", "BALANCES",
                        non_additive=(NonAdditive("BALANCES", "DAY", descending=True, nulls_first=True),)),
                _metric("CLOSING", "SUM(balance)", "BALANCES",
                        non_additive=(NonAdditive("BALANCES", "MONTH", nulls_first=True), _DAY)),
                _metric("ENTRIES", "COUNT(*)", "BALANCES"),
            ),
        ),
    ),
    relationships=(
        _many_to_one("CUSTOMERS", "REGION_ID", "REGIONS"),
        _many_to_one("ORDERS", "CUSTOMER_ID", "CUSTOMERS"),
        _many_to_one("ITEMS", "ORDER_ID", "ORDERS"),
        _many_to_one("SHIPMENTS", "ORDER_ID", "ORDERS"),
        _many_to_one("NOTES", "ORDER_ID", "ORDERS"),
        _many_to_one("ORDERS", "PLACED", "DAYS", "DAY", "PLACED"),
        _many_to_one("ORDERS", "SHIPPED", "DAYS", "DAY", "SHIPPED"),
        _many_to_one("BALANCES", "CUSTOMER_ID", "CUSTOMERS"),
    ),
    metrics=(
        _metric("PER_ORDER", "items.qty / orders.orders"),
        _metric("DOUBLED", "2 * balances.total"),
        _metric("LINES_PER_BUYER", "COUNT(items.line) / COUNT(DISTINCT orders.customer_id)"),
        _metric("SHIPPED_SHARE", "orders.shipped_orders / NULLIF(orders.placed_orders, 0)"),
    ),
)  # fmt: skip

# What a semantic view should not declare; there are views from before somebody looked.
_FAULTS = {
    "CUSTOMERS": (
        Expression("HOPELESS", Kind.FACT, "SUM(credit)", "CUSTOMERS"),
        Expression("IS_RICH", Kind.FILTER, "credit > 99", "CUSTOMERS"),
    ),
    "ORDERS": (
        Expression("ROUNDS", Kind.FACT, "turns + 1", "ORDERS"), Expression("TURNS", Kind.FACT, "rounds", "ORDERS"),
        _metric("LOOSE", "amount + 1", "ORDERS"), _metric("NESTED", "AVG(SUM(amount))", "ORDERS"),
        _metric("RUNNING", "SUM(amount) OVER (ORDER BY placed)", "ORDERS"),
    ),
}  # fmt: skip
FAULTY = replace(
    MODEL,
    tables=tuple(replace(t, expressions=t.expressions + _FAULTS.get(t.name, ())) for t in MODEL.tables),
    relationships=(*MODEL.relationships, _many_to_one("BALANCES", "DAY", "ITEMS", "LINE", "NO_KEY")),
    metrics=(*MODEL.metrics, _metric("ROUND", "1 * square"), _metric("SQUARE", "1 * round")),
)
