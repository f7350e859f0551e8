"""The storage integration, file formats and stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from c360.deployment.kinds.base import Query, SqlKind
from c360.deployment.sql import COMMENT, Clause, identifier, literal, literals, unquoted

if TYPE_CHECKING:
    from c360.deployment.model import Inputs

_FILE_FORMAT = Clause("fileFormat", "FILE_FORMAT", lambda f: f"(FORMAT_NAME = {f['formatName']})")

# What DESCRIBE calls a property, and what the provider's describe output calls it.
_DESCRIBED = {
    "STORAGE_AWS_IAM_USER_ARN": "iamUserArn",
    "STORAGE_AWS_EXTERNAL_ID": "externalId",
    "STORAGE_AWS_ROLE_ARN": "roleArn",
}


@dataclass(frozen=True)
class StorageIntegration(SqlKind):
    """A storage integration on S3."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE with the type that it has in every account."""
        (statement,) = super().create(inputs)
        name = self.name(inputs)
        return [statement.replace(f"{self.keyword} {name}", f"{self.keyword} {name} TYPE = EXTERNAL_STAGE", 1)]

    def read(self, inputs: Inputs, query: Query, /) -> dict[str, Any]:
        """Return the describe output: the IAM user to trust among it."""
        described = {
            row["property"]: row["property_value"] for row in query(f"DESCRIBE INTEGRATION {self.name(inputs)}")
        }
        output = {key: described[name] for name, key in _DESCRIBED.items()}
        return {**super().read(inputs, query), "describeOutputs": [output]}


@dataclass(frozen=True)
class CsvFormat(SqlKind):
    """A CSV file format."""

    def create(self, inputs: Inputs) -> list[str]:
        """Return the CREATE with its type."""
        (statement,) = super().create(inputs)
        name = self.name(inputs)
        return [statement.replace(f"{self.keyword} {name}", f"{self.keyword} {name} TYPE = CSV", 1)]


KINDS = {
    "snowflake:index/storageIntegrationAws:StorageIntegrationAws": StorageIntegration(
        "STORAGE INTEGRATION",
        (
            Clause("storageAwsRoleArn", "STORAGE_AWS_ROLE_ARN", literal),
            Clause("storageAwsExternalId", "STORAGE_AWS_EXTERNAL_ID", literal),
            Clause("enabled", "ENABLED"),
            Clause("storageAllowedLocations", "STORAGE_ALLOWED_LOCATIONS", literals),
            Clause("storageBlockedLocations", "STORAGE_BLOCKED_LOCATIONS", literals),
            COMMENT,
        ),
        only_create=(Clause("storageProvider", "STORAGE_PROVIDER", literal),),
        parts=("name",),
    ),
    "snowflake:index/fileFormatCsv:FileFormatCsv": CsvFormat(
        "FILE FORMAT",
        (
            Clause("compression", "COMPRESSION", unquoted),
            Clause("fieldDelimiter", "FIELD_DELIMITER", literal),
            Clause("parseHeader", "PARSE_HEADER"),
            Clause("fieldOptionallyEnclosedBy", "FIELD_OPTIONALLY_ENCLOSED_BY", literal),
            Clause("nullIfs", "NULL_IF", literals),
            Clause("emptyFieldAsNull", "EMPTY_FIELD_AS_NULL"),
            Clause("skipBlankLines", "SKIP_BLANK_LINES"),
            Clause("errorOnColumnCountMismatch", "ERROR_ON_COLUMN_COUNT_MISMATCH"),
            COMMENT,
        ),
    ),
    "snowflake:index/stageExternalS3:StageExternalS3": SqlKind(
        "STAGE",
        (
            Clause("url", "URL", literal),
            Clause("storageIntegration", "STORAGE_INTEGRATION", identifier),
            _FILE_FORMAT,
            COMMENT,
        ),
    ),
    "snowflake:index/stageInternal:StageInternal": SqlKind(
        "STAGE",
        (_FILE_FORMAT, COMMENT),
        only_create=(Clause("directory", "DIRECTORY", lambda d: f"(ENABLE = {unquoted(d['enable'])})"),),
    ),
}
