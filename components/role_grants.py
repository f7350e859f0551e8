"""The roles, who inherits them, and every grant that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of, logical_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.access_plan import Grant

    SchemaObject = snowflake.ProcedurePython | snowflake.ProcedureSql | snowflake.StageInternal | snowflake.Streamlit


@dataclass(frozen=True)
class RoleGrantsArgs:
    """Arguments of the roles and grants; base names are those without an environment's suffix.

    Attributes:
        roles: Name in the account and comment of each functional role, by its base name.
        access_roles: The same of each role that holds access to one schema.
        members: Pairs of an access role and a functional role that inherits it, by base names.
        parent: Role that inherits every functional role.
        grants: Every grant, by base names.
        database: Name of the database.
        schemas: Fully qualified name of each schema, by base name.
        warehouses: Name of each warehouse, by its purpose.
        integrations: Name of each integration, by base name.
        objects: Fully qualified name of each other object of a schema, by base name.
    """

    roles: Mapping[str, tuple[str, str]]
    access_roles: Mapping[str, tuple[str, str]]
    members: Sequence[tuple[str, str]]
    parent: str
    grants: Sequence[Grant]
    database: pulumi.Input[str]
    schemas: Mapping[str, pulumi.Input[str]]
    warehouses: Mapping[str, pulumi.Input[str]]
    integrations: Mapping[str, pulumi.Input[str]]
    objects: Mapping[str, pulumi.Input[str]]


class RoleGrants(pulumi.ComponentResource):
    """The account roles with their grants; wait for this component before using a role."""

    def __init__(self, name: str, args: RoleGrantsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:access:Access", name, None, opts)
        self._name, self._args = name, args
        self.roles = {base: self._role(base, *named) for base, named in args.roles.items()}
        self.access_roles = {base: self._role(base, *named) for base, named in args.access_roles.items()}
        self._all = {**self.roles, **self.access_roles}
        self.inherited = {base: self._inherit(base, args.parent, args.parent) for base in args.roles}
        self.members = [self._inherit(held, self.roles[role].name, role) for held, role in args.members]
        self.grants = [self._grant(f"{name}-{grant.key}", grant) for grant in args.grants]
        self.register_outputs({"roles": {base: role.name for base, role in self.roles.items()}})

    def _role(self, base: str, role: str, comment: str) -> snowflake.AccountRole:
        return snowflake.AccountRole(
            f"{self._name}-{logical_name(base)}", name=role, comment=comment, opts=child_of(self)
        )

    def _inherit(self, base: str, parent: pulumi.Input[str], parent_base: str) -> snowflake.GrantAccountRole:
        return snowflake.GrantAccountRole(
            f"{self._name}-{logical_name(base)}-to-{logical_name(parent_base)}",
            role_name=self._all[base].name,
            parent_role_name=parent,
            opts=child_of(self, _REPLACED_FIRST),
        )

    def _grant(self, name: str, grant: Grant) -> snowflake.GrantPrivilegesToAccountRole:
        """Build one grant, so that none can be created before its old self is revoked."""
        role = self._all[grant.role]
        on_account_object = on_schema = on_schema_object = None
        match grant.scope:
            case "account object":
                on_account_object = snowflake.GrantPrivilegesToAccountRoleOnAccountObjectArgs(
                    object_type=grant.object_type, object_name=self._account_object(grant)
                )
            case "schema":
                on_schema = snowflake.GrantPrivilegesToAccountRoleOnSchemaArgs(
                    schema_name=self._args.schemas[grant.target]
                )
            case "schema object":
                on_schema_object = snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs(
                    object_type=grant.object_type, object_name=self._args.objects[grant.target]
                )
            case "all objects":
                on_schema_object = snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs(
                    all=snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectAllArgs(
                        object_type_plural=grant.object_type, in_schema=self._args.schemas[grant.target]
                    )
                )
            case "future objects":
                on_schema_object = snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs(
                    future=snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectFutureArgs(
                        object_type_plural=grant.object_type, in_schema=self._args.schemas[grant.target]
                    )
                )
            case "account":
                pass
        return snowflake.GrantPrivilegesToAccountRole(
            name,
            account_role_name=role.name,
            privileges=list(grant.privileges),
            on_account=True if grant.scope == "account" else None,
            on_account_object=on_account_object,
            on_schema=on_schema,
            on_schema_object=on_schema_object,
            opts=child_of(self, _REPLACED_FIRST),
        )

    def _account_object(self, grant: Grant) -> pulumi.Input[str]:
        match grant.object_type:
            case "DATABASE":
                return self._args.database
            case "INTEGRATION":
                return self._args.integrations[grant.target]
            case _:
                return self._args.warehouses[grant.target]


@dataclass(frozen=True)
class ObjectGrantsArgs:
    """Arguments of grants on single objects.

    Attributes:
        roles: Name in the account of each role that is granted something, by its base name.
        grants: The grants, by base names.
        objects: Each object, by its base name.
    """

    roles: Mapping[str, pulumi.Input[str]]
    grants: Sequence[Grant]
    objects: Mapping[str, SchemaObject]


class ObjectGrants(pulumi.ComponentResource):
    """Grants on single objects that others build: each is made anew where its object is, because it went with that."""

    def __init__(self, name: str, args: ObjectGrantsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:access:ObjectGrants", name, None, opts)
        for grant in args.grants:
            granted = args.objects[grant.target]
            snowflake.GrantPrivilegesToAccountRole(
                f"{name}-{grant.key}",
                account_role_name=args.roles[grant.role],
                privileges=list(grant.privileges),
                on_schema_object=snowflake.GrantPrivilegesToAccountRoleOnSchemaObjectArgs(
                    object_type=grant.object_type,
                    object_name=granted.fully_qualified_name,
                ),
                opts=child_of(self, _REPLACED_FIRST, pulumi.ResourceOptions(replace_with=[granted])),
            )
        self.register_outputs({})


# Created first, a replaced grant would be revoked again by the deletion of its old self.
_REPLACED_FIRST = pulumi.ResourceOptions(delete_before_replace=True)
