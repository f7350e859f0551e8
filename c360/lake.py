"""What lies in the bucket of own files: which of it was loaded, and how an object is taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3

from c360.connection import connect
from c360.errors import CommandError
from c360.upload import SENT_BY_US
from pipeline.feeds import FEEDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from datetime import datetime

    from snowflake.connector.cursor import SnowflakeCursor

    from c360.connection import Target

_TABLES = ("BRONZE_CUSTOMERS", "BRONZE_CUSTOMER_CHANGES", "BRONZE_TRANSACTIONS")
_ROWS_SQL = "\nunion all\n".join(
    f"select _source_file, count(*), max(_loaded_at) from BRONZE.{table} group by 1" for table in _TABLES
)
# A file without rows leaves none in bronze, so the loads themselves are asked too; they are told of for 14 days.
_LOADS_SQL = "\nunion all\n".join(
    "select file_name from table(INFORMATION_SCHEMA.COPY_HISTORY("
    f"TABLE_NAME => 'BRONZE.{table}', START_TIME => dateadd('day', -13, current_timestamp())))"
    for table in _TABLES
)


@dataclass(frozen=True)
class StoredObject:
    """One object of the bucket.

    Attributes:
        key: Its key.
        size: Its size in bytes.
        delivered_at: When it was brought, in UTC.
        rows: How many rows of it are in bronze.
    """

    key: str
    size: int
    delivered_at: datetime
    rows: int


def objects(to: Target, cursor: SnowflakeCursor) -> list[StoredObject]:
    """List the objects of the feeds, by key."""
    rows = _rows(cursor)
    return [
        StoredObject(item["Key"], item["Size"], item["LastModified"], rows.get(item["Key"], 0))
        for item in sorted(_listed(to), key=lambda item: item["Key"])
    ]


def remove(to: Target, keys: Iterable[str]) -> None:
    """Take objects out of the bucket; what was loaded of them stays in bronze.

    Raises:
        CommandError: for a key that is not there; nothing is removed then.
    """
    client, wanted = _client(to), list(keys)
    with connect(to) as connection, connection.cursor() as cursor:
        known = {item.key for item in objects(to, cursor)}
    if missing := [key for key in wanted if key not in known]:
        raise CommandError(f"The bucket has no object {missing[0]}: 'c360 files list' shows what it has.")
    for key in wanted:
        client.delete_object(Bucket=to.names.bucket, Key=key)


def withdraw(to: Target, keep: Container[str]) -> list[str]:
    """Take out what a command brought, no run loaded, and is not to be kept.

    Args:
        to: the stack.
        keep: keys that stay whatever became of them.

    Returns:
        The keys of the objects that are gone.
    """
    candidates = sorted(item["Key"] for item in _listed(to) if item["Key"] not in keep)
    if not candidates:
        return []  # nothing to ask of bronze, whose rows are many
    with connect(to) as connection, connection.cursor() as cursor:
        loaded = _rows(cursor).keys() | _loaded(cursor)
    client = _client(to)
    gone = []
    for key in candidates:
        head = client.head_object(Bucket=to.names.bucket, Key=key)
        if key not in loaded and head["Metadata"].items() >= SENT_BY_US.items():
            client.delete_object(Bucket=to.names.bucket, Key=key)
            gone.append(key)
    return gone


def _listed(to: Target) -> Iterator[dict[str, Any]]:
    """Yield the bucket's objects of the feeds, as S3 describes them."""
    pages = _client(to).get_paginator("list_objects_v2")
    for feed in FEEDS:
        for page in pages.paginate(Bucket=to.names.bucket, Prefix=f"{feed}/"):
            yield from (item for item in page.get("Contents", []) if not item["Key"].endswith("/"))


def _client(to: Target) -> Any:
    return boto3.client("s3", **to.aws)


def _rows(cursor: SnowflakeCursor) -> dict[str, int]:
    """Return the number of rows in bronze by key; a file's name is the end of what the load recorded."""
    cursor.execute(_ROWS_SQL)
    return {str(row[0]): int(row[1]) for row in cursor.fetchall() if row[0]}


def _loaded(cursor: SnowflakeCursor) -> set[str]:
    cursor.execute(_LOADS_SQL)
    return {str(row[0]) for row in cursor.fetchall()}
