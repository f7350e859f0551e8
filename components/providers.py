"""The providers, explicit and one per role, each with the preview features that its resources need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi_aws as aws
import pulumi_snowflake as snowflake

from components.preview_features import preview_feature

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.connections import AwsSettings, SnowflakeSettings


def preview_features(types: Sequence[type[pulumi.CustomResource]]) -> list[str]:
    """Return the preview features to enable for these resource types, sorted."""
    return sorted(feature for kind in types if (feature := preview_feature(kind.__name__)))


@dataclass(frozen=True)
class SnowflakeProviderArgs:
    """Arguments of a provider that acts as one role.

    Attributes:
        connection: Account and user.
        role: Role that it acts as.
        types: Resource types that it manages; from them follow the preview features to enable.
        warehouse: Warehouse for statements that compute.
    """

    connection: SnowflakeSettings
    role: pulumi.Input[str]
    types: Sequence[type[pulumi.CustomResource]]
    warehouse: pulumi.Input[str] | None = None


def snowflake_provider(
    name: str, args: SnowflakeProviderArgs, opts: pulumi.ResourceOptions | None = None
) -> snowflake.Provider:
    """Build a provider of Snowflake resources."""
    connection = args.connection
    return snowflake.Provider(
        name,
        organization_name=connection.organization,
        account_name=connection.account,
        user=connection.user,
        host=connection.host,
        port=connection.port,
        protocol=connection.protocol,
        password=connection.password,
        role=args.role,
        warehouse=args.warehouse,
        # A preview logs in before the warehouse is there, or is there under its new name.
        validate_default_parameters="false" if args.warehouse is not None else None,
        preview_features_enabled=preview_features(args.types),
        opts=opts,
    )


def aws_provider(name: str, connection: AwsSettings, tags: dict[str, str]) -> aws.Provider:
    """Build the AWS provider; it refuses any account but the configured one, and tags all that it creates."""
    is_local = connection.endpoint is not None
    return aws.Provider(
        name,
        region=connection.region,
        allowed_account_ids=[connection.account_id],
        access_key=connection.access_key,
        secret_key=connection.secret_key,
        endpoints=(
            [aws.ProviderEndpointArgs(s3=connection.endpoint, iam=connection.endpoint, sts=connection.endpoint)]
            if is_local
            else None
        ),
        s3_use_path_style=is_local or None,
        skip_metadata_api_check=is_local or None,
        default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
    )
