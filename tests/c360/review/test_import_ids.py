"""The ids by which the engine takes over what is there: a form for each type that the program declares."""

from __future__ import annotations

from typing import Any

import pytest

from c360.errors import CommandError
from c360.review.import_ids import id_of, with_ids
from c360.review.snapshot import Resource
from tests.support.recorded import STACKS, recorded

_OBJECT = {"database": "D", "schema": "S", "name": "N"}
_TO = {"accountRoleName": "R", "privileges": ["SELECT", "INSERT"]}
_GRANT = '"R"|false|false|SELECT,INSERT|'
CASES: list[tuple[str, dict[str, Any], str | None]] = [
    ("Warehouse", {"name": "W"}, '"W"'),
    ("Schema", {"database": "D", "name": "S"}, '"D"."S"'),
    ("View", _OBJECT, '"D"."S"."N"'),
    ("Table", _OBJECT, "D|S|N"),
    ("ProcedureSql", _OBJECT, '"D"."S"."N"()'),
    (
        "ProcedureSql",
        _OBJECT | {"arguments": [{"argName": "A", "argDataType": "VARCHAR"}, {"argName": "B", "argDataType": "DATE"}]},
        '"D"."S"."N"(VARCHAR, DATE)',
    ),
    ("GrantAccountRole", {"roleName": "R", "parentRoleName": "SYSADMIN"}, '"R"|ROLE|"SYSADMIN"'),
    ("GrantPrivilegesToAccountRole", _TO | {"onAccount": True}, f"{_GRANT}OnAccount"),
    (
        "GrantPrivilegesToAccountRole",
        _TO | {"onAccountObject": {"objectType": "WAREHOUSE", "objectName": "W"}},
        f'{_GRANT}OnAccountObject|WAREHOUSE|"W"',
    ),
    (
        "GrantPrivilegesToAccountRole",
        _TO | {"onSchema": {"schemaName": '"D"."S"'}},
        f'{_GRANT}OnSchema|OnSchema|"D"."S"',
    ),
    (
        "GrantPrivilegesToAccountRole",
        _TO | {"onSchemaObject": {"objectType": "STAGE", "objectName": '"D"."S"."N"'}},
        f'{_GRANT}OnSchemaObject|OnObject|STAGE|"D"."S"."N"',
    ),
    *(
        (
            "GrantPrivilegesToAccountRole",
            _TO | {"onSchemaObject": {scope: {"objectTypePlural": "TABLES", "inSchema": '"D"."S"'}}},
            f'{_GRANT}OnSchemaObject|{word}|TABLES|InSchema|"D"."S"',
        )
        for scope, word in (("all", "OnAll"), ("future", "OnFuture"))
    ),
    ("TagAssociation", {"tagId": '"D"."S"."T"', "tagValue": "v", "objectType": "COLUMN"}, '"D"."S"."T"|v|COLUMN'),
    ("BucketVersioning", {"bucket": "b"}, "b"),
    ("RolePolicy", {"role": "r", "name": "p"}, "r:p"),
    ("StageFile", {"name": "f"}, None),
]


def _resource(kind: str, inputs: dict[str, Any], name: str = "one") -> Resource:
    return Resource(f"urn::{name}", f"package:index/x:{kind}", name, inputs)


@pytest.mark.parametrize(("kind", "inputs", "expected"), CASES)
def test_an_id_has_its_providers_form(kind: str, inputs: dict[str, Any], expected: str | None) -> None:
    assert id_of(_resource(kind, inputs)) == expected


@pytest.mark.parametrize("stack", STACKS)
def test_the_id_of_every_resource_of_the_program_is_known(stack: str) -> None:
    declared = [one for one in recorded(stack).resources if one.is_custom and not one.is_provider]
    ids = [found for one in declared if (found := id_of(one))]
    assert len(ids) > 200
    assert len({(one.kind, id_of(one)) for one in declared if id_of(one)}) == len(ids)  # no two are read as one


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(CommandError, match="No id is known for a Share \\(one\\)"):
        id_of(_resource("Share", {"name": "S"}))


def test_a_file_of_the_engine_gets_ids_and_loses_what_is_made_again() -> None:
    component = {"type": "customer360:warehouse:Database", "name": "warehouse", "component": True}
    provider = {"type": "pulumi:providers:snowflake", "name": "snowflake-engineer", "inputs": {"user": "PULUMI"}}
    view = {"type": "package:index/x:View", "name": "oneView", "logicalName": "one", "id": "<PLACEHOLDER>"}
    file = {"type": "package:index/x:StageFile", "name": "two", "id": "<PLACEHOLDER>"}
    imports = {"nameTable": {}, "resources": [component, provider, view, file]}
    declared = [
        _resource("View", _OBJECT),
        _resource("StageFile", {}, "two"),
        Resource("urn::p", "pulumi:providers:snowflake", "snowflake-engineer", {"role": "DATA_ENGINEER"}),
    ]
    assert with_ids(imports, declared) == {
        "nameTable": {},
        "resources": [
            component,
            {
                **provider,
                "inputs": {"user": "PULUMI", "role": "DATA_ENGINEER"},
            },  # no preview knows of a role to be made
            {**view, "id": '"D"."S"."N"'},
        ],
    }


def test_what_the_program_does_not_declare_is_no_guess() -> None:
    unknown = {"type": "package:index/x:View", "name": "one", "id": "<PLACEHOLDER>"}
    with pytest.raises(CommandError, match="declares no one of type package:index/x:View"):
        with_ids({"resources": [unknown]}, [])
