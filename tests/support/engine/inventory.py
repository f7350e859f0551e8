"""Everything that is in an account and its AWS, as it can be asked for, in a form to compare."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import boto3

from tests.support.accounts import connected
from tests.support.rows import rows

if TYPE_CHECKING:
    from snowflake.connector.cursor import SnowflakeCursor

    from local_account.server.serve import ServedAccount

Inventory = dict[str, Any]

_TRACKING = re.compile(r"\s*--terraform_provider_usage_tracking .*$")

# Kinds by SHOW's word, and how DESCRIBE names them where it says more than SHOW.
_OF_ACCOUNT = {
    "DATABASES": None,
    "WAREHOUSES": None,
    "ROLES": None,
    "USERS": None,
    "RESOURCE MONITORS": None,
    "INTEGRATIONS": "INTEGRATION",
}
_OF_SCHEMAS = {
    "TABLES": "TABLE",
    "VIEWS": "VIEW",
    "SEQUENCES": None,
    "STAGES": "STAGE",
    "FILE FORMATS": "FILE FORMAT",
    "PROCEDURES": "PROCEDURE",
    "TASKS": None,
    "STREAMLITS": "STREAMLIT",
    "DBT PROJECTS": "DBT PROJECT",
    "TAGS": None,
    "MASKING POLICIES": "MASKING POLICY",
    "ALERTS": None,
    "SEMANTIC VIEWS": "SEMANTIC VIEW",
}
_WITH_PARAMETERS = {"DATABASES": "DATABASE", "WAREHOUSES": "WAREHOUSE", "TABLES": "TABLE", "TASKS": "TASK"}
# What differs between two accounts with the same contents: moments and generated ids, and who is asking.
_PASSING = frozenset(
    {"created_on", "updated_on", "resumed_on", "last_committed_on", "last_suspended_on", "last_modified", "start_time",
     "id", "uuid", "url_id", "is_current", "is_default", "is_inherited"}
)  # fmt: skip


class _Reader:
    """Asks one account as its administrator."""

    def __init__(self, cursor: SnowflakeCursor) -> None:
        self._cursor = cursor

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return a statement's rows without what passes."""
        found = rows(self._cursor, sql)
        for row in found:
            if row.get("property") == "SYNONYMS":  # a set to the provider, which sends them in any order
                row["property_value"] = json.dumps(sorted(json.loads(row["property_value"])))
        return [{k: _trimmed(v) for k, v in row.items() if k.lower() not in _PASSING} for row in found]


def _trimmed(value: Any) -> Any:
    """Leave out the comment with which the provider ends its statements; a view's text keeps it."""
    return _TRACKING.sub("", value) if isinstance(value, str) else value


def inventory(account: ServedAccount) -> Inventory:
    """Return all objects with their properties, parameters and columns, all grants, and all files, by what they are."""
    with connected(account.port) as connection, connection.cursor() as cursor:
        for warehouse in rows(cursor, "show warehouses")[:1]:  # INFORMATION_SCHEMA needs one
            cursor.execute(f"use warehouse {warehouse['name']}")
        reader = _Reader(cursor)
        return _objects(reader) | _tags(reader) | _grants(reader) | _lake(account)


def _objects(reader: _Reader) -> Inventory:
    found: Inventory = {}
    for plural, described in _OF_ACCOUNT.items():
        for row in reader.rows(f"SHOW {plural}"):
            found[f"{plural} {row['name']}"] = _with_details(reader, plural, described, f'"{row["name"]}"', row)
    for row in reader.rows("SHOW SCHEMAS IN ACCOUNT"):
        if row["name"] == "INFORMATION_SCHEMA":  # nobody makes it
            continue
        name = f'"{row["database_name"]}"."{row["name"]}"'
        found[f"SCHEMAS {name}"] = [row, _parameters(reader, "SCHEMA", name)]
    for plural, described in _OF_SCHEMAS.items():
        for row in reader.rows(f"SHOW {plural} IN ACCOUNT"):
            database = row.get("database_name") or row["catalog_name"]
            name = f'"{database}"."{row["schema_name"]}"."{row["name"]}"'
            if plural == "PROCEDURES":
                name += row["arguments"].removeprefix(row["name"]).partition(" RETURN ")[0]
            found[f"{plural} {name}"] = _with_details(reader, plural, described, name, row)
            if plural == "STAGES" and row["type"] == "INTERNAL":
                found[f"FILES {name}"] = reader.rows(f"LIST @{name}")
    return found


