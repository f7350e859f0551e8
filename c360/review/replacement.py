"""What a change does to a resource: an update in place, or a replacement, and whether data goes with it.

The tables are read off pulumi-snowflake 2.22's source (ForceNew fields, and those that its custom diffs turn into one)
and pulumi-aws 7.51's schema. A type that is missing here is reported as such, never taken for harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.statements import same_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from c360.review.snapshot import Resource

_PLACED = frozenset({"database", "schema"})

# Inputs whose change replaces, by the last part of the type; a dot leads into a nested input.
FORCES_REPLACEMENT: dict[str, frozenset[str]] = {
    "AccountRole": frozenset(),
    "Alert": _PLACED | {"name", "warehouse"},
    "Bucket": frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
    "BucketLifecycleConfiguration": frozenset({"bucket", "expectedBucketOwner"}),
    "BucketPublicAccessBlock": frozenset({"bucket"}),
    "BucketServerSideEncryptionConfiguration": frozenset({"bucket", "expectedBucketOwner"}),
    "BucketVersioning": frozenset({"bucket", "expectedBucketOwner"}),
    "Database": frozenset({"isTransient"}),
    "EmailNotificationIntegration": frozenset({"name"}),
    "ExclusiveFiles": frozenset({"folder", "stage"}),
    "Execute": frozenset({"execute"}),
    "FileFormatCsv": _PLACED,
    "GrantAccountRole": frozenset({"parentRoleName", "roleName", "userName"}),
    "GrantPrivilegesToAccountRole": frozenset(
        {"accountRoleName", "onAccount", "onAccountObject", "onSchema", "onSchemaObject", "withGrantOption"}
    ),
    "MaskingPolicy": _PLACED | {"arguments", "exemptOtherPolicies", "returnDataType"},
    "ProcedurePython": _PLACED
    | {
        "arguments",
        "handler",
        "imports",
        "nullInputBehavior",
        "packages",
        "procedureDefinition",
        "returnType",
        "runtimeVersion",
        "snowparkPackage",
    },
    "ProcedureSql": _PLACED | {"arguments", "nullInputBehavior", "procedureDefinition", "returnType"},
    "ResourceMonitor": frozenset({"name"}),
    "Role": frozenset({"name", "namePrefix", "path"}),
    "RolePolicy": frozenset({"name", "namePrefix", "role"}),
    "Schema": frozenset({"database", "isTransient"}),
    "SemanticView": _PLACED | {"name"},
    "StageExternalS3": _PLACED | {"directory.autoRefresh", "directory.awsSnsTopic"},
    "StageFile": frozenset({"folder", "name", "stage"}),
    "StageInternal": _PLACED | {"directory.autoRefresh", "encryption"},
    "StorageIntegrationAws": frozenset({"name", "storageProvider"}),
    "Streamlit": _PLACED,
    "Table": _PLACED,
    "TableColumnMaskingPolicyApplication": frozenset({"column", "maskingPolicy", "table"}),
    "Tag": _PLACED,
    "TagAssociation": frozenset({"objectType", "tagId"}),
    "Task": _PLACED | {"name"},
    "View": _PLACED,
    "Warehouse": frozenset(),
}

# Statements, of which the provider ignores blanks and case.
STATEMENTS: dict[str, frozenset[str]] = {
    "Alert": frozenset({"action", "condition"}),
    "MaskingPolicy": frozenset({"body"}),
    "ProcedurePython": frozenset({"procedureDefinition"}),
    "ProcedureSql": frozenset({"procedureDefinition"}),
    "Task": frozenset({"sqlStatement", "when"}),
    "View": frozenset({"statement"}),
}

# Inputs that alter in place as long as they are set, and replace when they are taken away or their mode changes.
FORCES_REPLACEMENT_WHEN_CLEARED: dict[str, frozenset[str]] = {
    "StageExternalS3": frozenset({"credentials", "directory", "encryption", "storageIntegration"}),
    "StageInternal": frozenset({"directory"}),
    "Warehouse": frozenset({"warehouseSize"}),
}


def is_classified(resource: Resource) -> bool:
    """Whether the tables know what a change of this type of resource does."""
    return resource.kind in FORCES_REPLACEMENT or resource.is_provider or not resource.is_custom


def replacing_inputs(old: Resource, new: Resource) -> list[str]:
    """Return the changed inputs that replace the resource instead of updating it, sorted."""
    changed = set(changed_inputs(old, new))
    always = FORCES_REPLACEMENT.get(new.kind, frozenset()) | set(new.replace_on_changes)
    cleared = FORCES_REPLACEMENT_WHEN_CLEARED.get(new.kind, frozenset())
    found = {path for path in always if _top(path) in changed and _at(old, path) != _at(new, path)}
    return sorted(found | {key for key in cleared & changed if not new.inputs.get(key)})


def changed_inputs(old: Resource, new: Resource) -> list[str]:
    """Return the top-level inputs that differ for the provider and are not ignored, sorted."""
    ignored = {_top(key) for key in new.ignore_changes}
    keys = {*old.inputs, *new.inputs} - ignored
    return sorted(key for key in keys if not _is_same(new.kind, key, old.inputs.get(key), new.inputs.get(key)))


def replaced_with_others(
    pairs: Mapping[str, tuple[Resource, Resource]], replaced: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Follow replacements to the resources that go down with them.

    The engine deletes what depends on a resource that is deleted before it is replaced, where a replacing input takes
    its value from there, or where `replace_with` says so.

    Args:
        pairs: old and new resource by new URN.
        replaced: URNs that are replaced for reasons of their own.

    Returns:
        The name of the resource that drags each further one along, by URN.
    """
    dragged: dict[str, str] = {}
    gone = set(replaced)
    while True:
        found = {
            urn: cause
            for urn, (_, new) in pairs.items()
            if urn not in gone and (cause := _cause(new, gone)) is not None
        }
        if not found:
            return dragged
        dragged |= {urn: pairs[cause][1].name if cause in pairs else cause for urn, cause in found.items()}
        gone |= found.keys()


def _is_same(kind: str, key: str, old: Any, new: Any) -> bool:
    if key in STATEMENTS.get(kind, frozenset()) and isinstance(old, str) and isinstance(new, str):
        return same_statement(old, new)
    return old == new


def _cause(resource: Resource, gone: set[str]) -> str | None:
    forced = FORCES_REPLACEMENT.get(resource.kind, frozenset())
    sources = [*resource.replace_with, *(urn for key in sorted(forced) for urn in resource.uses.get(_top(key), ()))]
    return next((urn for urn in sources if urn in gone), None)


def _at(resource: Resource, path: str) -> Any:
    value: Any = resource.inputs
    for part in path.replace("[", ".").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _top(path: str) -> str:
    return path.replace("[", ".").partition(".")[0]
