"""What AWS is asked for each resource: buckets by region, tags, roles that are there already, what is missing."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

from c360.deployment.kinds.aws import KINDS, is_missing

BUCKET, ROLE = KINDS["aws:s3/bucket:Bucket"], KINDS["aws:iam/role:Role"]


class _AlreadyThere(Exception):  # noqa: N818 - named as boto3 names it
    pass


def client(region: str = "us-east-1") -> Any:
    made = MagicMock()
    made.meta.region_name = region
    made.exceptions.BucketAlreadyOwnedByYou = made.exceptions.EntityAlreadyExistsException = _AlreadyThere
    return made


@pytest.mark.parametrize(
    ("region", "more"),
    [
        ("us-east-1", {}),
        ("eu-west-1", {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
    ],
)
def test_a_bucket_outside_of_the_first_region_names_its_own(region: str, more: dict[str, Any]) -> None:
    s3 = client(region)
    BUCKET.put(s3, {"bucket": "lake"})
    s3.create_bucket.assert_called_once_with(Bucket="lake", **more)
    s3.put_bucket_tagging.assert_not_called()


def test_a_bucket_that_is_there_is_tagged() -> None:
    s3 = client()
    s3.create_bucket.side_effect = _AlreadyThere
    BUCKET.put(s3, {"bucket": "lake", "tags": {"cost": "360"}})
    s3.put_bucket_tagging.assert_called_once_with(Bucket="lake", Tagging={"TagSet": [{"Key": "cost", "Value": "360"}]})


@pytest.mark.parametrize("is_forced", [True, False])
def test_a_bucket_is_emptied_only_where_that_is_asked_for(is_forced: bool) -> None:
    s3 = client()
    s3.get_paginator.return_value.paginate.return_value = [
        {"Versions": [{"Key": "a", "VersionId": "1", "Size": 3}], "DeleteMarkers": [{"Key": "b", "VersionId": "2"}]},
        {},
    ]
    BUCKET.delete(s3, {"bucket": "lake", "forceDestroy": is_forced})
    emptied = [call.kwargs["Delete"]["Objects"] for call in s3.delete_objects.call_args_list]
    objects = [{"Key": "a", "VersionId": "1"}, {"Key": "b", "VersionId": "2"}]
    assert emptied == ([objects] if is_forced else [])
    s3.delete_bucket.assert_called_once_with(Bucket="lake")


@pytest.mark.parametrize(
    ("tags", "written"), [({"cost": "360"}, [{"Key": "cost", "Value": "360"}]), ({}, []), (None, [])]
)
def test_a_role_is_made_with_its_tags(tags: dict[str, str] | None, written: list[dict[str, str]]) -> None:
    iam = client()
    ROLE.put(iam, {"name": "reader", "assumeRolePolicy": "{}", "tags": tags})
    iam.create_role.assert_called_once_with(
        RoleName="reader", AssumeRolePolicyDocument="{}", Description="", Tags=written
    )
    iam.update_role.assert_not_called()


def test_a_role_that_is_there_is_brought_to_its_inputs() -> None:
    iam = client()
    iam.create_role.side_effect = _AlreadyThere
    ROLE.put(iam, {"name": "reader", "assumeRolePolicy": "{}", "description": "reads"})
    iam.update_assume_role_policy.assert_called_once_with(RoleName="reader", PolicyDocument="{}")
    iam.update_role.assert_called_once_with(RoleName="reader", Description="reads")


@pytest.mark.parametrize(
    ("code", "missing"), [("NoSuchBucket", True), ("NoSuchEntity", True), ("AccessDenied", False), ("", False)]
)
def test_what_is_not_there_is_told_from_what_is_refused(code: str, missing: bool) -> None:
    assert is_missing(ClientError({"Error": {"Code": code}}, "GetThing")) is missing
