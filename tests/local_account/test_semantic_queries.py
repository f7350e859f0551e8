"""SEMANTIC_VIEW(...) in statements of every form, with the rights, masks and warehouse of the role that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.account import Account
    from local_account.session.session import Session

_TABLES = """
create table CLIENTS (id int, region varchar, email varchar);
insert into CLIENTS values (1, 'East', 'a@x.org'), (2, 'East', 'b@x.org'), (3, 'West', 'c@x.org');
create table SALES (id int, client_id int, amount number(10,2), day date);
insert into SALES values (1, 1, 10, '2024-01-01'), (2, 1, 20, '2024-01-02'), (3, 2, 30, '2024-02-01'),
    (4, null, 40, '2024-02-02');
create semantic view SHOP
  tables (CLIENTS primary key (id), SALES primary key (id))
  relationships (SALE_OF as SALES (client_id) references CLIENTS)
  dimensions (CLIENTS.region as region, CLIENTS.email as email, SALES.day as day)
  metrics (CLIENTS.people as count(*), SALES.revenue as sum(amount), SALES.number as count(*))
"""
EAST_WEST = [("East", 60, 2), ("West", None, 1), (None, 40, 0)]


@pytest.fixture
def shop(cursor: Any) -> Any:
    """A cursor in a fresh database with the tables and their semantic view."""
    for statement in _TABLES.split(";"):
        cursor.execute(statement)
    return cursor


@pytest.fixture(scope="module")
def reader(unserved: Account) -> Iterator[Session]:
    """A session in a schema of the same, for tests that change nothing."""
    with unserved.open_session("LOCAL", "ACCOUNTADMIN", warehouse="W", database="D") as session:
        session.execute("create or replace schema D.QUERIED")
        session.execute("use schema D.QUERIED")
        for statement in _TABLES.split(";"):
            session.execute(statement)
        yield session


def fetched(cursor: Any, sql: str, binds: Any = None) -> list[tuple[Any, ...]]:
    return sorted(cursor.execute(sql, binds).fetchall(), key=lambda row: [(v is None, str(v)) for v in row])


BY_REGION = "semantic_view(SHOP dimensions CLIENTS.region metrics SALES.revenue, CLIENTS.people)"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (f"select * from {BY_REGION}", EAST_WEST),
        (f"select * from {BY_REGION} where revenue > 50", EAST_WEST[:1]),
        (f"select s.region, s.revenue, s.people from {BY_REGION} as s", EAST_WEST),
        ("select r, q from semantic_view(SHOP dimensions CLIENTS.region r metrics revenue / 2 q) s where q > 20",
         [("East", 30)]),
        (f"select q from {BY_REGION} as s (r, q, n) where r = 'East'", [(60,)]),
        (f"with a as (select * from {BY_REGION}) select max(revenue) from a", [(60,)]),
        (f"select (select sum(people) from {BY_REGION})", [(3,)]),
        (f"select c.email from CLIENTS c join {BY_REGION} s on s.region = c.region where s.people = 1", [("c@x.org",)]),
        (f"select region from {BY_REGION} union all select region from CLIENTS where id = 3",
         [("East",), ("West",), ("West",), (None,)]),
        ("select * from semantic_view(SHOP metrics number where email in (select email from CLIENTS where id = 1))",
         [(2,)]),
        ("with c as (select 'East') select * from semantic_view(SHOP metrics number where region in (select * from c))",
         [(3,)]),
        ((f"select * from semantic_view(SHOP metrics revenue where region in (select region from {BY_REGION} where"
         " people = 1))"), [(None,)]),
        ("select * from semantic_view(SHOP dimensions to_char(SALES.day, 'YYYY-MM') as m metrics number)",
         [("2024-01", 2), ("2024-02", 2)]),
        ("select * from semantic_view(identifier('SHOP') metrics people)", [(3,)]),
        ("with SHOP as (select 1 as x) select people, x from semantic_view(SHOP metrics people), SHOP", [(3, 1)]),
    ],
)  # fmt: skip
def test_it_stands_anywhere_in_a_from_clause(reader: Session, sql: str, rows: list[tuple[Any, ...]]) -> None:
    found = [tuple(row.values()) for row in reader.execute(sql).arrow.to_pylist()]
    assert sorted(found, key=lambda row: [(v is None, str(v)) for v in row]) == rows


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select region, agg(revenue), agg(people) from SHOP group by region", EAST_WEST),
        ("select CLIENTS.region, agg(SALES.revenue), agg(people) from SHOP group by all", EAST_WEST),
        ("select s.region as r, agg(s.revenue), agg(people) from SHOP s group by r order by r", EAST_WEST),
        ("select region, agg(revenue) r from SHOP group by 1 having agg(people) = 2 order by r", [("East", 60)]),
        ("select lower(region), 2 * agg(people) from SHOP where region = 'East' group by region", [("east", 4)]),
        ("select agg(revenue), max(SALES.day)::varchar, count(distinct region) from SHOP where region is not null",
         [(60, "2024-02-01", 2)]),
        ("select region from SHOP", [("East",), ("East",), ("West",)]),
        ("select distinct region from SHOP limit 5", [("East",), ("West",)]),
        ("with a as (select month(day) m, agg(number) n from SHOP group by m) select m + n from a where n = 2",
         [(3,), (4,)]),
    ],
)  # fmt: skip
def test_it_may_be_named_like_a_view(reader: Session, sql: str, rows: list[tuple[Any, ...]]) -> None:
    found = [tuple(row.values()) for row in reader.execute(sql).arrow.to_pylist()]
    assert sorted(found, key=lambda row: [(v is None, str(v)) for v in row]) == rows


def test_it_is_read_by_views_tables_and_inserts(shop: Any) -> None:
    metrics_first = "semantic_view(SHOP metrics SALES.revenue, CLIENTS.people dimensions CLIENTS.region)"
    turned = sorted(((people, region, revenue) for region, revenue, people in EAST_WEST), key=str)
    shop.execute(f"create view BY_REGION as select * from {metrics_first}")
    shop.execute(f"create table KEPT as select * from {metrics_first}")
    shop.execute(f"insert into KEPT select * from {metrics_first}")
    assert sorted(fetched(shop, "select people, region, revenue from BY_REGION"), key=str) == turned
    assert sorted(fetched(shop, "select distinct people, region, revenue from KEPT"), key=str) == turned
    assert fetched(shop, "select count(*) from KEPT") == [(6,)]


def test_a_view_follows_its_semantic_view(shop: Any) -> None:
    shop.execute("create view REVENUE as select * from semantic_view(SHOP metrics SALES.revenue)")
    shop.execute("create view NAMED as select agg(revenue) as revenue from SHOP")
    shop.execute(
        "create or replace semantic view SHOP tables (SALES primary key (id)) metrics (SALES.revenue as max(amount))"
    )
    assert fetched(shop, "select * from REVENUE") == fetched(shop, "select revenue from NAMED") == [(40,)]
    shop.execute("drop semantic view SHOP")
    with pytest.raises(ProgrammingError, match=r"SHOP' does not exist"):
        shop.execute("select * from REVENUE")


def test_a_key_that_is_none_is_noticed_before_a_join_counts_twice(shop: Any) -> None:
    assert fetched(shop, f"select * from {BY_REGION}") == EAST_WEST
    shop.execute("insert into CLIENTS values (1, 'North', 'd@x.org')")
    with pytest.raises(ProgrammingError, match=r"Several rows of .*CLIENTS have the same ID, .* more than once"):
        shop.execute(f"select * from {BY_REGION}")
    assert fetched(shop, "select * from semantic_view(SHOP metrics SALES.revenue, CLIENTS.people)") == [(100, 4)]
    shop.execute("update CLIENTS set id = null where region = 'North' or id = 3")  # which leads nowhere, twice
    assert fetched(shop, "select * from semantic_view(SHOP dimensions CLIENTS.region metrics SALES.revenue)") == [
        ("East", 60), (None, 40)
    ]  # fmt: skip
    shop.execute("begin")
    shop.execute("update CLIENTS set id = 1")
    with pytest.raises(ProgrammingError, match="more than once"):
        shop.execute(f"select * from {BY_REGION}")
    shop.execute("rollback")
    assert len(fetched(shop, f"select * from {BY_REGION}")) == 4


def test_values_may_be_bound(shop: Any) -> None:
    sql = "select * from semantic_view(SHOP metrics SALES.number where CLIENTS.region = %s and SALES.day >= %s)"
    assert fetched(shop, sql, ("East", "2024-01-02")) == [(2,)]


def test_its_columns_are_described(shop: Any) -> None:
    columns = shop.describe(f"select * from {BY_REGION}")
    assert [(column.name, column.type_code) for column in columns] == [("REGION", 2), ("REVENUE", 0), ("PEOPLE", 0)]
    assert columns[1].scale == 2


def test_select_on_the_semantic_view_is_enough(shop: Any, connect: Any, database: str) -> None:
    shop.execute("create or replace role ASKS")
    shop.execute("grant role ASKS to user LOCAL")
    for right in (f"usage on database {database}", f"usage on schema {database}.PUBLIC"):
        shop.execute(f"grant {right} to role ASKS")
    asks = connect(role="ASKS", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    for sql in (f"select * from {BY_REGION}", "select agg(people) from SHOP", "select agg(no_name) from SHOP"):
        with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
            asks.execute(sql)
    shop.execute("grant select on semantic view SHOP to role ASKS")
    assert fetched(asks, f"select * from {BY_REGION}") == EAST_WEST
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        asks.execute("select * from CLIENTS")
    with pytest.raises(ProgrammingError, match="does not exist or not authorized"):
        asks.execute("select * from semantic_view(SHOP metrics people where email in (select email from CLIENTS))")
    with pytest.raises(ProgrammingError, match="No active warehouse"):
        connect(role="ASKS", database=database, schema="PUBLIC").cursor().execute(f"select * from {BY_REGION}")


def test_masks_of_the_base_tables_hold_for_who_asks(shop: Any, connect: Any, database: str) -> None:
    shop.execute(
        "create masking policy HIDE as (v varchar) returns varchar -> "
        "case when current_role() = 'ACCOUNTADMIN' then v else '***' end"
    )
    shop.execute("alter table CLIENTS modify column email set masking policy HIDE")
    shop.execute("create view EMAILS as select * from semantic_view(SHOP dimensions CLIENTS.email)")
    shop.execute("create or replace role ASKS")
    shop.execute("grant role ASKS to user LOCAL")
    for right in (
        f"usage on database {database}", f"usage on schema {database}.PUBLIC",
        "select on semantic view SHOP", "select on view EMAILS", "select on table CLIENTS",
    ):  # fmt: skip
        shop.execute(f"grant {right} to role ASKS")
    asks = connect(role="ASKS", database=database, schema="PUBLIC", warehouse="COMPUTE_WH").cursor()
    listed = "select * from semantic_view(SHOP dimensions CLIENTS.email)"
    assert fetched(shop, listed) == fetched(shop, "select * from EMAILS") == [("a@x.org",), ("b@x.org",), ("c@x.org",)]
    assert fetched(asks, listed) == fetched(asks, "select * from EMAILS") == [("***",)]
    looked_up = "select * from semantic_view(SHOP metrics CLIENTS.people where CLIENTS.email = 'a@x.org')"
    assert (fetched(shop, looked_up), fetched(asks, looked_up)) == ([(1,)], [(0,)])
    inner = "select * from semantic_view(SHOP metrics people where 'a@x.org' in (select email from CLIENTS))"
    assert (fetched(shop, inner), fetched(asks, inner)) == ([(3,)], [(0,)])


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("select * from semantic_view(NOTHING metrics x)", "NOTHING' does not exist or not authorized"),
        ("select * from semantic_view(CLIENTS metrics x)", "CLIENTS' does not exist or not authorized"),
        ("select * from CLIENTS, SHOP", "SHOP outside of SEMANTIC_VIEW(...) is not supported"),
        ("select * from SHOP", "An asterisk in a SELECT from a semantic view"),
        ("select agg(people) from SHOP join CLIENTS on true", "JOINS in a SELECT from a semantic view"),
        ("select region, agg(people) from SHOP", "'CLIENTS.REGION' is neither aggregated nor in the GROUP BY clause"),
        ("select region, people from SHOP group by region", "'CLIENTS.PEOPLE' is neither aggregated nor"),
        ("select region, agg(people) from SHOP group by 3", "position 3 is not in the select list"),
        ("select day, agg(people) from SHOP group by day", "'SALES' must be related to"),
        ("select agg(people), rank() over (order by agg(people)) from SHOP", "A window function or subquery"),
        ("select agg(people) from SHOP where people > 1", "CLIENTS.PEOPLE is a metric"),
        ("select agg(peopel) from SHOP", "invalid identifier 'PEOPEL'"),
        ("select * from semantic_view(SHOP metrics peopel)", "nearest name of the semantic view is CLIENTS.PEOPLE"),
        ("select * from semantic_view(SHOP dimensions SALES.day metrics people)", "'SALES' must be related to"),
        ("create view V as select * from semantic_view(SHOP dimensions SALES.day metrics people)", "'SALES' must be"),
        ("insert into SHOP values (1)", "SHOP"),
    ],
)
def test_what_it_cannot_answer_is_refused(reader: Session, sql: str, sentence: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        reader.execute(sql)
    assert sentence in str(error.value)
