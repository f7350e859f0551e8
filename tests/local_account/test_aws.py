"""S3, IAM and STS keep their state, refuse other services, and say clearly when they cannot start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_account.aws.moto_server import AwsServer, PortTakenError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AwsServer]:
    server = AwsServer(tmp_path, port=0)
    server.start()
    yield server
    server.close()


def restart(server: AwsServer, home: Path) -> AwsServer:
    server.close()
    again = AwsServer(home, port=0)
    again.start()
    return again


def test_objects_roles_and_their_ids_survive_a_restart(server: AwsServer, tmp_path: Path) -> None:
    s3, iam = server.client("s3"), server.client("iam")
    s3.create_bucket(Bucket="lake")
    s3.put_bucket_versioning(Bucket="lake", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="lake", Key="customers/ü .csv", Body=b"a" * 100_000, Metadata={"sha": "1"})
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]
    before = s3.head_object(Bucket="lake", Key="customers/ü .csv")
    again = restart(server, tmp_path)
    after = again.client("s3").head_object(Bucket="lake", Key="customers/ü .csv")
    wanted = ("ETag", "LastModified", "VersionId", "Metadata", "ContentLength")
    assert {k: after[k] for k in wanted} == {k: before[k] for k in wanted}
    assert again.client("s3").get_object(Bucket="lake", Key="customers/ü .csv")["Body"].read() == b"a" * 100_000
    found = again.client("iam").get_role(RoleName="r")["Role"]
    assert (found["RoleId"], found["CreateDate"]) == (role["RoleId"], role["CreateDate"])
    again.close()


def test_multipart_uploads_and_copies_survive_a_restart(server: AwsServer, tmp_path: Path) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="lake")
    upload = s3.create_multipart_upload(Bucket="lake", Key="big")["UploadId"]
    parts = [
        {
            "PartNumber": n,
            "ETag": s3.upload_part(
                Bucket="lake", Key="big", UploadId=upload, PartNumber=n, Body=bytes([n]) * (5 << 20)
            )["ETag"],
        }
        for n in (1, 2)
    ]
    s3.complete_multipart_upload(Bucket="lake", Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.copy_object(Bucket="lake", Key="copy", CopySource="lake/big")
    s3.delete_object(Bucket="lake", Key="big")
    etag = s3.head_object(Bucket="lake", Key="copy")["ETag"]
    again = restart(server, tmp_path)
    listed = again.client("s3").list_objects_v2(Bucket="lake")["Contents"]
    assert [(o["Key"], o["Size"], o["ETag"]) for o in listed] == [("copy", 10 << 20, etag)]
    again.close()


def test_overwritten_and_deleted_objects_leave_the_disk_at_the_next_start(server: AwsServer, tmp_path: Path) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="lake")
    for n in range(5):
        s3.put_object(Bucket="lake", Key="same", Body=bytes([n]) * 100_000)
        s3.put_object(Bucket="lake", Key=f"gone{n}", Body=bytes([n]) * 100_000)
    s3.delete_object(Bucket="lake", Key="gone0")
    s3.delete_objects(Bucket="lake", Delete={"Objects": [{"Key": f"gone{n}"} for n in range(1, 5)]})
    upload = s3.create_multipart_upload(Bucket="lake", Key="never")["UploadId"]
    s3.upload_part(Bucket="lake", Key="never", UploadId=upload, PartNumber=1, Body=b"x" * 100_000)
    again = restart(server, tmp_path)
    assert len(list((tmp_path / "aws" / "bodies").iterdir())) == 1
    assert [o["Key"] for o in again.client("s3").list_objects_v2(Bucket="lake")["Contents"]] == ["same"]
    assert again.client("s3").get_object(Bucket="lake", Key="same")["Body"].read() == bytes([4]) * 100_000
    again.client("s3").delete_object(Bucket="lake", Key="same")
    again.client("s3").delete_bucket(Bucket="lake")
    last = restart(again, tmp_path)
    assert last.client("s3").list_buckets()["Buckets"] == []
    assert (tmp_path / "aws" / "journal.jsonl").read_text() == ""
    last.close()


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib; from local_account.aws.moto_server import AwsServer\n"
        "s = AwsServer(pathlib.Path(sys.argv[1]), port=0); s.start(); c = s.client('s3')\n"
        "c.create_bucket(Bucket='bucket'); c.put_object(Bucket='bucket', Key='k', Body=b'z' * 200_000)\n"
        "print('ready', flush=True); time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    with (tmp_path / "aws" / "journal.jsonl").open("a") as journal:
        journal.write('{"seed": 1, "at"')  # a line cut off by the kill
    server = AwsServer(tmp_path, port=0)
    server.start()
    assert server.client("s3").get_object(Bucket="bucket", Key="k")["Body"].read() == b"z" * 200_000
    server.close()


def test_two_servers_in_one_process_do_not_share_state(server: AwsServer, tmp_path: Path) -> None:
    other = AwsServer(tmp_path / "other", port=0)
    other.start()
    server.client("s3").create_bucket(Bucket="mine")
    assert other.client("s3").list_buckets()["Buckets"] == []
    other.client("s3").create_bucket(Bucket="theirs")
    assert [b["Name"] for b in server.client("s3").list_buckets()["Buckets"]] == ["mine"]
    other.close()
    assert [b["Name"] for b in server.client("s3").list_buckets()["Buckets"]] == ["mine"]


@pytest.mark.parametrize(
    ("service", "call"), [("sqs", "list_queues"), ("dynamodb", "list_tables"), ("ec2", "describe_vpcs")]
)
def test_other_services_are_refused_by_name(server: AwsServer, service: str, call: str) -> None:
    with pytest.raises(ClientError, match=f"{service} is not served by the local account"):
        getattr(server.client(service), call)()


def test_a_taken_port_is_one_sentence(server: AwsServer, tmp_path: Path) -> None:
    with pytest.raises(PortTakenError, match=f"port {server.port} on 127.0.0.1 is taken"):
        AwsServer(tmp_path / "other", port=server.port).start()
