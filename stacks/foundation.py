"""The ground that the account administrator lays: lake, database, warehouses, integration, roles, grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_snowflake as snowflake

from components.data_lake import DataLake, DataLakeArgs, LakeReader, LakeReaderArgs
from components.database import Database, DatabaseArgs
from components.governance import Governance, GovernanceArgs
from components.ingestion import LakeIntegration, LakeIntegrationArgs
from components.notifications import Mail, MailArgs
from components.options import after, logical_name
from components.providers import (
    SnowflakeProviderArgs,
    aws_provider,
    snowflake_provider,
)
from components.role_grants import RoleGrants, RoleGrantsArgs
from components.warehouses import MonitorArgs, WarehouseArgs, Warehouses, WarehousesArgs
from pipeline.personal_data import PERSONAL_DATA, masking_body
from stacks.config import PROJECT
from stacks.environment import ENGINEER, PLATFORM, PREFIXES, Environment, environment_of
from stacks.roles import (
    LAKE_INTEGRATION,
    MAIL_INTEGRATION,
    PII_CONTACT,
    PII_FULL,
    PII_ROLE_COMMENTS,
    PII_TAG,
    ROLE_COMMENTS,
    platform_access,
)

if TYPE_CHECKING:
    from components.access_plan import AccessPlan
    from stacks.config import PlatformConfig

SCHEMA_COMMENTS = {
    "BRONZE": "Data as it came in",
    "SILVER": "Cleaned and typed",
    "GOLD": "Dimensions, facts, segments, marts, churn, profile",
    "OBSERVABILITY": "Runs, quality, record counts, models",
    "PLATFORM": "Stages, procedures, tasks, app, dbt project",
}
WAREHOUSE_COMMENTS = {
    "load": "Loads, generates and checks bronze",
    "transform": "dbt, and the bookkeeping of runs",
    "ml": "Churn model",
    "app": "The app, and people",
}

# For how long the bucket keeps files that were replaced or deleted: a mistake is found by then, and who asked for the
# deletion of their data need not wait longer.
KEPT_VERSIONS_DAYS = 30

# What each provider manages; from this follow the preview features that it must enable.
ADMIN_TYPES = (
    snowflake.Database,
    snowflake.Schema,
    snowflake.ResourceMonitor,
    snowflake.Warehouse,
    snowflake.AccountRole,
    snowflake.GrantAccountRole,
    snowflake.GrantPrivilegesToAccountRole,
    snowflake.StorageIntegrationAws,
    snowflake.EmailNotificationIntegration,
)
# Reading a tag asks POLICY_REFERENCES which policies it brings, and that query needs a warehouse
# (snowflakedb/terraform-provider-snowflake#3067).
GOVERNANCE_TYPES = (snowflake.Tag, snowflake.TagAssociation, snowflake.MaskingPolicy)
ENGINEER_TYPES = (
    snowflake.FileFormatCsv,
    snowflake.StageExternalS3,
    snowflake.StageInternal,
    snowflake.Table,
    snowflake.TagAssociation,
    snowflake.View,
    snowflake.ProcedureSql,
    snowflake.Task,
    snowflake.Alert,
    snowflake.Execute,
    snowflake.Streamlit,
    snowflake.SemanticView,  # a deployment that still has one replaces it, and so drops it
)


@dataclass(frozen=True)
class Foundation:
    """What the account administrator builds: the ground on which the engineer's objects stand.

    Attributes:
        config: Configuration of the stack.
        environment: What the stack's objects are called.
        lake: The bucket.
        database: The database with its schemas.
        warehouses: The warehouses under their monitor.
        integration: The storage integration.
        reader: The IAM role that it assumes.
        mail: The integration for e-mail.
        governance: Tags and masking policies.
        roles: The roles with their grants; wait for them before using one.
        as_admin: Options of what the administrator owns; grants on what others build are its own too.
    """

    config: PlatformConfig
    environment: Environment
    lake: DataLake
    database: Database
    warehouses: Warehouses
    integration: LakeIntegration
    reader: LakeReader
    mail: Mail
    governance: Governance
    roles: RoleGrants
    as_admin: pulumi.ResourceOptions

    @property
    def place(self) -> dict[str, pulumi.Output[str]]:
        """Database and schema of what runs the platform, as arguments of a component."""
        return {"database": self.database.name, "schema": self.database.schemas[PLATFORM].name}

    @property
    def schemas(self) -> dict[str, pulumi.Output[str]]:
        """Name of each schema's resource, by schema."""
        return {name: schema.name for name, schema in self.database.schemas.items()}


