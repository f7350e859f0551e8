"""The function from roles and schemas to grants."""

from __future__ import annotations

import pytest

from components.grants import Access, build_grants
from stacks.access import platform_grants
from stacks.environment import ANALYST, ENGINEER, MARKETING, SCHEMAS


def _held(role: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {(g.scope, g.object_type, g.target): g.privileges for g in platform_grants() if g.role == role}


def test_marketing_reads_gold_and_uses_the_app_and_nothing_else() -> None:
    assert _held(MARKETING) == {
        ("account object", "WAREHOUSE", "app"): ("USAGE",),
        ("account object", "DATABASE", "DATABASE"): ("USAGE",),
        ("schema", "SCHEMA", "GOLD"): ("USAGE",),
        ("future objects", "TABLES", "GOLD"): ("SELECT",),
        ("future objects", "VIEWS", "GOLD"): ("SELECT",),
        ("schema", "SCHEMA", "PLATFORM"): ("USAGE",),
        ("future objects", "STREAMLITS", "PLATFORM"): ("USAGE",),
    }


def test_the_analyst_reads_every_schema_and_writes_nowhere() -> None:
    held = _held(ANALYST)
    for schema in SCHEMAS:
        assert held["schema", "SCHEMA", schema] == ("USAGE",)
        assert held["future objects", "TABLES", schema] == ("SELECT",)
        assert held["future objects", "VIEWS", schema] == ("SELECT",)
    assert {p for privileges in held.values() for p in privileges} == {"USAGE", "SELECT"}


def test_the_engineer_is_full_in_every_schema() -> None:
    held = _held(ENGINEER)
    for schema in SCHEMAS:
        assert {"USAGE", "CREATE TABLE", "CREATE TASK", "CREATE DBT PROJECT"} <= set(held["schema", "SCHEMA", schema])
        assert "TRUNCATE" in held["future objects", "TABLES", schema]
    assert held["account", "", ""] == ("EXECUTE TASK",)


@pytest.mark.parametrize("role", [ENGINEER, MARKETING, ANALYST])
def test_usage_is_never_forgotten(role: str) -> None:
    held = _held(role)
    assert "USAGE" in held["account object", "DATABASE", "DATABASE"]
    for scope, _, target in held:
        if scope == "future objects":
            assert "USAGE" in held["schema", "SCHEMA", target]


def test_keys_are_unique_and_say_who_gets_what_where() -> None:
    keys = [g.key for g in platform_grants()]
    assert len(keys) == len(set(keys))
    assert "data-analyst-on-future-tables-in-gold" in keys


def test_nothing_is_granted_to_public() -> None:
    assert {g.role for g in platform_grants()} == {ENGINEER, MARKETING, ANALYST}


def test_a_schema_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="Role R is given access to schema GLOD"):
        build_grants({"R": Access(schemas={"GLOD": "read"}, warehouses={})}, ["GOLD"])
