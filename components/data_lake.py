"""The data lake on AWS: a private, versioned, encrypted bucket, and the IAM role through which Snowflake reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.options import after, child_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class DataLakeArgs:
    """Arguments of the bucket.

    Attributes:
        bucket: Name of the bucket, unique across all AWS accounts.
        prefixes: Folders of the feeds, each ending with a slash.
        noncurrent_days: Days for which replaced and deleted versions of a file are kept.
        is_protected: Refuse to delete the bucket; else it may be deleted with what is in it.
    """

    bucket: str
    prefixes: Sequence[str]
    noncurrent_days: int
    is_protected: bool


class DataLake(pulumi.ComponentResource):
    """The bucket with all that keeps its contents private and recoverable.

    S3 has no folders, so a prefix exists as what rules, stages and allowed locations say about it; an empty marker
    object would be one more file for COPY to load.
    """

    def __init__(self, name: str, args: DataLakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:lake:DataLake", name, None, opts)
        # With the bucket all that keeps its contents private and recoverable.
        protected = pulumi.ResourceOptions(protect=args.is_protected)
        self.bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=args.bucket,
            force_destroy=not args.is_protected,
            opts=child_of(self, protected),
        )
        within = child_of(self, protected)
        self.versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=within,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=(
                        aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="AES256"
                        )
                    ),
                )
            ],
            opts=within,
        )
        self.public_access_block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=within,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket.bucket,
            rules=[_lifecycle_rule(prefix, args.noncurrent_days) for prefix in args.prefixes],
            # Rules on versions are refused while versioning is off.
            opts=child_of(self, protected, after(self.versioning)),
        )
        self.name = self.bucket.bucket
        self.arn = self.bucket.arn
        self.register_outputs({"name": self.name, "arn": self.arn})


def _lifecycle_rule(prefix: str, noncurrent_days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id=f"expire-old-{prefix.rstrip('/')}",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix),
        noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=noncurrent_days
        ),
        # Parts of an upload that broke off cost like files, and nobody sees them.
        abort_incomplete_multipart_upload=(
            aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=7)
        ),
    )


@dataclass(frozen=True)
class LakeReaderArgs:
    """Arguments of the role.

    Attributes:
        role: Fixed name of the role, from which the integration computed its ARN.
        iam_user_arn: Snowflake's user, an output of the integration.
        external_id: The external id that the integration was given.
        bucket_arn: ARN of the bucket that is read.
        prefixes: Folders that may be read, each ending with a slash.
    """

    role: str
    iam_user_arn: pulumi.Input[str]
    external_id: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    prefixes: Sequence[str]


class LakeReader(pulumi.ComponentResource):
    """The IAM role that lets one Snowflake user, with our external id, read the lake's prefixes."""

    def __init__(self, name: str, args: LakeReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("customer360:lake:LakeReader", name, None, opts)
        trust = pulumi.Output.all(user=args.iam_user_arn, external_id=args.external_id).apply(
            lambda known: json.dumps(trust_policy(known["user"], known["external_id"]))
        )
        self.role = aws.iam.Role(
            f"{name}-role",
            name=args.role,
            description="Assumed by Snowflake's storage integration to read the data lake",
            assume_role_policy=trust,
            opts=child_of(self),
        )
        self.policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name="read-data-lake",
            role=self.role.name,
            policy=pulumi.Output.from_input(args.bucket_arn).apply(
                lambda arn: json.dumps(read_policy(arn, args.prefixes))
            ),
            opts=child_of(self),
        )
        self.arn = self.role.arn
        self.register_outputs({"arn": self.arn})


def trust_policy(iam_user_arn: str, external_id: str) -> dict[str, object]:
    """Return the trust policy: this one user, and only with this external id."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": iam_user_arn},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
            }
        ],
    }


def read_policy(bucket_arn: str, prefixes: Sequence[str]) -> dict[str, object]:
    """Return the policy to list and read these prefixes of the bucket, and nothing else in it."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "Resource": [f"{bucket_arn}/{prefix}*" for prefix in prefixes],
            },
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": bucket_arn,
                "Condition": {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
            },
            {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": bucket_arn},
        ],
    }
