"""The AWS resource types of the program as boto3 knows them: how each is written, read back and deleted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

Properties = dict[str, Any]
Client = Any

# What AWS answers where something is not there.
_MISSING = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


@dataclass(frozen=True)
class AwsType:
    """One resource type.

    inputs: every input that it knows; identity: those that make another resource when they change, and together the
    id; write: brings the resource to the inputs; read: returns its inputs as AWS has them, or None where it is gone;
    documents: inputs that are JSON, of which only the meaning counts; outputs: what it has beside its inputs.
    """

    service: str
    inputs: tuple[str, ...]
    identity: tuple[str, ...]
    create: Callable[[Client, Properties], None]
    write: Callable[[Client, Properties], None]
    read: Callable[[Client, Properties], Properties | None]
    delete: Callable[[Client, Properties], None]
    documents: tuple[str, ...] = ()
    has_tags: bool = False
    outputs: Callable[[Client, Properties], Properties] = lambda _client, _inputs: {}

    def id_of(self, properties: Properties) -> str:
        """Return the id of a resource with these properties."""
        return ":".join(str(properties[key]) for key in self.identity)

    def identified(self, resource_id: str) -> Properties:
        """Return the part of the properties that an id holds."""
        return dict(zip(self.identity, resource_id.split(":"), strict=True))


def found(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or None where AWS says that the thing is not there."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return None
        raise


def _tag_set(tags: Properties) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _tags(tag_set: list[dict[str, str]]) -> Properties:
    return {tag["Key"]: tag["Value"] for tag in tag_set}


def _create_bucket(s3: Client, inputs: Properties) -> None:
    region = s3.meta.region_name
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=inputs["bucket"], **place)
    _write_bucket(s3, inputs)


def _write_bucket(s3: Client, inputs: Properties) -> None:
    s3.put_bucket_tagging(Bucket=inputs["bucket"], Tagging={"TagSet": _tag_set(inputs["tagsAll"])})


def _read_bucket(s3: Client, known: Properties) -> Properties | None:
    bucket = known["bucket"]
    if found(lambda: s3.head_bucket(Bucket=bucket)) is None:
        return None
    tagging = found(lambda: s3.get_bucket_tagging(Bucket=bucket)) or {"TagSet": []}
    # Whether the bucket may be deleted with its contents is known to the state alone.
    return {"bucket": bucket, "forceDestroy": known.get("forceDestroy", False), "tagsAll": _tags(tagging["TagSet"])}


def _delete_bucket(s3: Client, inputs: Properties) -> None:
    bucket = inputs["bucket"]
    if inputs.get("forceDestroy"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])
    s3.delete_bucket(Bucket=bucket)


def _write_versioning(s3: Client, inputs: Properties) -> None:
    status = inputs["versioningConfiguration"]["status"]
    s3.put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": status})


def _read_versioning(s3: Client, known: Properties) -> Properties | None:
    answer = found(lambda: s3.get_bucket_versioning(Bucket=known["bucket"]))
    if answer is None or "Status" not in answer:
        return None
    return {"bucket": known["bucket"], "versioningConfiguration": {"status": answer["Status"]}}


def _delete_versioning(s3: Client, inputs: Properties) -> None:
    # Versioning once on is never off again.
    s3.put_bucket_versioning(Bucket=inputs["bucket"], VersioningConfiguration={"Status": "Suspended"})


def _write_encryption(s3: Client, inputs: Properties) -> None:
    algorithms = [rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] for rule in inputs["rules"]]
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}} for algorithm in algorithms]
    s3.put_bucket_encryption(Bucket=inputs["bucket"], ServerSideEncryptionConfiguration={"Rules": rules})


def _read_encryption(s3: Client, known: Properties) -> Properties | None:
    answer = found(lambda: s3.get_bucket_encryption(Bucket=known["bucket"]))
    if answer is None:
        return None
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    return {
        "bucket": known["bucket"],
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {
                    "sseAlgorithm": rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
                }
            }
            for rule in rules
        ],
    }


_PUBLIC_ACCESS = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}


def _write_public_access(s3: Client, inputs: Properties) -> None:
    block = {name: inputs.get(key, False) for key, name in _PUBLIC_ACCESS.items()}
    s3.put_public_access_block(Bucket=inputs["bucket"], PublicAccessBlockConfiguration=block)


def _read_public_access(s3: Client, known: Properties) -> Properties | None:
    answer = found(lambda: s3.get_public_access_block(Bucket=known["bucket"]))
    if answer is None:
        return None
    block = answer["PublicAccessBlockConfiguration"]
    return {"bucket": known["bucket"], **{key: block[name] for key, name in _PUBLIC_ACCESS.items()}}


def _write_lifecycle(s3: Client, inputs: Properties) -> None:
    rules = [
        {
            "ID": rule["id"],
            "Status": rule["status"],
            "Filter": {"Prefix": rule["filter"]["prefix"]},
            "NoncurrentVersionExpiration": {
                "NoncurrentDays": int(rule["noncurrentVersionExpiration"]["noncurrentDays"])
            },
            "AbortIncompleteMultipartUpload": {
                "DaysAfterInitiation": int(rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"])
            },
        }
        for rule in inputs["rules"]
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=inputs["bucket"], LifecycleConfiguration={"Rules": rules})


def _read_lifecycle(s3: Client, known: Properties) -> Properties | None:
    answer = found(lambda: s3.get_bucket_lifecycle_configuration(Bucket=known["bucket"]))
    if answer is None:
        return None
    rules = [
        {
            "id": rule["ID"],
            "status": rule["Status"],
            "filter": {"prefix": rule["Filter"]["Prefix"]},
            "noncurrentVersionExpiration": {
                "noncurrentDays": int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
            },
            "abortIncompleteMultipartUpload": {
                "daysAfterInitiation": int(rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])
            },
        }
        for rule in answer["Rules"]
    ]
    return {"bucket": known["bucket"], "rules": rules}


def _create_role(iam: Client, inputs: Properties) -> None:
    iam.create_role(
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Description=inputs.get("description", ""),
        Tags=_tag_set(inputs["tagsAll"]),
    )


def _write_role(iam: Client, inputs: Properties) -> None:
    name = inputs["name"]
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=inputs["assumeRolePolicy"])
    iam.update_role(RoleName=name, Description=inputs.get("description", ""))
    had = _tags(iam.list_role_tags(RoleName=name)["Tags"])
    iam.untag_role(RoleName=name, TagKeys=sorted(had.keys() - inputs["tagsAll"].keys()))
    iam.tag_role(RoleName=name, Tags=_tag_set(inputs["tagsAll"]))


def _read_role(iam: Client, known: Properties) -> Properties | None:
    answer = found(lambda: iam.get_role(RoleName=known["name"]))
    if answer is None:
        return None
    role = answer["Role"]
    return {
        "name": role["RoleName"],
        "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
        "description": role.get("Description", ""),
        "tagsAll": _tags(role.get("Tags", [])),
    }


def _write_role_policy(iam: Client, inputs: Properties) -> None:
    iam.put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])


def _read_role_policy(iam: Client, known: Properties) -> Properties | None:
    answer = found(lambda: iam.get_role_policy(RoleName=known["role"], PolicyName=known["name"]))
    return answer and {"role": known["role"], "name": known["name"], "policy": json.dumps(answer["PolicyDocument"])}


TYPES = {
    "aws:s3/bucket:Bucket": AwsType(
        "s3",
        ("bucket", "forceDestroy", "tags"),
        ("bucket",),
        _create_bucket,
        _write_bucket,
        _read_bucket,
        _delete_bucket,
        has_tags=True,
        outputs=lambda s3, i: {"arn": f"arn:aws:s3:::{i['bucket']}", "region": s3.meta.region_name},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": AwsType(
        "s3",
        ("bucket", "versioningConfiguration"),
        ("bucket",),
        _write_versioning,
        _write_versioning,
        _read_versioning,
        _delete_versioning,
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": AwsType(
        "s3",
        ("bucket", "rules"),
        ("bucket",),
        _write_encryption,
        _write_encryption,
        _read_encryption,
        lambda s3, i: s3.delete_bucket_encryption(Bucket=i["bucket"]),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": AwsType(
        "s3",
        ("bucket", *_PUBLIC_ACCESS),
        ("bucket",),
        _write_public_access,
        _write_public_access,
        _read_public_access,
        lambda s3, i: s3.delete_public_access_block(Bucket=i["bucket"]),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": AwsType(
        "s3",
        ("bucket", "rules"),
        ("bucket",),
        _write_lifecycle,
        _write_lifecycle,
        _read_lifecycle,
        lambda s3, i: s3.delete_bucket_lifecycle(Bucket=i["bucket"]),
    ),
    "aws:iam/role:Role": AwsType(
        "iam",
        ("name", "assumeRolePolicy", "description", "tags"),
        ("name",),
        _create_role,
        _write_role,
        _read_role,
        lambda iam, i: iam.delete_role(RoleName=i["name"]),
        documents=("assumeRolePolicy",),
        has_tags=True,
        outputs=lambda iam, i: {"arn": iam.get_role(RoleName=i["name"])["Role"]["Arn"]},
    ),
    "aws:iam/rolePolicy:RolePolicy": AwsType(
        "iam",
        ("role", "name", "policy"),
        ("role", "name"),
        _write_role_policy,
        _write_role_policy,
        _read_role_policy,
        lambda iam, i: iam.delete_role_policy(RoleName=i["role"], PolicyName=i["name"]),
        documents=("policy",),
    ),
}
