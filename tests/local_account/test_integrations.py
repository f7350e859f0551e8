"""Storage integrations: what DESCRIBE shows, and that reading goes through the role's trust and rights."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore import endpoint
from snowflake.connector.errors import ProgrammingError

if TYPE_CHECKING:
    from tests.support.lake import Lake


def described(cursor: Any, name: str) -> dict[str, tuple[str, str]]:
    return {row[0]: (row[1], row[2]) for row in cursor.execute(f"desc integration {name}").fetchall()}


def test_describe_gives_what_the_trust_policy_needs(lake: Lake) -> None:
    found = described(lake.cursor, lake.name)
    assert found == {
        "ENABLED": ("Boolean", "true"),
        "STORAGE_PROVIDER": ("String", "S3"),
        "STORAGE_ALLOWED_LOCATIONS": ("List", f"s3://{lake.bucket}/customers/"),
        "STORAGE_BLOCKED_LOCATIONS": ("List", ""),
        "STORAGE_AWS_IAM_USER_ARN": ("String", "arn:aws:iam::999999999999:user/snowflake-local"),
        "STORAGE_AWS_ROLE_ARN": ("String", f"arn:aws:iam::123456789012:role/{lake.bucket}"),
        "STORAGE_AWS_EXTERNAL_ID": ("String", "our-id"),
        "STORAGE_AWS_OBJECT_ACL": ("String", ""),
        "COMMENT": ("String", ""),
    }
    lake.cursor.execute(f"show storage integrations like '{lake.name}'")
    assert [c.name for c in lake.cursor.description] == ["name", "type", "category", "enabled", "comment", "created_on"]
    assert lake.cursor.fetchall()[0][:4] == (lake.name, "EXTERNAL_STAGE", "STORAGE", "true")


def test_an_external_id_is_made_up_where_none_is_given(lake: Lake) -> None:
    create = (
        "create or replace storage integration OTHER type = external_stage storage_provider = 'S3' enabled = true "
        "storage_aws_role_arn = 'arn:aws:iam::123456789012:role/r' storage_allowed_locations = ('*')"
    )
    ids = set()
    for _ in range(2):
        lake.cursor.execute(create)
        ids.add(described(lake.cursor, "OTHER")["STORAGE_AWS_EXTERNAL_ID"][1])
    assert len(ids) == 2
    lake.cursor.execute("alter storage integration OTHER set storage_aws_external_id = 'x' comment = 'mine'")
    found = described(lake.cursor, "OTHER")
    assert (found["STORAGE_AWS_EXTERNAL_ID"][1], found["COMMENT"][1]) == ("x", "mine")
    lake.cursor.execute("drop integration OTHER")
    with pytest.raises(ProgrammingError, match="Integration 'OTHER' does not exist"):
        lake.cursor.execute("desc integration OTHER")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"external_id": "another"}, r"Error assuming AWS_ROLE:\nUser: .*snowflake-local is not authorized"),
        ({"actions": ["s3:PutObject"]}, r"is not allowed to perform s3:GetObject on arn:aws:s3:::.*/customers/a.csv"),
        ({"drop": True}, "Error assuming AWS_ROLE"),
    ],
)
def test_reading_fails_where_the_role_does_not_let_us(lake: Lake, changes: dict[str, Any], message: str) -> None:
    lake.put("a.csv", "1\n")
    lake.cursor.execute("create table T (id number)")
    assert lake.cursor.execute("list @LANDING").fetchall()
    if "external_id" in changes:
        lake.iam.update_assume_role_policy(RoleName=lake.bucket, PolicyDocument=lake.trust(changes["external_id"]))
    elif "actions" in changes:
        lake.allow(*changes["actions"])
    else:
        lake.iam.delete_role_policy(RoleName=lake.bucket, PolicyName="read")
        lake.iam.delete_role(RoleName=lake.bucket)
    with pytest.raises(ProgrammingError, match=message):
        lake.cursor.execute("copy into T from @LANDING")
    assert lake.cursor.execute("select count(*) from T").fetchone() == (0,)


def test_disabled_integrations_and_other_locations_are_refused(lake: Lake) -> None:
    with pytest.raises(ProgrammingError, match="is not allowed by integration"):
        lake.cursor.execute(f"create stage S url = 's3://{lake.bucket}/secret/' storage_integration = {lake.name}")
    lake.cursor.execute(
        f"alter storage integration {lake.name} set storage_blocked_locations = ('s3://{lake.bucket}/customers/pii/')"
    )
    with pytest.raises(ProgrammingError, match="is not allowed by integration"):
        lake.cursor.execute(
            f"create stage S url = 's3://{lake.bucket}/customers/pii/' storage_integration = {lake.name}"
        )
    lake.cursor.execute(f"alter storage integration {lake.name} set enabled = false")
    with pytest.raises(ProgrammingError, match="is not enabled"):
        lake.cursor.execute("list @LANDING")


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("storage_provider = 'GCS' enabled = true", "STORAGE_PROVIDER other than 'S3'"),
        ("storage_provider = 'S3' enabled = maybe", "'ENABLED'"),
        ("storage_provider = 'S3'", "Missing option"),
        ("storage_provider = 'S3' enabled = true storage_foo = 1", "STORAGE_FOO"),
    ],
)
def test_wrong_properties_are_named(lake: Lake, clause: str, message: str) -> None:
    with pytest.raises(ProgrammingError, match=message):
        lake.cursor.execute(
            f"create storage integration WRONG type = external_stage {clause} "
            "storage_aws_role_arn = 'arn:aws:iam::123456789012:role/r' storage_allowed_locations = ('*')"
        )


def test_validate_says_what_works(lake: Lake) -> None:
    def validate(action: str) -> dict[str, Any]:
        url = f"s3://{lake.bucket}/customers/"
        sql = f"select system$validate_storage_integration('{lake.name}', '{url}', 'probe.txt', '{action}')"
        return json.loads(lake.cursor.execute(sql).fetchone()[0])

    assert validate("list") == {"status": "success", "actions": {"list": {"status": "success"}}}
    assert "s3:PutObject" in validate("write")["actions"]["write"]["message"]
    lake.allow("s3:*")
    assert validate("all")["status"] == "success"


def test_only_who_may_create_integrations_does(connect: Any, lake: Lake) -> None:
    assert lake.name
    with pytest.raises(ProgrammingError, match="Insufficient privileges"):
        connect(role="SYSADMIN").cursor().execute(
            "create storage integration MINE type = external_stage storage_provider = 'S3' enabled = true "
            "storage_aws_role_arn = 'arn:aws:iam::123456789012:role/r' storage_allowed_locations = ('*')"
        )


def test_a_stopped_s3_is_one_sentence_and_nothing_is_loaded(
    lake: Lake, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.cursor.execute("create table T (id number)")
    lake.put("a.csv", "1\n")
    waits: list[float] = []
    # botocore's own name for it: other threads of the process sleep as well.
    monkeypatch.setattr(endpoint, "time", SimpleNamespace(sleep=waits.append))
    aws = account.account.aws
    port, clients = aws.port, aws._clients
    monkeypatch.setattr(aws, "port", 1)
    monkeypatch.setattr(aws, "_clients", {})
    with pytest.raises(ProgrammingError, match="no connection after 3 retries") as caught:
        lake.cursor.execute("copy into T from @LANDING")
    assert len(waits) == 3
    assert "\n" not in str(caught.value.raw_msg)
    monkeypatch.setattr(aws, "port", port)
    monkeypatch.setattr(aws, "_clients", clients)
    assert lake.cursor.execute("select count(*) from T").fetchone() == (0,)
    assert lake.cursor.execute("copy into T from @LANDING").fetchone()[1] == "LOADED"
