"""IAM policies are evaluated strictly, and failing connections end in one sentence after three retries."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from snowflake.connector.errors import ProgrammingError

from local_account.aws.iam_policy import Request, is_allowed
from local_account.stages import storage_access

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
    ],
)
def test_permission_policies(documents: list[dict[str, Any]], allowed: bool) -> None:
    assert is_allowed(documents, Request("s3:GetObject", "arn:aws:s3:::lake/customers/a.csv")) is allowed


def test_an_unknown_condition_operator_is_an_error() -> None:
    document = policy("s3:GetObject", "*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    with pytest.raises(ProgrammingError, match="IpAddress"):
        is_allowed([document], Request("s3:GetObject", "x", context={"aws:SourceIp": "10.0.0.1"}))


def test_a_lost_connection_is_tried_three_times_more_and_then_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(storage_access, "time", SimpleNamespace(sleep=waits.append))
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    with pytest.raises(ProgrammingError, match="Could not list s3://lake: no connection after 3 retries") as caught:
        storage_access.with_retries(fail, "list s3://lake")
    assert len(tried) == 4
    assert [round(w / waits[0]) for w in waits] == [1, 2, 4]
    assert "\n" not in str(caught.value.raw_msg)


def test_an_operation_that_recovers_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_access, "time", SimpleNamespace(sleep=lambda _: None))
    answers = iter([EndpointConnectionError(endpoint_url="x"), "fine"])

    def answer() -> str:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    assert storage_access.with_retries(answer, "read") == "fine"
