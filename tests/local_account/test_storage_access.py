"""Failing connections end in one sentence after three retries."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore import endpoint
from botocore.exceptions import ClientError, EndpointConnectionError
from snowflake.connector.errors import ProgrammingError

from local_account.stages import storage_access

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def failing(account: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], tuple[Any, list[int]]]:
    """A client whose first requests find no connection, without waits; returns it with the list of its requests."""
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(sleep=lambda _: None))

    def client(failures: int) -> tuple[Any, list[int]]:
        credentials = {"AccessKeyId": "x", "SecretAccessKey": "x", "SessionToken": "x"}
        s3, requests = account.account.aws.client("s3", credentials), []

        def send(**_: Any) -> None:
            requests.append(1)
            if len(requests) <= failures:
                raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

        s3.meta.events.register("before-send.s3", send)
        return s3, requests

    return client


def test_a_lost_connection_is_tried_three_times_more_and_then_one_sentence(failing: Any) -> None:
    s3, requests = failing(99)
    with pytest.raises(ProgrammingError, match="Could not list buckets: no connection after 3 retries") as caught:
        storage_access.in_one_sentence(s3.list_buckets, "list buckets")
    assert len(requests) == 4
    assert "\n" not in str(caught.value.raw_msg)


def test_a_connection_that_recovers_succeeds(failing: Any) -> None:
    s3, requests = failing(3)
    assert "Buckets" in storage_access.in_one_sentence(s3.list_buckets, "list buckets")
    assert len(requests) == 4


def test_what_is_not_there_is_named_and_other_refusals_stay(account: Any) -> None:
    s3 = account.account.aws.client("s3")
    with pytest.raises(ProgrammingError, match=r"Could not read x: .*bucket does not exist \(NoSuchBucket\)"):
        storage_access.in_one_sentence(lambda: s3.get_object(Bucket="never-made", Key="x"), "read x")
    with pytest.raises(ClientError, match="InvalidBucketName"):
        storage_access.in_one_sentence(lambda: s3.create_bucket(Bucket="A_"), "make it")
