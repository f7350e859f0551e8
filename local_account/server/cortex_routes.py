"""The REST endpoints of Cortex Analyst: who asks, and how an answer is written onto the wire."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from local_account.cortex.answers import error_body, events
from local_account.cortex.requests import UNAUTHORIZED
from local_account.cortex.service import OK, CortexAnalyst

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from local_account.cortex.service import Reply
    from local_account.session.session import Session

_PREFIX = "/api/v2/cortex/analyst"
_NOT_FOUND, _METHOD_NOT_ALLOWED = 404, 405
_REQUEST_ID = "X-Snowflake-Request-Id"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_NO_HEADER = "Authorization header not found in the request data.", "390101"
_NO_SESSION = "Authentication token has expired.  The user must authenticate again.", "390114"


class CortexRoutes:
    """What a server has to know of Cortex Analyst.

    Args:
        analyst: returns who answers; it may be there only when the account has started.
        session_of: finds the session that a request's token belongs to.
    """

    def __init__(self, analyst: CortexAnalyst, session_of: Callable[[Request], Session | None]) -> None:
        self._analyst = analyst
        self._session_of = session_of
        self.routes = [
            Route(f"{_PREFIX}/message", self.message, methods=_METHODS),
            Route(f"{_PREFIX}/feedback", self.feedback, methods=_METHODS),
            Route("/api/{path:path}", _not_found, methods=_METHODS),
        ]

    async def message(self, request: Request) -> Response:
        """Answer a question."""
        return await self._answered(request, self._analyst.message)

    async def feedback(self, request: Request) -> Response:
        """Take what somebody thinks of an answer."""
        return await self._answered(request, self._analyst.feedback)

    async def _answered(self, request: Request, answer: Callable[[Session, bytes], Reply]) -> Response:
        if request.method != "POST":
            return _refused(_METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed: use POST.")
        session = self._session_of(request)
        if session is None:
            message, code = _NO_SESSION if "Authorization" in request.headers else _NO_HEADER
            return _refused(UNAUTHORIZED, message, code)
        reply = await asyncio.to_thread(answer, session, await request.body())
        headers = {_REQUEST_ID: reply.request_id}
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        if reply.stream and reply.status == OK:
            return StreamingResponse(events(reply.body), media_type="text/event-stream", headers=headers)
        return JSONResponse(reply.body, reply.status, headers)


async def _not_found(request: Request) -> Response:
    return _refused(_NOT_FOUND, f"There is no endpoint {request.url.path}.")


def _refused(status: int, message: str, code: str = "") -> Response:
    request_id = str(uuid.uuid4())
    return JSONResponse(error_body(message, code or str(status), request_id), status, {_REQUEST_ID: request_id})
