"""Reaches S3 as Snowflake does: through a storage integration, by assuming its role, with what the role may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from boto3.exceptions import RetriesExceededError
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFailedError

from local_account.aws import RETRIES
from local_account.aws.iam_policy import Request, is_allowed
from local_account.errors import execution_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from local_account.aws.moto_server import AwsServer
    from local_account.catalog.objects import StorageIntegration

# One IAM user stands for the whole Snowflake account in every trust policy.
IAM_USER_ARN = "arn:aws:iam::999999999999:user/snowflake-local"
# A body that breaks off is asked for again by the transfer, as a request is by the client.
_IN_THIS_THREAD = TransferConfig(use_threads=False, num_download_attempts=1 + RETRIES)
_T = TypeVar("_T")


@dataclass(frozen=True)
class StoredFile:
    """One file of a stage: `name` relative to the stage, `path` as METADATA$FILENAME, `url` as LIST shows it."""

    name: str
    path: str
    url: str
    size: int
    etag: str
    modified: datetime


@dataclass(frozen=True)
class S3Url:
    """An s3:// address in parts; `key` has no leading slash."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, url: str) -> S3Url:
        """Split an address. Raises: ProgrammingError where it is not one of S3."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise execution_error(f"Invalid location '{url}': it must start with s3://<bucket>/.", 1011, "22023")
        return cls(parts.netloc, url.split("/", 3)[3] if url.count("/") > 2 else "")  # noqa: PLR2004 - s3://bucket/key


def locations_cover(locations: list[str], url: str) -> bool:
    """Tell whether a URL lies within one of an integration's locations (`*` covers everything)."""
    return any(location == "*" or url.startswith(location) for location in locations)


def check_location(integration: StorageIntegration, url: str) -> None:
    """Raise a ProgrammingError unless the integration is enabled and allows the URL."""
    if not integration.enabled:
        raise execution_error(f"Storage integration {integration.name} is not enabled.", 3160, "22023")
    blocked = integration.storage_blocked_locations
    if not locations_cover(integration.storage_allowed_locations, url) or locations_cover(blocked, url):
        raise execution_error(
            f"Location '{url}' is not allowed by integration {integration.name}. Please use DESC INTEGRATION to check "
            "out allowed and blocked locations.",
            3165,
            "22023",
        )