def build_foundation(config: PlatformConfig) -> Foundation:
    """Declare what the account administrator owns."""
    environment = environment_of(config)
    tags = {"project": PROJECT, "environment": environment.name}
    on_aws = pulumi.ResourceOptions(providers=[aws_provider("aws", config.aws, tags)])
    admin = snowflake_provider("snowflake-admin", SnowflakeProviderArgs(config.snowflake, "ACCOUNTADMIN", ADMIN_TYPES))
    as_admin = pulumi.ResourceOptions(providers=[admin])
    lake = DataLake("lake", _lake(config, environment), on_aws)
    database = Database("warehouse", _database(config, environment), as_admin)
    warehouses = Warehouses("warehouses", _warehouses(config, environment), as_admin)
    integration = LakeIntegration("lake-access", _lake_integration(config, environment), as_admin)
    reader = LakeReader(
        "lake-reader",
        LakeReaderArgs(
            role=environment.iam_role,
            iam_user_arn=integration.iam_user_arn,
            external_id=integration.external_id,
            bucket_arn=lake.arn,
            prefixes=PREFIXES,
        ),
        on_aws,
    )
    mail = Mail("mail", MailArgs(environment.mail_integration, config.notifications.recipients), as_admin)
    governor = snowflake_provider(
        "snowflake-governance",
        SnowflakeProviderArgs(
            config.snowflake, "ACCOUNTADMIN", GOVERNANCE_TYPES, warehouse=warehouses.names["transform"]
        ),
    )
    governance = Governance(
        "governance",
        _governance(config, environment, database, warehouses),
        pulumi.ResourceOptions(providers=[governor]),
    )
    plan = platform_access()
    roles = RoleGrants(
        "access",
        RoleGrantsArgs(
            **_roles(plan, environment),
            members=plan.members,
            parent="SYSADMIN",
            grants=plan.grants,
            database=database.name,
            schemas={name: s.fully_qualified_name for name, s in database.schemas.items()},
            warehouses=warehouses.names,
            integrations={LAKE_INTEGRATION: integration.name, MAIL_INTEGRATION: mail.name},
            objects={PII_TAG: governance.personal.fully_qualified_name},
        ),
        as_admin,
    )
    return Foundation(
        config, environment, lake, database, warehouses, integration, reader, mail, governance, roles, as_admin
    )


def engineer_provider(base: Foundation) -> snowflake.Provider:
    """Build the provider of the engineer's role."""
    has_python = base.config.churn_model == "procedure"
    types = (*ENGINEER_TYPES, snowflake.ProcedurePython) if has_python else ENGINEER_TYPES
    return snowflake_provider(
        "snowflake-engineer",
        SnowflakeProviderArgs(
            base.config.snowflake, _inherited(base, ENGINEER), types, base.warehouses.names["transform"]
        ),
        after(base.roles),
    )


def app_owner_provider(base: Foundation, role: str) -> snowflake.Provider:
    """Build the provider of a role that owns an app, one of `APP_OWNERS`."""
    return snowflake_provider(
        f"snowflake-{logical_name(role)}",
        SnowflakeProviderArgs(base.config.snowflake, _inherited(base, role), (snowflake.Streamlit,)),
        after(base.roles),
    )


def _inherited(base: Foundation, role: str) -> pulumi.Output[str]:
    """Return a role's name once the deploying user inherits it.

    A provider logs in as soon as its inputs are known: the first preview must not log in with a role that is not there
    yet.
    """
    return pulumi.Output.all(base.roles.roles[role].name, base.roles.inherited[role].id).apply(
        lambda known: str(known[0])
    )


def _lake(config: PlatformConfig, environment: Environment) -> DataLakeArgs:
    return DataLakeArgs(
        bucket=environment.bucket,
        prefixes=PREFIXES,
        noncurrent_days=KEPT_VERSIONS_DAYS,
        is_protected=config.protect,
    )


def _database(config: PlatformConfig, environment: Environment) -> DatabaseArgs:
    return DatabaseArgs(
        database=environment.database,
        schemas=SCHEMA_COMMENTS,
        retention_days=config.retention_days,
        is_protected=config.protect,
    )


def _lake_integration(config: PlatformConfig, environment: Environment) -> LakeIntegrationArgs:
    return LakeIntegrationArgs(
        integration=environment.integration,
        storage_provider=environment.storage_provider,
        role_arn=environment.iam_role_arn,
        external_id=config.external_id or environment.external_id,
        locations=[environment.location(prefix) for prefix in PREFIXES],
        is_protected=config.protect,
    )


def _roles(plan: AccessPlan, environment: Environment) -> dict[str, dict[str, tuple[str, str]]]:
    access_roles = [(held.name, f"Access to {held.schema}: {held.level}") for held in plan.access_roles]
    return {
        "roles": {base: (environment.role(base), comment) for base, comment in ROLE_COMMENTS.items()},
        "access_roles": {
            base: (environment.access_role(base), comment)
            for base, comment in (*access_roles, *PII_ROLE_COMMENTS.items())
        },
    }


def _governance(
    config: PlatformConfig, environment: Environment, database: Database, warehouses: Warehouses
) -> GovernanceArgs:
    roles = environment.access_role(PII_FULL), environment.access_role(PII_CONTACT)
    tag = environment.qualified(PII_TAG).replace('"', "")
    types = dict.fromkeys(data.type for data in PERSONAL_DATA.values())
    return GovernanceArgs(
        database=database.name,
        schema=database.schemas[PLATFORM].name,
        labels={
            "ENVIRONMENT": (environment.name, "Environment that an object belongs to"),
            "COST_CENTRE": (config.cost_centre, "Who pays for an object"),
        },
        warehouses=list(warehouses.names.values()),
        personal_tag=PII_TAG,
        personal_kinds=list(PERSONAL_DATA),
        policies={kind: masking_body(kind, tag, *roles) for kind in types},
    )


def _warehouses(config: PlatformConfig, environment: Environment) -> WarehousesArgs:
    settings = {purpose: getattr(config.warehouses, purpose) for purpose in WAREHOUSE_COMMENTS}
    return WarehousesArgs(
        warehouses={
            purpose: WarehouseArgs(
                warehouse=environment.warehouse(purpose),
                size=settings[purpose].size,
                auto_suspend=settings[purpose].auto_suspend,
                statement_timeout=settings[purpose].statement_timeout,
                comment=comment,
            )
            for purpose, comment in WAREHOUSE_COMMENTS.items()
        },
        monitor=MonitorArgs(
            monitor=environment.monitor,
            credit_quota=config.monitor.credit_quota,
            notify_percent=config.monitor.notify_percent,
            suspends=config.monitor.suspend,
        ),
    )
