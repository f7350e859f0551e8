"""Tags, the masking policies that the tag of personal data brings, and what they are set on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of, logical_name, replaced_on_change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.tables import Table


@dataclass(frozen=True)
class GovernanceArgs:
    """Arguments of the tags, all in one schema.

    Attributes:
        database: Database of the tags and policies; it gets the labels.
        schema: Schema of the tags and policies.
        labels: Value and comment of each label (environment, cost centre), by the name of its tag.
        warehouses: Warehouses that get the labels.
        personal_tag: Name of the tag of personal data.
        personal_kinds: Values that this tag may have.
        policies: Body of the masking policy for each type of column, by type.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    labels: Mapping[str, tuple[str, str]]
    warehouses: Sequence[pulumi.Input[str]]
    personal_tag: str
    personal_kinds: Sequence[str]
    policies: Mapping[str, str]


class Governance(pulumi.ComponentResource):
    """The tags with their policies; schemas inherit the labels of the database."""

    def __init__(self, name: str, args: GovernanceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:governance:Governance", name, None, opts)
        place = {"database": args.database, "schema": args.schema}
        self.labels = {
            label: snowflake.Tag(
                f"{name}-{logical_name(label)}", name=label, comment=comment, **place, opts=child_of(self)
            )
            for label, (_, comment) in args.labels.items()
        }
        for label, (value, _) in args.labels.items():
            for kind, objects in (("DATABASE", [args.database]), ("WAREHOUSE", list(args.warehouses))):
                snowflake.TagAssociation(
                    f"{name}-{logical_name(label)}-of-{kind.lower()}",
                    tag_id=self.labels[label].fully_qualified_name,
                    tag_value=value,
                    object_type=kind,
                    object_identifiers=[_quoted(known) for known in objects],
                    opts=child_of(self),
                )
        self.policies = {
            kind: snowflake.MaskingPolicy(
                f"{name}-mask-{kind.lower()}",
                name=f"MASK_PERSONAL_{kind}",
                arguments=[snowflake.MaskingPolicyArgumentArgs(name="VAL", type=kind)],
                return_data_type=kind,
                body=body,
                comment=f"What is read of personal data of type {kind}",
                **place,
                opts=child_of(self, replaced_on_change("arguments")),
            )
            for kind, body in args.policies.items()
        }
        self.personal = snowflake.Tag(
            f"{name}-{logical_name(args.personal_tag)}",
            name=args.personal_tag,
            ordered_allowed_values=list(args.personal_kinds),
            masking_policies=[policy.fully_qualified_name for policy in self.policies.values()],
            comment="Kind of personal data in a column",
            **place,
            opts=child_of(self),
        )
        self.register_outputs({"personal_tag": self.personal.fully_qualified_name})


@dataclass(frozen=True)
class PersonalColumnsArgs:
    """Arguments of the tagged columns.

    Attributes:
        tag: Fully qualified name of the tag of personal data.
        tables: Tables as they are declared.
        names: Fully qualified name of each table, by "SCHEMA.NAME".
    """

    tag: pulumi.Input[str]
    tables: Sequence[Table]
    names: Mapping[str, pulumi.Input[str]]


class PersonalColumns(pulumi.ComponentResource):
    """The columns with personal data of the stack's own tables, tagged as what they hold."""

    def __init__(self, name: str, args: PersonalColumnsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:governance:PersonalColumns", name, None, opts)
        columns: dict[str, list[pulumi.Output[str]]] = defaultdict(list)
        for table in args.tables:
            for column in table.columns:
                if column.pii:
                    columns[column.pii].append(
                        pulumi.Output.concat(args.names[table.qualified_name], f'."{column.name}"')
                    )
        for kind, identifiers in columns.items():
            snowflake.TagAssociation(
                f"{name}-{logical_name(kind)}",
                tag_id=args.tag,
                tag_value=kind,
                object_type="COLUMN",
                object_identifiers=identifiers,
                opts=child_of(self),
            )
        self.register_outputs({"kinds": list(columns)})


def _quoted(name: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.format('"{0}"', name)