class IntegrationStorage:
    """The files under an S3 URL, as one storage integration may see them; use it for one statement."""

    def __init__(self, aws: AwsServer | None, integration: StorageIntegration, url: str) -> None:
        check_location(integration, url)
        if aws is None:
            raise execution_error("This local account runs without S3; external stages cannot be reached.")
        self._aws = aws
        self._integration = integration
        self._base = S3Url.parse(url)

    def files(self, prefix: str = "") -> list[StoredFile]:
        """Return the files whose name begins with the stage's URL and `prefix`, by name."""
        bucket, start = self._base.bucket, self._base.key + prefix
        self._check("s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": start})
        paginator = self._s3.get_paginator("list_objects_v2")
        pages = self._try(lambda: list(paginator.paginate(Bucket=bucket, Prefix=start)), f"list s3://{bucket}/{start}")
        return [
            StoredFile(
                name=found["Key"].removeprefix(self._base.key),
                path=found["Key"],
                url=f"s3://{bucket}/{found['Key']}",
                size=found["Size"],
                etag=found["ETag"].strip('"'),
                modified=found["LastModified"],
            )
            for page in pages
            for found in page.get("Contents", [])
            if not found["Key"].endswith("/")
        ]

    def download(self, file: StoredFile, target: Path) -> None:
        """Bring one file over. Raises: ProgrammingError where the role may not, or S3 cannot be reached."""
        self._check("s3:GetObject", f"arn:aws:s3:::{self._base.bucket}/{file.path}")

        self._try(
            lambda: self._s3.download_file(self._base.bucket, file.path, str(target), Config=_IN_THIS_THREAD),
            f"read {file.url}",
        )
        if target.stat().st_size != file.size:
            raise execution_error(f"{file.url} changed while it was read; run the statement again.")

    def upload(self, source: Path, name: str) -> None:
        """Write one file."""
        key = self._base.key + name
        self._check("s3:PutObject", f"arn:aws:s3:::{self._base.bucket}/{key}")
        body = source.read_bytes()
        self._try(lambda: self._s3.put_object(Bucket=self._base.bucket, Key=key, Body=body), f"write {name}")

    def remove(self, file: StoredFile) -> None:
        """Delete one file."""
        self._check("s3:DeleteObject", f"arn:aws:s3:::{self._base.bucket}/{file.path}")
        self._try(lambda: self._s3.delete_object(Bucket=self._base.bucket, Key=file.path), f"delete {file.url}")

    @cached_property
    def _s3(self) -> Any:
        """A client with the assumed role's credentials."""
        arn = self._integration.storage_aws_role_arn
        external_id = self._integration.storage_aws_external_id
        request = Request("sts:AssumeRole", principal=IAM_USER_ARN, context={"sts:ExternalId": external_id})
        if self._role is None or not is_allowed([self._role["AssumeRolePolicyDocument"]], request):
            raise execution_error(
                f"Error assuming AWS_ROLE:\nUser: {IAM_USER_ARN} is not authorized to perform: sts:AssumeRole on "
                f"resource: {arn}",
                3167,
                "42501",
            )
        sts = self._aws.client("sts")
        answer = self._try(
            lambda: sts.assume_role(RoleArn=arn, RoleSessionName="snowflake", ExternalId=external_id),
            f"assume role {arn}",
        )
        return self._aws.client("s3", answer["Credentials"])

    @cached_property
    def _role(self) -> dict[str, Any] | None:
        name = self._integration.storage_aws_role_arn.rpartition("/")[2]
        iam = self._aws.client("iam")
        try:
            role = self._try(lambda: iam.get_role(RoleName=name), f"read the trust policy of role {name}")["Role"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchEntity":
                return None
            raise
        return role if role["Arn"] == self._integration.storage_aws_role_arn else None

    @cached_property
    def _policies(self) -> list[Any]:
        """Every permission policy of the role, inline and attached."""
        if self._role is None:
            return []
        name, iam = self._role["RoleName"], self._aws.client("iam")

        def read() -> list[Any]:
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            found = [iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"] for p in inline]
            for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
                arn = attached["PolicyArn"]
                version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
                answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
                found.append(answer["PolicyVersion"]["Document"])
            return found

        return self._try(read, f"read the policies of role {name}")

    def _check(self, action: str, resource: str, context: dict[str, str] | None = None) -> None:
        """Raise as S3 does where the role's policies do not allow an action."""
        self._s3  # noqa: B018 - the role is assumed before its rights are looked at
        if not is_allowed(self._policies, Request(action, resource, context=context or {})):
            arn = self._integration.storage_aws_role_arn
            raise execution_error(
                f"Failed to access remote file: access denied. Role {arn} is not allowed to perform {action} on "
                f"{resource}. Please check your credentials",
                100069,
                "22000",
            )

    def _try(self, operation: Callable[[], _T], what: str) -> _T:
        return in_one_sentence(operation, f"{what} at {self._aws.url}")


def in_one_sentence(operation: Callable[[], _T], what: str) -> _T:
    """Run an operation on AWS, whose client tries again, and say in one sentence what stayed wrong.

    Args:
        operation: what to run.
        what: how the error names it, such as "list s3://bucket/prefix at http://...".

    Raises: ProgrammingError when no connection came about, or for a missing bucket or object.
    """
    try:
        return operation()
    except (ConnectionFailedError, HTTPClientError, RetriesExceededError) as error:
        raise execution_error(
            f"Could not {what}: no connection after {RETRIES} retries ({type(error).__name__}). "
            "Check that S3 is running and try again.",
            100069,
            "08001",
        ) from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("NoSuchBucket", "NoSuchKey", "404"):
            message = error.response["Error"].get("Message", code)
            raise execution_error(f"Could not {what}: {message} ({code}).", 100069, "22000") from error
        raise
