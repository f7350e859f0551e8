"""How data and files come in: the storage integration, the file format, the external and the internal stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.options import child_of, logical_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class LakeIntegrationArgs:
    """Arguments of the integration.

    Attributes:
        integration: Name of the integration.
        storage_provider: Snowflake's name for S3 in the region's partition.
        role_arn: ARN computed from the role's fixed name, because the role itself is created behind the integration.
        external_id: What Snowflake says when it assumes the role.
        locations: URLs that may be read, each ending with a slash.
        is_protected: Refuse to delete the integration, on which the stages depend.
    """

    integration: str
    storage_provider: str
    role_arn: str
    external_id: str
    locations: Sequence[str]
    is_protected: bool


class LakeIntegration(pulumi.ComponentResource):
    """The storage integration; the IAM role trusts the user that it names."""

    def __init__(self, name: str, args: LakeIntegrationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:ingest:LakeIntegration", name, None, opts)
        self.integration = snowflake.StorageIntegrationAws(
            f"{name}-integration",
            name=args.integration,
            enabled=True,
            storage_provider=args.storage_provider,
            storage_aws_role_arn=args.role_arn,
            storage_aws_external_id=args.external_id,
            storage_allowed_locations=list(args.locations),
            comment="Reads the data lake",
            opts=child_of(self, pulumi.ResourceOptions(protect=args.is_protected)),
        )
        self.name = self.integration.name
        described = self.integration.describe_outputs
        self.iam_user_arn = described.apply(lambda rows: str(rows[0].iam_user_arn))
        self.external_id = described.apply(lambda rows: str(rows[0].external_id))
        self.register_outputs({"name": self.name, "iam_user_arn": self.iam_user_arn})


@dataclass(frozen=True)
class StagesArgs:
    """Arguments of the stages, all in one schema.

    Attributes:
        database: Database of the stages.
        schema: Schema of the stages.
        integration: The resource itself, because a replaced one cuts its stages loose and they must follow.
        file_format: Name of the CSV format that matches columns by the header's names.
        fields_format: Name of the CSV format that reads every line by position, the header too.
        external: URL of each external stage, by its name.
        internal: Comment of each internal stage, by its name.
    """

    database: pulumi.Input[str]
    schema: pulumi.Input[str]
    integration: snowflake.StorageIntegrationAws
    file_format: str
    fields_format: str
    external: Mapping[str, str]
    internal: Mapping[str, str]


class Stages(pulumi.ComponentResource):
    """The CSV formats, a stage for each feed of the lake, and stages for the platform's own files."""

    def __init__(self, name: str, args: StagesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:ingest:Stages", name, None, opts)
        self.file_format = snowflake.FileFormatCsv(
            f"{name}-csv-format",
            name=args.file_format,
            database=args.database,
            schema=args.schema,
            parse_header="true",
            field_optionally_enclosed_by='"',
            null_ifs=[""],
            error_on_column_count_mismatch="false",
            comment="CSV with a header line; columns are matched by name",
            opts=child_of(self),
        )
        self.fields_format = snowflake.FileFormatCsv(
            f"{name}-fields-format",
            name=args.fields_format,
            database=args.database,
            schema=args.schema,
            field_optionally_enclosed_by='"',
            empty_field_as_null="false",  # an empty field is there, unlike a missing one
            error_on_column_count_mismatch="false",
            comment="CSV by position, to count the fields of a row",
            opts=child_of(self),
        )
        self.external = {
            stage: snowflake.StageExternalS3(
                f"{name}-{logical_name(stage)}",
                name=stage,
                database=args.database,
                schema=args.schema,
                url=url,
                storage_integration=args.integration.name,
                file_format=snowflake.StageExternalS3FileFormatArgs(format_name=self.file_format.fully_qualified_name),
                comment=f"Feed at {url}",
                opts=child_of(self, pulumi.ResourceOptions(replace_with=[args.integration])),
            )
            for stage, url in args.external.items()
        }
        self.internal = {
            stage: snowflake.StageInternal(
                f"{name}-{logical_name(stage)}",
                name=stage,
                database=args.database,
                schema=args.schema,
                directory=snowflake.StageInternalDirectoryArgs(enable=True),
                comment=comment,
                opts=child_of(self),
            )
            for stage, comment in args.internal.items()
        }
        self.register_outputs({"stages": [*args.external, *args.internal]})
