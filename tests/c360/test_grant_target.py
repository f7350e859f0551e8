"""On what a grant is: every form that the provider's inputs take, read once and written in words and in SQL."""

from __future__ import annotations

from typing import Any

import pytest

from c360.deployment.kinds.grants import PrivilegeGrant
from c360.grant_target import GrantTarget, grant_target, without_quotes
from c360.review.effective_rights import target_of

SCHEMA = '"DB"."GOLD"'
CASES: dict[str, tuple[dict[str, Any], GrantTarget, str, str]] = {
    "the account": ({"onAccount": True}, GrantTarget("ACCOUNT"), "the account", "ACCOUNT"),
    "an object of the account": (
        {"onAccountObject": {"objectType": "WAREHOUSE", "objectName": "LOAD_WH"}},
        GrantTarget("WAREHOUSE", "LOAD_WH"),
        "warehouse LOAD_WH",
        'WAREHOUSE "LOAD_WH"',
    ),
    "an object of the account with a quote in its name": (
        {"onAccountObject": {"objectType": "DATABASE", "objectName": 'a"b'}},
        GrantTarget("DATABASE", 'a"b'),
        "database ab",
        'DATABASE "a""b"',
    ),
    "a schema": (
        {"onSchema": {"schemaName": SCHEMA}},
        GrantTarget("SCHEMA", SCHEMA),
        "schema DB.GOLD",
        f"SCHEMA {SCHEMA}",
    ),
    "future schemas": (
        {"onSchema": {"futureSchemasInDatabase": "DB"}},
        GrantTarget("SCHEMA", "DB", "future", "DATABASE", "SCHEMAS"),
        "future schemas in DB",
        'FUTURE SCHEMAS IN DATABASE "DB"',
    ),
    "all schemas": (
        {"onSchema": {"allSchemasInDatabase": "DB"}},
        GrantTarget("SCHEMA", "DB", "all", "DATABASE", "SCHEMAS"),
        "all schemas in DB",
        'ALL SCHEMAS IN DATABASE "DB"',
    ),
    "an object of a schema": (
        {"onSchemaObject": {"objectType": "TAG", "objectName": f'{SCHEMA}."PII"'}},
        GrantTarget("TAG", f'{SCHEMA}."PII"'),
        "tag DB.GOLD.PII",
        f'TAG {SCHEMA}."PII"',
    ),
    "future objects of a schema": (
        {"onSchemaObject": {"future": {"objectTypePlural": "SEMANTIC VIEWS", "inSchema": SCHEMA}}},
        GrantTarget("SEMANTIC VIEW", SCHEMA, "future", "SCHEMA", "SEMANTIC VIEWS"),
        "future semantic views in DB.GOLD",
        f"FUTURE SEMANTIC VIEWS IN SCHEMA {SCHEMA}",
    ),
    "all objects of a database, where an S is not all of the plural": (
        {"onSchemaObject": {"all": {"objectTypePlural": "MASKING POLICIES", "inDatabase": "DB"}}},
        GrantTarget("MASKING POLICY", "DB", "all", "DATABASE", "MASKING POLICIES"),
        "all masking policies in DB",
        'ALL MASKING POLICIES IN DATABASE "DB"',
    ),
}


@pytest.mark.parametrize(("inputs", "target", "words", "sql"), CASES.values(), ids=CASES)
def test_a_target(inputs: dict[str, Any], target: GrantTarget, words: str, sql: str) -> None:
    assert grant_target(inputs) == target
    assert target_of(inputs) == words
    (statement,) = PrivilegeGrant().create(inputs | {"accountRoleName": "R", "privileges": ["SELECT"]})
    assert statement == f'GRANT SELECT ON {sql} TO ROLE "R"'


def test_a_target_that_is_not_known() -> None:
    strange = {"onSchemaObject": {"everything": True}}
    with pytest.raises(ValueError, match="everything"):
        grant_target(strange)
    assert target_of(strange) == '{"everything": true}'


def test_a_name_is_shown_without_quotes() -> None:
    assert without_quotes(SCHEMA) == "DB.GOLD"