def _with_details(reader: _Reader, plural: str, described: str | None, name: str, row: dict[str, Any]) -> list[Any]:
    details = reader.rows(f"DESCRIBE {described} {name}") if described else []
    kind = _WITH_PARAMETERS.get(plural)
    return [row, details, _parameters(reader, kind, name) if kind else []]


def _parameters(reader: _Reader, kind: str, name: str) -> list[dict[str, Any]]:
    """Return the parameters of an object that are not everyone's default."""
    return [row for row in reader.rows(f"SHOW PARAMETERS IN {kind} {name}") if row["level"]]


def _tags(reader: _Reader) -> Inventory:
    """Return the tags of databases and warehouses, and the masks that tags bring to tables."""
    found: Inventory = {}
    tags = [f"{row['database_name']}.{row['schema_name']}.{row['name']}" for row in reader.rows("SHOW TAGS IN ACCOUNT")]
    for domain in ("DATABASE", "WAREHOUSE"):
        for name in (row["name"] for row in reader.rows(f"SHOW {domain}S")):
            for tag in tags:
                found[f"{tag} OF {domain} {name}"] = reader.rows(
                    f"SELECT SYSTEM$GET_TAG('{tag}', '{name}', '{domain}')"
                )
    for row in reader.rows("SHOW TABLES IN ACCOUNT"):
        name = f"{row['database_name']}.{row['schema_name']}.{row['name']}"
        found[f"POLICIES OF {name}"] = _sorted(
            reader.rows(
                f"SELECT * FROM TABLE({row['database_name']}.INFORMATION_SCHEMA.POLICY_REFERENCES("
                f"REF_ENTITY_NAME => '{name}', REF_ENTITY_DOMAIN => 'TABLE'))"
            )
        )
    return found


def _grants(reader: _Reader) -> Inventory:
    found: Inventory = {}
    for role in (row["name"] for row in reader.rows("SHOW ROLES")):
        found[f"GRANTS TO {role}"] = _sorted(reader.rows(f'SHOW GRANTS TO ROLE "{role}"'))
        found[f"FUTURE GRANTS TO {role}"] = _sorted(reader.rows(f'SHOW FUTURE GRANTS TO ROLE "{role}"'))
        found[f"GRANTS OF {role}"] = _sorted(reader.rows(f'SHOW GRANTS OF ROLE "{role}"'))
    return found


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def _lake(account: ServedAccount) -> Inventory:
    settings: dict[str, Any] = {
        "endpoint_url": f"http://127.0.0.1:{account.s3_port}", "region_name": "us-east-1",
        "aws_access_key_id": "local", "aws_secret_access_key": "local",
    }  # fmt: skip
    s3, iam = boto3.client("s3", **settings), boto3.client("iam", **settings)
    found: Inventory = {}
    for bucket in (b["Name"] for b in s3.list_buckets()["Buckets"]):
        found[f"BUCKET {bucket}"] = [
            _answer(s3.get_bucket_tagging, Bucket=bucket),
            _answer(s3.get_bucket_versioning, Bucket=bucket),
            _answer(s3.get_bucket_encryption, Bucket=bucket),
            _answer(s3.get_public_access_block, Bucket=bucket),
            _answer(s3.get_bucket_lifecycle_configuration, Bucket=bucket),
            sorted(item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])),
        ]
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found[f"IAM ROLE {name}"] = [
            role["AssumeRolePolicyDocument"],
            role.get("Description"),
            sorted(iam.list_role_tags(RoleName=name)["Tags"], key=lambda tag: tag["Key"]),
            {p: iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"] for p in policies},
        ]
    s3.close()
    iam.close()
    return found


def _answer(call: Any, **arguments: Any) -> Any:
    answer = {k: v for k, v in call(**arguments).items() if k != "ResponseMetadata"}
    return answer | {key: sorted(value, key=str) for key, value in answer.items() if isinstance(value, list)}


def differences(one: Inventory, other: Inventory) -> list[str]:
    """Name what is in only one of two inventories, and what differs, value by value."""
    found = [f"only in the first: {key}" for key in sorted(one.keys() - other.keys())]
    found += [f"only in the second: {key}" for key in sorted(other.keys() - one.keys())]
    for key in sorted(one.keys() & other.keys()):
        found += _different(key, one[key], other[key])
    return found


def _different(where: str, one: Any, other: Any) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        return [d for k in sorted({*one, *other}) for d in _different(f"{where}/{k}", one.get(k), other.get(k))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, (a, b) in enumerate(zip(one, other, strict=True)) for d in _different(f"{where}/{i}", a, b)]
    return [] if one == other else [f"{where}: {one!r} against {other!r}"]
