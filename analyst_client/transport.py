"""How a request gets to an account's REST API, and how it gets there from inside of Snowflake's warehouse runtime.

There an app has no token and no network: the runtime's own module `_snowflake` sends the request with the rights of the
app's owner. https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/tutorials/tutorial-1
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNTIME = "_snowflake"


class UnreachableError(Exception):
    """Nobody replied; the text says why, without a full stop."""


class SilentError(UnreachableError):
    """Nobody replied in time."""


@dataclass(frozen=True)
class Reply:
    """What came back for a request.

    Attributes:
        status: HTTP status.
        body: As it came.
        reason: What the status is called, for replies that say no more.
        request_id: What the service calls the request, if a header said.
        retry_after: Seconds after which the service wants to be asked again, if it said.
    """

    status: int
    body: bytes
    reason: str = ""
    request_id: str | None = None
    retry_after: float | None = None


class Transport(Protocol):
    """One way to an account's REST API."""

    def send(self, path: str, body: dict[str, Any], seconds: float) -> Reply:
        """POST a body as JSON.

        Args:
            path: below the account's address.
            body: what is sent.
            seconds: to wait for the reply.

        Raises:
            UnreachableError: where there is no reply; SilentError, where there is none in time.
        """
        ...

    def renew(self) -> None:
        """Renew an expired session, as far as that is this transport's to do."""
        ...


class RuntimeTransport:
    """Sends requests from an app in Snowflake's warehouse runtime, as its owner.

    Args:
        post: the runtime's `send_snow_api_request`.
    """

    def __init__(self, post: Callable[..., dict[str, Any]]) -> None:
        self._post = post

    def send(self, path: str, body: dict[str, Any], seconds: float) -> Reply:
        """POST a body, as Transport says."""
        try:
            reply = self._post("POST", path, {}, {}, body, None, int(seconds * 1000))
        except Exception as error:  # the runtime documents no errors of its own
            said = " ".join(str(error).split())
            if "timeout" in said.lower() or "timed out" in said.lower():
                raise SilentError(said) from None
            raise UnreachableError(said.rstrip(".")) from error
        content = reply.get("content", "")
        return Reply(
            int(reply["status"]),
            content.encode() if isinstance(content, str) else json.dumps(content).encode(),
            str(reply.get("reason") or ""),
            reply.get("request_id"),
        )

    def renew(self) -> None:
        """Do nothing: the runtime keeps its own session."""


def runtime_transport() -> RuntimeTransport | None:
    """Return the transport of Snowflake's warehouse runtime, or None anywhere else."""
    if importlib.util.find_spec(_RUNTIME) is None:
        return None
    return RuntimeTransport(importlib.import_module(_RUNTIME).send_snow_api_request)
