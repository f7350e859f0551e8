"""One environment's names: pure functions from the environment to every name that the platform relies on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.config import PlatformConfig

SCHEMAS = ("BRONZE", "SILVER", "GOLD", "OBSERVABILITY", "PLATFORM")
PLATFORM = "PLATFORM"

ENGINEER = "DATA_ENGINEER"
MARKETING = "MARKETING_MANAGER"
ANALYST = "DATA_ANALYST"
ROLES = (ENGINEER, MARKETING, ANALYST)
# Each owns one Streamlit object, and nobody holds it but who deploys.
APP_MARKETING, APP_ANALYST, APP_OPERATIONS = "APP_MARKETING", "APP_ANALYST", "APP_OPERATIONS"
APP_OWNERS = (APP_MARKETING, APP_ANALYST, APP_OPERATIONS)

WAREHOUSES = {"load": "LOAD_WH", "transform": "TRANSFORM_WH", "ml": "ML_WH", "app": "APP_WH"}

SEMANTIC_VIEW = "CUSTOMER_360"

CUSTOMERS_PREFIX = "customers/"
TRANSACTIONS_PREFIX = "transactions/"
PREFIXES = (CUSTOMERS_PREFIX, TRANSACTIONS_PREFIX)


@dataclass(frozen=True)
class Environment:
    """An environment, and the two accounts that its names depend on.

    Attributes:
        name: local, dev or prod.
        aws_account_id: Twelve digits.
        aws_region: Region of the bucket; its partition decides how ARNs begin.
        snowflake_account: Account as clients name it.
    """

    name: str
    aws_account_id: str
    aws_region: str
    snowflake_account: str

    @property
    def suffix(self) -> str:
        """What account-level names of Snowflake end with: dev may share an account with prod."""
        return "_DEV" if self.name == "dev" else ""

    @property
    def database(self) -> str:
        """The one database."""
        return f"CUSTOMER_ANALYTICS{self.suffix}"

    @property
    def integration(self) -> str:
        """The storage integration."""
        return f"CUSTOMER_ANALYTICS_S3{self.suffix}"

    @property
    def mail_integration(self) -> str:
        """The integration for e-mail."""
        return f"CUSTOMER_ANALYTICS_MAIL{self.suffix}"

    @property
    def monitor(self) -> str:
        """The resource monitor of the warehouses."""
        return f"CUSTOMER_ANALYTICS_MONITOR{self.suffix}"

    def role(self, base: str) -> str:
        """The account role behind one of `ROLES` or `APP_OWNERS`."""
        return f"{base}{self.suffix}"

    def access_role(self, base: str) -> str:
        """The account role that holds one level of access to one schema, such as GOLD_READ."""
        return f"CUSTOMER_ANALYTICS_{base}{self.suffix}"

    def warehouse(self, purpose: str) -> str:
        """The warehouse for one purpose, a key of `WAREHOUSES`."""
        return f"{WAREHOUSES[purpose]}{self.suffix}"

    @property
    def bucket(self) -> str:
        """The data lake's bucket, unique across all AWS accounts."""
        return f"customer-analytics-{self.name}-{self.aws_account_id}"

    @property
    def iam_role(self) -> str:
        """The IAM role that Snowflake assumes."""
        return f"customer-analytics-{self.name}-snowflake"

    @property
    def aws_partition(self) -> str:
        """The partition of the region, the second part of an ARN."""
        if self.aws_region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.aws_region.startswith("us-gov-") else "aws"

    @property
    def iam_role_arn(self) -> str:
        """The role's ARN, known before the role exists: the integration names it, the role's trust waits for that."""
        return f"arn:{self.aws_partition}:iam::{self.aws_account_id}:role/{self.iam_role}"

    @property
    def storage_provider(self) -> str:
        """Snowflake's name for S3 in this partition."""
        return {"aws": "S3", "aws-cn": "S3CHINA", "aws-us-gov": "S3GOV"}[self.aws_partition]

    @property
    def external_id(self) -> str:
        """Our own external id, stable across a replaced integration, different in each account and environment."""
        basis = f"{self.snowflake_account}/{self.aws_account_id}/{self.name}"
        return f"customer-analytics-{self.name}-{hashlib.sha256(basis.encode()).hexdigest()[:16]}"

    def location(self, prefix: str) -> str:
        """The URL of a prefix of the bucket, with its slash at the end."""
        return f"{self.storage_provider.lower()}://{self.bucket}/{prefix}"

    def schema(self, schema: str) -> str:
        """A schema's fully qualified name."""
        return f'"{self.database}"."{schema}"'

    def qualified(self, name: str, schema: str = PLATFORM) -> str:
        """A schema object's fully qualified name."""
        return f'"{self.database}"."{schema}"."{name}"'


def environment_of(config: PlatformConfig) -> Environment:
    """Derive the environment, and with it every name, from the configuration."""
    return Environment(
        name=config.environment,
        aws_account_id=config.aws.account_id,
        aws_region=config.aws.region,
        snowflake_account=config.snowflake.identifier,
    )
