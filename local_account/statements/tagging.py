"""Tags: objects of a schema with allowed values and masking policies, set on databases, warehouses, tables, columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_account.catalog.objects import MaskingPolicy, Relation, Tag
from local_account.catalog.rights import grant_kind
from local_account.catalog.tags import tags_of
from local_account.errors import does_not_exist, invalid_value, not_supported
from local_account.identifiers import Name, parts_of
from local_account.queries.masks import masks_of
from local_account.queries.rewrite import scalar_function, table_function
from local_account.results import Result, table_result
from local_account.statements.declared import (
    COMMENT,
    CREATED_ON,
    DATABASE_NAME,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA_NAME,
    Kind,
    Property,
    choice,
    const,
    declare,
)
from local_account.statements.kinds import drops

if TYPE_CHECKING:
    from local_account.catalog.base import CatalogObject
    from local_account.parsing import Cursor
    from local_account.session.session import Session


def _allowed_values(cursor: Cursor) -> dict[str, Any]:
    return {"ALLOWED_VALUES": _values(cursor)} if cursor.accept("ALLOWED_VALUES") else {}


def _values(cursor: Cursor) -> list[str]:
    values = [str(cursor.value())]
    while cursor.accept(","):
        values.append(str(cursor.value()))
    return values


def _listed(values: list[str] | None) -> str | None:
    return "[" + ",".join(f'"{v}"' for v in values) + "]" if values else None


def _add_values(session: Session, tag: Tag, cursor: Cursor) -> None:
    session.require("OWNERSHIP", "TAG", tag.name)
    known = tag.allowed_values
    tag.allowed_values = [*known, *(v for v in _values(cursor) if v not in known)]


def _drop_values(session: Session, tag: Tag, cursor: Cursor) -> None:
    session.require("OWNERSHIP", "TAG", tag.name)
    gone = _values(cursor)
    tag.allowed_values = [v for v in tag.allowed_values if v not in gone]


def _policies(session: Session, cursor: Cursor) -> list[MaskingPolicy]:
    """Read `p, MASKING POLICY q`, behind the first MASKING POLICY."""
    found: list[MaskingPolicy] = []
    while True:
        found.append(session.account.catalog.get(MaskingPolicy, session.resolve(cursor.name())))
        if not cursor.accept(",", "MASKING", "POLICY"):
            return found


def _set_policies(session: Session, tag: Tag, cursor: Cursor) -> None:
    policies = _policies(session, cursor)
    force = cursor.accept("FORCE")
    known = tag.policies
    for policy in policies:
        _may_apply(session, tag, policy)
        if known.get(policy.type) and not force:
            raise invalid_value(
                f"Tag {tag.name} already has a masking policy for {policy.type}, {known[policy.type]}; unset it "
                "first, or use FORCE."
            )
        known[policy.type] = str(policy.name)


def _unset_policies(session: Session, tag: Tag, cursor: Cursor) -> None:
    known = tag.policies
    for policy in _policies(session, cursor):
        _may_apply(session, tag, policy)
        if known.get(policy.type) != str(policy.name):
            raise invalid_value(f"Masking policy {policy.name} is not set on tag {tag.name}.")
        del known[policy.type]


def _may_apply(session: Session, tag: Tag, policy: MaskingPolicy) -> None:
    if session.allows("APPLY MASKING POLICY", "ACCOUNT"):
        return
    session.require("APPLY", "MASKING POLICY", policy.name)
    session.require("OWNERSHIP", "TAG", tag.name)


TAG = declare(
    Kind(
        Tag,
        {"ALLOWED_VALUES": Property("list"), "PROPAGATE": choice("NONE")},
        (
            CREATED_ON, NAME, DATABASE_NAME, SCHEMA_NAME, OWNER, COMMENT,
            ("allowed_values", "text", lambda _s, o: _listed(o.allowed_values)),
            ROLE_TYPE,
            const("propagate", "NONE"),
            const("on_conflict", None),
        ),
        clauses=_allowed_values,
        describe=False,
        actions={
            "ADD ALLOWED_VALUES": _add_values,
            "DROP ALLOWED_VALUES": _drop_values,
            "SET MASKING POLICY": _set_policies,
            "UNSET MASKING POLICY": _unset_policies,
        },
    )
)  # fmt: skip


@drops(Tag)
def drop_tag(session: Session, tag: Tag) -> None:
    """DROP TAG [IF EXISTS] name: takes it off everything; one with a masking policy stays."""
    name = str(tag.name)
    if tag.policies:
        raise invalid_value(f"Tag {name} cannot be dropped as it has masking policies; unset them first.")
    session.drop_object(tag)
    for item in _tagged(session, name):
        item.tags.pop(name, None)
        if isinstance(item, Relation):
            for tags in item.column_tags.values():
                tags.pop(name, None)
        session.account.catalog.save(item)


def _tagged(session: Session, tag: str) -> list[CatalogObject]:
    return [
        item
        for item in session.account.catalog.all()
        if tag in item.tags or (isinstance(item, Relation) and any(tag in tags for tags in item.column_tags.values()))
    ]


@scalar_function("SYSTEM$GET_TAG")
def get_tag(session: Session, tag: str, name: str, domain: str) -> str | None:
    """Return the value of a tag on an object, its own or inherited, or None where it is not set."""
    full = session.resolve(Name.parse(tag))
    session.account.catalog.get(Tag, full)
    parts, column = parts_of(name), None
    if domain.upper() == "COLUMN":
        column = parts.pop()
        domain = "TABLE"
    item = _object(session, domain.upper(), Name.of(*parts))
    return tags_of(session.account.catalog, item, column).get(str(full))


def _object(session: Session, kind: str, name: Name) -> CatalogObject:
    resolved = session.resolve(name, kind)
    catalog = session.account.catalog
    kinds = [session.find_relation(resolved) or kind] if kind in ("TABLE", "VIEW") else [kind]
    found = catalog.find(kinds[0], resolved)
    if found is None or not session.account.access.sees(session.role, grant_kind(kinds[0]), resolved):
        raise does_not_exist(kind, resolved)
    return found


_REFERENCES = (
    "POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME", "POLICY_KIND", "REF_DATABASE_NAME", "REF_SCHEMA_NAME",
    "REF_ENTITY_NAME", "REF_ENTITY_DOMAIN", "REF_COLUMN_NAME", "REF_ARG_COLUMN_NAMES", "TAG_DATABASE", "TAG_SCHEMA",
    "TAG_NAME", "POLICY_STATUS",
)  # fmt: skip


_METRICS = (
    "METRIC_DATABASE_NAME", "METRIC_SCHEMA_NAME", "METRIC_NAME", "METRIC_SIGNATURE", "METRIC_DATA_TYPE",
    "REF_ENTITY_DATABASE_NAME", "REF_ENTITY_SCHEMA_NAME", "REF_ENTITY_NAME", "REF_ENTITY_DOMAIN", "REF_ARGUMENTS",
    "REF_ID", "SCHEDULE", "SCHEDULE_STATUS",
)  # fmt: skip


@table_function("POLICY_REFERENCES")
def policy_references(
    session: Session, ref_entity_name: str | None = None, ref_entity_domain: str | None = None
) -> Result:
    """List the masking policies of a tag, a table or a view."""
    if not ref_entity_name or not ref_entity_domain:
        raise not_supported("POLICY_REFERENCES without REF_ENTITY_NAME and REF_ENTITY_DOMAIN")
    domain = ref_entity_domain.upper()
    if domain not in ("TAG", "TABLE", "VIEW"):
        raise not_supported(f"POLICY_REFERENCES of a {domain.lower()}")
    item = _object(session, domain, Name.of(*parts_of(ref_entity_name)))
    entity = (item.name.database, item.name.schema, item.name.name, item.kind)
    if isinstance(item, Tag):
        names = [Name.parse(name) for name in item.policies.values()]
        rows = [(*name.parts, "MASKING_POLICY", *entity, *([None] * 5), "ACTIVE") for name in names]
    elif isinstance(item, Relation):
        rows = [
            (*mask.policy.name.parts, "MASKING_POLICY", *entity, column, None, *_tag_parts(mask.tag), "ACTIVE")
            for column, mask in masks_of(session, item).items()
        ]
    else:
        rows = []
    return table_result([(name, "text") for name in _REFERENCES], rows)


@table_function("DATA_METRIC_FUNCTION_REFERENCES")
def data_metric_function_references(
    session: Session, ref_entity_name: str | None = None, ref_entity_domain: str | None = None
) -> Result:
    """List the data metric functions of a table or view: none, since CREATE DATA METRIC FUNCTION is refused."""
    if not ref_entity_name or (ref_entity_domain or "").upper() not in ("TABLE", "VIEW"):
        raise not_supported("DATA_METRIC_FUNCTION_REFERENCES without the name and domain of a table or view")
    _object(session, str(ref_entity_domain).upper(), Name.of(*parts_of(ref_entity_name)))
    return table_result([(name, "text") for name in _METRICS], [])


def _tag_parts(tag: str | None) -> tuple[str | None, ...]:
    return Name.parse(tag).parts if tag else (None, None, None)
