"""Ids by which the engine reads what is in an account already, so that its state takes it over without loss.

`pulumi preview --import-file` lists what the state lacks, but for the ids. Each provider has its own form for them.
Source: section "Import" of each resource's page of pulumi-snowflake and pulumi-aws.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from c360.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from c360.review.snapshot import Inputs, Resource


def fill(path: Path, declared: Sequence[Resource]) -> int:
    """Write the ids into an import file; return how many.

    Raises:
        CommandError: where it is no such file, or holds what `with_ids` refuses.
    """
    try:
        imports = json.loads(path.read_text())
        filled = with_ids(imports, declared)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{path} is no file that 'pulumi preview --import-file' wrote.") from error
    path.write_text(json.dumps(filled, indent=4))
    return sum("id" in entry for entry in filled["resources"])


def with_ids(imports: Mapping[str, Any], declared: Sequence[Resource]) -> dict[str, Any]:
    """Return an import file with the id of each resource that the engine can read, and without the others.

    Files on stages, and statements, are left out: the engine makes them again, and that changes nothing of them.

    Args:
        imports: as `pulumi preview --import-file` wrote it.
        declared: the program's resources.

    Raises:
        CommandError: for a resource that the program does not declare, or of a type whose ids are not known here.
    """
    known = {(one.type, one.name): one for one in declared}
    found = []
    for entry in imports.get("resources", []):
        if entry.get("component"):
            found.append(entry)
            continue
        name = entry.get("logicalName") or entry["name"]
        resource = known.get((entry["type"], name))
        if resource is None:
            raise CommandError(f"The program declares no {name} of type {entry['type']}: run 'pulumi preview' again.")
        if resource.is_provider:
            found.append(_with_role(entry, resource))
        elif (import_id := id_of(resource)) is not None:
            found.append({**entry, "id": import_id})
    return {**imports, "resources": found}


def _with_role(entry: dict[str, Any], provider: Resource) -> dict[str, Any]:
    """Return a provider's entry with its role: a preview does not know of roles that it would make before.

    Without it the provider reads as the user's default role, which does not see what others own.
    """
    role = provider.inputs.get("role")
    return {**entry, "inputs": {"role": role, **entry.get("inputs", {})}} if role else entry


def id_of(resource: Resource) -> str | None:
    """Return the id by which a resource is read; None where there is nothing to read it by.

    Raises:
        CommandError: for a type whose ids are not known here.
    """
    if resource.kind in _MADE_AGAIN:
        return None
    if resource.kind not in _IDS:
        raise CommandError(f"No id is known for a {resource.kind} ({resource.name}).")
    return _IDS[resource.kind](resource.inputs)


def _of_account(inputs: Inputs) -> str:
    return _quoted(inputs["name"])


def _of_schema(inputs: Inputs) -> str:
    return ".".join(_quoted(inputs[key]) for key in ("database", "schema", "name"))


def _in_parts(inputs: Inputs) -> str:
    return "|".join(inputs[key] for key in ("database", "schema", "name"))


def _procedure(inputs: Inputs) -> str:
    types = ", ".join(argument["argDataType"] for argument in inputs.get("arguments") or ())
    return f"{_of_schema(inputs)}({types})"


def _membership(inputs: Inputs) -> str:
    return f"{_quoted(inputs['roleName'])}|ROLE|{_quoted(inputs['parentRoleName'])}"


def _tag_association(inputs: Inputs) -> str:
    return f"{inputs['tagId']}|{inputs['tagValue']}|{inputs['objectType']}"


def _grant(inputs: Inputs) -> str:
    privileges = ",".join(inputs["privileges"])
    return "|".join([_quoted(inputs["accountRoleName"]), "false", "false", privileges, *_grant_target(inputs)])


def _grant_target(inputs: Inputs) -> list[str]:
    if inputs.get("onAccount"):
        return ["OnAccount"]
    if on := inputs.get("onAccountObject"):
        return ["OnAccountObject", on["objectType"], _quoted(on["objectName"])]
    if on := inputs.get("onSchema"):
        return ["OnSchema", "OnSchema", on["schemaName"]]
    on = inputs["onSchemaObject"]
    for scope, word in (("all", "OnAll"), ("future", "OnFuture")):
        if many := on.get(scope):
            return ["OnSchemaObject", word, many["objectTypePlural"], "InSchema", many["inSchema"]]
    return ["OnSchemaObject", "OnObject", on["objectType"], on["objectName"]]


def _quoted(name: str) -> str:
    return f'"{name}"'


_IDS: dict[str, Callable[[Inputs], str]] = {
    **dict.fromkeys(
        ("AccountRole", "Database", "EmailNotificationIntegration", "ResourceMonitor", "StorageIntegrationAws",
         "Warehouse"),
        _of_account,
    ),
    **dict.fromkeys(
        ("FileFormatCsv", "MaskingPolicy", "StageExternalS3", "StageInternal", "Streamlit", "Tag", "Task", "View"),
        _of_schema,
    ),
    **dict.fromkeys(("Alert", "Table"), _in_parts),
    **dict.fromkeys(
        ("Bucket", "BucketLifecycleConfiguration", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration",
         "BucketVersioning"),
        lambda inputs: inputs["bucket"],
    ),
    "Schema": lambda inputs: f"{_quoted(inputs['database'])}.{_quoted(inputs['name'])}",
    "ProcedureSql": _procedure,
    "GrantAccountRole": _membership,
    "GrantPrivilegesToAccountRole": _grant,
    "TagAssociation": _tag_association,
    "Role": lambda inputs: inputs["name"],
    "RolePolicy": lambda inputs: f"{inputs['role']}:{inputs['name']}",
}  # fmt: skip
# Statements, and what our own providers make: creating them over what is there leaves what is there.
_MADE_AGAIN = frozenset({"Execute", "ExclusiveFiles", "SemanticView", "StageFile"})
