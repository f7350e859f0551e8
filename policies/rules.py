"""The rules: what a resource of the platform must not look like, each with the reason in its sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pulumi_policy import (
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from components.documents import allow_statements, decoded, listed, principals
from components.options import HOLDS_DATA
from components.preview_features import preview_feature

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where other people's data and money are at stake; `local` is a computer's own account.
REAL_STACKS = frozenset({"dev", "prod"})
PROTECTED_STACKS = frozenset({"prod"})
LONGEST_IDLE_SECONDS = 600
# Drift detection sees none of them, and only their own revert undoes them.
MOST_RAW_STATEMENTS = 4
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_RESOURCES_WITHOUT_NAME = re.compile(
    r"Grant|Execute|.*(Association|Application|Attachment|Parameter|Constraint)$|.*Keys$"
)
_PROVIDERS = ("aws:", "snowflake:")
_OWN_ACCOUNT_TAGS = ("project", "environment")


def grant_is_deleted_before_it_is_replaced(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse grants and raw statements that are created before their old self is deleted."""
    if (_kind(args).startswith("Grant") or _kind(args) == "Execute") and not args.opts.delete_before_replace:
        report("Set delete_before_replace: created first, the deletion of its old self would undo it.", args.urn)


def name_is_upper_case(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse names of Snowflake objects that need quotes, among them those that the engine makes up."""
    if not args.resource_type.startswith("snowflake:") or _RESOURCES_WITHOUT_NAME.match(_kind(args)):
        return
    name = args.props.get("name")
    if name is None:
        report("Give it a name: without one the engine adds a suffix in lower case, which needs quotes.", args.urn)
    elif not _NAME.fullmatch(str(name)):
        report(f"Rename '{name}' to upper case letters, digits and _: anything else needs quotes ever after.", args.urn)


def preview_feature_is_enabled(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse types behind a preview gate that their provider does not open: `preview` passes and `up` fails."""
    feature = preview_feature(_kind(args)) if args.resource_type.startswith("snowflake:") else None
    if feature is None:
        return
    enabled = decoded(args.provider.props.get("previewFeaturesEnabled")) if args.provider else None
    if feature not in (enabled or []):
        report(f"Enable {feature} on its provider: without it `preview` passes and `up` fails.", args.urn)


def warehouse_is_bounded(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse warehouses that idle for long, or that nothing stops where money is at stake."""
    if _kind(args) != "Warehouse":
        return
    idle = args.props.get("autoSuspend")
    if not idle or idle > LONGEST_IDLE_SECONDS:
        report(
            f"Set auto_suspend to at most {LONGEST_IDLE_SECONDS} s: an idle warehouse costs like a busy one.", args.urn
        )
    if _stack(args) in REAL_STACKS and not args.props.get("resourceMonitor"):
        report("Give it a resource monitor: nothing else stops a runaway statement from spending.", args.urn)


def monitor_suspends(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse resource monitors in prod that watch and do not act."""
    suspends = args.props.get("suspendTrigger") or args.props.get("suspendImmediateTrigger")
    if _kind(args) == "ResourceMonitor" and _stack(args) in PROTECTED_STACKS and not suspends:
        report("Let it suspend: a monitor that only notifies bounds nothing.", args.urn)


def nothing_is_open_to_everybody(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse wildcards as locations, principals, actions or resources."""
    for location in args.props.get("storageAllowedLocations") or []:
        if re.fullmatch(r"(\w+://)?\*?", str(location)):
            report(f"Name buckets and prefixes instead of '{location}'.", args.urn)
    for key in ("assumeRolePolicy", "policy"):
        document = args.props.get(key)
        for wrong in _wildcards(document) if args.resource_type.startswith("aws:") else ():
            report(f"Narrow {wrong} in its {key}: '*' lets in more than anybody can review.", args.urn)


def bucket_is_private(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse to unlock any part of a bucket's public access block."""
    parts = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    unlocked = [part for part in parts if args.props.get(part) is not True]
    if _kind(args) == "BucketPublicAccessBlock" and unlocked:
        report(f"Set {', '.join(unlocked)}: the lake holds personal data.", args.urn)


def prod_data_is_protected(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse unprotected data in prod, where replacing an object drops what is in it."""
    if _stack(args) in PROTECTED_STACKS and _kind(args) in HOLDS_DATA | {"StorageIntegrationAws"}:
        if not args.opts.protect:
            report("Protect it: replacing it would drop what is in it.", args.urn)
        if args.props.get("forceDestroy"):
            report("Take force_destroy away: a bucket with data must not be deleted.", args.urn)


def nothing_is_granted_to_public(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse grants to the role that every user has."""
    grantee = args.props.get("accountRoleName") or args.props.get("parentRoleName")
    if _kind(args).startswith("Grant") and str(grantee).upper() == "PUBLIC":
        report("Grant it to a role of its own: PUBLIC is every user of the account.", args.urn)


def privileges_are_spelled_out(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse grants that no review can read: all privileges, ownership, the right to pass them on."""
    if _kind(args) == "GrantOwnership":
        report("Let the role own it that creates it: taking the grant away hands the object back.", args.urn)
    if _kind(args).startswith("GrantPrivileges"):
        if args.props.get("allPrivileges") or "ALL PRIVILEGES" in (args.props.get("privileges") or []):
            report("List the privileges: ALL PRIVILEGES grows with every version of Snowflake.", args.urn)
        if args.props.get("withGrantOption"):
            report("Take with_grant_option away: who may do what would be decided outside of this program.", args.urn)
        if "MANAGE GRANTS" in (args.props.get("privileges") or []):
            report("Do not grant MANAGE GRANTS: its holder can give itself everything.", args.urn)


def cloud_resources_carry_tags(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Refuse AWS resources whose provider does not tag them with the project and the environment."""
    if not args.resource_type.startswith("aws:") or args.provider is None:
        return
    tags = (decoded(args.provider.props.get("defaultTags")) or {}).get("tags") or {}
    if missing := [tag for tag in _OWN_ACCOUNT_TAGS if not tags.get(tag)]:
        report(f"Let its provider tag it with {', '.join(missing)}: costs are told apart by tags.", args.urn)


def raw_statements_are_few(args: StackValidationArgs, report: ReportViolation) -> None:
    """Refuse more raw statements than have a stated reason."""
    raw = [resource for resource in args.resources if _provided(resource.resource_type) == "Execute"]
    most = args.get_config().get("most", MOST_RAW_STATEMENTS)
    if len(raw) > most:
        names = ", ".join(sorted(resource.name for resource in raw))
        report(
            f"There are {len(raw)} Execute resources, {most} are allowed ({names}): drift in them stays unseen.", None
        )


def _policy(name: str, rule: Any) -> ResourceValidationPolicy:
    return ResourceValidationPolicy(name, str(rule.__doc__).splitlines()[0], rule)


POLICIES: list[Policy] = [
    _policy("grants-deleted-before-replaced", grant_is_deleted_before_it_is_replaced),
    _policy("names-in-upper-case", name_is_upper_case),
    _policy("preview-features-enabled", preview_feature_is_enabled),
    _policy("warehouses-bounded", warehouse_is_bounded),
    _policy("monitors-suspend", monitor_suspends),
    _policy("nothing-open-to-everybody", nothing_is_open_to_everybody),
    _policy("buckets-private", bucket_is_private),
    _policy("prod-data-protected", prod_data_is_protected),
    _policy("nothing-granted-to-public", nothing_is_granted_to_public),
    _policy("privileges-spelled-out", privileges_are_spelled_out),
    _policy("cloud-resources-tagged", cloud_resources_carry_tags),
    StackValidationPolicy(
        "raw-statements-few",
        str(raw_statements_are_few.__doc__),
        raw_statements_are_few,
        config_schema=PolicyConfigSchema(
            {"most": {"type": "integer", "minimum": 0, "default": MOST_RAW_STATEMENTS}},
        ),
    ),
]


def _kind(args: ResourceValidationArgs) -> str:
    return _provided(args.resource_type)


def _provided(resource_type: str) -> str:
    """Return the last part of a provider's type; empty for our components, which the engine hands over too."""
    return resource_type.rpartition(":")[2] if resource_type.startswith(_PROVIDERS) else ""


def _stack(args: ResourceValidationArgs) -> str:
    return args.urn.split("::")[0].rpartition(":")[2]


def _wildcards(document: Any) -> Iterator[str]:
    for statement in allow_statements(document):
        if "*" in principals(statement):
            yield "the principal"
        if any(re.fullmatch(r"(\w+:)?\*", str(action)) for action in listed(statement.get("Action"))):
            yield "the actions"
        if any(where in ("*", "arn:aws:s3:::*") for where in listed(statement.get("Resource"))):
            yield "the resources"
