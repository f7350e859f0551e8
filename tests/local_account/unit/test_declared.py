"""Declared kinds: which values a property takes, and what is said of warehouses, roles, users and monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.statements.declared import Property, choice, text
from tests.support.statements import records, refusal

if TYPE_CHECKING:
    from local_account.session.session import Session

SIZE = choice("X-Small", "Small", XSMALL="X-Small")


@pytest.mark.parametrize(
    ("declared", "given", "kept"),
    [
        (Property("integer", low=1, high=3), 1, 1), (Property("integer", low=1, high=3), 3, 3),
        (Property("integer"), 2**31, 2**31), (Property("integer"), 0, 0), (Property("integer"), None, None),
        (Property("boolean"), True, True), (Property("boolean"), "false", False), (Property("boolean"), "TRUE", True),
        (SIZE, "xsmall", "X-Small"), (SIZE, "X-SMALL", "X-Small"), (SIZE, "small", "Small"),
        (Property("list"), ["a", 1], ["a", "1"]), (Property("list"), "a", ["a"]), (Property("list"), {}, []),
        (Property("list"), [], []), (Property("name"), "w", "W"), (Property("name"), '"w"', "w"),
        (Property(), 12, "12"), (Property(), "x", "x"), (Property(), None, None),
    ],
)  # fmt: skip
def test_a_value_gets_its_normal_form(declared: Property, given: Any, kept: Any) -> None:
    found = declared.checked("KEY", given)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("declared", "given", "says"),
    [
        (Property("integer", low=1, high=3), 0, "a whole number from 1 to 3"),
        (Property("integer", low=1, high=3), 4, "a whole number from 1 to 3"),
        (Property("integer"), -1, "a whole number from 0 to 2147483648"),
        (Property("integer"), 2**31 + 1, "a whole number"), (Property("integer"), True, "a whole number"),
        (Property("integer"), "1", "a whole number"), (Property("integer"), 1.5, "a whole number"),
        (Property("integer", nullable=False), None, "a whole number"),
        (Property("boolean"), "yes", "TRUE or FALSE"), (Property("boolean"), 1, "TRUE or FALSE"),
        (SIZE, "huge", "X-Small, Small."),
    ],
)  # fmt: skip
def test_another_value_is_refused_by_name(declared: Property, given: Any, says: str) -> None:
    with pytest.raises(ProgrammingError) as error:
        declared.checked("KEY", given)
    assert error.value.errno == 1008
    assert f"invalid value '{given}' for property 'KEY': it must be {says}" in str(error.value.msg)


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (True, "true"), (False, "false"), (0, "0"), ("X", "X")])
def test_a_property_is_shown_as_text(value: Any, shown: str) -> None:
    assert text(value) == shown


@pytest.fixture
def place(session: Session) -> Session:
    """The session with a warehouse X, a monitor M, a role R1 and a user U1, all as they are made."""
    for sql in ("create or replace warehouse X", "create or replace resource monitor M", "create or replace role R1",
                "create or replace user U1"):  # fmt: skip
        session.execute(sql)
    return session


def shown(session: Session, kind: str, name: str) -> dict[str, Any]:
    return records(session, f"show {kind} like '{name}'")[0]


def test_a_new_warehouse_is_as_documented(place: Session) -> None:
    expected = {
        "state": "STARTED", "type": "STANDARD", "size": "X-Small", "min_cluster_count": 1, "max_cluster_count": 1,
        "started_clusters": 1, "running": 0, "queued": 0, "is_default": "N", "is_current": "N", "auto_suspend": 600,
        "auto_resume": "true", "enable_query_acceleration": "false", "query_acceleration_max_scale_factor": 8,
        "resource_monitor": "null", "scaling_policy": "STANDARD", "comment": "", "owner": "ACCOUNTADMIN",
        "owner_role_type": "ROLE",
    }  # fmt: skip
    place.execute("use warehouse W")
    row = shown(place, "warehouses", "X")
    assert {key: row[key] for key in expected} == expected
    assert shown(place, "warehouses", "W")["is_current"] == "Y"


def test_a_new_warehouse_is_the_sessions_current_one(place: Session) -> None:
    place.execute("use warehouse W")
    place.execute("create warehouse if not exists X")  # it is there: nothing is created
    assert place.execute("select current_warehouse()").scalar() == "W"
    place.execute("create or replace warehouse X")
    assert place.execute("select current_warehouse()").scalar() == "X"
    place.execute("use warehouse W")


@pytest.mark.parametrize(
    ("given", "column", "value"),
    [
        ("warehouse_size = xxlarge", "size", "2X-Large"), ("warehouse_size = 'X2LARGE'", "size", "2X-Large"),
        ("warehouse_size = 'x6large'", "size", "6X-Large"), ("max_cluster_count = 10", "max_cluster_count", 10),
        ("auto_suspend = null", "auto_suspend", None), ("auto_suspend = 0", "auto_suspend", 0),
        ("scaling_policy = economy", "scaling_policy", "ECONOMY"), ("auto_resume = false", "auto_resume", "false"),
        ("query_acceleration_max_scale_factor = 100", "query_acceleration_max_scale_factor", 100),
        ("resource_monitor = m", "resource_monitor", "M"), ("comment = 'c'", "comment", "c"),
        ("warehouse_type = 'snowpark-optimized'", "type", "SNOWPARK-OPTIMIZED"),
        ("warehouse_size = small wait_for_completion = true", "size", "Small"),
    ],
)  # fmt: skip
def test_a_warehouse_s_properties_are_set_at_once_or_later(
    place: Session, given: str, column: str, value: object
) -> None:
    before = shown(place, "warehouses", "X")[column]
    place.execute(f"alter warehouse X set {given}")
    assert shown(place, "warehouses", "X")[column] == value
    place.execute(f"alter warehouse X unset {given.split(' ', maxsplit=1)[0]}")
    place.execute(f"create or replace warehouse X with {given}")
    assert shown(place, "warehouses", "X")[column] == value
    place.execute("create or replace warehouse X")
    assert shown(place, "warehouses", "X")[column] == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("max_cluster_count = 11", 1008), ("max_cluster_count = 0", 1008), ("min_cluster_count = 2", 1008),
        ("query_acceleration_max_scale_factor = 101", 1008), ("statement_timeout_in_seconds = 604801", 1008),
        ("auto_suspend = -1", 1008), ("warehouse_size = huge", 1008), ("resource_monitor = NOTHING", 2003),
        ("colour = 'red'", 2),
    ],
)  # fmt: skip
def test_a_warehouse_that_cannot_be_is_refused(place: Session, given: str, code: int) -> None:
    before = shown(place, "warehouses", "X")
    for sql in (f"create warehouse Y {given}", f"alter warehouse X set {given}"):
        assert refusal(place, sql)[0] == code, sql
    assert shown(place, "warehouses", "X") == before
    assert records(place, "show warehouses like 'Y'") == []


def test_a_warehouse_rests_and_wakes(place: Session) -> None:
    place.execute("create or replace warehouse X initially_suspended = true")
    row = shown(place, "warehouses", "X")
    assert (row["state"], row["started_clusters"]) == ("SUSPENDED", 0)
    place.execute("alter warehouse X resume if suspended")
    assert shown(place, "warehouses", "X")["state"] == "STARTED"
    place.execute("alter warehouse X suspend")
    assert shown(place, "warehouses", "X")["state"] == "SUSPENDED"
    for action in ("frobnicate", "unset wait_for_completion", "unset initially_suspended"):
        assert refusal(place, f"alter warehouse X {action}")[0] == 2, action
    assert refusal(place, "alter warehouse X set")[0] == 1003


def test_a_renamed_object_keeps_what_is_set(place: Session) -> None:
    place.execute("alter warehouse X set comment = 'c', auto_suspend = 5")
    place.execute("alter warehouse X rename to Y")
    row = shown(place, "warehouses", "Y")
    assert (row["comment"], row["auto_suspend"]) == ("c", 5)
    assert records(place, "show warehouses like 'X'") == []
    place.execute("alter warehouse Y unset comment, auto_suspend")
    row = shown(place, "warehouses", "Y")
    assert (row["comment"], row["auto_suspend"]) == ("", 600)
    assert refusal(place, "alter warehouse Y unset NOTHING")[0] == 2
    place.execute("drop warehouse Y")


def test_a_role_counts_who_has_it_and_what_it_has(place: Session) -> None:
    for sql in ("create or replace role R2", "grant role R1 to role R2", "grant role R1 to user U1",
                "grant role R2 to role ACCOUNTADMIN"):  # fmt: skip
        place.execute(sql)
    row = shown(place, "roles", "R1")
    counts = row["assigned_to_users"], row["granted_to_roles"], row["granted_roles"]
    assert (*counts, row["is_inherited"], row["is_current"]) == (1, 1, 0, "Y", "N")
    row = shown(place, "roles", "R2")
    assert (row["assigned_to_users"], row["granted_to_roles"], row["granted_roles"]) == (0, 1, 1)
    row = shown(place, "roles", "ACCOUNTADMIN")
    assert (row["is_current"], row["is_inherited"]) == ("Y", "N")
    place.execute("drop role R2")
    place.execute("create or replace role R1")
    assert shown(place, "roles", "R1")["is_inherited"] == "N"


def test_a_user_is_shown_without_secrets(place: Session) -> None:
    row = shown(place, "users", "U1")
    assert (row["login_name"], row["display_name"], row["has_password"], row["disabled"], row["type"]) == (
        "U1", "U1", "false", "false", "",
    )  # fmt: skip
    place.execute(
        "alter user U1 set password = 'p', login_name = 'log', default_role = r1, default_secondary_roles = ('ALL'),"
        " type = service, days_to_expiry = 3, must_change_password = true, rsa_public_key = 'k'"
    )
    row = shown(place, "users", "U1")
    assert (row["login_name"], row["has_password"], row["has_rsa_public_key"], row["default_role"], row["type"]) == (
        "log", "true", "true", "R1", "SERVICE",
    )  # fmt: skip
    assert (row["days_to_expiry"], row["must_change_password"]) == ("3", "true")
    described = {row["property"]: row["value"] for row in records(place, "describe user U1")}
    assert described["DEFAULT_ROLE"] == "R1"
    assert not {"PASSWORD", "RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"} & set(described)
    assert refusal(place, "alter user LOCAL set disabled = true")[0] == 1008
    place.execute("alter user LOCAL set disabled = false")
    place.execute("alter user U1 set disabled = true")
    assert shown(place, "users", "U1")["disabled"] == "true"


def test_a_monitor_has_limits_and_warehouses(place: Session) -> None:
    row = shown(place, "resource monitors", "M")
    assert (row["credit_quota"], row["remaining_credits"], row["level"], row["frequency"]) == (
        None, "0.00", None, "MONTHLY",
    )  # fmt: skip
    place.execute(
        "create or replace resource monitor M with credit_quota = 7 frequency = weekly triggers"
        " on 50 percent do notify on 80 percent do notify on 100 percent do suspend on 110 percent do suspend_immediate"
    )
    place.execute("alter warehouse X set resource_monitor = M")
    row = shown(place, "resource monitors", "M")
    assert (row["credit_quota"], row["remaining_credits"], row["level"], row["frequency"]) == (
        "7.00", "7.00", "WAREHOUSE", "WEEKLY",
    )  # fmt: skip
    assert (row["notify_at"], row["suspend_at"], row["suspend_immediately_at"]) == ("50%,80%", "100%", "110%")
    for sql in ("triggers on 80 percent do explode", "credit_quota = 'x'"):
        assert refusal(place, f"create resource monitor N with {sql}")[0] == 1008, sql
    assert refusal(place, "create resource monitor N with triggers on x percent do notify")[0] == 1003


@pytest.mark.parametrize("kind", ["role", "tag"])
def test_what_snowflake_does_not_describe_is_refused(place: Session, kind: str) -> None:
    assert refusal(place, f"describe {kind} R1")[0] == 2
