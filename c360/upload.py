"""Uploads files to the bucket: exactly three retries, progress, and a check of what arrived."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from c360.errors import CommandError, one_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_Answer = TypeVar("_Answer")

RETRIES = 3
# Marks an object that a command brought: only such are ever taken out again without being asked for.
SENT_BY_US = {"sent-by": "c360"}
FIRST_PAUSE_SECONDS = 0.5
_LARGEST_OBJECT = 5 << 30  # the most that S3 takes in one request; one request has one checksum to verify
_SERVER_ERROR = 500
_NOT_FOUND = 404
# Botocore must not retry by itself: what is retried, how often and how it looks is decided here.
_CLIENT = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60)
_TRANSFER = TransferConfig(multipart_threshold=_LARGEST_OBJECT, use_threads=False)


class UploadError(CommandError):
    """A file that could not be brought into the bucket, or did not arrive as it was sent."""


@dataclass(frozen=True)
class Upload:
    """What became of a file.

    Attributes:
        bucket: Bucket of its object.
        key: Key of its object.
        size: Size in bytes.
        sha256: SHA-256 in hex.
        was_sent: Whether it had to be sent.
    """

    bucket: str
    key: str
    size: int
    sha256: str
    was_sent: bool


def upload_file(  # noqa: PLR0913, PLR0917 - what goes where, by which client, watched and paced by whom
    path: Path,
    bucket: str,
    key: str,
    aws: Mapping[str, Any],
    progress: Callable[[int], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> Upload:
    """Upload one file, unless the bucket has the same content under this key, and verify size and checksum.

    Args:
        path: the file, at most 5 GiB.
        bucket: name of the bucket.
        key: name of the object.
        aws: arguments of boto3.client, such as region_name and endpoint_url.
        progress: told of bytes as they are sent; a negative number takes back those of an attempt that failed.
        pause: waits for seconds between attempts.

    Returns:
        What became of the file.

    Raises:
        UploadError: after the third retry of a connection that fails or a server that answers 5xx; at once for any
            other refusal, and where the object in the bucket is not the file.
    """
    size, digest = path.stat().st_size, _sha256(path)
    if size > _LARGEST_OBJECT:
        raise UploadError(f"Cannot upload {path}: {size} bytes are more than the 5 GiB of one object; split the file.")
    sender = _Sender(path, bucket, key, digest, boto3.client("s3", config=_CLIENT, **aws), progress)
    try:
        present = _retried(sender.look, pause)
        if present == (size, digest):
            progress(size)
            return Upload(bucket, key, size, digest.hex(), was_sent=False)
        _retried(sender.send, pause)
        arrived = _retried(sender.look, pause)
    except (BotoCoreError, ClientError) as error:
        raise UploadError(_sentence(error, path, bucket, key)) from error
    if arrived != (size, digest):
        found = "nothing" if arrived is None else f"{arrived[0]} bytes, SHA-256 {arrived[1].hex()}"
        raise UploadError(
            f"s3://{bucket}/{key} is not what was sent: {path} has {size} bytes, SHA-256 {digest.hex()}, "
            f"the bucket has {found}. Upload again."
        )
    return Upload(bucket, key, size, digest.hex(), was_sent=True)


@dataclass
class _Sender:
    path: Path
    bucket: str
    key: str
    digest: bytes
    client: Any
    progress: Callable[[int], None]

    def look(self) -> tuple[int, bytes] | None:
        """Return size and SHA-256 of the object, or None where there is none or it has no such checksum."""
        try:
            head = self.client.head_object(Bucket=self.bucket, Key=self.key, ChecksumMode="ENABLED")
        except ClientError as error:
            if _status(error) == _NOT_FOUND:
                return None
            raise
        checksum = head.get("ChecksumSHA256")
        return (head["ContentLength"], base64.b64decode(checksum)) if checksum else None

    def send(self) -> None:
        sent = 0

        def count(size: int) -> None:
            nonlocal sent
            sent += size
            self.progress(size)

        arguments = {
            "ChecksumAlgorithm": "SHA256",
            "ChecksumSHA256": base64.b64encode(self.digest).decode(),
            "Metadata": SENT_BY_US,
            "ContentType": mimetypes.guess_type(self.path)[0] or "application/octet-stream",
        }
        try:
            with self.path.open("rb") as file:
                self.client.upload_fileobj(file, self.bucket, self.key, arguments, count, _TRANSFER)
        except (BotoCoreError, ClientError):
            self.progress(-sent)
            raise


def _retried(action: Callable[[], _Answer], pause: Callable[[float], None]) -> _Answer:
    for retry in range(RETRIES):
        try:
            return action()
        except (BotoCoreError, ClientError) as error:
            if not _is_passing(error):
                raise
        pause(FIRST_PAUSE_SECONDS * 2**retry)
    return action()


def _is_passing(error: Exception) -> bool:
    if isinstance(error, ClientError):
        return _status(error) >= _SERVER_ERROR
    return isinstance(error, (NoConnectionError, HTTPClientError))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _sentence(error: Exception, path: Path, bucket: str, key: str) -> str:
    tried = f" after {RETRIES} retries" if _is_passing(error) else ""
    todo = "check the endpoint and the network" if _is_passing(error) else "check the bucket's name and your rights"
    return f"Cannot upload {path.name} to s3://{bucket}/{key}{tried}: {one_sentence(error)} ({todo}, then run again)."


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
