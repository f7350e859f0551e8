"""Grants made by hand in an account, seen against the program that was deployed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from c360.deployment.deploy import deploy
from c360.review.grant_drift import GrantDrift, Held, Member, compare_grants
from c360.review.semantic_changes import semantic_view, view_drift
from local_account.server.serve import ServedAccount
from tests.support.accounts import connected
from tests.support.recorded import recorded
from tests.support.rows import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BRONZE = "CUSTOMER_ANALYTICS.BRONZE"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Rows]]:
    """The local stack in an account of its own; runs a statement with a role."""
    home = tmp_path_factory.mktemp("drift")
    with ServedAccount(home) as served:
        settings = {"snowflake.port": served.port, "aws.endpoint": f"http://127.0.0.1:{served.s3_port}"}
        deploy("local", home, settings, lambda _event: None)

        with connected(served.port) as administrator, connected(served.port, role="SECURITYADMIN") as security:
            connections = {"ACCOUNTADMIN": administrator, "SECURITYADMIN": security}

            def run(statement: str, role: str = "ACCOUNTADMIN") -> Rows:
                found = rows(connections[role].cursor(), statement)
                return [{key.lower(): value for key, value in row.items()} for row in found]

            yield run


@pytest.fixture
def drift(deployed: Callable[..., Rows]) -> Callable[[], GrantDrift]:
    return lambda: compare_grants(recorded("local"), lambda statement: deployed(statement, "SECURITYADMIN"))


def test_what_was_deployed_is_no_drift(drift: Callable[[], GrantDrift]) -> None:
    found = drift()
    assert found.undeclared == ()
    assert found.missing == ()
    assert found.is_none


@pytest.mark.parametrize(
    ("by_hand", "undone", "expected"),
    [
        (
            f"grant select on table {BRONZE}.BRONZE_CUSTOMERS to role PUBLIC",
            f"revoke select on table {BRONZE}.BRONZE_CUSTOMERS from role PUBLIC",
            ((Held("PUBLIC", "SELECT", "TABLE", f"{BRONZE}.BRONZE_CUSTOMERS"),), ()),
        ),
        (
            "grant select on view CUSTOMER_ANALYTICS.OBSERVABILITY.PIPELINE_RUNS to role PUBLIC",
            "revoke select on view CUSTOMER_ANALYTICS.OBSERVABILITY.PIPELINE_RUNS from role PUBLIC",
            ((Held("PUBLIC", "SELECT", "VIEW", "CUSTOMER_ANALYTICS.OBSERVABILITY.PIPELINE_RUNS"),), ()),
        ),
        (
            "grant manage grants on account to role PUBLIC",
            "revoke manage grants on account from role PUBLIC",
            ((Held("PUBLIC", "MANAGE GRANTS", "ACCOUNT", ""),), ()),
        ),
        (
            f"grant select on table {BRONZE}.BRONZE_CUSTOMERS to role MARKETING_MANAGER",
            f"revoke select on table {BRONZE}.BRONZE_CUSTOMERS from role MARKETING_MANAGER",
            ((Held("MARKETING_MANAGER", "SELECT", "TABLE", f"{BRONZE}.BRONZE_CUSTOMERS"),), ()),
        ),
        (
            f"grant insert on future tables in schema {BRONZE} to role DATA_ANALYST",
            f"revoke insert on future tables in schema {BRONZE} from role DATA_ANALYST",
            ((Held("DATA_ANALYST", "INSERT", "TABLE", BRONZE, "future"),), ()),
        ),
        (
            f"grant usage on schema {BRONZE} to role PUBLIC",
            f"revoke usage on schema {BRONZE} from role PUBLIC",
            ((Held("PUBLIC", "USAGE", "SCHEMA", BRONZE),), ()),
        ),
        (
            "grant role DATA_ENGINEER to role MARKETING_MANAGER",
            "revoke role DATA_ENGINEER from role MARKETING_MANAGER",
            ((Member("DATA_ENGINEER", "MARKETING_MANAGER"),), ()),
        ),
        (
            "revoke usage on warehouse APP_WH from role MARKETING_MANAGER",
            "grant usage on warehouse APP_WH to role MARKETING_MANAGER",
            ((), (Held("MARKETING_MANAGER", "USAGE", "WAREHOUSE", "APP_WH"),)),
        ),
        (
            "revoke role DATA_ANALYST from role SYSADMIN",
            "grant role DATA_ANALYST to role SYSADMIN",
            ((), (Member("DATA_ANALYST", "SYSADMIN"),)),
        ),
    ],
)
def test_what_was_done_by_hand_is_seen(
    deployed: Callable[..., Rows],
    drift: Callable[[], GrantDrift],
    by_hand: str,
    undone: str,
    expected: tuple[tuple[object, ...], tuple[object, ...]],
) -> None:
    deployed(by_hand)
    try:
        found = drift()
    finally:
        deployed(undone)
    assert (found.undeclared, found.missing) == expected
    assert not found.is_none
    assert ("UNDECLARED" if expected[0] else "MISSING") in found.as_text()


def test_a_right_on_what_dbt_builds_follows_from_a_future_grant(
    deployed: Callable[..., Rows], drift: Callable[[], GrantDrift]
) -> None:
    deployed("create table CUSTOMER_ANALYTICS.GOLD.BUILT (X int)")
    held = deployed("show grants on table CUSTOMER_ANALYTICS.GOLD.BUILT")
    assert any(row["privilege"] == "SELECT" for row in held)
    assert drift().is_none


def test_people_are_assigned_by_hand(deployed: Callable[..., Rows], drift: Callable[[], GrantDrift]) -> None:
    deployed("create user ANNA")
    deployed("grant role MARKETING_MANAGER to user ANNA")
    found = drift()
    assert found.is_none
    assert Member("MARKETING_MANAGER", "USER ANNA") in found.users
    assert "assigned    USER ANNA holds role MARKETING_MANAGER" in found.as_text()


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (Held("R", "CREATE DATABASE", "ACCOUNT", ""), "CREATE DATABASE on the account"),
        (Held("R", "SELECT", "TABLE", "DB.GOLD.T"), "SELECT on TABLE DB.GOLD.T"),
        (Held("R", "SELECT", "TABLE", "DB.GOLD", "future"), "SELECT on future TABLE in DB.GOLD"),
        (Held("R", "SELECT", "VIEW", "DB", "all"), "SELECT on all VIEW in DB"),
    ],
)
def test_a_right_is_written_as_a_clause(held: Held, text: str) -> None:
    assert held.as_text() == text


def test_what_a_hand_changed_of_the_semantic_view_is_drift(deployed: Callable[..., Rows]) -> None:
    view = semantic_view(recorded("local"))
    assert view is not None
    assert view_drift(view, deployed) == []
    by_hand = view.inputs["yaml"].replace("SUM(transactions.net_amount)", "MAX(transactions.net_amount)", 1)
    call = "call system$create_semantic_view_from_yaml('CUSTOMER_ANALYTICS.GOLD', $$%s$$)"
    deployed(call % by_hand)
    try:
        formulas = "`SUM(transactions.net_amount)` → `MAX(transactions.net_amount)`"
        assert view_drift(view, deployed) == [f"CHANGED     metric `TRANSACTIONS.TOTAL_REVENUE`: formula {formulas}"]
        deployed("drop semantic view CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360")
        assert view_drift(view, deployed) == ["MISSING     semantic view CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360"]
    finally:
        deployed(call % view.inputs["yaml"])
