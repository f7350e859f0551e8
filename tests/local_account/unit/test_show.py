"""Where SHOW looks, and what it says of databases, schemas, tables, views and columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session


@pytest.fixture(scope="module")
def place(session: Session) -> Iterator[Session]:
    """Databases SHOWN, current with its schema S1, and OTHER, with a few objects in each."""
    before = session.database
    for sql in (
        "create database OTHER", "create table OTHER.PUBLIC.T3 (A int)", "create transient database SHOWN",
        "create schema S1 with managed access", "create transient schema S2 data_retention_time_in_days = 0",
        "use schema S1",
        "create table T1 (A int not null default 7 comment 'first', B varchar(3)) cluster by (A) comment = 'one'",
        "insert into T1 values (1, 'x'), (2, null)", "create transient table T1B (A int) change_tracking = true",
        "create view V1 comment = 'seen' as select A from T1", "create secure view V1S as select A from T1",
        "create table SHOWN.S2.T2 (A int)", "create sequence Q start = 5 increment = 3",
    ):  # fmt: skip
        session.execute(sql)
    yield session
    for name in ("SHOWN", "OTHER"):
        session.execute(f"drop database {name}")
    session.use(before, "PUBLIC")


@pytest.mark.parametrize(
    ("clauses", "names"),
    [
        ("", ["T1", "T1B"]),
        ("in schema", ["T1", "T1B"]),
        ("in schema S2", ["T2"]),
        ("in S2", ["T2"]),
        ("in SHOWN.S2", ["T2"]),
        ("in schema OTHER.PUBLIC", ["T3"]),
        ("in database", ["T1", "T1B", "T2"]),
        ("in database OTHER", ["T3"]),
        ("in OTHER", ["T3"]),  # no schema of that name is here, so it is the database
        ("like 't1%'", ["T1", "T1B"]),
        ("like 't_'", ["T1"]),
        ("history like 't_'", ["T1"]),
        ("like 't_' in database", ["T1", "T2"]),
        ("in database starts with 'T2'", ["T2"]),
        ("in schema starts with 't'", []),
        ("in schema limit 1", ["T1"]),
        ("in database limit 2 from 'T1'", ["T1B", "T2"]),
        ("limit 0", []),
        ("starts with 'T' limit 1 from 'T1'", ["T1B"]),
    ],
)
def test_where_a_show_looks(place: Session, clauses: str, names: list[str]) -> None:
    assert [row["name"] for row in records(place, f"show tables {clauses}")] == names
    assert [row["name"] for row in records(place, f"show terse tables {clauses}")] == names


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("show schemas", ["INFORMATION_SCHEMA", "PUBLIC", "S1", "S2"]),
        ("show schemas in database", ["INFORMATION_SCHEMA", "PUBLIC", "S1", "S2"]),
        ("show schemas in OTHER", ["INFORMATION_SCHEMA", "PUBLIC"]),
        ("show schemas in database OTHER", ["INFORMATION_SCHEMA", "PUBLIC"]),
        ("show schemas like 's%' in account", ["S1", "S2"]),
        ("show databases like 'shown'", ["SHOWN"]),
        ("show databases like 'shown' in account", ["SHOWN"]),
        ("show views", ["V1", "V1S"]),
        ("show objects", ["T1", "T1B", "V1", "V1S"]),
        ("show objects in schema S2", ["T2"]),
        ("show warehouses like 'w'", ["W"]),
        ("show functions", []),
    ],
)
def test_a_kind_is_looked_for_where_its_objects_live(place: Session, sql: str, names: list[str]) -> None:
    assert [row["name"] for row in records(place, sql)] == names


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("show tables in schema NOTHING", 2043), ("show tables in database NOTHING", 2043),
        ("show tables in NOTHING", 2043), ("show schemas in NOTHING", 2043), ("show tables in OTHER.NOTHING", 2043),
        ("show tables limit 'x'", 1003), ("show tables nonsense", 2), ("show tables in account nonsense", 2),
        ("show columns in NOTHING", 2003), ("show columns in table NOTHING", 2003), ("show hobbies", 2),
    ],
)  # fmt: skip
def test_a_show_of_nothing_is_refused(place: Session, sql: str, code: int) -> None:
    assert refusal(place, sql)[0] == code


def test_without_a_schema_the_database_is_looked_through(place: Session) -> None:
    with place.account.open_session("LOCAL", "ACCOUNTADMIN", database="SHOWN") as other:
        other.use("SHOWN", None)
        assert [row["name"] for row in records(other, "show tables")] == ["T1", "T1B", "T2"]
        assert refusal(other, "show tables in schema")[0] == 90106
    with place.account.open_session("LOCAL", "ACCOUNTADMIN") as nowhere:
        assert {"T1", "T3"} <= {row["name"] for row in records(nowhere, "show tables")}


def test_a_role_is_shown_what_it_has_a_right_to(place: Session) -> None:
    for sql in (
        "create role VIEWER", "grant role VIEWER to role ACCOUNTADMIN", "grant usage on database SHOWN to role VIEWER",
        "grant usage on schema S1 to role VIEWER", "grant select on table T1B to role VIEWER",
    ):  # fmt: skip
        place.execute(sql)
    place.role = "VIEWER"
    try:
        assert [row["name"] for row in records(place, "show tables")] == ["T1B"]
        assert [row["name"] for row in records(place, "show schemas")] == ["INFORMATION_SCHEMA", "S1"]
        assert refusal(place, "show tables in schema S2")[0] == 2043
        assert refusal(place, "show columns in T1")[0] == 2003
        assert len(records(place, "show columns in T1B")) == 1
    finally:
        place.role = "ACCOUNTADMIN"
        place.execute("drop role VIEWER")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("show tables like 'T1'", {
            "kind": "TABLE", "comment": "one", "cluster_by": "LINEAR(A)", "rows": 2, "bytes": 0, "retention_time": "1",
            "automatic_clustering": "ON", "change_tracking": "OFF", "owner": "ACCOUNTADMIN", "is_external": "N",
        }),
        ("show tables like 'T1B'", {
            "kind": "TRANSIENT", "comment": "", "cluster_by": "", "rows": 0, "automatic_clustering": "OFF",
            "change_tracking": "ON",
        }),
        ("show objects like 'T1'", {"kind": "TABLE", "rows": 2, "bytes": 0, "cluster_by": "LINEAR(A)"}),
        ("show objects like 'V1'", {"kind": "VIEW", "rows": None, "bytes": None, "comment": "seen"}),
        ("show views like 'V1'", {
            "is_secure": "false", "is_materialized": "false", "comment": "seen",
            "text": "create view V1 comment = 'seen' as select A from T1",
        }),
        ("show views like 'V1S'", {"is_secure": "true"}),
        ("show terse views like 'V1'", {"kind": "VIEW", "database_name": "SHOWN", "schema_name": "S1"}),
        ("show schemas like 'S1'", {
            "is_current": "Y", "is_default": "N", "options": "MANAGED ACCESS", "retention_time": "1",
            "database_name": "SHOWN",
        }),
        ("show schemas like 'S2'", {"is_current": "N", "options": "TRANSIENT", "retention_time": "0"}),
        ("show terse schemas like 'S2'", {"kind": None, "database_name": "SHOWN", "schema_name": None}),
        ("show databases like 'SHOWN'", {"is_current": "Y", "options": "TRANSIENT", "kind": "STANDARD"}),
        ("show databases like 'OTHER'", {"is_current": "N", "options": ""}),
        ("show terse databases like 'OTHER'", {"kind": "STANDARD", "database_name": None}),
        ("show sequences", {"name": "Q", "next_value": 5, "interval": 3, "ordered": "N"}),
        ("show columns like 'a' in table T1", {
            "column_name": "A", "null?": "NOT_NULL", "default": "7", "comment": "first", "kind": "COLUMN",
            "table_name": "T1", "schema_name": "S1", "database_name": "SHOWN",
        }),
        ("show columns like 'b' in T1", {"null?": "true", "default": "", "comment": ""}),
        ("show columns in view SHOWN.S1.V1", {"table_name": "V1", "column_name": "A"}),
        ("show columns in schema S2", {"table_name": "T2"}),
    ],
)  # fmt: skip
def test_what_is_said_of_an_object(place: Session, sql: str, expected: dict[str, object]) -> None:
    (row,) = records(place, sql)
    assert {key: row[key] for key in expected} == expected


def test_a_sequence_shows_the_value_that_comes_next(place: Session) -> None:
    assert place.execute("select Q.nextval").scalar() == 5
    assert records(place, "show sequences")[0]["next_value"] == 8


def test_columns_are_described_with_their_types(place: Session) -> None:
    rows = records(place, "show columns in table T1")
    assert [json.loads(row["data_type"]) for row in rows] == [
        {"type": "FIXED", "precision": 38, "scale": 0, "nullable": False},
        {"type": "TEXT", "length": 3, "byteLength": 12, "fixed": False, "nullable": True},
    ]
    assert {row["table_name"] for row in records(place, "show columns in database")} >= {"T1", "T1B", "V1", "T2"}
