"""Reaches the analyst over HTTP with a connection's own session, and runs its answers with that connection's rights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib import error, request

from snowflake.connector.errors import ProgrammingError

from analyst_client.client import AnalystClient
from analyst_client.desk import AnswerError, Limits, QuestionDesk, Rows
from analyst_client.transport import Reply, SilentError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from snowflake.connector import SnowflakeConnection

_CANCELLED = 604


class HttpTransport:
    """Sends requests with the token of a connection's session, to Snowflake or to the local account alike.

    Args:
        connection: an open connection; its role is the one that asks.
    """

    def __init__(self, connection: SnowflakeConnection) -> None:
        self._connection = connection

    def send(self, path: str, body: dict[str, Any], seconds: float) -> Reply:
        """POST a body, as Transport says."""
        rest = self._connection.rest
        if rest is None or rest.token is None:
            raise UnreachableError("the connection is closed")
        headers = {
            "Authorization": f'Snowflake Token="{rest.token}"',
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        data = json.dumps(body).encode()
        sent = request.Request(f"{rest.server_url}{path}", data, headers, method="POST")  # noqa: S310 - the account's
        try:
            with request.urlopen(sent, timeout=seconds) as response:  # noqa: S310 - as above
                return Reply(response.status, response.read())
        except error.HTTPError as refused:
            with refused:
                return _refusal(refused)
        except (OSError, error.URLError) as unreachable:
            reason = getattr(unreachable, "reason", unreachable)
            if isinstance(unreachable, TimeoutError) or isinstance(reason, TimeoutError):
                raise SilentError(str(reason)) from None
            raise UnreachableError(str(reason)) from unreachable

    def renew(self) -> None:
        """Let the connector renew a session's token that has expired, as it does for any statement."""
        with self._connection.cursor() as cursor:
            cursor.execute("select 1")


def _refusal(refused: error.HTTPError) -> Reply:
    try:
        body = refused.read()
    except OSError:
        body = b""
    retry_after = refused.headers.get("Retry-After", "")
    return Reply(
        refused.code,
        body,
        str(refused.reason),
        refused.headers.get("X-Snowflake-Request-Id"),
        float(retry_after) if retry_after.isdigit() else None,
    )


def rows_of(connection: SnowflakeConnection, seconds: int) -> Callable[[str, int], Rows]:
    """Return what runs a query of an answer on a connection, and cancels it after so many seconds."""

    def run(sql: str, most: int) -> Rows:
        with connection.cursor() as cursor:
            try:
                cursor.execute(sql, timeout=seconds)
                rows = tuple(tuple(row) for row in cursor.fetchmany(most))
            except ProgrammingError as failed:
                if failed.errno == _CANCELLED:
                    raise AnswerError(
                        f"The query was stopped after {seconds} s: ask for less, such as a shorter period."
                    ) from failed
                said = " ".join(str(failed.raw_msg or failed.msg).split())
                raise AnswerError(f"The query of the answer failed: {said}") from failed
            return tuple(column.name for column in cursor.description), rows

    return run


def desk_of(
    connection: SnowflakeConnection,
    view: tuple[str, str, str],
    limits: Limits | None = None,
    client: AnalystClient | None = None,
) -> QuestionDesk:
    """Build the desk whose questions, and the SQL of whose answers, go over one connection.

    Args:
        connection: whose role asks and runs the SQL.
        view: database, schema and name of the semantic view.
        limits: of every answer.
        client: asks the service; by default over the same connection.
    """
    limits = limits or Limits()
    client = client or AnalystClient(HttpTransport(connection), ".".join(view))
    return QuestionDesk(client, rows_of(connection, limits.seconds), view, limits.rows)
