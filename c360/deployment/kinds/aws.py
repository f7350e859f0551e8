"""The AWS resource types, through boto3."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.exceptions import ClientError

    from c360.deployment.model import Inputs


def _nothing(_client: Any, _inputs: Inputs) -> None:
    """Leave the object as it is: deleting the bucket or role takes it along."""


@dataclass(frozen=True)
class AwsKind:
    """A type of AWS resource.

    Attributes:
        service: boto3's name of the service.
        put: Creates the resource, or brings an existing one to the inputs.
        delete: Removes it.
        identity: Inputs whose change makes it another resource.
        outputs: Returns what AWS adds to the inputs.
    """

    service: str
    put: Callable[[Any, Inputs], None]
    delete: Callable[[Any, Inputs], None]
    identity: tuple[str, ...]
    outputs: Callable[[Any, Inputs], dict[str, Any]] = lambda _client, _inputs: {}


def _put_bucket(client: Any, inputs: Inputs) -> None:
    region = client.meta.region_name
    elsewhere = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=inputs["bucket"], **elsewhere)
    if tags := inputs.get("tags"):
        client.put_bucket_tagging(Bucket=inputs["bucket"], Tagging={"TagSet": _tags(tags)})


def _delete_bucket(client: Any, inputs: Inputs) -> None:
    bucket = inputs["bucket"]
    if inputs.get("forceDestroy"):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            doomed = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if doomed:
                client.delete_objects(Bucket=bucket, Delete={"Objects": doomed})
    client.delete_bucket(Bucket=bucket)


def _put_role(client: Any, inputs: Inputs) -> None:
    name, trust = inputs["name"], inputs["assumeRolePolicy"]
    try:
        client.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=trust,
            Description=inputs.get("description", ""),
            Tags=_tags(inputs.get("tags") or {}),
        )
    except client.exceptions.EntityAlreadyExistsException:
        client.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
        client.update_role(RoleName=name, Description=inputs.get("description", ""))


def _put_lifecycle(client: Any, inputs: Inputs) -> None:
    rules = [
        {
            "ID": rule["id"],
            "Status": rule["status"],
            "Filter": {"Prefix": rule["filter"]["prefix"]},
            "NoncurrentVersionExpiration": {"NoncurrentDays": rule["noncurrentVersionExpiration"]["noncurrentDays"]},
            "AbortIncompleteMultipartUpload": {
                "DaysAfterInitiation": rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"]
            },
        }
        for rule in inputs["rules"]
    ]
    client.put_bucket_lifecycle_configuration(Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": rules})


def _put_encryption(client: Any, inputs: Inputs) -> None:
    algorithms = [rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] for rule in inputs["rules"]]
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}} for algorithm in algorithms]
    client.put_bucket_encryption(Bucket=inputs["bucket"], ServerSideEncryptionConfiguration={"Rules": rules})


def _put_public_access_block(client: Any, inputs: Inputs) -> None:
    client.put_public_access_block(
        Bucket=inputs["bucket"],
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": inputs["blockPublicAcls"],
            "BlockPublicPolicy": inputs["blockPublicPolicy"],
            "IgnorePublicAcls": inputs["ignorePublicAcls"],
            "RestrictPublicBuckets": inputs["restrictPublicBuckets"],
        },
    )


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def is_missing(error: ClientError) -> bool:
    """Tell whether AWS says that a resource is not there."""
    return error.response.get("Error", {}).get("Code") in {"NoSuchBucket", "NoSuchEntity", "NoSuchBucketPolicy"}


KINDS = {
    "aws:s3/bucket:Bucket": AwsKind(
        "s3", _put_bucket, _delete_bucket, ("bucket",), lambda _, i: {"arn": f"arn:aws:s3:::{i['bucket']}"}
    ),
    "aws:s3/bucketVersioning:BucketVersioning": AwsKind(
        "s3",
        lambda client, i: client.put_bucket_versioning(
            Bucket=i["bucket"], VersioningConfiguration={"Status": i["versioningConfiguration"]["status"]}
        ),
        _nothing,
        ("bucket",),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": AwsKind(
        "s3", _put_encryption, _nothing, ("bucket",)
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": AwsKind(
        "s3", _put_lifecycle, lambda client, i: client.delete_bucket_lifecycle(Bucket=i["bucket"]), ("bucket",)
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": AwsKind(
        "s3",
        _put_public_access_block,
        lambda client, i: client.delete_public_access_block(Bucket=i["bucket"]),
        ("bucket",),
    ),
    "aws:iam/role:Role": AwsKind(
        "iam",
        _put_role,
        lambda client, i: client.delete_role(RoleName=i["name"]),
        ("name",),
        lambda client, i: {"arn": client.get_role(RoleName=i["name"])["Role"]["Arn"]},
    ),
    "aws:iam/rolePolicy:RolePolicy": AwsKind(
        "iam",
        lambda client, i: client.put_role_policy(RoleName=i["role"], PolicyName=i["name"], PolicyDocument=i["policy"]),
        lambda client, i: client.delete_role_policy(RoleName=i["role"], PolicyName=i["name"]),
        ("role", "name"),
    ),
}
