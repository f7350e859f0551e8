"""Which resource types are behind a preview gate of the Snowflake provider."""

from __future__ import annotations

import re

# Read off terraform-provider-snowflake 2.20, which pulumi-snowflake 2.22 bridges; to be read again with each version.
# The list is longer than what the program uses, so that a type that somebody adds is not forgotten: without its entry
# `preview` passes and `up` fails (snowflakedb/terraform-provider-snowflake#4141).
GATED = frozenset([
    "AccountAuthenticationPolicyAttachment", "AccountPasswordPolicyAttachment", "Alert", "ApiIntegration",
    "ApiIntegrationAmazonApiGateway", "ApiIntegrationAzureApiManagement", "ApiIntegrationExternalMcpDynamicClient",
    "ApiIntegrationExternalMcpOauth2", "ApiIntegrationGitRepositoryGithubApp", "ApiIntegrationGitRepositoryOauth2",
    "ApiIntegrationGitRepositoryPrivateLink", "ApiIntegrationGitRepositoryToken",
    "ApiIntegrationGoogleCloudApiGateway", "CortexAgent", "CortexSearchService", "DynamicTable",
    "EmailNotificationIntegration", "ExternalAccessIntegration", "ExternalFunction", "ExternalTable",
    "FailoverGroup", "FileFormat", "FileFormatAvro", "FileFormatCsv", "FileFormatJson", "FileFormatOrc",
    "FileFormatParquet", "FileFormatXml", "FunctionJava", "FunctionJavascript", "FunctionPython", "FunctionScala",
    "FunctionSql", "HybridTable", "IcebergTable", "IcebergTableFromAwsGlue", "IcebergTableFromDeltaFiles",
    "IcebergTableFromFiles", "IcebergTableFromRest", "JobService", "ManagedAccount", "MaterializedView", "McpServer",
    "NetworkPolicyAttachment", "Notebook", "NotificationIntegration", "ObjectParameter", "Pipe", "PostgresInstance",
    "ProcedureJava", "ProcedureJavascript", "ProcedurePython", "ProcedureScala", "ProcedureSql", "SemanticView",
    "Sequence", "Share", "Stage", "StorageIntegration", "StorageLifecyclePolicy", "Table",
    "TableColumnMaskingPolicyApplication", "TableConstraint", "TableStorageLifecyclePolicyAttachment",
    "UserAuthenticationPolicyAttachment", "UserPasswordPolicyAttachment", "UserPublicKeys", "WarehouseAdaptive",
    "WarehouseInteractive",
])  # fmt: skip


def preview_feature(kind: str) -> str | None:
    """Return what a provider must enable for a resource type such as "ProcedureSql", or None where nothing."""
    if kind not in GATED:
        return None
    return f"snowflake_{re.sub(r'(?<!^)(?=[A-Z])', '_', kind).lower()}_resource"
