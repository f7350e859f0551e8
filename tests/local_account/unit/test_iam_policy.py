"""IAM policies are evaluated strictly: what is not understood does not allow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

from local_account.aws.iam_policy import Request, is_allowed

USER = "arn:aws:iam::999999999999:user/u"


def trust(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": USER},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "id"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement | changes]}


@pytest.mark.parametrize(
    ("document", "allowed"),
    [
        (trust(), True),
        (trust(Condition={"StringLike": {"sts:ExternalId": ["x", "i*"]}}), True),
        (trust(Condition={"StringEquals": {"sts:ExternalId": "other"}}), False),
        (trust(Condition={"StringEqualsIfExists": {"sts:ExternalId": "id"}}), True),
        (trust(Condition={"StringEqualsIfExists": {"sts:ExternalId": "other"}}), False),
        (trust(Condition={"StringEqualsIfExists": {"sts:SourceIdentity": "anna"}}), True),
        (trust(Condition={"StringEquals": {"sts:SourceIdentity": "anna"}}), False),
        (trust(Condition={"StringNotEquals": {"sts:SourceIdentity": "anna"}}), True),
        (trust(Condition={"StringEqualsIgnoreCase": {"STS:externalid": "ID"}}), True),
        (trust(Condition={"Null": {"sts:ExternalId": "true"}}), False),
        (trust(Condition={"Null": {"sts:ExternalId": "false"}}), True),
        (trust(Condition={"Null": {"sts:SourceIdentity": True}}), True),
        (trust(Condition={"Bool": {"sts:ExternalId": "ID"}}), True),
        (trust(Condition={"ArnLike": {"sts:ExternalId": "?d"}}), True),
        (trust(Condition={"ArnNotLike": {"sts:ExternalId": "?d"}}), False),
        (trust(Condition={"StringEquals": {"sts:ExternalId": "id"}, "Null": {"sts:ExternalId": "true"}}), False),
        (trust(Principal="*"), True),
        (trust(Principal={"AWS": ["arn:aws:iam::1:user/v", USER]}), True),
        (trust(Principal={"AWS": "999999999999"}), True),
        (trust(Condition={"StringNotEquals": {"sts:ExternalId": "id"}}), False),
        (trust(Principal={"AWS": "arn:aws:iam::999999999999:root"}), True),
        (trust(Principal={"AWS": "arn:aws:iam::1:user/v"}), False),
        (trust(Principal={"Service": "ec2.amazonaws.com"}), False),
        (trust(Action=["sts:*"]), True),
        (trust(Action="sts:TagSession"), False),
        (trust(Effect="Deny"), False),
        ({"Statement": []}, False),
    ],
)
def test_trust_policies(document: dict[str, Any], allowed: bool) -> None:
    request = Request("sts:AssumeRole", principal=USER, context={"sts:ExternalId": "id"})
    assert is_allowed([document], request) is allowed


def policy(action: Any, resource: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": effect, "Action": action, "Resource": resource, **more}}


@pytest.mark.parametrize(
    ("documents", "allowed"),
    [
        ([policy("s3:GetObject", "arn:aws:s3:::lake/customers/*")], True),
        ([policy("s3:Get*", "*")], True),
        ([policy("s3:GetObject", "arn:aws:s3:::lake/other/*")], False),
        ([policy("s3:ListBucket", "*")], False),
        ([policy("s3:*", "*"), policy("s3:GetObject", "arn:aws:s3:::lake/*", "Deny")], False),
        ([policy("s3:*", "*"), policy("s3:GetObject", "arn:aws:s3:::x/*", "Deny")], True),
        ([{"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}], True),
        ([{"Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]}], False),
        ([{"Statement": [{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::lake/*"}]}], False),
        ([{"Statement": [{"Effect": "Allow", "Action": "*"}]}], False),
        ([policy("S3:GETOBJECT", "*")], True),
        ([policy("s3:GetObject", "ARN:aws:s3:::lake/*")], False),
        ([policy("s3:Get?bject", ["x", "arn:aws:s3:::lake/customers/?.csv"])], True),
        ([json.dumps(policy("*", "*"))], True),
        ([], False),
    ],
)
def test_permission_policies(documents: list[dict[str, Any]], allowed: bool) -> None:
    assert is_allowed(documents, Request("s3:GetObject", "arn:aws:s3:::lake/customers/a.csv")) is allowed


def test_an_unknown_condition_operator_is_an_error() -> None:
    document = policy("s3:GetObject", "*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    with pytest.raises(ProgrammingError, match="IpAddress"):
        is_allowed([document], Request("s3:GetObject", "x", context={"aws:SourceIp": "10.0.0.1"}))
