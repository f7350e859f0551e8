"""The uploader against a real S3 server (moto's), and against servers that fail."""

from __future__ import annotations

import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

import boto3
import pytest
from moto.server import ThreadedMotoServer

from c360 import upload
from c360.upload import UploadError, upload_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUCKET, KEY = "lake", "customers/customers.csv"


def settings(port: int) -> dict[str, Any]:
    return {
        "endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1", "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
    }  # fmt: skip


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, Any]]:
    """A served S3 with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    found = settings(server.get_host_and_port()[1])
    boto3.client("s3", **found).create_bucket(Bucket=BUCKET)
    yield found
    server.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text("customer_id,name\nC000001,Ann O'Brien\n" * 9_000)
    return path


class FailingServer:
    """Answers every request with one status, and counts them."""

    def __init__(self, *statuses: int) -> None:
        self.requests: list[str] = []
        answers = list(statuses)
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                requests.append(self.command)
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_PUT = do_GET = answer  # noqa: N815 - names that http.server looks for

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_file_arrives_whole_and_progress_adds_up(aws: dict[str, Any], file: Path) -> None:
    seen: list[int] = []
    done = upload_file(file, BUCKET, "whole.csv", aws, seen.append)
    assert boto3.client("s3", **aws).get_object(Bucket=BUCKET, Key="whole.csv")["Body"].read() == file.read_bytes()
    assert done.was_sent
    assert done.size == sum(seen) == file.stat().st_size
    assert done.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_progress_is_told_by_the_thread_that_uploads(aws: dict[str, Any], file: Path) -> None:
    told: set[threading.Thread] = set()
    upload_file(file, BUCKET, "threads.csv", aws, lambda _: told.add(threading.current_thread()))
    assert told == {threading.current_thread()}


def test_the_same_content_is_not_sent_again_but_a_change_is(aws: dict[str, Any], file: Path) -> None:
    client = boto3.client("s3", **aws)
    upload_file(file, BUCKET, KEY, aws)
    first = client.head_object(Bucket=BUCKET, Key=KEY)["LastModified"]
    seen: list[int] = []
    assert not upload_file(file, BUCKET, KEY, aws, seen.append).was_sent
    assert client.head_object(Bucket=BUCKET, Key=KEY)["LastModified"] == first
    assert sum(seen) == file.stat().st_size
    file.write_text(file.read_text().replace("Ann", "Bea"))
    assert upload_file(file, BUCKET, KEY, aws).was_sent


def test_an_object_without_checksum_is_replaced(aws: dict[str, Any], file: Path) -> None:
    boto3.client("s3", **aws).put_object(Bucket=BUCKET, Key="old.csv", Body=b"x" * file.stat().st_size)
    assert upload_file(file, BUCKET, "old.csv", aws).was_sent


def test_a_refused_connection_is_retried_three_times_with_growing_pauses_then_one_error(file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        pauses: list[float] = []
        with pytest.raises(UploadError) as caught:
            upload_file(file, BUCKET, KEY, settings(taken.getsockname()[1]), pause=pauses.append)
    assert pauses == [0.5, 1.0, 2.0]
    sentence = str(caught.value)
    assert sentence.startswith(f"Cannot upload customers.csv to s3://{BUCKET}/{KEY} after 3 retries: ")
    assert "\n" not in sentence


def test_server_errors_are_tried_exactly_four_times(file: Path) -> None:
    pauses: list[float] = []
    with FailingServer(503) as server, pytest.raises(UploadError, match="after 3 retries"):
        upload_file(file, BUCKET, KEY, settings(server.port), pause=pauses.append)
    assert server.requests == ["HEAD"] * 4
    assert len(pauses) == 3


def test_a_failing_transfer_is_tried_four_times_and_takes_its_progress_back(file: Path) -> None:
    seen: list[int] = []
    with FailingServer(404, 500) as server, pytest.raises(UploadError, match="after 3 retries"):
        upload_file(file, BUCKET, KEY, settings(server.port), seen.append, lambda _: None)
    assert server.requests == ["HEAD", *["PUT"] * 4]
    assert sum(seen) == 0
    assert max(seen) > 0


def test_a_refusal_is_not_retried(aws: dict[str, Any], file: Path) -> None:
    pauses: list[float] = []
    with pytest.raises(UploadError, match=r"s3://no-such-bucket/customers/customers.csv: .*NoSuchBucket"):
        upload_file(file, "no-such-bucket", KEY, aws, pause=pauses.append)
    assert pauses == []


@pytest.mark.parametrize("wrong", ["size", "sum", "nothing"])
def test_an_object_that_differs_from_the_file_is_an_error(
    aws: dict[str, Any], file: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    size, digest = file.stat().st_size, hashlib.sha256(file.read_bytes()).digest()
    arrived = {"size": (3, digest), "sum": (size, b"abc"), "nothing": None}[wrong]
    told = {"size": rf"3 bytes, SHA-256 {digest.hex()}", "sum": f"{size} bytes, SHA-256 616263", "nothing": "nothing"}
    monkeypatch.setattr(upload._Sender, "look", lambda _: arrived)
    with pytest.raises(UploadError, match=rf"is not what was sent: .* the bucket has {told[wrong]}\. Upload"):
        upload_file(file, BUCKET, "bad.csv", aws)
