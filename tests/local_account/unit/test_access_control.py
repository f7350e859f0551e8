"""GRANT, REVOKE and SHOW GRANTS: who may grant what, on one, all and future objects, and what is shown of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_account.session.session import Session


@pytest.fixture
def place(session: Session) -> Iterator[Session]:
    """The session in a schema GRANTED with tables X and Y and a view V, and roles RA, RB and RC."""
    for sql in (
        "create or replace schema GRANTED", "create table X (A int)", "create table Y (A int)",
        "create view V as select A from X", "create or replace role RA", "create or replace role RB",
        "create or replace role RC", "create or replace user ULLA",
    ):  # fmt: skip
        session.execute(sql)
    yield session
    for sql in ("drop role RA", "drop role RB", "drop role RC", "drop user ULLA"):
        session.execute(sql)


@contextlib.contextmanager
def acting(session: Session, role: str) -> Iterator[Session]:
    session.role = role
    try:
        yield session
    finally:
        session.role = "ACCOUNTADMIN"


def granted(session: Session, role: str = "RA") -> list[tuple[str, str, str]]:
    """Return (privilege, kind, name without its database) of what a role was granted."""
    rows = records(session, f"show grants to role {role}")
    return [(r["privilege"], r["granted_on"], r["name"].rpartition(f"{session.database}.")[2]) for r in rows]


def made(session: Session, *statements: str) -> None:
    for sql in statements:
        session.execute(sql)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select on table X to role RA", [("SELECT", "TABLE", "GRANTED.X")]),
        ("select on X to RA", None),
        ("select, insert on table X to RA", [("INSERT", "TABLE", "GRANTED.X"), ("SELECT", "TABLE", "GRANTED.X")]),
        ("select on all tables in schema GRANTED to role RA", [
            ("SELECT", "TABLE", "GRANTED.X"), ("SELECT", "TABLE", "GRANTED.Y"),
        ]),
        ("select on all views in schema GRANTED to role RA", [("SELECT", "VIEW", "GRANTED.V")]),
        ("select on view V to role RA", [("SELECT", "VIEW", "GRANTED.V")]),
        ("select on table V to role RA", [("SELECT", "VIEW", "GRANTED.V")]),
        ("select on future tables in schema GRANTED to role RA", []),
        ("create stage, usage on schema GRANTED to role RA", [
            ("CREATE STAGE", "SCHEMA", "GRANTED"), ("USAGE", "SCHEMA", "GRANTED"),
        ]),
        ("usage on warehouse W to role RA", [("USAGE", "WAREHOUSE", "W")]),
        ("execute task, monitor execution on account to role RA", [
            ("EXECUTE TASK", "ACCOUNT", "LOCAL"), ("MONITOR EXECUTION", "ACCOUNT", "LOCAL"),
        ]),
        ("create snowflake.ml.classification on schema GRANTED to role RA", [
            ("CREATE SNOWFLAKE.ML.CLASSIFICATION", "SCHEMA", "GRANTED"),
        ]),
        ("role RB to role RA", [("USAGE", "ROLE", "RB")]),
        ("role RB to RA", None),
    ],
)  # fmt: skip
def test_a_grant_is_shown_and_taken_back(place: Session, sql: str, expected: list[Any] | None) -> None:
    if expected is None:
        expected = [("USAGE", "ROLE", "RB")]
        if sql.startswith("select"):
            assert refusal(place, f"grant {sql}")[0] == 1003
            return
    place.execute(f"grant {sql}")
    assert granted(place) == expected
    for row in records(place, "show grants to role RA"):
        assert (row["granted_to"], row["grantee_name"], row["grant_option"]) == ("ROLE", "RA", "false")
        assert row["granted_by"] == "ACCOUNTADMIN"
    place.execute(f"revoke {sql.replace(' to ', ' from ')}")
    assert granted(place) == []
    assert records(place, "show future grants to role RA") == []


def test_all_privileges_are_all_but_ownership(place: Session) -> None:
    made(place, "grant all privileges on table X to role RA", "grant all on table Y to role RB")
    privileges = {p for p, _, _ in granted(place)}
    assert privileges == {p for p, _, _ in granted(place, "RB")}
    assert {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"} <= privileges
    assert "OWNERSHIP" not in privileges
    made(place, "revoke all on table X from role RA cascade", "revoke all on table Y from role RB restrict")
    assert granted(place) == granted(place, "RB") == []


def test_future_grants_reach_what_is_made_later_alone(place: Session) -> None:
    made(
        place, "grant select on future tables in schema GRANTED to role RA",
        f"grant insert on future tables in database {place.database} to role RB", "create table Z (A int)",
        "create schema ELSEWHERE", "create table ELSEWHERE.Z (A int)",
    )  # fmt: skip
    assert granted(place) == [("SELECT", "TABLE", "GRANTED.Z")]
    assert granted(place, "RB") == [("INSERT", "TABLE", "ELSEWHERE.Z")], "a schema's future grants stand for its own"
    (row,) = records(place, "show future grants in schema GRANTED")
    assert (row["privilege"], row["grant_on"], row["grant_to"], row["grantee_name"], row["grant_option"]) == (
        "SELECT", "TABLE", "ROLE", "RA", "false",
    )  # fmt: skip
    assert row["name"] == f"{place.database}.GRANTED.<TABLE>"
    (row,) = records(place, f"show future grants in database {place.database}")
    assert (row["name"], row["grantee_name"]) == (f"{place.database}.<TABLE>", "RB")
    assert [r["privilege"] for r in records(place, "show future grants to role RB")] == ["INSERT"]
    made(
        place, "revoke select on future tables in schema GRANTED from role RA",
        f"revoke insert on future tables in database {place.database} from role RB", "drop schema ELSEWHERE",
    )  # fmt: skip
    assert records(place, "show future grants in schema GRANTED") == []
    assert granted(place) == [("SELECT", "TABLE", "GRANTED.Z")], "what was given stays"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("grant select on table NOTHING to role RA", 2003),
        ("grant select on table X to role NOTHING", 2003),
        ("grant role NOTHING to role RA", 2003),
        ("grant role RA to role NOTHING", 2003),
        ("grant role RA to user NOTHING", 2003),
        ("grant frobnicate on table X to role RA", 1003),
        ("grant select on warehouse W to role RA", 1003),
        ("grant on table X to role RA", 1003),
        ("grant select, on table X to role RA", 1003),
        ("grant select on table X to role RA nonsense", 1003),
        ("grant role RA to role RB nonsense", 1003),
        ("revoke select on table X from role RA nonsense", 1003),
        ("grant select on all tables in account to role RA", 1003),
        ("grant select on all tables in schema NOTHING to role RA", 2003),
        ("grant select on table X to share S", 2),
        ("grant select on table X to database role S", 2),
        ("grant select on table X to user ULLA", 2),
        ("grant ownership on future tables in schema GRANTED to role RA", 2),
        ("show grants to role NOTHING", 2003),
        ("show grants to user NOTHING", 2003),
        ("show grants of role NOTHING", 2003),
        ("show grants on table NOTHING", 2003),
        ("show grants nonsense", 1003),
        ("show future grants to role NOTHING", 2003),
        ("show future grants in schema NOTHING", 2003),
        ("show future grants nonsense", 1003),
    ],
)
def test_what_cannot_be_granted_is_refused(place: Session, sql: str, code: int) -> None:
    assert refusal(place, sql)[0] == code
    assert granted(place) == []


def test_a_circle_of_roles_is_refused(place: Session) -> None:
    made(place, "grant role RA to role RB", "grant role RB to role RC")
    for sql in ("grant role RC to role RA", "grant role RB to role RA", "grant role RA to role RA"):
        assert refusal(place, sql)[0] == 3042, sql
    made(place, "grant role RA to role RC", "grant role RC to user ULLA")
    assert [(r["granted_to"], r["grantee_name"]) for r in records(place, "show grants of role RC")] == [
        ("USER", "ULLA")
    ]
    assert [r["role"] for r in records(place, "show grants to user ULLA")] == ["RC"]
    made(place, "revoke role RC from user ULLA")
    assert records(place, "show grants to user ULLA") == []


def options(place: Session) -> dict[str, str]:
    shown = records(place, "show grants on table Y")
    return {r["privilege"]: r["grant_option"] for r in shown if r["grantee_name"] == "RA"}


def test_who_holds_a_privilege_to_grant_may_grant(place: Session) -> None:
    made(place, "grant usage on schema GRANTED to role RA", f"grant usage on database {place.database} to role RA",
         "grant select on table Y to role RA")  # fmt: skip
    with acting(place, "RA"):
        assert refusal(place, "grant select on table X to role RB")[0] == 2003, "it has no right there at all"
        assert refusal(place, "grant select on table Y to role RB")[0] == 3001
        assert refusal(place, "grant role RB to role RC")[0] == 3001
        assert refusal(place, "grant execute task on account to role RB")[0] == 3001
        assert refusal(place, "grant select on all tables in schema GRANTED to role RB")[0] == 3001
        assert refusal(place, "grant ownership on table Y to role RB")[0] == 3001
    made(place, "grant select on table Y to role RA with grant option")
    (row,) = [r for r in records(place, "show grants on table Y") if r["privilege"] == "SELECT"]
    assert row["grant_option"] == "true"
    with acting(place, "RA"):
        place.execute("grant select on table Y to role RB")
    (row,) = records(place, "show grants to role RB")
    assert (row["granted_by"], row["grant_option"]) == ("RA", "false")
    made(place, "grant select on table Y to role RA")  # which takes nothing away
    assert options(place) == {"SELECT": "true"}
    made(place, "revoke grant option for select, insert on table Y from role RA")
    assert options(place) == {"SELECT": "false"}
    with acting(place, "RA"):
        assert refusal(place, "grant select on table Y to role RC")[0] == 3001
    made(place, "grant ownership on role RB to role RA", "grant manage grants on account to role RC")
    with acting(place, "RA"):
        place.execute("grant role RB to role RC")
    with acting(place, "RC"):
        place.execute("grant select on table X to role RA")
    assert ("SELECT", "TABLE", "GRANTED.X") in granted(place)
    place.execute("grant ownership on role RB to role ACCOUNTADMIN copy current grants")


def test_ownership_goes_with_or_without_the_grants(place: Session) -> None:
    made(place, "grant select on table X to role RB")
    assert refusal(place, "grant ownership on table X to role RA")[0] == 3036
    place.execute("grant ownership on table Y to role RA")  # nothing depends on it
    place.execute("grant ownership on table X to role RA copy current grants")
    assert granted(place, "RB") == [("SELECT", "TABLE", "GRANTED.X")]
    assert granted(place) == [("OWNERSHIP", "TABLE", "GRANTED.X"), ("OWNERSHIP", "TABLE", "GRANTED.Y")]
    place.execute("grant ownership on table X to role RA")  # whose it is already
    place.execute("grant ownership on all tables in schema GRANTED to role RC revoke current grants")
    assert granted(place, "RB") == granted(place) == []
    owned = [r for r in records(place, "show grants on table X") if r["privilege"] == "OWNERSHIP"]
    assert [(r["grantee_name"], r["granted_on"], r["grant_option"], r["granted_by"]) for r in owned] == [
        ("RC", "TABLE", "true", "RC")
    ]


def test_grants_are_shown_of_whom_and_on_what_is_asked(place: Session) -> None:
    made(place, "grant execute task on account to role RA", "grant role RA to user LOCAL")
    assert {r["role"] for r in records(place, "show grants to user LOCAL")} >= {"ACCOUNTADMIN", "RA"}
    assert {r["name"] for r in records(place, "show grants")} >= {"ACCOUNTADMIN", "RA"}
    assert ("EXECUTE TASK", "RA") in {
        (r["privilege"], r["grantee_name"]) for r in records(place, "show grants on account")
    }
    with acting(place, "RA"):
        assert refusal(place, "show grants on table X")[0] == 2003
