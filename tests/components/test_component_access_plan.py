"""The function from roles and schemas to access roles, members and grants."""

from __future__ import annotations

import pytest

from components.access_plan import RoleAccess, plan_access
from stacks.environment import (
    ANALYST,
    APP_ANALYST,
    APP_MARKETING,
    APP_OPERATIONS,
    APP_OWNERS,
    ENGINEER,
    MARKETING,
    SCHEMAS,
)
from stacks.roles import PII_ROLE_COMMENTS, platform_access

PLAN = platform_access()
Held = dict[tuple[str, str, str], set[str]]


def _held(role: str) -> Held:
    """What a role may do, by itself and through the access roles that it is a member of."""
    roles = {role, *(held for held, member in PLAN.members if member == role)}
    held: Held = {}
    for grant in (*PLAN.grants, *PLAN.on_objects):
        if grant.role in roles:
            held.setdefault((grant.scope, grant.object_type, grant.target), set()).update(grant.privileges)
    return held


def _reads(schema: str, *more: str) -> Held:
    """What it takes to read a schema with the app's warehouse."""
    held: Held = {
        ("account object", "WAREHOUSE", "app"): {"USAGE"},
        ("account object", "DATABASE", "DATABASE"): {"USAGE"},
        ("schema", "SCHEMA", schema): {"USAGE"},
    }
    for plural in ("TABLES", "VIEWS"):
        held |= {(scope, plural, schema): {"SELECT"} for scope in ("all objects", "future objects")}
    for plural in more:
        held |= {(scope, plural, schema): {"SELECT", "REFERENCES"} for scope in ("all objects", "future objects")}
    return held


def test_marketing_reads_gold_and_uses_its_app_and_nothing_else() -> None:
    assert _held(MARKETING) == _reads("GOLD", "SEMANTIC VIEWS") | {
        ("schema", "SCHEMA", "PLATFORM"): {"USAGE"},
        ("schema object", "STREAMLIT", "CUSTOMER_360_APP"): {"USAGE"},
    }


@pytest.mark.parametrize(
    ("role", "reads", "procedures", "account"),
    [
        (
            APP_MARKETING,
            _reads("GOLD", "SEMANTIC VIEWS"),
            ("RECORD_ANALYST_QUESTION", "RECORD_ANALYST_FEEDBACK", "SAVE_CAMPAIGN_LIST", "RECORD_EXPORT"),
            set(),
        ),
        (
            APP_ANALYST,
            _reads("GOLD", "SEMANTIC VIEWS"),
            ("RECORD_ANALYST_QUESTION", "RECORD_ANALYST_FEEDBACK", "RECORD_EXPORT"),
            set(),
        ),
        (APP_OPERATIONS, _reads("OBSERVABILITY"), (), {"MONITOR USAGE"}),
    ],
)
def test_an_owner_of_an_app_holds_what_its_pages_need_and_nothing_else(
    role: str, reads: Held, procedures: tuple[str, ...], account: set[str]
) -> None:
    assert _held(role) == reads | {
        ("schema", "SCHEMA", "PLATFORM"): {"USAGE", "CREATE STREAMLIT"},
        ("schema object", "STAGE", "APP_STAGE"): {"READ"},
        **{("schema object", "PROCEDURE", name): {"USAGE"} for name in procedures},
        **({("account", "", ""): account} if account else {}),
    }


def test_each_app_is_for_people_of_one_role_and_each_of_another() -> None:
    apps = {(g.role, g.target) for g in PLAN.on_objects if g.object_type == "STREAMLIT"}
    assert apps == {
        (MARKETING, "CUSTOMER_360_APP"), (ANALYST, "CUSTOMER_360_APP_ANALYST"),
        (ENGINEER, "CUSTOMER_360_APP_OPERATIONS"),
    }  # fmt: skip


def test_the_analyst_reads_every_schema_and_writes_nowhere() -> None:
    held = _held(ANALYST)
    for schema in SCHEMAS:
        assert held["schema", "SCHEMA", schema] == {"USAGE"}
        assert held["future objects", "TABLES", schema] == {"SELECT"}
        assert held["future objects", "VIEWS", schema] == {"SELECT"}
    assert set.union(*held.values()) == {"USAGE", "SELECT", "REFERENCES"}


def test_the_engineer_is_full_in_every_schema() -> None:
    held = _held(ENGINEER)
    for schema in SCHEMAS:
        assert {"USAGE", "CREATE TABLE", "CREATE TASK", "CREATE DBT PROJECT"} <= held["schema", "SCHEMA", schema]
        assert "TRUNCATE" in held["future objects", "TABLES", schema]
    assert held["account", "", ""] == {"EXECUTE TASK", "EXECUTE ALERT"}


@pytest.mark.parametrize("role", [held.name for held in PLAN.access_roles])
def test_an_access_role_has_usage_around_its_one_schema(role: str) -> None:
    held = _held(role)
    assert held["account object", "DATABASE", "DATABASE"] == {"USAGE"}
    (schema,) = (target for scope, _, target in held if scope == "schema")
    assert "USAGE" in held["schema", "SCHEMA", schema]
    assert {target for scope, _, target in held if scope == "future objects"} <= {schema}


def test_functional_roles_reach_schemas_through_access_roles_only() -> None:
    functional = {ENGINEER, MARKETING, ANALYST, *APP_OWNERS}
    assert {g.scope for g in PLAN.grants if g.role in functional} == {"account", "account object", "schema object"}
    assert {member for _, member in PLAN.members} == functional
    assert {held for held, _ in PLAN.members} == {held.name for held in PLAN.access_roles} | set(PII_ROLE_COMMENTS)


def test_personal_data_is_for_few() -> None:
    seen = {(held, role) for held, role in PLAN.members if held in PII_ROLE_COMMENTS}
    assert seen == {("PII_FULL", ENGINEER), ("PII_CONTACT", MARKETING), ("PII_CONTACT", APP_MARKETING)}
    assert not any(g.role in PII_ROLE_COMMENTS for g in PLAN.grants)
    assert [(g.role, g.privileges) for g in PLAN.grants if g.object_type == "TAG"] == [(ENGINEER, ("APPLY",))]


def test_keys_are_unique_and_say_who_gets_what_where() -> None:
    keys = [g.key for g in (*PLAN.grants, *PLAN.on_objects)]
    assert len(keys) == len(set(keys))
    assert "gold-read-on-future-tables-in-gold" in keys


def test_nothing_is_granted_to_public() -> None:
    functional = {ENGINEER, MARKETING, ANALYST, *APP_OWNERS}
    assert {g.role for g in PLAN.grants} == functional | {held.name for held in PLAN.access_roles}


def test_a_schema_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="Role R is given access to schema GLOD"):
        plan_access({"R": RoleAccess(schemas={"GLOD": "read"}, warehouses={})}, ["GOLD"])
